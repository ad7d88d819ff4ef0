// The words of MISP for our kinds of indicator.
#pragma once

#include <string>
#include <string_view>

#include "model/indicator.h"

namespace tocsin::intake {

/// An attribute's type, category and value. `exact`: MISP means the same by it as we do; otherwise
/// the kind must stand beside it.
struct MispForm {
  std::string_view type;
  std::string_view category;
  std::string value;
  bool exact = true;
};
MispForm misp_form_of(const model::Indicator& indicator);

/// Machine tags of our own, `tocsin:kind="sm3"`: what an attribute has no member for.
inline constexpr std::string_view kMispNamespace = "tocsin:";
std::string misp_tag(std::string_view predicate, std::string_view value);

}  // namespace tocsin::intake
