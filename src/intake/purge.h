// Takes out of the indicator base what nobody says any more and nobody needs, once the law lets it
// go: small batches, each one act in the journal (T05-21, M11-35).
#pragma once

#include <cstdint>
#include <string>

#include "journal/entry.h"
#include "store/store.h"

namespace tocsin::intake {

/// Position of the sweep as a consumer's offset: the highest id that was looked at and purged.
inline constexpr std::string_view kSweepCursor = "purge";
/// The newest limit that anything was purged by, in microseconds: what was written since is whole.
inline constexpr std::string_view kPurgedBeforeCursor = "purge.before";

/// What may go, and who takes it out.
struct PurgeOrder {
  Instant before;        ///< ended before: neither a floor of the law nor the hub's own holds it
  journal::Basis basis;  ///< the floor that held longest
  std::string actor;     ///< user id, or `system:purge`
  std::string organization;
};

struct PurgeCounts {
  std::int64_t indicators = 0;
  std::int64_t sightings = 0;
  std::int64_t relations = 0;
  std::int64_t held = 0;  ///< indicators that a case, the list, a relation or a subscription names
};

/// One step of a sweep over the base.
struct PurgeStep {
  PurgeCounts counts;
  std::int64_t after = 0;  ///< where to go on
  bool end = false;        ///< the sweep has come round
};

/// Looks at the next few thousand indicators behind `after` and purges those that may go. A write
/// transaction takes out at most `kPurgedAtOnce`. A kill at any moment leaves whole batches.
Result<PurgeStep> purge_step(store::Store& store, const PurgeOrder& order, std::int64_t after);
/// The same, counted and not done. Held are also those that only a relation that would go holds.
Result<PurgeStep> purge_preview(store::Store& store, const PurgeOrder& order, std::int64_t after);

/// Bounds of one transaction: of what it deletes, and of the ids that its entry speaks of, because
/// whoever follows the journal looks at each of them.
inline constexpr std::size_t kPurgedAtOnce = 1'000;
inline constexpr std::int64_t kPurgeSpan = 20'000;

}  // namespace tocsin::intake
