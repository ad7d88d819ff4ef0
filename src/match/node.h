// One spelling for one node of the graph: indicators as everywhere, entities by their own rules.
#pragma once

#include <string_view>

#include "base/result.h"
#include "model/relation.h"

namespace tocsin::match {

/// The node of that kind. Names of people and companies keep their letters, white space is one
/// blank; families and campaigns are compared without case; certificates are 64 hexadecimal digits
/// (SHA-256, colons allowed); payment accounts lose blanks and hyphens. kInvalid.
Result<model::Node> canonical_node(model::NodeKind kind, std::string_view text);

/// `person:Li Si`, `domain:evil.example`, or an indicator in any spelling.
Result<model::Node> read_node(std::string_view text);

}  // namespace tocsin::match
