#include "intake/feed_time.h"

#include <array>
#include <vector>

#include "base/text.h"

namespace tocsin::intake {
namespace {

struct Parts {
  int year = 0;
  int month = 0;
  int day = 0;
  int hour = 0;
  int minute = 0;
  int second = 0;
  std::int64_t micros = 0;
  std::optional<std::chrono::minutes> offset;
};

std::optional<Instant> assemble(const Parts& p, std::chrono::minutes fallback) {
  const std::chrono::year_month_day date{std::chrono::year{p.year},
                                         std::chrono::month{static_cast<unsigned>(p.month)},
                                         std::chrono::day{static_cast<unsigned>(p.day)}};
  if (!date.ok() || p.year < 1990 || p.year > 2199 || p.hour > 23 || p.minute > 59 ||
      p.second > 60) {
    return std::nullopt;
  }
  const auto seconds = std::chrono::sys_days{date} + std::chrono::hours{p.hour} +
                       std::chrono::minutes{p.minute} + std::chrono::seconds{p.second} -
                       p.offset.value_or(fallback);
  return Instant{
      std::chrono::duration_cast<std::chrono::microseconds>(seconds.time_since_epoch()).count() +
      p.micros};
}

int number(std::string_view text) {
  if (text.empty() || text.size() > 4) return -1;
  int value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return -1;
    value = value * 10 + (c - '0');
  }
  return value;
}

bool read_clock(std::string_view text, Parts& p) {
  const std::size_t dot = text.find('.');
  if (dot != std::string_view::npos) {
    std::int64_t scale = 100000;
    for (const char c : text.substr(dot + 1)) {
      if (c < '0' || c > '9') return false;
      p.micros += (c - '0') * scale;
      scale /= 10;
    }
  }
  const auto fields = split(text.substr(0, dot), ':');
  if (fields.size() < 2 || fields.size() > 3) return false;
  p.hour = number(fields[0]);
  p.minute = number(fields[1]);
  p.second = fields.size() == 3 ? number(fields[2]) : 0;
  return p.hour >= 0 && p.minute >= 0 && p.second >= 0;
}

bool read_zone(std::string_view text, Parts& p) {
  if (text == "Z" || text == "UTC" || text == "GMT") {
    p.offset = std::chrono::minutes{0};
    return true;
  }
  if (text.size() < 5 || (text[0] != '+' && text[0] != '-')) return false;
  const int hours = number(text.substr(1, 2));
  const int minutes = number(text.substr(text[3] == ':' ? 4 : 3));
  if (hours < 0 || minutes < 0 || hours > 14 || minutes > 59) return false;
  const std::chrono::minutes offset{hours * 60 + minutes};
  p.offset = text[0] == '-' ? -offset : offset;
  return true;
}

bool read_date(std::string_view text, Parts& p) {
  const auto fields = split(text, text.find('/') != std::string_view::npos ? '/' : '-');
  if (fields.size() != 3 || fields[0].size() != 4) return false;
  p.year = number(fields[0]);
  p.month = number(fields[1]);
  p.day = number(fields[2]);
  return p.month > 0 && p.day > 0;
}

int month_named(std::string_view text) {
  static constexpr std::array<std::string_view, 12> kMonths = {
      "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"};
  for (std::size_t i = 0; i < kMonths.size(); ++i) {
    if (text.size() >= 3 && iequals(text.substr(0, 3), kMonths[i])) return static_cast<int>(i) + 1;
  }
  return 0;
}

/// Clock with an attached zone: `12:11:28Z`, `10:25:00.5+08:00`.
bool read_clock_and_zone(std::string_view text, Parts& p) {
  const std::size_t zone = text.find_first_of("Z+-");
  if (zone != std::string_view::npos) {
    if (!read_zone(text.substr(zone), p)) return false;
    text = text.substr(0, zone);
  }
  return read_clock(text, p);
}

bool read_word(std::string_view word, Parts& p) {
  if (word.find(':') != std::string_view::npos && number(word.substr(0, 2)) >= 0) {
    return read_clock_and_zone(word, p);
  }
  if (read_zone(word, p)) return true;
  if (const int value = number(word); value >= 0) {
    (word.size() == 4 ? p.year : p.day) = value;
    return true;
  }
  if (const int month = month_named(word)) {
    p.month = month;
    return true;
  }
  static constexpr std::string_view kDays = "mon tue wed thu fri sat sun";
  return word.size() >= 3 && kDays.find(to_lower(word.substr(0, 3))) != std::string_view::npos;
}

}  // namespace

std::optional<Instant> parse_feed_time(std::string_view text, std::chrono::minutes utc_offset) {
  text = trim(text);
  if (text.size() < 8 || text.size() > 64) return std::nullopt;
  if (text.size() <= 11) {
    if (const auto seconds = to_int(text)) {
      if (*seconds < 631152000 || *seconds > 7258118400) return std::nullopt;
      return Instant{*seconds * 1'000'000};
    }
  }
  Parts p;
  const std::size_t gap = text.find_first_of(" T");
  if (read_date(text.substr(0, gap), p)) {
    if (gap == std::string_view::npos) return assemble(p, utc_offset);
    std::string_view rest = trim(text.substr(gap + 1));
    if (const std::size_t space = rest.find(' '); space != std::string_view::npos) {
      if (!read_zone(trim(rest.substr(space)), p)) return std::nullopt;
      rest = rest.substr(0, space);
    }
    if (!read_clock_and_zone(rest, p)) return std::nullopt;
    return assemble(p, utc_offset);
  }
  p = {};
  for (std::string_view word : split(text, ' ')) {
    if (word.ends_with(',')) word.remove_suffix(1);
    if (!word.empty() && !read_word(word, p)) return std::nullopt;
  }
  return assemble(p, utc_offset);
}

}  // namespace tocsin::intake
