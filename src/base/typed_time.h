// Times as people type them.
#pragma once

#include "base/time.h"

namespace tocsin {

/// RFC 3339, a bare day (00:00), or `2026-02-13 09:30[:00]`; without an offset it is Asia/Shanghai.
/// kInvalid names the spellings.
Result<Instant> parse_typed_time(std::string_view text);

}  // namespace tocsin
