#include "enforce/dns/notify_schedule.h"

#include <gtest/gtest.h>

namespace tocsin::enforce::dns {
namespace {

using namespace std::chrono_literals;

class NotifyScheduleTest : public testing::Test {
 protected:
  using Key = NotifySchedule::Key;
  const Key key_{0, "hot.tocsin"};
  NotifySchedule schedule_{NotifyTiming{}};
  NotifySchedule::TimePoint start_{};
};

TEST_F(NotifyScheduleTest, AtOnceThenWithGrowingPausesForever) {
  EXPECT_FALSE(schedule_.next());
  schedule_.changed(key_, start_);
  auto now = start_;
  std::vector<std::chrono::milliseconds> pauses;
  for (int i = 0; i < 12; ++i) {
    ASSERT_EQ(schedule_.take_due(now).size(), 1U);
    EXPECT_TRUE(schedule_.take_due(now).empty());
    const auto next = *schedule_.next();
    pauses.push_back(std::chrono::duration_cast<std::chrono::milliseconds>(next - now));
    now = next;
  }
  EXPECT_EQ(pauses.front(), 300ms);
  EXPECT_EQ(pauses[1], 600ms);
  EXPECT_EQ(pauses.back(), 60s);
  EXPECT_EQ(schedule_.tries(key_), 12);
}

TEST_F(NotifyScheduleTest, AStormIsThinnedButItsEndIsSent) {
  schedule_.changed(key_, start_);
  EXPECT_EQ(schedule_.take_due(start_).size(), 1U);
  schedule_.changed(key_, start_ + 1ms);
  schedule_.changed(key_, start_ + 2ms);
  EXPECT_TRUE(schedule_.take_due(start_ + 4ms).empty());
  EXPECT_EQ(schedule_.take_due(start_ + 5ms).size(), 1U);
}

TEST_F(NotifyScheduleTest, OnlyTheRightAnswerCountsAndTheSerialIsRechecked) {
  schedule_.changed(key_, start_);
  schedule_.take_due(start_);
  schedule_.sent(key_, 42, "mac");
  EXPECT_FALSE(schedule_.expecting(key_, 41));
  EXPECT_EQ(schedule_.expecting(key_, 42), "mac");
  schedule_.answered(key_, start_ + 5ms);
  EXPECT_FALSE(schedule_.expecting(key_, 42)) << "an answer counts once";
  EXPECT_EQ(*schedule_.next(), start_ + 5ms + NotifyTiming{}.recheck);
  schedule_.settled(key_);
  EXPECT_FALSE(schedule_.next());
}

TEST_F(NotifyScheduleTest, AChangeBetweenMessageAndAnswerIsNotLost) {
  schedule_.changed(key_, start_);
  schedule_.take_due(start_);
  schedule_.sent(key_, 42, "");
  schedule_.changed(key_, start_ + 3ms);
  schedule_.answered(key_, start_ + 4ms);
  EXPECT_EQ(schedule_.take_due(start_ + 5ms).size(), 1U);
}

}  // namespace
}  // namespace tocsin::enforce::dns
