// Periods and what they are compared with: a wrong day here is a wrong number everywhere.
#include "situation/period.h"

#include <gtest/gtest.h>

namespace tocsin::situation {
namespace {

Date day(const char* text) { return parse_date(text).value(); }
std::string text(const Days& days) { return to_string(days.from) + ".." + to_string(days.until); }

struct Case {
  Period period;
  const char* until;
  const char* current;
  const char* previous;
  const char* last_year;
};

TEST(Period, IsComparedWithTheSameStretch) {
  const Case cases[] = {// A Thursday, a whole week, the week over New Year.
                        {Period::kWeek, "2026-03-05", "2026-03-02..2026-03-05",
                         "2026-02-23..2026-02-26", "2025-03-03..2025-03-06"},
                        {Period::kWeek, "2026-03-08", "2026-03-02..2026-03-08",
                         "2026-02-23..2026-03-01", "2025-03-03..2025-03-09"},
                        {Period::kWeek, "2026-01-01", "2025-12-29..2026-01-01",
                         "2025-12-22..2025-12-25", "2024-12-30..2025-01-02"},
                        // A whole month beside a shorter and a leap one; a month that is not over.
                        {Period::kMonth, "2026-03-31", "2026-03-01..2026-03-31",
                         "2026-02-01..2026-02-28", "2025-03-01..2025-03-31"},
                        {Period::kMonth, "2025-02-28", "2025-02-01..2025-02-28",
                         "2025-01-01..2025-01-31", "2024-02-01..2024-02-29"},
                        {Period::kMonth, "2026-03-30", "2026-03-01..2026-03-30",
                         "2026-02-01..2026-02-28", "2025-03-01..2025-03-30"},
                        {Period::kQuarter, "2026-03-31", "2026-01-01..2026-03-31",
                         "2025-10-01..2025-12-31", "2025-01-01..2025-03-31"},
                        {Period::kQuarter, "2026-05-10", "2026-04-01..2026-05-10",
                         "2026-01-01..2026-02-09", "2025-04-01..2025-05-10"},
                        {Period::kYear, "2026-12-31", "2026-01-01..2026-12-31",
                         "2025-01-01..2025-12-31", "2025-01-01..2025-12-31"}};
  for (const auto& c : cases) {
    const auto found = compared(c.period, day(c.until));
    EXPECT_EQ(text(found.current), c.current) << c.until;
    EXPECT_EQ(text(found.previous), c.previous) << c.until;
    EXPECT_EQ(text(found.last_year), c.last_year) << c.until;
  }
}

TEST(Period, StepsCoverEveryDayOnce) {
  for (const Period period : {Period::kWeek, Period::kMonth, Period::kQuarter, Period::kYear}) {
    for (const char* until : {"2026-03-05", "2024-02-29", "2026-12-31"}) {
      const auto days = compared(period, day(until)).current;
      const auto all = steps(period, days);
      ASSERT_FALSE(all.empty());
      EXPECT_EQ(all.front().from, days.from);
      EXPECT_EQ(all.back().until, days.until);
      for (std::size_t i = 1; i < all.size(); ++i) {
        EXPECT_EQ(all[i].from, add_days(all[i - 1].until, 1));
      }
    }
  }
  EXPECT_EQ(steps(Period::kYear, compared(Period::kYear, day("2026-12-31")).current).size(), 12U);
}

}  // namespace
}  // namespace tocsin::situation
