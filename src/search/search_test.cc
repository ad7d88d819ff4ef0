// The whole of it: cases of the desk, the index behind the journal, and who finds what.
#include <gmock/gmock.h>

#include "desk/desk_fixture.h"
#include "match/canonical.h"
#include "search/finder.h"
#include "search/saved.h"
#include "store/sqlite/text_index.h"

namespace tocsin::search {
namespace {

using desk::must;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

class SearchTest : public desk::DeskTest {
 protected:
  void SetUp() override {
    DeskTest::SetUp();
    open();
  }
  void TearDown() override {
    indexer_.reset();
    index_.reset();
    DeskTest::TearDown();
  }
  void open() {
    indexer_.reset();
    index_.reset();
    index_ = must(store::open_sqlite_text(folder_ / "search.db", collections()));
    indexer_ = std::make_unique<Indexer>(*store_, *index_, clock_, locate_, no_tallies());
  }
  static Tallies no_tallies() {
    return {"none", [](store::ReadTx&) {
              return [](Place, const Document&) -> Result<store::TextTally> {
                return store::TextTally{};
              };
            }};
  }
  void index() {
    while (must(indexer_->run_once()) > 0) {
    }
  }
  std::vector<std::string> found(const std::string& who, const std::string& text,
                                 Place place = Place::kCases, std::size_t limit = 100) {
    const auto actor = as(who);
    Finder finder(*store_, *index_, locate_);
    const auto query = must(parse(text, place));
    const auto answer = must(finder.find({actor.user, actor.organization}, query, limit, ""));
    std::vector<std::string> out;
    for (const auto& hit : answer.hits) {
      out.push_back(hit.shown.has("number") ? hit.shown.str("number")
                    : hit.shown.has("code") ? hit.shown.str("code")
                                            : hit.shown.str("value"));
    }
    return out;
  }
  /// Numbers of the cases that a ministry finds, page by page; `between` is called after each page.
  std::vector<std::string> numbers_by_page(
      const std::string& text, Order order,
      const std::function<void(std::size_t seen)>& between = [](std::size_t) {}) {
    const auto actor = as("ministry-a");
    Finder finder(*store_, *index_, locate_);
    const auto query = must(parse(text, Place::kCases));
    std::vector<std::string> out;
    std::string after;
    do {
      const auto page = must(finder.find({actor.user, actor.organization}, query, 3, after, order));
      for (const auto& hit : page.hits) out.push_back(hit.shown.str("number"));
      between(out.size());
      after = page.next;
    } while (!after.empty());
    return out;
  }
  desk::SubmitRequest about(const std::string& title, const std::string& indicator) {
    auto r = finding({indicator});
    r.title = title;
    return r;
  }
  void sight(const std::string& value, const std::string& label, std::int64_t source = 1,
             std::int64_t confidence = 50) {
    must(store_->write([&](store::WriteTx& tx) -> Result<bool> {
      store::Sighting s;
      s.indicator = match::canonical(value).value();
      s.source = source;
      s.first_seen = s.last_seen = clock_.now();
      s.confidence = confidence;
      if (!label.empty()) s.labels = {label};
      TRY_STATUS(tx.add_sightings(std::vector{s}));
      TRY_STATUS(
          tx.append({"usr_t", "org_t", "test.done", value, "", {"x", "1", "1", ""}, {}, {}}));
      return true;
    }));
  }

  Locate locate_ = [](const model::Indicator& i) {
    if (i.value == "203.0.113.9") return Location{{}, "CN"};
    return i.value == "198.51.100.7" ? Location{64500, "US"} : Location{};
  };
  std::unique_ptr<store::TextIndex> index_;
  std::unique_ptr<Indexer> indexer_;
};

TEST_F(SearchTest, CasesAreFoundByTextInBothLanguagesAndByFields) {
  submitted(about("冒充银行的钓鱼网站", "login.evil.example"));
  submitted(about("Mirai command server", "198.51.100.7"));
  index();
  EXPECT_THAT(found("ministry-a", "钓鱼"), ElementsAre("T-2026-000001"));
  EXPECT_THAT(found("ministry-a", "银"), ElementsAre("T-2026-000001"));
  EXPECT_THAT(found("ministry-a", "mirai"), ElementsAre("T-2026-000002"));
  EXPECT_THAT(found("ministry-a", "below:evil.example"), ElementsAre("T-2026-000001"));
  EXPECT_THAT(found("ministry-a", "login[.]evil[.]example"), ElementsAre("T-2026-000001"));
  EXPECT_THAT(found("ministry-a", "inside:198.51.100.0/24 asn:64500"),
              ElementsAre("T-2026-000002"));
  EXPECT_THAT(found("ministry-a", "state:open"), ElementsAre("T-2026-000002", "T-2026-000001"))
      << "newest first";
  EXPECT_THAT(found("ministry-a", "T-2026-000002"), ElementsAre("T-2026-000002"));
  EXPECT_THAT(found("ministry-a", "state:open -mirai"), ElementsAre("T-2026-000001"));
}

TEST_F(SearchTest, WhatHappensToACaseIsFoundAfterwards) {
  const auto task = notified();
  index();
  EXPECT_THAT(found("ministry-a", "state:approved addressee:op-a"), ElementsAre("T-2026-000001"));
  EXPECT_THAT(found("ministry-a", "label:botnet"), ElementsAre("T-2026-000001"));
  EXPECT_THAT(found("ministry-a", "state:notified", Place::kTasks), ElementsAre("T-2026-000001-1"));
  must(desk_->feed_back(as("abuse-a"), task.id, done()));
  EXPECT_THAT(found("ministry-a", "state:notified", Place::kTasks), IsEmpty())
      << "what the index does not know yet is not shown as it was";
  const auto behind = must(progress(*store_, *index_));
  EXPECT_GT(behind.journal, behind.indexed) << "and the lag is said";
  index();
  EXPECT_THAT(found("ministry-a", "state:fed-back resolvers", Place::kTasks),
              ElementsAre("T-2026-000001-1"));
  const auto now = must(progress(*store_, *index_));
  EXPECT_EQ(now.journal, now.indexed);
  EXPECT_TRUE(now.complete);
}

/// W17-09: search tells a unit nothing about others' cases, by any field or word.
TEST_F(SearchTest, AUnitFindsWhatItsListsShowAndNothingElse_W17_09) {
  submitted(about("first secret", "one.example"), "finder");
  submitted(about("second secret", "two.example"), "other-finder");
  const auto task = notified(verdict(), about("third secret", "three.example"));
  index();
  EXPECT_THAT(found("finder", "secret"), ElementsAre("T-2026-000003", "T-2026-000001"));
  EXPECT_THAT(found("other-finder", "secret"), ElementsAre("T-2026-000002"));
  EXPECT_THAT(found("abuse-a", "secret"), ElementsAre("T-2026-000003")) << "its addressee";
  EXPECT_THAT(found("abuse-b", "secret"), IsEmpty());
  EXPECT_THAT(found("sichuan-a", "secret"),
              ElementsAre("T-2026-000003", "T-2026-000002", "T-2026-000001"));
  EXPECT_THAT(found("guangdong-a", "secret"), IsEmpty()) << "not its province";
  for (const char* text : {"", "-nothing", "first", "one.example", "indicator:one.example",
                           "below:one.example", "source:finder-co", "state:open", "province:51",
                           "from:2026-01-01", "T-2026-000001", "first*"}) {
    EXPECT_THAT(found("other-finder", text), testing::Not(testing::Contains("T-2026-000001")))
        << text;
    EXPECT_THAT(found("abuse-b", text), IsEmpty()) << text;
  }
  EXPECT_THAT(found("abuse-a", "", Place::kTasks), ElementsAre("T-2026-000003-1"));
  EXPECT_THAT(found("abuse-b", "", Place::kTasks), IsEmpty());
  const auto stranger = as("abuse-b");
  Finder finder(*store_, *index_, locate_);
  const auto counts = must(
      finder.facets({stranger.user, stranger.organization}, must(parse("secret", Place::kCases))));
  EXPECT_EQ(counts.counted, 0) << "counts tell nothing, either";
  EXPECT_TRUE(counts.by.empty());
}

/// The index narrows by keys, but the store decides: an index with wrong keys shows nothing more.
TEST_F(SearchTest, TheStoreDecidesWhoSeesWhatEvenIfTheIndexIsWrong_W17_09) {
  const auto secret = submitted(about("first secret", "one.example"), "finder");
  index();
  ASSERT_TRUE(
      index_->put({"cases", {{secret.id, {"first", "secret"}, {"reader:" + org("op-b")}}}, {}}));
  EXPECT_THAT(found("abuse-b", "secret"), IsEmpty());
}

/// R545 art. 13: what is masked in an appeal cannot be found by it.
TEST_F(SearchTest, IdentityPapersOfAppellantsAreNotSearched) {
  const auto task = notified();
  must(desk_->file_appeal(as("citizen"), appeal_of(task.id)));
  index();
  EXPECT_THAT(found("ministry-a", "repaired", Place::kAppeals), ElementsAre("A-2026-000001"));
  EXPECT_THAT(found("citizen", "shop state:filed", Place::kAppeals), ElementsAre("A-2026-000001"));
  EXPECT_THAT(found("citizen", "state:approved"), ElementsAre("T-2026-000001"))
      << "whoever appeals may read the case";
  for (const char* who : {"ministry-a", "ministry-c", "citizen", "abuse-a"}) {
    EXPECT_THAT(found(who, "91510000TEST", Place::kAppeals), IsEmpty());
    EXPECT_THAT(found(who, "shop@example", Place::kAppeals), IsEmpty());
  }
  EXPECT_THAT(found("abuse-b", "repaired", Place::kAppeals), IsEmpty());
}

/// Whoever is only affected neither sees nor finds who reported a case and what was found.
TEST_F(SearchTest, WhatIsMaskedOfACaseIsNotFoundByThePublic) {
  auto r = about("Fake shop", "shop.example");
  r.description = "seen by a partner in Mianyang";
  const auto task = notified(verdict(), r);
  must(desk_->file_appeal(as("citizen"), appeal_of(task.id)));
  index();
  for (const char* text : {"mianyang", "source:finder-co"}) {
    EXPECT_THAT(found("ministry-a", text), ElementsAre("T-2026-000001")) << text;
    EXPECT_THAT(found("citizen", text), IsEmpty()) << text;
  }
  EXPECT_THAT(found("citizen", "fake below:shop.example"), ElementsAre("T-2026-000001"));
  const auto citizen = as("citizen");
  Finder finder(*store_, *index_, locate_);
  const auto answer = must(
      finder.find({citizen.user, citizen.organization}, must(parse("", Place::kCases)), 10, ""));
  ASSERT_EQ(answer.hits.size(), 1U);
  EXPECT_FALSE(answer.hits[0].shown.has("description"));
  EXPECT_FALSE(answer.hits[0].shown.has("sources"));
}

TEST_F(SearchTest, IndicatorsByValueLabelSourceTimeAndConfidence) {
  sight("www.evil.example", "Mirai", 1, 80);
  sight("evil.example", "phishing", 1, 30);
  sight("notevil.example", "Mirai");
  sight("192.0.2.7", "scanner");
  sight("192.0.2.128/25", "scanner");
  sight("hxxp://evil[.]example/a", "phishing");
  clock_.advance(std::chrono::hours(48));
  sight("2001:db8::7", "scanner");
  index();
  const auto in = [&](const std::string& text) {
    return found("finder", text, Place::kIndicators);
  };
  EXPECT_THAT(in("below:evil.example"),
              UnorderedElementsAre("www.evil.example", "evil.example", "http://evil.example/a"));
  EXPECT_THAT(in("indicator:evil.example"), ElementsAre("evil.example"));
  EXPECT_THAT(in("indicator:evil*"), ElementsAre("evil.example"));
  EXPECT_THAT(in("evil kind:domain"), ElementsAre("evil.example", "www.evil.example"));
  EXPECT_THAT(in("inside:192.0.2.0/24"), ElementsAre("192.0.2.128/25", "192.0.2.7"));
  EXPECT_THAT(in("inside:192.0.2.128/26"), IsEmpty()) << "the wider one is not inside";
  EXPECT_THAT(in("label:mirai confidence:60"), ElementsAre("www.evil.example"));
  EXPECT_THAT(in("from:2026-03-07"), ElementsAre("2001:db8::7"));
  EXPECT_THAT(in("label:scanner until:2026-03-06"), ElementsAre("192.0.2.128/25", "192.0.2.7"));
  sight("198.51.100.7", "scanner");
  index();
  EXPECT_THAT(in("asn:AS64500"), ElementsAre("198.51.100.7"));
  const auto stateless = parse("state:listed", Place::kIndicators);
  ASSERT_FALSE(stateless);
  EXPECT_NE(stateless.error().message.find("tocsin lookup"), std::string::npos);
  EXPECT_NE(stateless.error().message_zh.find("tocsin lookup"), std::string::npos);
  const auto citizen = as("citizen");
  Finder finder(*store_, *index_, locate_);
  const auto refused = finder.find({citizen.user, citizen.organization},
                                   must(parse("", Place::kIndicators)), 10, "");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::kForbidden) << "as with the match snapshot";
}

TEST_F(SearchTest, WhatIsPurgedIsForgotten_T05_21) {
  const auto said = [&](const char* name, std::int64_t source, Instant until) {
    store::Sighting row;
    row.indicator = {model::IndicatorKind::kDomain, name};
    row.source = source;
    row.first_seen = row.last_seen = clock_.now();
    row.valid_until = until;
    row.labels = {"of" + std::to_string(source)};
    const Status done = store_->write([&](store::WriteTx& tx) -> Status {
      const std::vector<store::Sighting> rows = {row};
      TRY_STATUS(tx.append({"usr_a", "", "test.done", "x", "", {}, {}, {}}));
      return Status(tx.add_sightings(rows).map([](const store::SightingCounts&) {}));
    });
    ASSERT_TRUE(done) << done.error().message;
  };
  const Instant end = clock_.now().plus(std::chrono::hours(1));
  said("goes.example", 1, end);
  said("stays.example", 1, end);
  said("stays.example", 2, {});
  index();
  const auto purge = [&](std::int64_t from, std::int64_t to) {
    const Status done = store_->write([&](store::WriteTx& tx) -> Status {
      std::vector<std::int64_t> ids;
      for (std::int64_t id = from; id <= to; ++id) ids.push_back(id);
      TRY_STATUS(tx.purge_sightings(ids, clock_.now()));
      TRY_STATUS(tx.append({"system:purge",
                            "",
                            "indicators.purged",
                            "base",
                            "",
                            {},
                            {},
                            Json::object({{"from", from}, {"to", to}})}));
      return {};
    });
    ASSERT_TRUE(done) << done.error().message;
  };
  clock_.advance(std::chrono::hours(2));
  EXPECT_EQ(must(index_->count("indicators")), 2);
  purge(1, 2);
  index();
  EXPECT_EQ(must(index_->count("indicators")), 1);
  // One that comes and goes before it was read leaves nothing to wait for.
  said("short.example", 1, clock_.now().plus(std::chrono::hours(1)));
  clock_.advance(std::chrono::hours(2));
  purge(3, 3);
  index();
  EXPECT_EQ(must(progress(*store_, *index_)).indicators_behind, 0);
  EXPECT_EQ(must(index_->count("indicators")), 1);
}

TEST_F(SearchTest, OrganisationsAreFoundByCodeTypeAndProvince) {
  index();
  EXPECT_THAT(found("finder", "type:operator", Place::kOrganizations),
              UnorderedElementsAre("op-a", "op-b"));
  EXPECT_THAT(found("finder", "grid province:51", Place::kOrganizations), ElementsAre("grid"));
  add_organization("late-co", model::OrganizationType::kSecurityCompany);
  index();
  EXPECT_THAT(found("finder", "late", Place::kOrganizations), ElementsAre("late-co"));
}

TEST_F(SearchTest, PagesVisitEachOnceAndEndWithAnotherIndex) {
  for (int i = 0; i < 7; ++i) submitted(about("case", "n" + std::to_string(i) + ".example"));
  index();
  const auto seen = numbers_by_page("case", Order::kNewest);
  ASSERT_EQ(seen.size(), 7U);
  EXPECT_TRUE(std::is_sorted(seen.rbegin(), seen.rend()));
  const auto actor = as("ministry-a");
  const store::Person by{actor.user, actor.organization};
  Finder finder(*store_, *index_, locate_);
  const auto query = must(parse("case", Place::kCases));
  EXPECT_EQ(finder.find(by, query, 3, "nonsense").error().code, Code::kInvalid);
  EXPECT_EQ(finder.find(by, query, 3, "17.3").error().code, Code::kConflict);
}

TEST_F(SearchTest, TheOldestFirstIsByNumberTooAndNewCasesComeLast) {
  for (int i = 0; i < 7; ++i) submitted(about("case", "n" + std::to_string(i) + ".example"));
  index();
  const auto seen = numbers_by_page("case", Order::kOldest, [&](std::size_t so_far) {
    if (so_far != 3) return;
    submitted(about("case", "late.example"));
    index();
  });
  ASSERT_EQ(seen.size(), 8U);
  EXPECT_TRUE(std::is_sorted(seen.begin(), seen.end()));
  EXPECT_EQ(seen.back(), "T-2026-000008");
  EXPECT_EQ(order_key(Place::kCases), "number") << "what `sort` calls it";
}

TEST_F(SearchTest, FacetsCountWhatMatches) {
  submitted(about("case", "a.example"));
  submitted(about("case", "192.0.2.1"));
  approved(verdict(), about("case", "b.example"));
  index();
  const auto actor = as("ministry-a");
  Finder finder(*store_, *index_, locate_);
  const auto counts =
      must(finder.facets({actor.user, actor.organization}, must(parse("case", Place::kCases))));
  EXPECT_EQ(counts.counted, 3);
  EXPECT_FALSE(counts.cut);
  EXPECT_EQ(counts.by.at("state").at("submitted"), 2);
  EXPECT_EQ(counts.by.at("state").at("approved"), 1);
  EXPECT_EQ(counts.by.at("kind").at("domain"), 2);
  EXPECT_EQ(counts.by.at("class").at("c2-server"), 3);
}

TEST_F(SearchTest, AnIndexThatIsLostOrOfAnotherJournalIsFilledAgain) {
  submitted(about("first", "a.example"));
  approved(verdict(), about("second", "b.example"));
  sight("c.example", "x");
  index();
  const auto before = found("ministry-a", "");
  for (const char* how : {"lost", "form", "tip"}) {
    if (how == std::string("lost")) {
      index_.reset();
      for (const char* s : {"", "-wal", "-shm"}) {
        std::filesystem::remove(folder_ / ("search.db" + std::string(s)));
      }
    } else {
      ASSERT_TRUE(index_->put({"cases", {{"thr_ghost", {"first"}, {}}}, {{how, "other"}}}));
    }
    open();
    submitted(about("while it is filled " + std::string(how), std::string(how) + ".example"));
    index();
    auto after = found("ministry-a", "");
    EXPECT_TRUE(std::is_sorted(after.rbegin(), after.rend())) << "newest first again: " << how;
    EXPECT_GT(after.size(), before.size());
    EXPECT_THAT(found("finder", "c.example", Place::kIndicators), ElementsAre("c.example"));
    EXPECT_TRUE(must(progress(*store_, *index_)).complete);
    EXPECT_EQ(must(index_->count("cases")), static_cast<std::int64_t>(after.size())) << how;
  }
}

TEST_F(SearchTest, SavedSearchesAreOnesOwnOrTheUnits) {
  const auto a = as("analyst-a");
  const auto b = as("analyst-b");
  const auto c = as("finder");
  const store::Person own{a.user, a.organization};
  const store::Person colleague{b.user, b.organization};
  const store::Person other{c.user, c.organization};
  const auto names = [&](const store::Person& by) {
    std::vector<std::string> out;
    for (const auto& s :
         must(store_->read([&](store::ReadTx& tx) { return visible_searches(tx, by); }))) {
      out.push_back(s.name + "=" + s.query);
    }
    return out;
  };
  const auto first = must(save(*store_, clock_, *ids_, own, {"钓鱼", "钓鱼 state:open", "cases"}));
  must(save(*store_, clock_, *ids_, own, {"shared", "mirai", "indicators", true}));
  EXPECT_THAT(names(own), UnorderedElementsAre("钓鱼=钓鱼 state:open", "shared=mirai"));
  EXPECT_THAT(names(colleague), ElementsAre("shared=mirai"));
  EXPECT_THAT(names(other), IsEmpty());
  const auto again = must(save(*store_, clock_, *ids_, own, {"钓鱼", "钓鱼", "cases"}));
  EXPECT_EQ(again.id, first.id) << "what refers to it goes on";
  EXPECT_EQ(names(own).size(), 2U);
  EXPECT_EQ(forget(*store_, colleague, "shared").error().code, Code::kForbidden);
  EXPECT_EQ(forget(*store_, other, "shared").error().code, Code::kNotFound);
  ASSERT_TRUE(forget(*store_, own, "shared"));
  EXPECT_THAT(names(colleague), IsEmpty());
  for (const auto& wrong : std::vector<SaveRequest>{{"", "a", "cases"},
                                                    {"a/b", "a", "cases"},
                                                    {"x", "sate:open", "cases"},
                                                    {"x", "a", "case"}}) {
    const auto refused = save(*store_, clock_, *ids_, own, wrong);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Code::kInvalid);
    EXPECT_FALSE(refused.error().message_zh.empty());
  }
}

}  // namespace
}  // namespace tocsin::search
