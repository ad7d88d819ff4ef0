// What enforcement points say of themselves: the list version they have, and how far behind it is.
#pragma once

#include <string_view>
#include <vector>

#include "model/list.h"
#include "store/store.h"

namespace tocsin::lists {

/// How sure the acknowledgement is: bytes were delivered, or the point named the version itself.
enum class Rung { kReceived, kLoaded };

/// Records that a point has `version`, once, and fills that rung of the ladder of every task whose
/// entries it now has. An older or equal version changes nothing.
/// `basis` is what its journal entries stand on (W17-24).
Status acknowledge(store::Store& store, const Clock& clock, const journal::Basis& basis,
                   std::string_view point, std::uint64_t version, Rung rung);

/// Desired against actual of one point.
struct PointStatus {
  using is_described = void;
  model::EnforcementPoint point;
  std::uint64_t wanted = 0;  ///< newest list version that it can enforce
  std::int64_t behind = 0;   ///< changes it does not have yet
  std::int64_t lag_ms = 0;   ///< age of the oldest of them
  std::int64_t entries = 0;  ///< live entries of its unit's list, of every kind
  Text note;  ///< what its word does not prove, and what would; empty: nothing to say
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("point", s.point);
    v("wanted", s.wanted);
    v("behind", s.behind);
    v("lag_ms", s.lag_ms);
    v("entries", s.entries);
    v("note", s.note);
  }
};
Result<std::vector<PointStatus>> point_status(store::ReadTx& tx, Instant now);

}  // namespace tocsin::lists
