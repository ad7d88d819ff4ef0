// What people write: starts and limits.
#include <cctype>

#include <fmt/format.h>

#include "law/clock.h"

namespace tocsin::law {

Result<ClockStart> parse_start(std::string_view text) {
  if (const auto date = parse_date(text)) return ClockStart::of(*date);
  if (const auto instant = parse_instant(text)) return ClockStart::of(*instant);
  // `2026-02-13 09:30` is what people type: Asia/Shanghai.
  if (text.size() == 16 || text.size() == 19) {
    std::string full(text);
    full[10] = 'T';
    if (full.size() == 16) full += ":00";
    if (const auto instant = parse_instant(full + "+08:00")) return ClockStart::of(*instant);
  }
  return fail_bi(Code::kInvalid,
                 fmt::format("'{}' is neither a day (2026-02-13) nor a time "
                             "(2026-02-13T09:30:00+08:00 or '2026-02-13 09:30')",
                             text),
                 fmt::format("“{}”不是日期（2026-02-13）或时刻（2026-02-13 09:30）", text));
}

Result<NoticeLimit> parse_limit(std::string_view text) {
  std::size_t digits = 0;
  while (digits < text.size() && text[digits] >= '0' && text[digits] <= '9') ++digits;
  const auto amount = to_int(text.substr(0, digits));
  const std::string_view unit = text.substr(digits);
  if (amount && *amount >= 1 && *amount <= 10'000) {
    const int n = static_cast<int>(*amount);
    if (unit == "m") return NoticeLimit{Unit::kMinute, n, {}};
    if (unit == "h") return NoticeLimit{Unit::kHour, n, {}};
    if (unit == "wd" && n <= 1000) return NoticeLimit{Unit::kWorkingDay, n, {}};
    if (unit == "d") return NoticeLimit{Unit::kCalendarDay, n, {}};
  }
  if (const auto until = parse_start(text)) return NoticeLimit{Unit::kHour, 0, *until};
  return fail_bi(
      Code::kInvalid,
      fmt::format("'{}' is not a time limit: give 30m, 24h, 3wd, 5d or a day or time", text),
      fmt::format("“{}”不是时限，应为 30m、24h、3wd（工作日）、5d（日）或具体时刻", text), "limit");
}

}  // namespace tocsin::law
