// What people write: starts and limits.
#include <array>

#include <fmt/format.h>

#include "base/typed_time.h"
#include "law/clock.h"

namespace tocsin::law {
namespace {

struct LimitUnit {
  std::string_view word;
  Unit unit;
  std::int64_t most;
};

constexpr std::array<LimitUnit, 4> kLimitUnits{{{"m", Unit::kMinute, 10'000},
                                                {"h", Unit::kHour, 10'000},
                                                {"wd", Unit::kWorkingDay, 1'000},
                                                {"d", Unit::kCalendarDay, 10'000}}};

}  // namespace

Result<ClockStart> parse_start(std::string_view text) {
  if (const auto date = parse_date(text)) return ClockStart::of(*date);
  TRY(const Instant instant, parse_typed_time(text));
  return ClockStart::of(instant);
}

Result<NoticeLimit> parse_limit(std::string_view text) {
  std::size_t digits = 0;
  while (digits < text.size() && text[digits] >= '0' && text[digits] <= '9') ++digits;
  const std::string_view unit = text.substr(digits);
  for (const auto& [word, meaning, most] : kLimitUnits) {
    if (digits == 0 || unit != word) continue;
    const auto amount = to_int(text.substr(0, digits));  // none: more digits than any number has
    if (amount && *amount >= 1 && *amount <= most) {
      return NoticeLimit{meaning, static_cast<int>(*amount), {}};
    }
    return fail_bi(Code::kInvalid,
                   fmt::format("'{}' is out of range: a limit in this unit is 1{} to {}{}", text,
                               word, most, word),
                   fmt::format("“{}”超出时限范围：应为 1{} 至 {}{}", text, word, most, word),
                   "limit");
  }
  if (const auto until = parse_start(text)) return NoticeLimit{Unit::kHour, 0, *until};
  return fail_bi(
      Code::kInvalid,
      fmt::format("'{}' is not a time limit: give 30m, 24h, 3wd, 5d or a day or time", text),
      fmt::format("“{}”不是时限，应为 30m、24h、3wd（工作日）、5d（日）或具体时刻", text), "limit");
}

}  // namespace tocsin::law
