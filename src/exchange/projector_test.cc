// The whole way of a case: determined, listed, lifted, and what others then see of it.
#include "exchange/projector.h"

#include "desk/clocks.h"
#include "desk/desk_fixture.h"
#include "exchange/collections.h"
#include "exchange/stix/base.h"
#include "exchange/stix/export.h"
#include "exchange/stix/importer.h"
#include "exchange/stix/render.h"
#include "exchange/taxii/submission.h"
#include "intake/stix_tlp.h"

namespace tocsin::exchange {
namespace {

using desk::must;

class ExchangeTest : public desk::DeskTest {
 protected:
  Principal principal(const std::string& login) {
    const auto actor = as(login);
    return {actor.user, actor.organization, basis()};
  }
  journal::Basis basis() const { return desk::basis_in(*desk::embedded_law(), "6", "W17-08"); }
  model::ExchangeCollection collection(const std::string& alias, bool projection = false,
                                       const std::string& audience = {},
                                       model::Tlp ceiling = model::Tlp::kAmber) {
    return must(add_collection(*store_, clock_, principal("ministry-a"),
                               {alias, {}, {}, ceiling, projection, audience}));
  }
  void project() {
    Projector projector(*store_, clock_, [this] { return basis(); });
    while (must(projector.run_once()) > 0) {
    }
  }
  std::vector<stix::Kept> all(const model::ExchangeCollection& c, bool last = true) {
    return must(store_->read(
        [&](store::ReadTx& tx) { return stix::read_range(tx, {c.number, {}, last, {}, 1000}); }));
  }
  std::vector<Json> of_type(const model::ExchangeCollection& c, std::string_view type,
                            bool last = true) {
    std::vector<Json> out;
    for (const auto& kept : all(c, last)) {
      if (kept.type() == type) out.push_back(Json::parse(kept.bytes).value());
    }
    return out;
  }
  stix::ImportResult bring(const model::ExchangeCollection& c, std::string_view text) {
    stix::Importer importer(*store_, clock_, *ids_,
                            {.collection = c,
                             .by = as("finder").act(clock_.now()),
                             .basis = basis(),
                             .source = "test",
                             .file_name = {},
                             .limits = {},
                             .whole = false,
                             .envelope = false,
                             .outcomes = false,
                             .cursor = {},
                             .position = 0});
    EXPECT_TRUE(importer.feed(text));
    return must(importer.finish());
  }
  static std::string object(int number, const char* modified, const char* name = "n") {
    return R"({"type":"x-thing","spec_version":"2.1","id":"x-thing--00000000-0000-4000-8000-00000000000)" +
           std::to_string(number) + R"(","created":"2025-01-01T00:00:00Z","modified":")" +
           modified + R"(","name":")" + name + "\"}";
  }
};

TEST_F(ExchangeTest, OldAfterNewEndsAtNewAndChangesNothing) {
  const auto c = collection("box");
  const std::string old_one = "[" + object(1, "2025-02-01T00:00:00Z") + "]";
  const std::string new_one = "[" + object(1, "2025-03-01T00:00:00Z", "newer") + "]";
  EXPECT_EQ(bring(c, old_one).counts.added, 1);
  EXPECT_EQ(bring(c, new_one).counts.added, 1);
  const auto before = length();
  const auto again = bring(c, old_one);
  EXPECT_EQ(again.counts.known, 1);
  EXPECT_TRUE(again.import.empty());
  EXPECT_EQ(length(), before);  // not even a journal entry (W17-08)
  ASSERT_EQ(all(c).size(), 1U);
  EXPECT_NE(all(c)[0].bytes.find("newer"), std::string::npos);
  EXPECT_EQ(all(c, false).size(), 2U);
}

TEST_F(ExchangeTest, NewBeforeOldEndsAtNewToo) {
  const auto c = collection("box");
  bring(c, "[" + object(1, "2025-03-01T00:00:00Z", "newer") + "]");
  EXPECT_EQ(bring(c, "[" + object(1, "2025-02-01T00:00:00Z") + "]").counts.added, 1);
  ASSERT_EQ(all(c).size(), 1U);
  EXPECT_NE(all(c)[0].bytes.find("newer"), std::string::npos);
}

TEST_F(ExchangeTest, AnotherContentUnderOneVersionIsNotTaken) {
  const auto c = collection("box");
  bring(c, "[" + object(1, "2025-02-01T00:00:00Z") + "]");
  const auto r = bring(c, "[" + object(1, "2025-02-01T00:00:00Z", "forged") + "]");
  EXPECT_EQ(r.counts.conflicting, 1);
  EXPECT_EQ(all(c)[0].bytes.find("forged"), std::string::npos);
}

TEST_F(ExchangeTest, DatesAddedOnlyGrowAlsoWhenTheClockStandsStill) {
  const auto c = collection("box");
  for (int i = 0; i < 5; ++i) {
    bring(c, "[" + object(i, "2025-02-01T00:00:00Z") + "]");
    if (i == 2) clock_.advance(std::chrono::hours(-1));
  }
  const auto kept = all(c);
  ASSERT_EQ(kept.size(), 5U);
  for (std::size_t i = 1; i < kept.size(); ++i) EXPECT_LT(kept[i - 1].added, kept[i].added);
}

TEST_F(ExchangeTest, ErasingTheNewestShowsTheOneBefore) {
  const auto c = collection("box");
  bring(c, "[" + object(1, "2025-02-01T00:00:00Z") + "," +
               object(1, "2025-03-01T00:00:00Z", "newer") + "]");
  const std::string id = all(c)[0].id;
  const auto erased = store_->write([&](store::WriteTx& tx) -> Result<std::int64_t> {
    TRY_STATUS(tx.append({"usr", "org", "test", id, "", {}, {}, {}}));
    return stix::erase(tx, c.number, id, {});
  });
  EXPECT_EQ(must(Result<std::int64_t>(erased)), 1);
  ASSERT_EQ(all(c).size(), 1U);
  EXPECT_EQ(all(c)[0].bytes.find("newer"), std::string::npos);
}

TEST_F(ExchangeTest, IndicatorsAreSightedOnce) {
  const auto c = collection("box");
  const std::string text =
      R"([{"type":"indicator","spec_version":"2.1","id":"indicator--00000000-0000-4000-8000-000000000001",)"
      R"("created":"2025-01-01T00:00:00Z","modified":"2025-01-01T00:00:00Z",)"
      R"("pattern":"[domain-name:value = 'exchanged.example']","pattern_type":"stix",)"
      R"("valid_from":"2025-01-01T00:00:00Z"}])";
  const auto r = bring(c, text);
  EXPECT_EQ(r.imported, 1);
  EXPECT_EQ(load<model::Import>(r.import).state, "done");
  const auto found = must(store_->read([](store::ReadTx& tx) {
    return tx.find_indicator({model::IndicatorKind::kDomain, "exchanged.example"});
  }));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->sightings.size(), 1U);
  EXPECT_EQ(bring(c, text).counts.known, 1);
}

TEST_F(ExchangeTest, ACaseIsShownOnceDeterminedAndRevokedWhenLifted) {
  const auto c = collection("cases", true);
  const auto task = verified();
  project();
  ASSERT_EQ(of_type(c, "indicator").size(), 1U);
  const Json shown = of_type(c, "indicator")[0];
  EXPECT_EQ(shown.str("pattern"), "[domain-name:value = 'evil.example']");
  EXPECT_FALSE(shown["revoked"].as_bool());
  EXPECT_EQ(shown["object_marking_refs"].items()[0].as_string(),
            intake::stix_marking_id(model::Tlp::kAmber));
  EXPECT_EQ(shown["external_references"].items()[0].str("external_id"),
            load<model::Threat>(task.threat).number);
  const auto size = all(c, false).size();
  project();
  EXPECT_EQ(all(c, false).size(), size);  // the same journal read again changes nothing

  clock_.advance(std::chrono::hours(1));
  const auto appeal = checking(task);
  must(desk_->rule_appeal(as("ministry-c"), appeal.id, {"upheld", "it is a shop", {}}));
  project();
  const auto lifted = of_type(c, "indicator");
  ASSERT_EQ(lifted.size(), 1U);
  EXPECT_EQ(lifted[0].str("id"), shown.str("id"));
  EXPECT_TRUE(lifted[0]["revoked"].as_bool());  // W17-27
  EXPECT_EQ(of_type(c, "indicator", false).size(), 2U);
}

TEST_F(ExchangeTest, ACollectionMadeLaterIsFilled) {
  identified();
  const auto c = collection("late", true);
  project();
  EXPECT_EQ(of_type(c, "indicator").size(), 1U);
}

TEST_F(ExchangeTest, CeilingAndAudienceDecideWhatIsShown) {
  const auto green = collection("green", true, "", model::Tlp::kGreen);
  const auto mine = collection("op-a-red", true, "op-a", model::Tlp::kRed);
  const auto other = collection("op-b-red", true, "op-b", model::Tlp::kRed);
  notified();  // amber, for op-a
  project();
  EXPECT_TRUE(all(green).empty());
  EXPECT_FALSE(all(mine).empty());
  EXPECT_TRUE(all(other).empty());
}

TEST_F(ExchangeTest, ExportImportExportChangesNothing) {
  const auto threat = identified();
  const auto box = collection("box");
  const auto text = [&](const std::function<Status(store::ReadTx&, stix::BundleWriter&)>& what) {
    std::string out;
    stix::BundleWriter writer("test", [&](std::string_view bytes) {
      out += bytes;
      return true;
    });
    EXPECT_TRUE(store_->read([&](store::ReadTx& tx) { return what(tx, writer); }));
    writer.finish();
    return out;
  };
  const auto direct = [&](store::ReadTx& tx, stix::BundleWriter& w) {
    return stix::export_case(tx, threat, w);
  };
  const std::string first = text(direct);
  clock_.advance(std::chrono::hours(24));
  EXPECT_EQ(text(direct), first);
  EXPECT_EQ(bring(box, first).counts.added, 4);
  EXPECT_EQ(text([&](store::ReadTx& tx, stix::BundleWriter& w) {
              return stix::export_collection(tx, box, {}, w);
            }),
            first);
  EXPECT_EQ(bring(box, first).counts.known, 4);
}

TEST_F(ExchangeTest, EveryEntryNamesTheRuleSetWithItsVersion_W17_08) {
  const auto box = collection("box");
  ASSERT_TRUE(set_grant(*store_, principal("ministry-a"), "box", {"finder-co", true, true}));
  const std::string object =
      R"({"type":"indicator","spec_version":"2.1","id":"indicator--00000000-0000-4000-8000-000000000001",)"
      R"("created":"2026-01-01T00:00:00.000Z","modified":"2026-01-01T00:00:00.000Z",)"
      R"("pattern":"[domain-name:value = 'a.example']","pattern_type":"stix",)"
      R"("valid_from":"2026-01-01T00:00:00Z"})";
  ASSERT_TRUE(taxii::submit(*store_, clock_, *ids_, principal("finder"), box,
                            R"({"objects":[)" + object + "]}"));
  const auto entries = must(store_->read([](store::ReadTx& tx) { return tx.journal(0, 1000); }));
  std::set<std::string> seen;
  for (const auto& entry : entries) {
    const bool ours = entry.action.starts_with("exchange.") || entry.action.starts_with("import.");
    if (!ours) continue;
    seen.insert(entry.action);
    EXPECT_EQ(entry.basis.rule_set, basis().rule_set) << entry.action;
    EXPECT_EQ(entry.basis.version, basis().version) << entry.action;
    EXPECT_FALSE(entry.basis.requirement.empty()) << entry.action;
  }
  EXPECT_TRUE(seen.contains("exchange.collection-added"));
  EXPECT_TRUE(seen.contains("exchange.granted"));
  EXPECT_TRUE(seen.contains("exchange.objects-added"));
  EXPECT_TRUE(seen.contains("exchange.submitted"));
}

TEST_F(ExchangeTest, GrantsKeepHandsApart) {
  const auto projection = collection("cases", true);
  const auto mine = collection("op-a-red", true, "op-a", model::Tlp::kRed);
  desk::expect_refused(add_collection(*store_, clock_, principal("finder"),
                                      {"x", {}, {}, model::Tlp::kAmber, false, ""}),
                       Code::kForbidden, "W17-08");
  desk::expect_refused(add_collection(*store_, clock_, principal("ministry-a"),
                                      {"all-red", {}, {}, model::Tlp::kRed, true, ""}),
                       Code::kRefused, "TLP-2.0");
  desk::expect_refused(
      set_grant(*store_, principal("ministry-a"), projection.id, {"finder-co", true, true}),
      Code::kRefused, "W17-08");
  desk::expect_refused(set_grant(*store_, principal("ministry-a"), mine.id, {"op-b", true, false}),
                       Code::kRefused, "TLP-2.0");
  const auto granted =
      must(set_grant(*store_, principal("ministry-a"), "cases", {"op-a", true, false}));
  EXPECT_TRUE(granted.grant_of(org("op-a")).read);
  EXPECT_EQ(must(store_->read([&](store::ReadTx& tx) {
              return visible_collections(tx, principal("finder"));
            })).size(),
            0U);
}

}  // namespace
}  // namespace tocsin::exchange
