// What may go goes, in batches that the journal names; what anybody needs stays (T05-21, M11-35).
#include "intake/purge.h"

#include <filesystem>
#include <unistd.h>

#include <gtest/gtest.h>

#include "base/crypto/hash.h"
#include "intake/importer.h"
#include "store/collections.h"
#include "store/sqlite/sqlite_store.h"

namespace tocsin::intake {
namespace {

constexpr std::chrono::hours kDay{24};

class PurgeTest : public testing::Test {
 protected:
  void SetUp() override {
    const auto* info = testing::UnitTest::GetInstance()->current_test_info();
    folder_ = std::filesystem::temp_directory_path() /
              ("tocsin-purge-" + std::string(info->name()) + "-" + std::to_string(::getpid()));
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
    auto opened = store::open_sqlite(folder_ / "hub.db", clock_);
    ASSERT_TRUE(opened) << opened.error().message;
    store_ = std::move(*opened);
  }
  void TearDown() override {
    store_.reset();
    std::filesystem::remove_all(folder_);
  }

  /// A feed whose word holds for two days.
  model::Import import(const std::string& bytes, const std::string& source = "feed") {
    ImportRequest r;
    r.source = source;
    r.format = Format::kPlain;
    r.digest = crypto::sha256_hex(bytes);
    r.by = {"usr_a", "org_a", {}, ""};
    r.expiry.otherwise = 2 * kDay;
    auto run = Importer::start(*store_, clock_, ids_, r);
    EXPECT_TRUE(run) << run.error().message;
    EXPECT_TRUE((*run)->feed(bytes));
    auto done = (*run)->finish();
    EXPECT_TRUE(done) << done.error().message;
    return std::move(*done);
  }
  static std::string names(int from, int to) {
    std::string out;
    for (int i = from; i < to; ++i) out += "n" + std::to_string(i) + ".example\n";
    return out;
  }

  PurgeOrder order(Instant before) const {
    return {before, {"csl-2025", "2025", "23(3)", "T05-21"}, "system:purge", ""};
  }
  PurgeCounts sweep(Instant before, bool preview = false) {
    PurgeCounts sum;
    PurgeStep step;
    do {
      auto next = preview ? purge_preview(*store_, order(before), step.after)
                          : purge_step(*store_, order(before), step.after);
      EXPECT_TRUE(next) << next.error().message;
      step = *next;
      sum.indicators += step.counts.indicators;
      sum.sightings += step.counts.sightings;
      sum.relations += step.counts.relations;
      sum.held += step.counts.held;
    } while (!step.end);
    return sum;
  }

  template <typename F>
  auto read(F&& body) {
    auto result = store_->read(std::forward<F>(body));
    EXPECT_TRUE(result) << (result ? "" : result.error().message);
    return result.value();
  }
  bool known(const std::string& domain) {
    return read([&](store::ReadTx& tx) {
             return tx.find_indicator({model::IndicatorKind::kDomain, domain});
           })
        .has_value();
  }
  std::int64_t count() {
    return read([](store::ReadTx& tx) { return tx.count_indicators(); });
  }
  std::vector<journal::Entry> acts(const std::string& action) {
    std::vector<journal::Entry> out;
    for (auto& e : read([](store::ReadTx& tx) { return tx.journal(0, 10'000); })) {
      if (e.action == action) out.push_back(e);
    }
    return out;
  }
  template <typename T>
  void put(const T& document) {
    const Status done = store_->write([&](store::WriteTx& tx) -> Status {
      TRY_STATUS(store::put(tx, document));
      return Status(tx.append({"usr_a", "org_a", "test.done", document.id, "", {}, {}, {}})
                        .map([](std::uint64_t) {}));
    });
    ASSERT_TRUE(done) << done.error().message;
  }

  std::filesystem::path folder_;
  FakeClock clock_{parse_instant("2026-03-05T10:00:00+08:00").value()};
  IdSource ids_{clock_};
  std::unique_ptr<store::Store> store_;
};

TEST_F(PurgeTest, WhatNobodySaysAnyMoreGoesWithItsActsInTheJournal_T05_21) {
  import(names(0, 2'500));
  clock_.advance(3 * kDay);
  import("n7.example\nyoung.example\n");
  const Instant before = clock_.now().plus(-std::chrono::hours(1));
  const auto told = sweep(before, true);
  EXPECT_EQ(told.indicators, 2'499);
  EXPECT_EQ(count(), 2'501) << "counted, not done";
  const auto done = sweep(before);
  EXPECT_EQ(done.indicators, told.indicators);
  EXPECT_EQ(done.sightings, 2'499);
  EXPECT_EQ(count(), 2);
  EXPECT_TRUE(known("n7.example")) << "sighted again";
  EXPECT_FALSE(known("n8.example"));
  const auto entries = acts("indicators.purged");
  EXPECT_EQ(entries.size(), 3U) << "small batches";
  std::int64_t sum = 0;
  std::int64_t last = 0;
  for (const auto& e : entries) {
    EXPECT_EQ(e.basis.rule_set, "csl-2025");
    EXPECT_EQ(e.basis.article, "23(3)");
    EXPECT_GT(e.data["from"].as_int(), last);
    last = e.data["to"].as_int();
    sum += e.data["indicators"].as_int();
    EXPECT_LE(e.data["indicators"].as_int(), static_cast<std::int64_t>(kPurgedAtOnce));
  }
  EXPECT_EQ(sum, 2'499);
  EXPECT_EQ(sweep(before).indicators, 0) << "once";
  EXPECT_EQ(acts("indicators.purged").size(), 3U) << "nothing done, nothing written";
}

TEST_F(PurgeTest, NothingGoesBeforeItsFloor_T05_21) {
  import(names(0, 10));
  clock_.advance(100 * kDay);
  // Written a hundred days ago, over for 98 days.
  EXPECT_EQ(sweep(clock_.now().plus(-99 * kDay)).indicators, 0);
  EXPECT_EQ(sweep(clock_.now().plus(-97 * kDay)).indicators, 10);
}

TEST_F(PurgeTest, CasesListRelationsAndSubscriptionsHold_M11_35) {
  import(
      "case.example\nlisted.example\nrelated.example\nmine.example\nsub.mine.example\n"
      "192.0.2.7\nfree.example\n");
  const auto domain = [](const char* name) {
    return model::Indicator{model::IndicatorKind::kDomain, name};
  };
  model::Threat threat;
  threat.id = "thr_1";
  threat.number = "T-1";
  threat.indicators = {{model::IndicatorKind::kDomain, "case.example", {}}};
  put(threat);
  model::ListEntry entry;
  entry.id = "lst_1";
  entry.indicator = {model::IndicatorKind::kDomain, "listed.example", {}};
  put(entry);
  model::Subscription subscription;
  subscription.id = "sub_1";
  subscription.concern.domains = {"mine.example"};
  subscription.concern.networks = {"192.0.2.7/32", "0.0.0.0/0"};
  put(subscription);
  store::Claim claim;
  claim.relation = {model::node_of(domain("related.example")), model::RelationKind::kResolvesTo,
                    model::node_of({model::IndicatorKind::kIpv4, "192.0.2.99"})};
  claim.source = 1;
  claim.first_seen = claim.last_seen = clock_.now();
  const auto change = [&](auto&& body) {
    const Status done = store_->write([&](store::WriteTx& tx) -> Status {
      TRY_STATUS(body(tx));
      return Status(
          tx.append({"usr_a", "org_a", "test.done", "x", "", {}, {}, {}}).map([](std::uint64_t) {
          }));
    });
    ASSERT_TRUE(done) << done.error().message;
  };
  change([&](store::WriteTx& tx) { return tx.add_claims({&claim, 1}); });
  clock_.advance(10 * kDay);
  const Instant before = clock_.now();
  EXPECT_EQ(sweep(before, true).held, 5);
  const auto done = sweep(before);
  EXPECT_EQ(done.indicators, 2);
  EXPECT_EQ(done.held, 5);
  EXPECT_FALSE(known("free.example"));
  EXPECT_FALSE(known("sub.mine.example")) << "it lies below a name, and was never named";
  for (const char* kept : {"case.example", "listed.example", "related.example", "mine.example"}) {
    EXPECT_TRUE(known(kept)) << kept;
  }
  // The relation is withdrawn, and its own floor passes.
  change([&](store::WriteTx& tx) { return tx.withdraw_claim(claim.relation, 1, clock_.now()); });
  EXPECT_EQ(sweep(before).relations, 0);
  EXPECT_TRUE(known("related.example"));
  clock_.advance(kDay);
  const auto later = sweep(clock_.now());
  EXPECT_EQ(later.relations, 1);
  EXPECT_EQ(later.indicators, 1);
  EXPECT_FALSE(known("related.example"));
  EXPECT_EQ(acts("relations.purged").size(), 1U);
}

TEST_F(PurgeTest, TheSameFileBringsBackWhatWasPurged) {
  const std::string bytes = names(0, 5);
  import(bytes);
  EXPECT_EQ(import(bytes).number, 1) << "the same file is one run";
  clock_.advance(10 * kDay);
  sweep(clock_.now());
  EXPECT_EQ(count(), 0);
  clock_.advance(kDay);
  const auto again = import(bytes);
  EXPECT_EQ(again.number, 2);
  EXPECT_EQ(again.imported, 5);
  EXPECT_EQ(count(), 5);
}

TEST_F(PurgeTest, AnActSpeaksOfAShortRangeOfIds) {
  // The first and the last of many end; what lies between goes on.
  import(names(0, 1));
  const std::string middle = names(1, kPurgeSpan + 10);
  import(middle, "other");
  import("last.example\n");
  clock_.advance(3 * kDay);
  import("# again\n" + middle, "other");
  EXPECT_EQ(sweep(clock_.now().plus(-std::chrono::hours(1))).indicators, 2);
  const auto entries = acts("indicators.purged");
  ASSERT_EQ(entries.size(), 2U);
  for (const auto& e : entries) EXPECT_EQ(e.data["from"].as_int(), e.data["to"].as_int());
}

}  // namespace
}  // namespace tocsin::intake
