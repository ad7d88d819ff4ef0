// n6's words for confidence and restriction; reader and writer agree here.
#pragma once

#include <optional>
#include <string_view>

#include "intake/reader.h"

namespace tocsin::intake::n6 {

/// low 25, medium 50, high 80; confidence_word() leads back.
std::optional<int> confidence_named(std::string_view word);
std::string_view confidence_word(int level);

/// public is clear, need-to-know amber, internal red. The words are fewer than TLP's, so an unset,
/// green or amber item leaves as need-to-know: never wider than it came.
std::optional<Tlp> restriction_named(std::string_view word);
std::string_view restriction_word(Tlp tlp);

}  // namespace tocsin::intake::n6
