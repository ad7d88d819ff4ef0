// What people type becomes an indicator (W17-01), and which indicators would concern it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/indicator.h"

namespace tocsin::public_site {

/// Full-width letters, digits and marks, `。`, `【】` and wide spaces as their plain selves.
std::string plain_marks(std::string_view text);

/// As canonical(), and besides: Chinese punctuation, and bare digits as a telephone number or a
/// sender of short messages.
Result<model::Indicator> read_value(std::string_view text,
                                    std::optional<model::IndicatorKind> hint = std::nullopt);

/// The indicators whose block would reach this one, most specific first: itself; of a URL also
/// without its query, without its scheme, and its host; of a name the names above it down to two
/// labels, and what covers everything below them. Never more than kMostCovering.
std::vector<model::Indicator> covering(const model::Indicator& indicator);
inline constexpr std::size_t kMostCovering = 32;

}  // namespace tocsin::public_site
