#include "intake/xlsx_cells.h"

#include <charconv>
#include <chrono>
#include <cmath>

#include <fmt/format.h>

namespace tocsin::intake::xlsx {
namespace {

using Look = CellStyle::Look;

constexpr int kMaxColumn = 16384;
constexpr double kSecondsADay = 86'400;
constexpr double kLastDay = 2'958'466;  // 9999-12-31
constexpr double kFrom1904 = 1462;      // days between the two epochs
constexpr std::size_t kExactDigits = 15;

bool is_plain_integer(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  return !text.empty() && text.size() <= kExactDigits &&
         text.find_first_not_of("0123456789") == std::string_view::npos;
}

std::string number(double value) {
  if (std::floor(value) == value && std::abs(value) < 1e15) return fmt::format("{:.0f}", value);
  return fmt::format("{:.15g}", value);
}

std::string clock(std::int64_t second_of_day) {
  return fmt::format("{:02}:{:02}:{:02}", second_of_day / 3600, second_of_day / 60 % 60,
                     second_of_day % 60);
}

/// Days since 1899-12-30, so that Excel's day 60 (a 29 February 1900 that never was) only disturbs
/// what no feed holds.
std::string date(double serial, Look look, bool from_1904) {
  if (from_1904) serial += kFrom1904;
  if (serial < 0 || serial > kLastDay) return number(serial);
  const auto seconds = static_cast<std::int64_t>(std::llround(serial * kSecondsADay));
  const std::int64_t rest = seconds % 86'400;
  if (look == Look::kTime && seconds < 86'400) return clock(rest);
  const std::chrono::sys_days day = std::chrono::sys_days{std::chrono::year{1899} / 12 / 30} +
                                    std::chrono::days{seconds / 86'400};
  const std::chrono::year_month_day d{day};
  const std::string text =
      fmt::format("{:04}-{:02}-{:02}", static_cast<int>(d.year()), static_cast<unsigned>(d.month()),
                  static_cast<unsigned>(d.day()));
  return rest == 0 && look == Look::kDate ? text : text + " " + clock(rest);
}

/// The code without what is only written out: quoted text, escapes, colours and conditions.
std::string letters_of(std::string_view code) {
  std::string out;
  for (std::size_t i = 0; i < code.size(); ++i) {
    const char c = code[i];
    if (c == '\\' || c == '_' || c == '*') {
      ++i;
    } else if (c == '"' || c == '[') {
      const char closing = c == '"' ? '"' : ']';
      // An elapsed time in hours is written in brackets.
      if (c == '[' && i + 1 < code.size() && (code[i + 1] | 0x20) == 'h') out += 'h';
      while (++i < code.size() && code[i] != closing) {
      }
    } else if (c == ';') {
      break;  // the formats of negative numbers and zero
    } else {
      out += c;
    }
  }
  return out;
}

}  // namespace

CellStyle built_in_style(int id) {
  if (id == 9 || id == 10) return {Look::kPercent};
  if ((id >= 18 && id <= 21) || (id >= 45 && id <= 47)) return {Look::kTime};
  // 27 to 36 and 50 to 58 are the dates of Chinese, Japanese and Korean editions.
  if ((id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 50 && id <= 58)) {
    return {Look::kDate};
  }
  return {};
}

CellStyle style_of_code(std::string_view code) {
  if (code == "General" || code == "@") return {};
  const std::string letters = letters_of(code);
  if (letters.size() > 1 && letters.find_first_not_of('0') == std::string::npos) {
    return {Look::kPadded, letters.size()};
  }
  if (letters.find('%') != std::string::npos) return {Look::kPercent};
  const bool day = letters.find_first_of("yYdD") != std::string::npos;
  const bool time = letters.find_first_of("hHsS") != std::string::npos;
  if (day) return {Look::kDate};
  return time ? CellStyle{Look::kTime} : CellStyle{};
}

std::string shown(std::string_view raw, CellStyle style, bool from_1904) {
  double value = 0;
  const auto [end, error] = std::from_chars(raw.data(), raw.data() + raw.size(), value);
  if (error != std::errc() || end != raw.data() + raw.size() || !std::isfinite(value)) {
    return std::string(raw);
  }
  switch (style.look) {
    case Look::kDate:
    case Look::kTime:
      return date(value, style.look, from_1904);
    case Look::kPercent:
      return number(value * 100) + "%";
    case Look::kPadded: {
      const std::string text = number(value);
      if (!is_plain_integer(text) || value < 0 || text.size() >= style.digits) return text;
      return std::string(style.digits - text.size(), '0') + text;
    }
    case Look::kNumber:
      break;
  }
  return is_plain_integer(raw) ? std::string(raw) : number(value);
}

int column_of(std::string_view reference) {
  int column = 0;
  for (const char c : reference) {
    if (c < 'A' || c > 'Z') break;
    column = column * 26 + (c - 'A' + 1);
    if (column > kMaxColumn) return -1;
  }
  return column - 1;
}

}  // namespace tocsin::intake::xlsx
