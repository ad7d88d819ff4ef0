// The desk's bridge to the law room: a computed deadline becomes a fact of the case.
#pragma once

#include <memory>

#include "law/library.h"
#include "model/common.h"

namespace tocsin::desk {

/// The rule set that this desk's workflow implements.
inline constexpr std::string_view kRuleSet = "miit-202";

/// Computes the clock under the rule set in force at `start`; `limit` is the notice's time limit
/// (`24h`, `3wd`, `7d`), needed by clocks whose length the notice sets (W17-24).
Result<model::ClockFact> compute_clock(const law::Library& law, const std::string& clock,
                                       Instant start, const std::string& limit);

}  // namespace tocsin::desk
