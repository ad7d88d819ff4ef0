// The base is swept by itself, never earlier than the law and the hub's own setting allow (T05-21).
#include "hub/retention_service.h"

#include <filesystem>
#include <unistd.h>

#include <gtest/gtest.h>

#include "model/delivery.h"
#include "store/collections.h"
#include "store/sqlite/sqlite_store.h"

namespace tocsin::hub {
namespace {

constexpr std::chrono::hours kDay{24};

/// The service's thread reads it while the test moves it.
class MovingClock final : public Clock {
 public:
  Instant now() const override { return {micros_.load()}; }
  void advance(std::chrono::microseconds d) { micros_ += d.count(); }

 private:
  std::atomic<std::int64_t> micros_{parse_instant("2026-03-05T10:00:00+08:00").value().micros};
};

class RetentionServiceTest : public testing::Test {
 protected:
  void SetUp() override {
    const auto* info = testing::UnitTest::GetInstance()->current_test_info();
    folder_ = std::filesystem::temp_directory_path() /
              ("tocsin-keep-" + std::string(info->name()) + "-" + std::to_string(::getpid()));
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
    auto opened = store::open_sqlite(folder_ / "hub.db", clock_);
    ASSERT_TRUE(opened) << opened.error().message;
    store_ = std::move(*opened);
    auto rules = law::Library::load_embedded();
    ASSERT_TRUE(rules);
    law_ = std::make_unique<law::CurrentLibrary>(std::move(*rules));
  }
  void TearDown() override {
    service_.reset();
    store_.reset();
    std::filesystem::remove_all(folder_);
  }
  void start(RetentionSettings settings) {
    service_ = std::make_unique<RetentionService>(*store_, *law_, clock_, metrics_, settings);
  }
  /// Waits for a sweep that began at this moment of the test's clock or later.
  void swept() {
    const Instant from = clock_.now();
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    const auto done = [&] {
      const auto now = service_->status();
      return now.started >= from && now.finished >= now.started && !now.running;
    };
    while (!done() && std::chrono::steady_clock::now() < deadline) {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    ASSERT_TRUE(done());
  }
  void sight(int n) {
    std::vector<store::Sighting> rows(static_cast<std::size_t>(n));
    for (int i = 0; i < n; ++i) {
      auto& row = rows[static_cast<std::size_t>(i)];
      row.indicator = {model::IndicatorKind::kDomain, "n" + std::to_string(i) + ".example"};
      row.source = 1;
      row.first_seen = row.last_seen = clock_.now();
      row.valid_until = clock_.now().plus(kDay);
    }
    ASSERT_TRUE(store_->write([&](store::WriteTx& tx) -> Status {
      TRY_STATUS(tx.add_sightings(rows));
      return Status(
          tx.append({"usr_t", "org_t", "test.done", "x", "", {}, {}, {}}).map([](std::uint64_t) {
          }));
    }));
  }
  std::int64_t known() {
    return store_->read([](store::ReadTx& tx) { return tx.count_indicators(); }).value_or(-1);
  }

  std::filesystem::path folder_;
  MovingClock clock_;
  http::Metrics metrics_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<law::CurrentLibrary> law_;
  std::unique_ptr<RetentionService> service_;
};

TEST_F(RetentionServiceTest, ItSweepsByItselfAndNeverBeforeTheHubsOwnFloor_T05_21) {
  sight(30);
  start({std::chrono::milliseconds(10), 300 * kDay, {}});
  clock_.advance(250 * kDay);
  swept();
  const auto limits = service_->limits();
  ASSERT_TRUE(limits);
  EXPECT_GT(limits->law, limits->indicators) << "the setting is longer than the law";
  EXPECT_EQ(limits->deliveries, limits->law);
  EXPECT_EQ(limits->basis.requirement, "T05-21");
  EXPECT_EQ(known(), 30) << "free by law, kept by the setting";
  clock_.advance(60 * kDay);
  swept();
  EXPECT_EQ(known(), 0);
  EXPECT_NE(metrics_.text().find("tocsin_purged_indicators 30"), std::string::npos)
      << metrics_.text();
}

TEST_F(RetentionServiceTest, DeliveriesHaveAFloorOfTheirOwn_T05_21) {
  const auto make = [&](const char* id, model::DeliveryState state) {
    model::Delivery d;
    d.id = id;
    d.subscription = "sub_a";
    d.organization = "org_a";
    d.state = state;
    d.made = clock_.now();
    ASSERT_TRUE(store_->write([&](store::WriteTx& tx) -> Status {
      TRY_STATUS(store::put(tx, d));
      return Status(
          tx.append({"usr_t", "org_t", "test.done", id, "", {}, {}, {}}).map([](std::uint64_t) {}));
    }));
  };
  const auto kept = [&] {
    return store_->read([](store::ReadTx& tx) { return store::scan<model::Delivery>(tx, {}, 10); })
        .value()
        .size();
  };
  make("dlv_sent", model::DeliveryState::kSent);
  make("dlv_waiting", model::DeliveryState::kQueued);
  sight(3);
  start({std::chrono::milliseconds(10), {}, 300 * kDay});
  clock_.advance(250 * kDay);
  swept();
  EXPECT_EQ(known(), 0) << "indicators follow the law, whatever deliveries do";
  EXPECT_EQ(kept(), 2U) << "free by law, kept by the setting";
  clock_.advance(60 * kDay);
  swept();
  EXPECT_EQ(kept(), 1U) << "what still waits for its recipient stays";
}

TEST_F(RetentionServiceTest, APersonSeesWhatWouldGoAndThenTakesItOut) {
  start({std::chrono::hours(1), {}, {}});
  swept();
  sight(30);
  clock_.advance(250 * kDay);
  const auto would = service_->run("usr_a", "org_a", 0, true);
  ASSERT_TRUE(would) << would.error().message;
  EXPECT_EQ(would->counts.indicators, 30);
  EXPECT_TRUE(would->end);
  EXPECT_EQ(known(), 30);
  const auto done = service_->run("usr_a", "org_a", 0, false);
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_EQ(done->counts.indicators, 30);
  EXPECT_EQ(known(), 0);
  const auto entries = store_->read([](store::ReadTx& tx) { return tx.journal(0, 100); });
  ASSERT_TRUE(entries);
  EXPECT_EQ(entries->back().action, "indicators.purged");
  EXPECT_EQ(entries->back().actor, "usr_a");
}

}  // namespace
}  // namespace tocsin::hub
