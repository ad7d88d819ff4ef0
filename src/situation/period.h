// A week, month, quarter or year up to a day, and what it is compared with.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "model/fields.h"

namespace tocsin::situation {

enum class Period { kWeek, kMonth, kQuarter, kYear };
TOCSIN_ENUM_NAMES(Period, "week", "month", "quarter", "year")

/// Days of Asia/Shanghai, both included.
struct Days {
  Date from;
  Date until;
  bool operator==(const Days&) const = default;
};

/// The period that contains `until`, up to it. Compared with the same stretch of the period before
/// and of the year before: an unfinished period with as many days from their beginning, a whole one
/// with whole ones. Weeks begin on Monday; a week of last year is the one 52 weeks before.
struct Compared {
  Period period = Period::kWeek;
  Days current;
  Days previous;
  Days last_year;
};
Compared compared(Period period, Date until);

/// The pieces of which a curve is drawn, in order: days of a week or month, weeks of a quarter,
/// months of a year. The last may be cut.
std::vector<Days> steps(Period period, const Days& days);

}  // namespace tocsin::situation
