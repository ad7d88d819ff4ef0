// The provinces, by their codes in GB/T 2260 (W17-03, W17-07).
#pragma once

#include <string_view>

#include "base/text.h"

namespace tocsin::model {

/// Two digits that name a province, autonomous region, municipality or special administrative
/// region.
bool is_province(std::string_view code);

/// Why `code` is refused.
Text not_a_province(std::string_view code);

}  // namespace tocsin::model
