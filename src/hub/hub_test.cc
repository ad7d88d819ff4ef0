// What the whole hub does by itself, with a clock that the test moves.
#include "hub/hub.h"

#include <atomic>
#include <thread>
#include <unistd.h>

#include <gtest/gtest.h>

#include "base/file.h"
#include "hub/clock_check.h"
#include "hub/folder_lock.h"
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

TEST_F(HubTest, AClockThatWasSetBackIsSaid) {
  start();
  ASSERT_TRUE(hub_->store().write([&](store::WriteTx& tx) -> Status {
    TRY_STATUS(tx.append({"test", "", "test.entry", "x", "", {}, {}, {}}));
    return {};
  }));
  EXPECT_EQ(clock_behind(hub_->store(), clock_)->count(), 0);
  clock_.advance(-std::chrono::seconds(3));
  EXPECT_EQ(clock_behind(hub_->store(), clock_)->count(), 0) << "corrections are usual";
  clock_.advance(-std::chrono::minutes(10));
  EXPECT_EQ(clock_behind(hub_->store(), clock_)->count(), 603);
  const Text said = clock_warning(std::chrono::seconds(603));
  for (const auto& text : {said.zh, said.en}) EXPECT_NE(text.find("603"), std::string::npos);
}

TEST(GuardLoader, TheProbesNamesAreReserved) {
  const auto guard = load_guard("", {"canary.tocsin.example", ""});
  ASSERT_TRUE(guard) << guard.error().message;
  const auto stops = guard->guard->check(*match::canonical("canary.tocsin.example"));
  ASSERT_EQ(stops.size(), 1U);
  EXPECT_EQ(stops[0].list, match::kReservedList);
  EXPECT_TRUE(guard->bare());
}

TEST(GuardLoader, PublicResolversAreStoppedByName) {
  const auto guard = load_guard("", {});
  ASSERT_TRUE(guard) << guard.error().message;
  EXPECT_EQ(guard->built_in_lists, 3U);
  for (const char* address : {"8.8.8.8", "8.8.4.4", "1.1.1.1", "9.9.9.9", "114.114.114.114",
                              "223.5.5.5", "119.29.29.29", "180.76.76.76", "2001:4860:4860::8888",
                              "2606:4700:4700::1111", "2400:3200::1", "2402:4e00::"}) {
    const auto stops = guard->guard->check(*match::canonical(address));
    ASSERT_EQ(stops.size(), 1U) << address;
    EXPECT_EQ(stops[0].list, "public-resolvers") << address;
  }
  EXPECT_EQ(guard->guard->check(*match::canonical("dns.alidns.com")).size(), 1U);
  EXPECT_TRUE(guard->guard->check(*match::canonical("8.8.8.9")).empty());
}

TEST(GuardLoader, ServicesOfMillionsAreStoppedButNotTheirPages) {
  const auto guard = load_guard("", {});
  ASSERT_TRUE(guard) << guard.error().message;
  for (const char* name : {"baidu.com", "www.baidu.com", "pay.weixin.qq.com", "12306.cn"}) {
    const auto stops = guard->guard->check(*match::canonical(name));
    ASSERT_EQ(stops.size(), 1U) << name;
    EXPECT_EQ(stops[0].list, "public-services") << name;
  }
  const auto page = *match::canonical("http://docs.google.com/forms/phish");
  EXPECT_TRUE(guard->guard->check(page).empty());
  EXPECT_FALSE(guard->guard->check_host_block(page).empty());
  EXPECT_TRUE(guard->guard->check(*match::canonical("notbaidu.com")).empty());
}

TEST(GuardLoader, TheFolderBesideTheDataIsUsedUnlessAnotherIsNamed) {
  const auto data =
      std::filesystem::temp_directory_path() / ("tocsin-guard-" + std::to_string(::getpid()));
  std::filesystem::remove_all(data);
  EXPECT_EQ(guard_folder("", data), "");
  std::filesystem::create_directories(data / "guard");
  EXPECT_EQ(guard_folder("", data), data / "guard");
  EXPECT_EQ(guard_folder("/named", data), "/named");
  ASSERT_TRUE(write_file(data / "guard" / "protected.txt", "# ours\nbank.example\n"));
  const auto guard = load_guard(guard_folder("", data), {});
  ASSERT_TRUE(guard) << guard.error().message;
  EXPECT_FALSE(guard->bare());
  EXPECT_EQ(guard->protected_values, 1U);
  EXPECT_EQ(guard->guard->check(*match::canonical("bank.example")).size(), 1U);
  // A slip stops the start, and says where it is.
  ASSERT_TRUE(write_file(data / "guard" / "protected.txt", "# ours\nbank.example\n\n!! x\n"));
  const auto slip = load_guard(guard_folder("", data), {});
  ASSERT_FALSE(slip);
  EXPECT_EQ(slip.error().code, Code::kInvalid);
  EXPECT_EQ(slip.error().field, (data / "guard" / "protected.txt").string() + ":4");
  EXPECT_NE(slip.error().message.find("'!! x'"), std::string::npos);
  EXPECT_NE(slip.error().message_zh.find("'!! x'"), std::string::npos);
  std::filesystem::remove_all(data);
}

TEST(FolderLock, TheSecondHubIsToldWhoHoldsTheFolder) {
  const auto data =
      std::filesystem::temp_directory_path() / ("tocsin-lock-" + std::to_string(::getpid()));
  std::filesystem::create_directories(data);
  {
    const auto first = FolderLock::take(data);
    ASSERT_TRUE(first) << first.error().message;
    const auto second = FolderLock::take(data);
    ASSERT_FALSE(second);
    const std::string pid = std::to_string(::getpid());
    EXPECT_NE(second.error().message.find(pid), std::string::npos);
    EXPECT_NE(second.error().message_zh.find(pid), std::string::npos);
  }
  EXPECT_TRUE(FolderLock::take(data)) << "let go with the object";
  std::filesystem::remove_all(data);
}

}  // namespace
}  // namespace tocsin::hub
