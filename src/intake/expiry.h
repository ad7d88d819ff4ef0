// How long a source's word holds where it states no end itself, by kind of indicator.
#pragma once

#include <chrono>
#include <map>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "model/indicator.h"

namespace tocsin::intake {

/// Addresses change hands within days, names within months, hashes never: one length for all kinds
/// is always wrong for one of them. It ends what the source said, never a measure (W17-27).
struct Expiry {
  std::map<model::IndicatorKind, std::chrono::hours> by_kind;
  std::chrono::hours otherwise{0};  ///< 0: without end

  /// When the word ends that was last spoken at `said`, which is the feed's own date or, where that
  /// is older, the import; not set: never.
  Instant end(model::IndicatorKind kind, Instant said) const;
  /// The shortest length that is set; 0: nothing ends.
  std::chrono::hours shortest() const;
};

/// `ipv4:7,domain:90` in days, 1 to 7320; 0 is without end. kInvalid (field `expiry`).
Status read_expiry(std::string_view text, Expiry& out);

}  // namespace tocsin::intake
