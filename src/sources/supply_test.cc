// Collections, MISP feeds, mailboxes and what is pushed, as sources (W17-08).
#include "sources/supply.h"

#include <gmock/gmock.h>

#include "base/crypto/hash.h"
#include "http/server.h"
#include "sources/sources_fixture.h"

namespace tocsin::sources {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class SupplyTest : public SourcesTest {
 protected:
  model::SourceTerms of(SourceKind kind, const std::string& location) {
    model::SourceTerms out;
    out.kind = kind;
    out.location = location;
    out.every_minutes = 60;
    out.private_addresses = true;
    return out;
  }
  model::Source next_run(const std::string& name) {
    clock_.advance(std::chrono::hours(2));
    return after_runs(name);
  }
  std::size_t runs(const std::string& name) {
    return store_
        ->read([&](store::ReadTx& tx) {
          return store::find<model::Import>(tx, "source", source(name).id);
        })
        ->size();
  }
  store::Sighting said(const std::string& domain) {
    const auto record = store_->read([&](store::ReadTx& tx) {
      return tx.find_indicator({model::IndicatorKind::kDomain, domain});
    });
    return record && *record ? (*record)->sightings.at(0) : store::Sighting{};
  }
};

// ------------------------------------------------------------------------------------- TAXII

std::string stix_object(int number, const std::string& domain, const std::string& more = "") {
  return R"({"type":"indicator","spec_version":"2.1","id":"indicator--00000000-0000-4000-8000-00000000000)" +
         std::to_string(number) + R"(","modified":"2026-01-0)" + std::to_string(number) +
         R"(T00:00:00.000Z","pattern":"[domain-name:value = ')" + domain + R"(']")" + more + "}";
}

class TaxiiTest : public SupplyTest {
 protected:
  struct Page {
    std::string body;
    std::string last;
  };
  /// By what is asked: `after|next`.
  void serve() {
    auto started = http::Server::start({}, [this](http::Request& request) {
      const std::string key = std::string(request.query_value("added_after").value_or("")) + "|" +
                              std::string(request.query_value("next").value_or(""));
      asked_.push_back(key);
      http::Response answer;
      const auto found = pages_.find(key);
      answer.status = found == pages_.end() ? 503 : 200;
      if (found == pages_.end()) return answer;
      answer = http::Response::text(found->second.body, "application/taxii+json;version=2.1");
      answer.headers.emplace_back("X-TAXII-Date-Added-Last", found->second.last);
      return answer;
    });
    ASSERT_TRUE(started);
    server_ = std::move(*started);
    define("peer", of(SourceKind::kTaxii, "http://127.0.0.1:" + std::to_string(server_->port()) +
                                              "/api/collections/one/"));
  }
  std::map<std::string, Page> pages_;
  std::vector<std::string> asked_;
  std::unique_ptr<http::Server> server_;
};

constexpr const char* kFirst = "2026-01-01T00:00:00.000001Z";
constexpr const char* kSecond = "2026-01-02T00:00:00.000001Z";
constexpr const char* kThird = "2026-01-03T00:00:00.000001Z";

TEST_F(TaxiiTest, ACollectionIsReadOnFromWhereTheLastRunEnded) {
  pages_["|"] = {R"({"more":true,"next":"n1","objects":[)" + stix_object(1, "a.example") + "]}",
                 kFirst};
  pages_["|n1"] = {R"({"objects":[)" + stix_object(2, "b.example") + "]}", kSecond};
  serve();
  auto seen = after_runs("peer");
  EXPECT_EQ(seen.health, SourceHealth::kOk) << seen.problem.en;
  EXPECT_EQ(standing("peer"), (Names{"a.example", "b.example"}));
  asked_.clear();
  pages_[std::string(kSecond) + "|"] = {"{}", ""};
  seen = next_run("peer");
  EXPECT_THAT(asked_, ElementsAre(std::string(kSecond) + "|"));
  EXPECT_EQ(seen.health, SourceHealth::kOk) << "nothing new is no fault";
  // A revocation ends what this source said.
  pages_[std::string(kSecond) + "|"] = {
      R"({"objects":[)" + stix_object(1, "a.example", R"(,"revoked":true)") + "]}", kThird};
  seen = next_run("peer");
  EXPECT_EQ(standing("peer"), Names{"b.example"});
  EXPECT_TRUE(said("a.example").gone_at);
}

TEST_F(TaxiiTest, ARunThatIsCutShortGoesOnBeforeItsLastMoment) {
  pages_["|"] = {R"({"more":true,"next":"gone","objects":[)" + stix_object(1, "a.example") + "]}",
                 kSecond};
  serve();
  EXPECT_EQ(after_runs("peer").health, SourceHealth::kFailing) << "the second page is not there";
  EXPECT_EQ(standing("peer"), Names{"a.example"}) << "the first one was kept";
  const std::string again = "2026-01-02T00:00:00.000000Z|";
  pages_[again] = {
      R"({"objects":[)" + stix_object(1, "a.example") + "," + stix_object(2, "b.example") + "]}",
      kSecond};
  asked_.clear();
  EXPECT_EQ(next_run("peer").health, SourceHealth::kOk);
  EXPECT_THAT(asked_, ElementsAre(again)) << "what was added at the same moment is not skipped";
  EXPECT_EQ(standing("peer").size(), 2U);
}

TEST_F(TaxiiTest, SilenceMakesItStaleAndAPreviewLeavesNothing) {
  pages_["|"] = {R"({"objects":[)" + stix_object(1, "a.example") + "]}", kFirst};
  pages_[std::string(kFirst) + "|"] = {"{}", ""};
  serve();
  const auto seen = Runner::preview(source("peer"), options_.fetch, 10);
  ASSERT_TRUE(seen) << seen.error().message;
  EXPECT_EQ(seen->items.size(), 1U);
  EXPECT_TRUE(standing("peer").empty());
  after_runs("peer");
  clock_.advance(std::chrono::hours(8 * 24));
  const auto stale = after_runs("peer");
  EXPECT_EQ(stale.health, SourceHealth::kStale);
  EXPECT_FALSE(stale.problem.zh.empty());
  EXPECT_EQ(standing("peer").size(), 1U) << "staleness expires nothing (W17-08)";
}

TEST(Collection, AnAddressIsThatOfACollection) {
  EXPECT_TRUE(check_collection("https://a.example/x/collections/1/"));
  EXPECT_TRUE(check_collection("https://a.example/x/collections/1"));
  for (const char* url :
       {"https://a.example/", "https://a.example/collections/",
        "https://a.example/collections/1/objects/", "https://a.example/collections/1/?x=1"}) {
    EXPECT_FALSE(check_collection(url)) << url;
  }
}

// --------------------------------------------------------------------------------- MISP feeds

class MispFeedTest : public SupplyTest {
 protected:
  void SetUp() override {
    SupplyTest::SetUp();
    fs::create_directories(folder_ / "in" / "osint");
  }
  static std::string event(const std::string& attributes) {
    return R"({"Event":{"info":"x","Attribute":[)" + attributes + "]}}";
  }
  static std::string domain(const std::string& name, const char* more = "") {
    return R"({"type":"domain","to_ids":true,"value":")" + name + "\"" + more + "}";
  }
  void put(const std::string& uuid, const std::string& timestamp, const std::string& body) {
    manifest_[uuid] = timestamp;
    write("osint/" + uuid + ".json", body);
    Json manifest = Json::object({});
    for (const auto& [id, time] : manifest_) {
      manifest.set(id, Json::object({{"timestamp", time}}));
    }
    write("osint/manifest.json", manifest.dump());
  }
  std::map<std::string, std::string> manifest_;
};

TEST_F(MispFeedTest, OnlyEventsThatChangedAreRead) {
  put("e1", "1", event(domain("a.example") + "," + domain("b.example")));
  put("e2", "1", event(domain("c.example")));
  define("osint", of(SourceKind::kMispFeed, "osint"));
  EXPECT_EQ(after_runs("osint").health, SourceHealth::kOk);
  EXPECT_EQ(standing("osint").size(), 3U);
  write("osint/e2.json", "this would be refused");  // the manifest says that it is as it was
  put("e1", "2", event(domain("a.example", R"(,"deleted":true)") + "," + domain("b.example")));
  const auto seen = next_run("osint");
  EXPECT_EQ(seen.health, SourceHealth::kOk) << seen.problem.en;
  EXPECT_EQ(standing("osint"), (Names{"b.example", "c.example"})) << "what is deleted is gone";
  const auto before = runs("osint");
  next_run("osint");
  EXPECT_EQ(runs("osint"), before) << "nothing changed, nothing is read";
}

TEST_F(MispFeedTest, AMissingEventIsAskedForAgain) {
  put("e1", "1", event(domain("a.example")));
  fs::remove(folder_ / "in" / "osint" / "e1.json");
  define("osint", of(SourceKind::kMispFeed, "osint/manifest.json"));
  after_runs("osint");
  EXPECT_TRUE(standing("osint").empty());
  write("osint/e1.json", event(domain("a.example")));
  next_run("osint");
  EXPECT_EQ(standing("osint"), Names{"a.example"});
}

TEST_F(MispFeedTest, ACompleteFeedWithdrawsWithItsManifest) {
  put("e1", "1", event(domain("a.example") + "," + domain("b.example")));
  put("e2", "1", event(domain("c.example")));
  auto terms = of(SourceKind::kMispFeed, "osint");
  terms.complete = true;
  define("osint", terms);
  after_runs("osint");
  const auto before = runs("osint");
  next_run("osint");
  EXPECT_EQ(runs("osint"), before) << "the same manifest is not read again";
  manifest_.erase("e2");
  put("e1", "2", event(domain("a.example") + "," + domain("b.example")));
  next_run("osint");
  EXPECT_EQ(standing("osint"), (Names{"a.example", "b.example"}));
}

// --------------------------------------------------------------------------------- mailboxes

class MailboxTest : public SupplyTest {
 protected:
  void SetUp() override {
    SupplyTest::SetUp();
    for (const char* part : {"cur", "new", "tmp"})
      fs::create_directories(folder_ / "in" / "box" / part);
  }
  static std::string mail(const std::string& id, const std::string& domain,
                          const std::string& carrier = "one") {
    return "Received: by " + carrier + "\nMessage-ID: <" + id +
           "@a.example>\nDate: Sun, 22 Nov 2026 01:00:00 +0000\nSubject: report\n"
           "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=\"b\"\n\n"
           "--b\nContent-Type: text/csv; name=\"list.txt\"\n"
           "Content-Disposition: attachment; filename=\"list.txt\"\n\n" +
           domain + "\n--b--\n";
  }
};

TEST_F(MailboxTest, EachMessageOfAMaildirIsReadOnce) {
  write("box/new/1.host", mail("1", "a.example"));
  write("box/tmp/2.host", mail("2", "half.example"));
  define("abuse", of(SourceKind::kMailbox, "box"));
  EXPECT_EQ(after_runs("abuse").health, SourceHealth::kOk);
  EXPECT_EQ(standing("abuse"), Names{"a.example"}) << "not what is still being delivered";
  fs::rename(folder_ / "in" / "box" / "new" / "1.host",
             folder_ / "in" / "box" / "cur" / "1.host:2,S");
  write("box/new/3.host", mail("1", "a.example", "two"));  // the same on another way
  write("box/new/4.host", mail("1", "b.example"));         // a stolen id
  next_run("abuse");
  EXPECT_EQ(standing("abuse"), (Names{"a.example", "b.example"}));
  EXPECT_EQ(runs("abuse"), 2U);
}

TEST_F(MailboxTest, ABrokenMessageIsSetAsideOnceAndHoldsNobodyUp) {
  write("box/new/1.host", std::string("\0\0\1", 3));
  write("box/new/2.host", mail("2", "a.example"));
  define("abuse", of(SourceKind::kMailbox, "box"));
  for (int run = 0; run < 2; ++run) {
    const auto seen = run == 0 ? after_runs("abuse") : next_run("abuse");
    EXPECT_EQ(seen.health, SourceHealth::kOk);
    ASSERT_EQ(seen.set_aside.size(), 1U) << "it is not tried again";
    EXPECT_EQ(seen.set_aside_total, 1);
    EXPECT_EQ(seen.set_aside[0].name, "1.host");
    EXPECT_FALSE(seen.set_aside[0].reason.zh.empty());
  }
  EXPECT_EQ(standing("abuse"), Names{"a.example"});
}

TEST_F(MailboxTest, AnMboxGrows) {
  const std::string from = "From x@y.example Sun Nov 22 00:00:00 2026\n";
  write("mbox", from + mail("1", "a.example") + "\n");
  define("abuse", of(SourceKind::kMailbox, "mbox"));
  EXPECT_EQ(after_runs("abuse").health, SourceHealth::kOk) << source("abuse").problem.en;
  EXPECT_EQ(standing("abuse"), Names{"a.example"});
  next_run("abuse");
  EXPECT_EQ(runs("abuse"), 1U);
  write("mbox", from + mail("1", "a.example") + "\n" + from + mail("2", "b.example") + "\n");
  next_run("abuse");
  EXPECT_EQ(standing("abuse"), (Names{"a.example", "b.example"}));
  EXPECT_EQ(runs("abuse"), 2U);
  const auto shown = Runner::preview(source("abuse"), options_.fetch, 10);
  ASSERT_TRUE(shown);
  EXPECT_EQ(shown->items.size(), 2U);
}

// ---------------------------------------------------------------------------------- push, terms

TEST_F(SupplyTest, WhatIsPushedIsReadByTheTermsOfItsSource) {
  model::SourceTerms terms;
  terms.format = "csv";
  terms.csv = "value:#2,header:no";
  auto pushed = define("partner", terms);
  const model::Act by{"usr_x", "org_x", clock_.now(), ""};
  const auto send = [&](const std::string& bytes) {
    return runner_->receive(source("partner"), content_of("p.csv", bytes), by);
  };
  const auto first = send("1,a.example\n2,b.example\n");
  ASSERT_TRUE(first) << first.error().message;
  EXPECT_EQ(first->imported, 2);
  EXPECT_EQ(first->by.person, "usr_x");
  EXPECT_EQ(source("partner").health, SourceHealth::kOk);
  const auto length = store_->read([](store::ReadTx& tx) { return tx.last_sequence(); });
  EXPECT_EQ(send("1,a.example\n2,b.example\n")->id, first->id) << "the same again";
  EXPECT_LE(*store_->read([](store::ReadTx& tx) { return tx.last_sequence(); }), *length + 1);
  // Nothing for a week: stale, and then it is well again.
  EXPECT_EQ(after_runs("partner").health, SourceHealth::kOk);
  clock_.advance(std::chrono::hours(8 * 24));
  EXPECT_EQ(after_runs("partner").health, SourceHealth::kStale);
  ASSERT_TRUE(send("3,c.example\n4,b.example\n"));
  EXPECT_EQ(source("partner").health, SourceHealth::kOk);
  EXPECT_EQ(standing("partner").size(), 3U);
  const std::string packed = "\x1f\x8b\x08 this is no gzip";
  EXPECT_EQ(send(packed).error().code, Code::kInvalid);
  EXPECT_EQ(source("partner").health, SourceHealth::kFailing);
  ASSERT_TRUE(sources_->pause(hand(), "partner", true));
  EXPECT_EQ(send("5,d.example\n").error().code, Code::kRefused);
}

TEST_F(SupplyTest, AMappingThatNoLongerFitsIsAChangedFormat) {
  auto terms = of(SourceKind::kFile, "list.csv");
  terms.format = "csv";
  terms.csv = "value:Host";
  terms.complete = true;
  write("list.csv", "Host,Note\na.example,x\n");
  define("list", terms);
  EXPECT_EQ(after_runs("list").health, SourceHealth::kOk);
  write("list.csv", "Name,Note\na.example,x\n");
  const auto seen = next_run("list");
  EXPECT_EQ(seen.health, SourceHealth::kFormatChanged);
  EXPECT_THAT(seen.problem.en, HasSubstr("Host"));
  std::string words = "Host,Note\n";
  for (int i = 0; i < 20; ++i) words += "word " + std::to_string(i) + ",b.example\n";
  write("list.csv", words);
  EXPECT_EQ(next_run("list").health, SourceHealth::kFormatChanged);
  EXPECT_EQ(standing("list"), Names{"a.example"}) << "nothing is withdrawn by it (W17-08)";
}

TEST_F(SupplyTest, TheWordOfASourceEndsByKindAndAListThatStaysIsReadAgain) {
  auto terms = of(SourceKind::kFile, "list.ndjson");
  terms.every_minutes = 60;
  terms.valid_hours = 48;
  terms.expiry = "ipv4:1,sha256:0";
  write("list.ndjson", R"({"value":"a.example"}
{"value":"8.8.4.4"}
{"value":"b.example","valid_until":"2026-11-22T12:00:00+08:00"}
)");
  define("list", terms);
  after_runs("list");
  const Instant read = clock_.now();
  EXPECT_EQ(said("a.example").valid_until, read.plus(std::chrono::hours(48)));
  EXPECT_EQ(said("b.example").valid_until, *parse_instant("2026-11-22T12:00:00+08:00"))
      << "what the source says of itself wins";
  clock_.advance(std::chrono::hours(13));
  after_runs("list");
  clock_.advance(std::chrono::hours(13));
  EXPECT_EQ(standing("list"), (Names{"8.8.4.4", "a.example"})) << "still on the list, still said";
  fs::remove(folder_ / "in" / "list.ndjson");
  clock_.advance(std::chrono::hours(30));
  EXPECT_EQ(standing("list"), Names{"a.example"});
  terms.expiry = "cars:7";
  EXPECT_EQ(sources_->define(hand(), {"list", terms, ""}).error().field, "expiry");
}

TEST_F(SupplyTest, ARetiredSourceThatComesBackReadsEverythingAnew) {
  write("one.txt", "a.example\n");
  define("one", file("one.txt"));
  after_runs("one");
  clock_.advance(std::chrono::minutes(1));
  ASSERT_TRUE(sources_->retire(hand(), "one"));
  EXPECT_TRUE(standing("one").empty());
  clock_.advance(std::chrono::minutes(1));
  ASSERT_TRUE(sources_->run_now(hand(), "one"));
  after_runs("one");
  EXPECT_EQ(standing("one"), Names{"a.example"});
}

}  // namespace
}  // namespace tocsin::sources
