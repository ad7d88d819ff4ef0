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
/// objects) ISSUBSET. Everything that needs more than one fact (AND, FOLLOWEDBY, qualifiers,
/// negation, LIKE, MATCHES) is refused: taking one of its parts would block too much.
/// At most 1,000 comparisons.
Result<std::vector<StixComparison>> parse_stix_pattern(std::string_view pattern);

}  // namespace tocsin::intake
