// Working days of the People's Republic of China (regulation: working days 工作日 of R202 art 10
// and R545 arts 9, 17). A Sunday can be a working day: weekdays alone say nothing.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "base/text.h"
#include "base/time.h"

namespace tocsin::law {

enum class DayKind {
  kWorking,
  kMakeUp,  ///< a Saturday or Sunday made a working day by the year's notice (调休)
  kWeekend,
  kHoliday,  ///< off by the year's notice, or a fixed statutory day of a year without one
};

struct Day {
  Date date;
  DayKind kind = DayKind::kWorking;
  Text name;                 ///< the holiday it is, or makes up for; empty for plain days
  bool provisional = false;  ///< the notice that could change this day is not loaded
  bool working() const { return kind == DayKind::kWorking || kind == DayKind::kMakeUp; }
};

/// A walk over the calendar: every day looked at, in order, and where it ended.
struct Walk {
  Date last;
  std::vector<Day> days;
  bool provisional = false;
};

/// Days of whole years, as data. A value: adding a year makes a new calendar.
class Calendar {
 public:
  /// Adds a `calendar-year` file. Years may name days of their neighbours (2011-12-31 belongs to
  /// the notice for 2012); where two notices speak of one day the later year's wins.
  Status add_year(const Json& file);
  /// Adds the `calendar-fixed` file: days that are statutory in every year.
  Status add_fixed(const Json& file);

  Day day(Date date) const;
  /// The n-th working day after `start`, which is not counted itself. 1 <= n <= 2000.
  /// kRefused when no such day exists within the calendar's reach (year 9000).
  Result<Walk> add_working_days(Date start, int n) const;
  /// `date`, or the first day after it that is no day of rest (Civil Code art 203).
  Walk roll_forward(Date date) const;
  int working_days_in(int year) const;

  bool announced(int year) const { return years_.contains(year); }
  int last_announced_year() const { return years_.empty() ? 0 : years_.rbegin()->first; }
  /// What a case stores beside its deadlines: the years loaded and a fingerprint of their days.
  std::string version() const;
  /// The notice that fixed the year; empty when it is not loaded.
  Text source(int year) const;

 private:
  struct Entry {
    bool off = false;
    int year = 0;  ///< whose notice
    Text name;
  };
  struct Fixed {
    int from_year = 0;
    unsigned month = 0;
    unsigned day = 0;
    Text name;
  };
  struct Year {
    Text source;
    std::string papers;
  };

  std::map<std::int64_t, Entry> entries_;  // days since 1970-01-01
  std::map<int, Year> years_;
  std::vector<Fixed> fixed_;
};

}  // namespace tocsin::law
