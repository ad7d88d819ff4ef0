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

/// What the retention floors of the rule sets let go of at a moment (T05-21, M11-35).
struct Released {
  Instant before;        ///< records that ended earlier are held by no law any more
  journal::Basis basis;  ///< the floor that holds the ones after them
};
/// Floors are those in force on the day on which a record ended, so a shorter floor of today does
/// not free what an earlier, longer one still holds. Errors: those of law::compute.
Result<Released> released_by_law(const law::Library& law, Instant now);

}  // namespace tocsin::desk
