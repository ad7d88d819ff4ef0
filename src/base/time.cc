#include "base/time.h"

#include <charconv>

#include <fmt/format.h>

namespace tocsin {
namespace {

using std::chrono::sys_days;

/// Reads exactly `width` digits at `pos`.
bool digits(std::string_view text, std::size_t pos, std::size_t width, int& out) {
  if (pos + width > text.size()) return false;
  for (std::size_t i = pos; i < pos + width; ++i) {
    if (text[i] < '0' || text[i] > '9') return false;
  }
  return std::from_chars(text.data() + pos, text.data() + pos + width, out).ec == std::errc{};
}

struct Civil {
  Date date;
  std::int64_t micros_of_day;
};

Civil civil(Instant t) {
  constexpr std::int64_t kDay = 86'400'000'000;
  const std::int64_t local =
      t.micros + std::chrono::duration_cast<std::chrono::microseconds>(kShanghaiOffset).count();
  std::int64_t day = local / kDay;
  std::int64_t rest = local % kDay;
  if (rest < 0) {
    rest += kDay;
    --day;
  }
  return {Date{sys_days{std::chrono::days{day}}}, rest};
}

}  // namespace

Date shanghai_date(Instant t) { return civil(t).date; }

Instant shanghai_midnight(Date d) {
  const auto utc = sys_days{d} - kShanghaiOffset;
  return {std::chrono::duration_cast<std::chrono::microseconds>(utc.time_since_epoch()).count()};
}

Date add_days(Date d, int days) { return Date{sys_days{d} + std::chrono::days{days}}; }

std::string to_string(Date d) {
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(d.year()),
                     static_cast<unsigned>(d.month()), static_cast<unsigned>(d.day()));
}

std::string to_string(Instant t) {
  const auto [date, us] = civil(t);
  const std::string seconds =
      fmt::format("{}T{:02}:{:02}:{:02}", to_string(date), us / 3'600'000'000, us / 60'000'000 % 60,
                  us / 1'000'000 % 60);
  return us % 1000 == 0 ? fmt::format("{}.{:03}+08:00", seconds, us / 1000 % 1000)
                        : fmt::format("{}.{:06}+08:00", seconds, us % 1'000'000);
}

std::string to_utc(Instant t) {
  const std::string civil_text = to_string(t.plus(-kShanghaiOffset));  // the clock set back
  return civil_text.substr(0, civil_text.find('+')) + "Z";
}

std::string to_display(Instant t) {
  const auto [date, us] = civil(t);
  return fmt::format("{} {:02}:{:02}:{:02}", to_string(date), us / 3'600'000'000,
                     us / 60'000'000 % 60, us / 1'000'000 % 60);
}

Result<Date> parse_date(std::string_view text) {
  int y = 0;
  int m = 0;
  int d = 0;
  if (text.size() == 10 && text[4] == '-' && text[7] == '-' && digits(text, 0, 4, y) &&
      digits(text, 5, 2, m) && digits(text, 8, 2, d)) {
    const Date date{std::chrono::year{y}, std::chrono::month{static_cast<unsigned>(m)},
                    std::chrono::day{static_cast<unsigned>(d)}};
    if (date.ok()) return date;
  }
  return fail_bi(Code::kInvalid, fmt::format("'{}' is not a day written YYYY-MM-DD", text),
                 fmt::format("“{}”不是 YYYY-MM-DD 形式的日期", text));
}

Result<Instant> parse_instant(std::string_view text) {
  if (text.size() == 10) {
    TRY(const Date date, parse_date(text));
    return shanghai_midnight(date);
  }
  const auto bad = [&] {
    return fail_bi(Code::kInvalid, fmt::format("'{}' is not an RFC 3339 time", text),
                   fmt::format("“{}”不是 RFC 3339 时间", text), {}, "RFC3339-5.6");
  };
  if (text.size() < 20 || (text[10] != 'T' && text[10] != ' ' && text[10] != 't')) return bad();
  const auto date = parse_date(text.substr(0, 10));
  int h = 0;
  int mi = 0;
  int s = 0;
  if (!date || !digits(text, 11, 2, h) || text[13] != ':' || !digits(text, 14, 2, mi) ||
      text[16] != ':' || !digits(text, 17, 2, s) || h > 23 || mi > 59 || s > 60) {
    return bad();
  }
  std::size_t pos = 19;
  std::int64_t micros = 0;
  if (text[pos] == '.') {
    std::int64_t unit = 100'000;
    const std::size_t first = ++pos;
    while (pos < text.size() && text[pos] >= '0' && text[pos] <= '9') {
      micros += (text[pos] - '0') * unit;
      unit /= 10;
      ++pos;
    }
    if (pos == first || pos - first > 9) return bad();
  }
  if (pos >= text.size()) return bad();
  std::int64_t offset_min = 0;
  if (text[pos] == 'Z' || text[pos] == 'z') {
    if (pos + 1 != text.size()) return bad();
  } else {
    int oh = 0;
    int om = 0;
    if (pos + 6 != text.size() || (text[pos] != '+' && text[pos] != '-') ||
        !digits(text, pos + 1, 2, oh) || text[pos + 3] != ':' || !digits(text, pos + 4, 2, om) ||
        oh > 23 || om > 59) {
      return bad();
    }
    offset_min = (text[pos] == '-' ? -1 : 1) * (oh * 60 + om);
  }
  const std::int64_t days = sys_days{*date}.time_since_epoch().count();
  const std::int64_t seconds = days * 86'400 + h * 3'600 + mi * 60 + s - offset_min * 60;
  return Instant{seconds * 1'000'000 + micros};
}

Instant SystemClock::now() const {
  const auto t = std::chrono::system_clock::now().time_since_epoch();
  return {std::chrono::duration_cast<std::chrono::microseconds>(t).count()};
}

}  // namespace tocsin
