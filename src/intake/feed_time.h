// The spellings of time that feeds use.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "base/time.h"

namespace tocsin::intake {

/// RFC 3339, `2025/10/01 10:25:00`, a bare date, `Fri Aug 21 04:30:01 UTC 2026`,
/// `Sat, 22 Aug 2026 03:00:29 +0200`, seconds since 1970. `utc_offset` is that of times without
/// zone. Years 1990 to 2199 only; anything else is nothing.
std::optional<Instant> parse_feed_time(std::string_view text,
                                       std::chrono::minutes utc_offset = std::chrono::minutes{0});

}  // namespace tocsin::intake
