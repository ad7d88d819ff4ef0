#include "base/typed_time.h"

#include <fmt/format.h>

namespace tocsin {

Result<Instant> parse_typed_time(std::string_view text) {
  if (const auto instant = parse_instant(text)) return *instant;
  if (text.size() == 16 || text.size() == 19) {
    std::string full(text);
    full[10] = text[10] == ' ' ? 'T' : text[10];
    if (full.size() == 16) full += ":00";
    if (const auto instant = parse_instant(full + "+08:00")) return *instant;
  }
  return fail_bi(Code::kInvalid,
                 fmt::format("'{}' is neither a day (2026-02-13) nor a time "
                             "(2026-02-13T09:30:00+08:00 or '2026-02-13 09:30')",
                             text),
                 fmt::format("“{}”不是日期（2026-02-13）或时刻（2026-02-13 09:30）", text));
}

}  // namespace tocsin
