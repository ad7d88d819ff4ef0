// The provinces, by their codes in GB/T 2260 (W17-03, W17-07).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace tocsin::model {

/// The two digits of a province, autonomous region, municipality or special administrative region,
/// from them (`51`) or from a code of six digits (`510000`), which belongs to the province that it
/// begins with. kInvalid; `field` and `rule` are those of the error.
Result<std::string> province_of(std::string_view code, std::string_view field,
                                std::string_view rule);
/// The same for several.
Result<std::vector<std::string>> provinces_of(const std::vector<std::string>& codes,
                                              std::string_view field, std::string_view rule);

}  // namespace tocsin::model
