// The desk's bridge to the law room: a computed deadline becomes a fact of the case.
#pragma once

#include <memory>

#include "journal/entry.h"
#include "law/library.h"
#include "model/common.h"

namespace tocsin::desk {

/// The rule set that this desk's workflow implements.
inline constexpr std::string_view kRuleSet = "miit-202";

/// The provision in the version of the rule set that is loaded, for a journal entry.
journal::Basis basis_in(const law::Library& law, std::string_view article,
                        std::string_view requirement);

/// Computes the clock under the rule set in force at `start`; `limit` is the notice's time limit
/// (`24h`, `3wd`, `7d`), needed by clocks whose length the notice sets (W17-24).
Result<model::ClockFact> compute_clock(const law::Library& law, const std::string& clock,
                                       Instant start, const std::string& limit);

}  // namespace tocsin::desk
