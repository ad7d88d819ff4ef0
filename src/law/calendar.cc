#include "law/calendar.h"

#include <chrono>

#include <fmt/format.h>

#include "law/reader.h"

namespace tocsin::law {
namespace {

using std::chrono::sys_days;

constexpr int kLastReachableYear = 9000;
constexpr int kMaxRunDays = 60;

std::int64_t number(Date d) { return sys_days{d}.time_since_epoch().count(); }

int year_of(Date d) { return static_cast<int>(d.year()); }

/// `2026-02-15` or `2026-02-15/2026-02-23`, both ends included.
Result<std::pair<Date, Date>> parse_run(std::string_view text) {
  const auto parts = split(text, '/');
  if (parts.size() > 2)
    return fail_bi(Code::kInvalid, fmt::format("'{}' is not a run of days", text),
                   fmt::format("“{}”不是日期区间", text));
  TRY(const Date first, parse_date(parts.front()));
  TRY(const Date last, parse_date(parts.back()));
  if (last < first || number(last) - number(first) >= kMaxRunDays) {
    return fail_bi(Code::kInvalid,
                   fmt::format("'{}' is not a run of at most {} days", text, kMaxRunDays),
                   fmt::format("“{}”不是至多{}天的日期区间", text, kMaxRunDays));
  }
  return std::pair{first, last};
}

/// Notices for a year have moved days from 29 December of the year before on (2007, 2018).
bool next_notice_may_change(Date d) {
  return d.month() == std::chrono::December && unsigned(d.day()) >= 29;
}

}  // namespace

Status Calendar::add_year(const Json& file) {
  TRY(const Reader in, Reader::of(file, ""));
  TRY_STATUS(in.only({"kind", "year", "source", "papers", "holidays"}));
  TRY(const std::int64_t year, in.integer("year", 1949, kLastReachableYear));
  const int y = static_cast<int>(year);
  Year meta;
  TRY(meta.source, in.text("source"));
  TRY(const auto papers, in.strings("papers"));
  meta.papers = join(papers, " ");
  TRY(const auto holidays, in.objects("holidays", 50));
  if (holidays.empty())
    return in.error("holidays", "a year without days is a year not announced",
                    "没有日期的年份即尚未公布的年份");
  std::erase_if(entries_, [&](const auto& e) { return e.second.year == y; });
  for (const Reader& holiday : holidays) {
    TRY_STATUS(holiday.only({"name", "off", "work"}));
    TRY(const Text name, holiday.text("name"));
    for (const bool off : {true, false}) {
      const std::string_view key = off ? "off" : "work";
      TRY(const auto runs, holiday.strings(key));
      for (const std::string& run : runs) {
        auto span = parse_run(run);
        if (!span) return tl::unexpected(std::move(span).error().at(holiday.place_of(key)));
        for (Date d = span->first; d <= span->second; d = add_days(d, 1)) {
          if (std::abs(year_of(d) - y) > 1) {
            return holiday.error(key, fmt::format("{} is not near {}", to_string(d), y),
                                 fmt::format("{}不在{}年前后", to_string(d), y));
          }
          Entry& entry = entries_[number(d)];
          if (entry.year == y) {
            return holiday.error(key, fmt::format("{} is named twice", to_string(d)),
                                 fmt::format("{}重复", to_string(d)));
          }
          if (entry.year < y) entry = Entry{off, y, name};
        }
      }
    }
  }
  years_[y] = std::move(meta);
  return {};
}

Status Calendar::add_fixed(const Json& file) {
  TRY(const Reader in, Reader::of(file, ""));
  TRY_STATUS(in.only({"kind", "source", "note", "days"}));
  TRY(const auto rows, in.objects("days", 50));
  std::vector<Fixed> fixed;
  for (const Reader& row : rows) {
    TRY_STATUS(row.only({"from_year", "name", "days"}));
    TRY(const std::int64_t from, row.integer("from_year", 1949, kLastReachableYear));
    TRY(const Text name, row.text("name"));
    TRY(const auto days, row.strings("days"));
    for (const std::string& day : days) {
      const auto date = parse_date("2000-" + day);
      if (!date)
        return row.error("days", fmt::format("'{}' is not a day MM-DD", day),
                         fmt::format("“{}”不是 MM-DD 形式的日期", day));
      fixed.push_back(
          {static_cast<int>(from), unsigned(date->month()), unsigned(date->day()), name});
    }
  }
  fixed_ = std::move(fixed);
  return {};
}

Day Calendar::day(Date date) const {
  Day out{.date = date, .kind = DayKind::kWorking, .name = {}, .provisional = false};
  const int year = year_of(date);
  out.provisional = !announced(year) || (next_notice_may_change(date) && !announced(year + 1));
  if (const auto found = entries_.find(number(date)); found != entries_.end()) {
    out.kind = found->second.off ? DayKind::kHoliday : DayKind::kMakeUp;
    out.name = found->second.name;
    return out;
  }
  if (!announced(year)) {
    for (const Fixed& f : fixed_) {
      if (year >= f.from_year && unsigned(date.month()) == f.month &&
          unsigned(date.day()) == f.day) {
        out.kind = DayKind::kHoliday;
        out.name = f.name;
        return out;
      }
    }
  }
  const unsigned weekday = std::chrono::weekday{sys_days{date}}.iso_encoding();
  if (weekday >= 6) out.kind = DayKind::kWeekend;
  return out;
}

Result<Walk> Calendar::add_working_days(Date start, int n) const {
  if (n < 1 || n > 2000) {
    return fail_bi(Code::kInvalid, fmt::format("{} working days are not between 1 and 2000", n),
                   fmt::format("工作日数{}不在1至2000之间", n));
  }
  Walk walk{.last = start, .days = {}, .provisional = false};
  while (n > 0) {
    walk.last = add_days(walk.last, 1);
    if (year_of(walk.last) > kLastReachableYear) {
      return fail_bi(Code::kRefused, "the calendar ends before the deadline", "期限超出日历范围");
    }
    Day d = day(walk.last);
    walk.provisional = walk.provisional || d.provisional;
    if (d.working()) --n;
    walk.days.push_back(std::move(d));
  }
  return walk;
}

Walk Calendar::roll_forward(Date date) const {
  Walk walk{.last = date, .days = {}, .provisional = false};
  for (;;) {
    Day d = day(walk.last);
    const bool working = d.working();
    walk.provisional = walk.provisional || d.provisional;
    walk.days.push_back(std::move(d));
    if (working) return walk;
    walk.last = add_days(walk.last, 1);
  }
}

int Calendar::working_days_in(int year) const {
  int count = 0;
  const Date end{std::chrono::year{year + 1}, std::chrono::January, std::chrono::day{1}};
  for (Date d{std::chrono::year{year}, std::chrono::January, std::chrono::day{1}}; d < end;
       d = add_days(d, 1)) {
    if (day(d).working()) ++count;
  }
  return count;
}

std::string Calendar::version() const {
  // FNV-1a: tells two calendars apart, guards nothing.
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const auto& [n, entry] : entries_) {
    for (const std::uint64_t part : {static_cast<std::uint64_t>(n), std::uint64_t{entry.off}}) {
      hash = (hash ^ part) * 0x100000001b3;
    }
  }
  if (years_.empty()) return "none";
  return fmt::format("cn-{}-{}-{:08x}", years_.begin()->first, years_.rbegin()->first,
                     static_cast<std::uint32_t>(hash ^ (hash >> 32)));
}

Text Calendar::source(int year) const {
  const auto found = years_.find(year);
  return found == years_.end() ? Text{} : found->second.source;
}

}  // namespace tocsin::law
