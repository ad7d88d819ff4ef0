// What somebody who mistyped a word may have meant.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tocsin {

/// The candidate that a typing mistake may have meant, or nothing.
std::optional<std::string> nearest(std::string_view given,
                                   const std::vector<std::string>& candidates);

}  // namespace tocsin
