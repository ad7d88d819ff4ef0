// The part of the STIX patterning language that names single indicators.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace tocsin::intake {

/// `object:path = 'value'`; the path without quotes around its keys.
struct StixComparison {
  std::string path;   ///< `file:hashes.SHA-256`, `domain-name:value`
  std::string value;  ///< unescaped
};

/// Comparisons joined by OR, inside one observation or between several, `=` and IN and (for address
/// objects) ISSUBSET. AND only where the facts are one indicator: the value and port of a
/// destination become `network-traffic:endpoint`, the type and login of an account
/// `user-account:account`. MATCHES only in the two shapes that our own export writes
/// (`domain-name:below`, `url:host-path`). Everything else that needs more than one fact
/// (FOLLOWEDBY, qualifiers, negation, LIKE) is refused: taking one of its parts would block too
/// much. At most 1,000 comparisons.
Result<std::vector<StixComparison>> parse_stix_pattern(std::string_view pattern);

}  // namespace tocsin::intake
