// Deadlines, computed from the rule sets in force when the clock started.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/text.h"
#include "base/time.h"
#include "law/calendar.h"
#include "law/library.h"
#include "law/rule_set.h"

namespace tocsin::law {

/// When the legal fact happened: a moment, or a day whose hour is not known.
struct ClockStart {
  Instant at;
  bool whole_day = false;
  Date date() const { return shanghai_date(at); }
  static ClockStart of(Instant t) { return {t, false}; }
  static ClockStart of(Date d) { return {shanghai_midnight(d), true}; }
};
/// `2026-02-13`, RFC 3339, or `2026-02-13 09:30[:00]` in Asia/Shanghai.
Result<ClockStart> parse_start(std::string_view text);

/// The time limit that a notice states (W17-24): a length, or the moment itself.
struct NoticeLimit {
  Unit unit = Unit::kHour;
  int amount = 0;
  std::optional<ClockStart> until;
};
/// `30m`, `24h`, `3wd` (working days), `5d` (calendar days), or a day or time as in parse_start.
Result<NoticeLimit> parse_limit(std::string_view text);

struct ClockInput {
  std::string clock;  ///< `appeal_file`, `event_report`, ... (docs/law.md lists them)
  ClockStart start;
  std::optional<Level> grade;        ///< ignored by clocks that do not depend on it
  std::optional<NoticeLimit> limit;  ///< for clocks whose length is in the notice
  std::string province;              ///< GB/T 2260 code; empty: national rules only
  std::string rule_set;              ///< only this rule set; empty: all in force
  Policy policy;
};

/// Where the length comes from.
enum class Basis {
  kLaw,
  kNotice,
  kPolicy,  ///< the law gives a word, not a number: a target of ours, its breach is no breach of
            ///< law
};
std::string_view name(Basis basis);

/// A rule that was looked at and gave way to another one.
struct GaveWay {
  std::string rule_set;
  std::string article;
  Instant due;
  std::string due_text;
};

struct Deadline {
  std::string clock;
  Text clock_name;
  std::string rule_set;
  Citation citation;
  Text law_title;
  std::vector<std::string> requirements;
  std::string by;
  std::vector<std::string> to;
  Text start_event;
  ClockStart start;
  Instant due;              ///< for days: the end of the last day (24:00 is the following midnight)
  Date last_day;            ///< in Asia/Shanghai
  std::string cutoff;       ///< `24:00` or close of business; empty for minutes and hours
  Unit unit = Unit::kHour;  ///< of `length`; for policy targets the setting's unit
  int length = 0;
  Text word;            ///< the law's own words where it gives no number
  std::string setting;  ///< the setting that filled the law's silence, may be empty
  std::string setting_value;
  Text setting_why;
  std::optional<Level> grade;
  Basis basis = Basis::kLaw;
  bool floor = false;         ///< keep at least until then, instead of act at latest by then
  bool right = false;         ///< the time protects who acts: the longer one applies
  bool provisional = false;   ///< a year's holidays are not announced yet: recompute then
  bool transitional = false;  ///< ends after its rule's repeal; a started clock keeps its length
  std::vector<Day> days;      ///< every day looked at, counted or skipped, in order
  std::string calendar;       ///< version of the calendar, for day clocks
  std::optional<Citation> counting;  ///< the article on how periods are counted
  Text counting_title;
  std::vector<GaveWay> gave_way;
  Text explanation;
};

/// The deadline, under the rules in force on the start's day in Asia/Shanghai: national and, if
/// given, the province's; the stricter one applies (for a right: the longer one). A clock that
/// started before a repeal keeps its length (regulation section 0, point 3).
/// kNotFound: no rule set knows the clock or the rule set. kRefused: none in force that day has it
/// (the message names which rule had it and when), or the article says nothing is due.
/// kInvalid: the grade, time of day, notice limit or a setting is missing or wrong.
Result<Deadline> compute(const Library& library, const ClockInput& input);

/// When the dispose clock starts if the notice came by phone first (W17-22, setting
/// dispose_clock_start). kInvalid when there is neither, or none that the setting accepts.
Result<Instant> dispose_start(const Library& library, const Policy& policy,
                              std::optional<Instant> phone, std::optional<Instant> written);

}  // namespace tocsin::law
