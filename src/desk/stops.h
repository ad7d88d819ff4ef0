// The innocent-bystander check on a case: what a list stopped, and who let it through.
#pragma once

#include <vector>

#include "match/guard.h"
#include "model/threat.h"

namespace tocsin::desk {

/// Adds what the guard stops, once each; earlier overrides of the same stop are kept.
void add_stops(const match::Guard& guard, const std::vector<model::CaseIndicator>& indicators,
               std::vector<model::GuardStop>& stops);

/// Refuses naming the lists while a stop is not overridden.
Status require_clear(const std::vector<model::GuardStop>& stops);

}  // namespace tocsin::desk
