// The matching engine on its own: what it takes in, and what happens to its files (W17-08).
#include "hub/match_service.h"

#include <fstream>
#include <unistd.h>

#include <gtest/gtest.h>

#include "base/clock_wait.h"
#include "hub/token_buckets.h"
#include "match/snapshot/delta.h"
#include "match/snapshot/signature.h"
#include "store/collections.h"
#include "store/sqlite/sqlite_store.h"

namespace tocsin::hub {
namespace {

namespace ss = match::snapshot;

model::Indicator domain(std::string value) {
  return {model::IndicatorKind::kDomain, std::move(value)};
}

class MatchServiceTest : public testing::Test {
 protected:
  void SetUp() override {
    const auto* info = testing::UnitTest::GetInstance()->current_test_info();
    folder_ = std::filesystem::temp_directory_path() /
              ("tocsin-match-" + std::string(info->name()) + "-" + std::to_string(::getpid()));
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
    auto store = store::open_sqlite(folder_ / "tocsin.db", clock_);
    ASSERT_TRUE(store);
    store_ = std::move(*store);
    keys_ = std::make_unique<KeyRing>(folder_ / "keys", crypto::Algorithm::kEcdsaP256, clock_);
    auto prepared = keys_->prepare(kHubKey, "test hub");
    ASSERT_TRUE(prepared);
    certificate_.push_back(std::move(*prepared));
  }
  void TearDown() override {
    stop();
    store_.reset();
    std::filesystem::remove_all(folder_);
  }
  void start() {
    service_ = std::make_unique<MatchService>(
        *store_, *keys_, clock_, metrics_,
        MatchSettings{folder_ / "match", std::chrono::milliseconds(0), 2});
  }
  void stop() { service_.reset(); }
  /// Waits until a build has taken in everything that the journal has now.
  std::shared_ptr<const Matching> caught_up() {
    const auto want = store_->read([](store::ReadTx& tx) { return tx.last_sequence(); });
    EXPECT_TRUE(want);
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (std::chrono::steady_clock::now() < end) {
      auto now = service_->current();
      if (now && now->version() >= *want) return now;
      store_->wait_journal(*want, std::chrono::milliseconds(20));
    }
    ADD_FAILURE() << "the snapshot never came";
    return nullptr;
  }
  void write(std::string action, const std::function<Status(store::WriteTx&)>& body) {
    const auto done = store_->write([&](store::WriteTx& tx) -> Status {
      TRY_STATUS(tx.append({"system:test", "", std::move(action), "x", "", {}, {}, {}}));
      return body(tx);
    });
    ASSERT_TRUE(done) << done.error().message;
  }
  void sight(std::vector<std::string> names) {
    write("import.batch", [&](store::WriteTx& tx) -> Status {
      std::vector<store::Sighting> rows;
      for (auto& n : names) rows.push_back({domain(n), 1, clock_.now(), clock_.now(), 60, "", {}});
      TRY_STATUS(tx.add_sightings(rows));
      return {};
    });
  }
  /// A live entry with the case and task behind it.
  void list(const std::string& name, model::Tlp tlp, bool noticed = true, bool live = true,
            model::Measure measure = model::Measure::kBlock) {
    write("list.new", [&](store::WriteTx& tx) -> Status {
      const model::CaseIndicator indicator{model::IndicatorKind::kDomain, name, {}};
      model::Threat threat;
      threat.id = "thr_" + name;
      threat.number = "T-" + name;
      threat.tlp = tlp;
      threat.indicators = {indicator};
      TRY_STATUS(store::put(tx, threat));
      model::Task task;
      task.id = "tsk_" + name;
      task.threat = threat.id;
      task.measure = measure;
      if (noticed) task.notices = {"ntc_" + name};
      TRY_STATUS(store::put(tx, task));
      model::ListEntry entry;
      entry.id = "lst_" + name;
      entry.indicator = indicator;
      entry.task = task.id;
      entry.threat = threat.id;
      entry.live = live;
      return store::put(tx, entry);
    });
  }
  static bool published(const Matching& matching, const std::string& name) {
    const std::string hash = match::expression_hash(name);
    const auto found = matching.aside.published.find(hash.substr(0, match::kShortestPrefix));
    if (!found) return false;
    return std::any_of(found->begin(), found->end(),
                       [&](const auto& e) { return crypto::to_hex(e.hash) == hash; });
  }

  SystemClock clock_;
  http::Metrics metrics_;
  std::filesystem::path folder_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<KeyRing> keys_;
  std::vector<crypto::Certificate> certificate_;
  std::unique_ptr<MatchService> service_;
};

TEST_F(MatchServiceTest, TakesInBaseListAndCasesAndSignsIt) {
  sight({"known.example"});
  list("listed.example", model::Tlp::kAmber);
  list("lifted.example", model::Tlp::kAmber, true, false);
  const model::Indicator pattern{model::IndicatorKind::kPattern, "evil.*"};
  write("import.batch", [&](store::WriteTx& tx) -> Status {
    TRY_STATUS(tx.add_sightings(
        std::vector<store::Sighting>{{pattern, 1, clock_.now(), clock_.now(), 60, "", {}}}));
    return {};
  });
  write("threat.submitted", [](store::WriteTx& tx) {
    model::Threat threat;
    threat.id = "thr_only";
    threat.indicators = {{model::IndicatorKind::kDomain, "case-only.example", {}}};
    return store::put(tx, threat);
  });
  start();
  const auto now = caught_up();
  ASSERT_TRUE(now);
  const auto state_of = [&](const std::string& name) {
    const auto hit = now->snapshot->lookup_one(ss::Query::domain(name));
    return hit.relation == ss::Relation::kExact
               ? std::string(ss::name(now->snapshot->record(hit.ordinal).state))
               : std::string("none");
  };
  EXPECT_EQ(state_of("known.example"), "known");
  EXPECT_EQ(state_of("listed.example"), "listed");
  EXPECT_EQ(state_of("lifted.example"), "lifted");
  EXPECT_EQ(state_of("case-only.example"), "none") << "a case is for those who may read it";
  EXPECT_TRUE(now->may_know(domain("case-only.example")));
  EXPECT_TRUE(now->may_know(pattern)) << "no snapshot can hold it";
  EXPECT_FALSE(now->may_know({model::IndicatorKind::kPattern, "another.*"}));
  EXPECT_FALSE(now->may_know(domain("stranger.example")));
  EXPECT_FALSE(now->may_know(domain("www.known.example"))) << "below is not the value itself";
  EXPECT_TRUE(ss::verify_signature(*now->snapshot, now->signature, &certificate_));
}

TEST_F(MatchServiceTest, WhatASourceTookBackIsMatchedNoMore_W17_08) {
  sight({"stays.example", "goes.example"});
  write("import.finished", [&](store::WriteTx& tx) -> Status {
    store::Sighting gone{domain("goes.example"), 1, clock_.now(), clock_.now(), 60, "", {}};
    gone.gone_at = clock_.now();
    TRY_STATUS(tx.add_sightings(std::vector<store::Sighting>{gone}));
    return {};
  });
  start();
  const auto now = caught_up();
  ASSERT_TRUE(now);
  const auto found = [&](const std::string& name) {
    return static_cast<bool>(now->snapshot->lookup_one(ss::Query::domain(name)));
  };
  EXPECT_TRUE(found("stays.example"));
  EXPECT_FALSE(found("goes.example"));
  EXPECT_TRUE(now->may_know(domain("goes.example"))) << "the database tells that it was said";
}

TEST_F(MatchServiceTest, FollowsTheJournalAndKeepsBasesForDeltas) {
  sight({"a.example"});
  start();
  const auto first = caught_up();
  ASSERT_TRUE(first);
  EXPECT_FALSE(first->may_know(domain("b.example")));
  sight({"b.example"});
  const auto second = caught_up();
  ASSERT_TRUE(second);
  EXPECT_TRUE(second->may_know(domain("b.example")));
  EXPECT_FALSE(first->may_know(domain("b.example"))) << "a reader keeps what it holds";
  const auto path = service_->delta(first->version());
  ASSERT_TRUE(path);
  const auto next = folder_ / "applied.tsnap";
  ASSERT_TRUE(ss::apply_delta(*first->snapshot, *path, next));
  EXPECT_EQ((*ss::Snapshot::open(next))->sha256(), second->snapshot->sha256());
  for (const char* more : {"c.example", "d.example", "e.example"}) {
    sight({more});
    ASSERT_TRUE(caught_up());
  }
  // Old files go after the new one is served: nobody waits for their removal.
  EXPECT_TRUE(wait_until(std::chrono::seconds(10), std::chrono::milliseconds(5), [&] {
    return service_->versions().size() <= 3;
  })) << "the newest and two bases";
  EXPECT_FALSE(service_->delta(first->version())) << "not kept any more";
}

TEST_F(MatchServiceTest, ALostOrDamagedFileMeansARebuild) {
  sight({"a.example"});
  start();
  const auto first = caught_up();
  ASSERT_TRUE(first);
  stop();
  for (const auto& entry : std::filesystem::directory_iterator(folder_ / "match")) {
    std::ofstream(entry.path(), std::ios::binary | std::ios::trunc) << "no snapshot";
  }
  start();
  ASSERT_TRUE(caught_up());
  stop();
  std::filesystem::remove_all(folder_ / "match");
  start();
  const auto again = caught_up();
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->may_know(domain("a.example")));
}

TEST_F(MatchServiceTest, TheSameVersionIsTheSameBytesAfterARestart) {
  sight({"a.example", "b.example"});
  start();
  const auto first = caught_up();
  ASSERT_TRUE(first);
  stop();
  start();
  const auto again = caught_up();
  ASSERT_TRUE(again);
  EXPECT_EQ(again->snapshot->sha256(), first->snapshot->sha256());
}

TEST_F(MatchServiceTest, NothingThatIsNotPublicIsPublished) {
  sight({"only-known.example"});
  list("clear.example", model::Tlp::kClear);
  list("stopped.example", model::Tlp::kClear, true, true, model::Measure::kStopService);
  list("green.example", model::Tlp::kGreen);
  list("amber.example", model::Tlp::kAmber);
  list("strict.example", model::Tlp::kAmberStrict);
  list("red.example", model::Tlp::kRed);
  list("by-phone.example", model::Tlp::kClear, false);
  list("delisted.example", model::Tlp::kClear, true, false);
  start();
  const auto now = caught_up();
  ASSERT_TRUE(now);
  EXPECT_EQ(now->aside.published.size(), 2U);
  EXPECT_TRUE(published(*now, "clear.example"));
  EXPECT_TRUE(published(*now, "stopped.example"));
  for (const char* secret :
       {"only-known.example", "green.example", "amber.example", "strict.example", "red.example",
        "by-phone.example", "delisted.example"}) {
    EXPECT_FALSE(published(*now, secret)) << secret;
  }
}

TEST(TokenBuckets, FillUpWithTimeAndStayApart) {
  TokenBuckets buckets(1, 3);
  const Instant start = parse_instant("2026-03-05T10:00:00+08:00").value();
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(buckets.take("192.0.2.1:1000", start));
  EXPECT_FALSE(buckets.take("192.0.2.1:2000", start)) << "another port is the same address";
  EXPECT_TRUE(buckets.take("192.0.2.2:1000", start));
  EXPECT_TRUE(buckets.take("192.0.2.1:1000", start.plus(std::chrono::seconds(1))));
  EXPECT_FALSE(buckets.take("192.0.2.1:1000", start.plus(std::chrono::seconds(1))));
}

TEST(TokenBuckets, OneNetworkOfIpv6IsOneAddressAndMemoryIsBounded) {
  const Instant start = parse_instant("2026-03-05T10:00:00+08:00").value();
  TokenBuckets buckets(1, 2, 2);
  EXPECT_TRUE(buckets.take("[2001:db8:0:1::1]:1", start));
  EXPECT_TRUE(buckets.take("[2001:db8:0:1:ffff::2]:1", start));
  EXPECT_FALSE(buckets.take("[2001:db8:0:1::3]:1", start));
  EXPECT_TRUE(buckets.take("192.0.2.1:1", start));
  int allowed = 0;
  for (int i = 1; i < 100; ++i) {
    allowed += buckets.take("198.51.100." + std::to_string(i) + ":1", start) ? 1 : 0;
  }
  EXPECT_EQ(allowed, 2) << "strangers beyond the limit share one bucket";
}

}  // namespace
}  // namespace tocsin::hub
