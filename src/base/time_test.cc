#include "base/time.h"

#include <gtest/gtest.h>

namespace tocsin {
namespace {

TEST(Time, ShanghaiDayStartsAtSixteenUtc) {
  const auto before = parse_instant("2026-03-04T15:59:59.999999Z");
  const auto after = parse_instant("2026-03-04T16:00:00Z");
  ASSERT_TRUE(before && after);
  EXPECT_EQ(to_string(shanghai_date(*before)), "2026-03-04");
  EXPECT_EQ(to_string(shanghai_date(*after)), "2026-03-05");
  EXPECT_EQ(shanghai_midnight(shanghai_date(*after)), *after);
}

TEST(Time, RoundTripsRfc3339) {
  const auto t = parse_instant("2026-03-05T17:30:00.125+08:00");
  ASSERT_TRUE(t);
  EXPECT_EQ(to_string(*t), "2026-03-05T17:30:00.125+08:00");
  EXPECT_EQ(to_display(*t), "2026-03-05 17:30:00");
  EXPECT_EQ(to_utc(*t), "2026-03-05T09:30:00.125Z");
  EXPECT_EQ(to_utc(t->plus(std::chrono::microseconds(1))), "2026-03-05T09:30:00.125001Z");
  EXPECT_EQ(*parse_instant("2026-03-05"), shanghai_midnight(*parse_date("2026-03-05")));
}

TEST(Time, RefusesWhatIsNotATime) {
  for (const char* bad :
       {"", "2026-02-30", "2026-2-3", "2026-03-05T25:00:00Z", "2026-03-05T10:00:00",
        "2026-03-05T10:00:00.Z", "2026-03-05T10:00:00+8:00", "yesterday"}) {
    EXPECT_FALSE(parse_instant(bad)) << bad;
  }
}

}  // namespace
}  // namespace tocsin
