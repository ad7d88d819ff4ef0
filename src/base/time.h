// Instants are UTC microseconds inside; civil dates and texts are Asia/Shanghai outside.
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace tocsin {

/// A point in time, UTC microseconds since 1970. Zero means "not set".
struct Instant {
  std::int64_t micros = 0;
  auto operator<=>(const Instant&) const = default;
  explicit operator bool() const { return micros != 0; }
  Instant plus(std::chrono::microseconds d) const { return {micros + d.count()}; }
  std::chrono::microseconds operator-(Instant other) const {
    return std::chrono::microseconds(micros - other.micros);
  }
};

/// A civil day in Asia/Shanghai.
using Date = std::chrono::year_month_day;

/// UTC+8 all year. China observed summer time only until 1991, before any rule we carry.
inline constexpr std::chrono::hours kShanghaiOffset{8};

/// The civil day, in Asia/Shanghai, on which `t` falls.
Date shanghai_date(Instant t);
/// 00:00 in Asia/Shanghai of that day.
Instant shanghai_midnight(Date d);
Date add_days(Date d, int days);

/// `2026-03-05`; the year has at least four digits.
std::string to_string(Date d);
/// RFC 3339 in Asia/Shanghai: `2026-03-05T17:30:00.000+08:00`; six decimals only where the
/// microseconds need them, so that parse_instant() gives back the same instant.
std::string to_string(Instant t);
/// The same in UTC, for formats that want it: `2026-03-05T09:30:00.000Z`.
std::string to_utc(Instant t);
/// `2026-03-05 17:30:00`, for people, Asia/Shanghai.
std::string to_display(Instant t);

/// Accepts exactly YYYY-MM-DD of an existing day.
Result<Date> parse_date(std::string_view text);
/// Accepts RFC 3339 with any offset and up to six decimals, or a bare date (00:00 Asia/Shanghai).
Result<Instant> parse_instant(std::string_view text);

/// Where time comes from, so that tests can set it.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Instant now() const = 0;
};

/// The machine's wall clock.
class SystemClock final : public Clock {
 public:
  Instant now() const override;
};

/// A clock that stands still until a test moves it.
class FakeClock final : public Clock {
 public:
  explicit FakeClock(Instant start) : now_(start) {}
  Instant now() const override { return now_; }
  void set(Instant t) { now_ = t; }
  void advance(std::chrono::microseconds d) { now_ = now_.plus(d); }

 private:
  Instant now_;
};

}  // namespace tocsin
