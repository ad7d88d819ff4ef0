// Our indicators in the patterning language of STIX 2.1 (section 9).
#pragma once

#include <string>

#include "model/indicator.h"

namespace tocsin::intake {

struct StixPattern {
  std::string type;  ///< `stix`, or `pcre` for a regular expression that is kept as it is
  std::string text;
};

/// Exactly what the indicator means, never wider. Kinds that STIX has no object for (telephone
/// numbers, short-message ports, apps) use custom objects `x-tocsin-…`.
StixPattern stix_pattern_of(const model::Indicator& indicator);

}  // namespace tocsin::intake
