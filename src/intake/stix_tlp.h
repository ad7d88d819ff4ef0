// The marking definitions of the Traffic Light Protocol that STIX predefines. Others are not
// invented: a marking that is not here decides nothing.
#pragma once

#include <optional>
#include <string_view>

#include "base/json.h"
#include "model/tlp.h"

namespace tocsin::intake {

/// The level of a predefined marking definition.
std::optional<model::Tlp> stix_tlp_named(std::string_view marking);
/// The strictest level among `object_marking_refs`; clear when there is none that is known. Both
/// the definitions of TLP 1 (STIX 2.0 and 2.1) and of TLP 2.0 (OASIS extension) count.
model::Tlp stix_tlp_of(const Json& object);
/// Id of the TLP 2.0 marking definition.
std::string_view stix_marking_id(model::Tlp level);
/// The definition itself, as OASIS published it.
Json stix_marking_definition(model::Tlp level);

}  // namespace tocsin::intake
