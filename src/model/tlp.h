// Traffic Light Protocol 2.0 (FIRST): how far a recipient may pass something on.
#pragma once

#include "model/fields.h"

namespace tocsin::model {

/// Ordered: what is allowed at one level is allowed at the levels before it.
enum class Tlp { kClear, kGreen, kAmber, kAmberStrict, kRed };
TOCSIN_ENUM_NAMES(Tlp, "clear", "green", "amber", "amber+strict", "red")

}  // namespace tocsin::model
