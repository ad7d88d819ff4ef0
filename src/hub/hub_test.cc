// What the whole hub does by itself, with a clock that the test moves.
#include "hub/hub.h"

#include <atomic>
#include <thread>
#include <unistd.h>

#include <gtest/gtest.h>

#include "hub/guard_loader.h"
#include "match/canonical.h"
#include "store/store.h"

namespace tocsin::hub {
namespace {

/// The hub's threads read it while the test moves it.
class MovingClock final : public Clock {
 public:
  explicit MovingClock(Instant start) : micros_(start.micros) {}
  Instant now() const override { return {micros_.load()}; }
  void advance(std::chrono::microseconds d) { micros_ += d.count(); }

 private:
  std::atomic<std::int64_t> micros_;
};

class HubTest : public testing::Test {
 protected:
  void SetUp() override {
    const auto* info = testing::UnitTest::GetInstance()->current_test_info();
    options_.data = std::filesystem::temp_directory_path() /
                    ("tocsin-hub-" + std::string(info->name()) + "-" + std::to_string(::getpid()));
    std::filesystem::remove_all(options_.data);
    options_.http.port = 0;
  }
  void TearDown() override {
    if (hub_) hub_->stop();
    hub_.reset();
    std::filesystem::remove_all(options_.data);
  }

  void start() {
    auto started = Hub::start(options_, clock_);
    ASSERT_TRUE(started) << started.error().message;
    hub_ = std::move(*started);
  }
  bool remembered(std::string_view key) {
    const auto answer = hub_->store().read([&](store::ReadTx& tx) { return tx.remembered(key); });
    EXPECT_TRUE(answer) << answer.error().message;
    return answer && answer->has_value();
  }

  HubOptions options_;
  MovingClock clock_{parse_instant("2026-03-05T10:00:00+08:00").value()};
  std::unique_ptr<Hub> hub_;
};

TEST_F(HubTest, AnswersAreForgottenAfterTheSetTime) {
  options_.remember_answers = std::chrono::hours(2);
  start();
  ASSERT_TRUE(hub_->store().write([&](store::WriteTx& tx) -> Status {
    TRY_STATUS(tx.remember("for good", "a", {}));
    TRY_STATUS(tx.remember("old", "a", clock_.now()));
    return tx.remember("young", "a", clock_.now().plus(std::chrono::hours(1)));
  }));
  clock_.advance(std::chrono::minutes(121));
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (remembered("old") && std::chrono::steady_clock::now() < deadline) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  EXPECT_FALSE(remembered("old"));
  EXPECT_TRUE(remembered("young"));
  EXPECT_TRUE(remembered("for good"));
}

TEST(GuardLoader, TheProbesNamesAreReserved) {
  const auto guard = load_guard("", {"canary.tocsin.example", ""});
  ASSERT_TRUE(guard) << guard.error().message;
  const auto stops = (*guard)->check(*match::canonical("canary.tocsin.example"));
  ASSERT_EQ(stops.size(), 1U);
  EXPECT_EQ(stops[0].list, match::kReservedList);
}

}  // namespace
}  // namespace tocsin::hub
