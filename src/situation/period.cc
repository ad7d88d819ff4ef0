#include "situation/period.h"

#include <algorithm>

namespace tocsin::situation {
namespace {

using std::chrono::days;
using std::chrono::sys_days;

Date month_begin(Date day) { return day.year() / day.month() / 1; }

/// The first day of the period that contains `day`.
Date begin_of(Period period, Date day) {
  switch (period) {
    case Period::kWeek: {
      const std::chrono::weekday weekday(sys_days{day});
      return add_days(day, -static_cast<int>(weekday.iso_encoding() - 1));
    }
    case Period::kMonth:
      return month_begin(day);
    case Period::kQuarter: {
      const unsigned month = static_cast<unsigned>(day.month());
      return day.year() / std::chrono::month(month - (month - 1) % 3) / 1;
    }
    case Period::kYear:
      return day.year() / std::chrono::January / 1;
  }
  panic(__FILE__, __LINE__, "unknown Period");
}

/// The first day of the period that many periods later.
Date moved(Period period, Date begin, int by) {
  if (period == Period::kWeek) return add_days(begin, 7 * by);
  const int months = period == Period::kMonth ? by : period == Period::kQuarter ? 3 * by : 12 * by;
  return begin + std::chrono::months(months);
}

Date end_of(Period period, Date begin) { return add_days(moved(period, begin, 1), -1); }

}  // namespace

Compared compared(Period period, Date until) {
  const Date begin = begin_of(period, until);
  const bool whole = until == end_of(period, begin);
  const days length = sys_days(until) - sys_days(begin);
  const auto like = [&](Date other) {
    const Date end = end_of(period, other);
    const Date same = add_days(other, static_cast<int>(length.count()));
    return Days{other, whole ? end : std::min(same, end)};
  };
  const Date year_ago =
      period == Period::kWeek ? add_days(begin, -7 * 52) : Date(begin - std::chrono::years(1));
  return {period, {begin, until}, like(moved(period, begin, -1)), like(year_ago)};
}

std::vector<Days> steps(Period period, const Days& all) {
  std::vector<Days> out;
  for (Date from = all.from; from <= all.until;) {
    Date until = from;
    if (period == Period::kQuarter) until = end_of(Period::kWeek, begin_of(Period::kWeek, from));
    if (period == Period::kYear) until = end_of(Period::kMonth, month_begin(from));
    out.push_back({from, std::min(until, all.until)});
    from = add_days(until, 1);
  }
  return out;
}

}  // namespace tocsin::situation
