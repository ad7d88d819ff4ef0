// Request targets and query strings (RFC 3986, RFC 9112 §3.2), decoded strictly.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace tocsin::http {

/// `%41` -> `A`. kInvalid for a broken escape, a NUL, or a result that is not UTF-8: whatever comes
/// later (JSON, SQL, file names) may then rely on text.
Result<std::string> percent_decode(std::string_view text);
/// Everything but RFC 3986 unreserved characters is escaped: safe in a path segment or a query.
std::string percent_encode(std::string_view text);

using Query = std::vector<std::pair<std::string, std::string>>;
/// `a=1&b=%20` in order; `+` is a space; at most 256 parameters.
Result<Query> parse_query(std::string_view text);

struct Target {
  std::string raw_path;  ///< as sent, begins with `/` (or is `*`)
  std::string path;      ///< decoded
  Query query;
};
/// Origin form, absolute form (scheme and authority are dropped) and `*`. kInvalid for a fragment,
/// control characters, and `.` or `..` segments, encoded or not: no handler ever sees them.
Result<Target> parse_target(std::string_view target);

}  // namespace tocsin::http
