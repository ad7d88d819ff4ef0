// A threat that was dealt with and is seen again (W17-08).
#pragma once

#include <string>
#include <vector>

#include "model/common.h"

namespace tocsin::model {

/// What had ended when it was seen again.
enum class RelapseOccasion {
  kClosed,   ///< the case
  kLifted,   ///< the measure, after an appeal
  kVerified  ///< the disposal was verified, other measures of the case still run
};
TOCSIN_ENUM_NAMES(RelapseOccasion, "closed", "lifted", "verified")

enum class RelapseState {
  kOpen,
  kReopened,  ///< the case works on it again
  kDismissed  ///< somebody looked, and it is none
};
TOCSIN_ENUM_NAMES(RelapseState, "open", "reopened", "dismissed")

/// One case, one day: the first sighting of that day stands for all.
struct Relapse {
  using is_described = void;
  std::string id;  ///< `<threat>.<day>`
  std::string threat;
  std::string case_number;
  RelapseOccasion occasion = RelapseOccasion::kClosed;
  CaseIndicator indicator;
  std::string day;  ///< of the sighting, in Asia/Shanghai
  Instant ended_at;
  Instant seen_at;
  std::vector<std::string> sources;  ///< names of those who saw it again
  Citation basis;
  RelapseState state = RelapseState::kOpen;
  Act settled;
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("id", s.id);
    v("threat", s.threat);
    v("case_number", s.case_number);
    v("occasion", s.occasion);
    v("indicator", s.indicator);
    v("day", s.day);
    v("ended_at", s.ended_at);
    v("seen_at", s.seen_at);
    v("sources", s.sources);
    v("basis", s.basis);
    v("state", s.state);
    v("settled", s.settled);
  }
};

}  // namespace tocsin::model
