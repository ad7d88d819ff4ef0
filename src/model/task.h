// The disposal task: one measure, one addressee, with its notice, clocks, feedback, verification
// and sanction (R202 arts. 8, 9, 12).
#pragma once

#include <string>
#include <vector>

#include "model/threat.h"

namespace tocsin::model {

enum class TaskState {
  kApproved,
  kPhoneNotified,
  kNotified,
  kDisposing,
  kFedBack,
  kVerifying,
  kVerified,
  kVerifyFailed,
  kBreach,
  kLiftOrdered,
  kLifted,
  kLiftVerified,
  kWithdrawn
};
TOCSIN_ENUM_NAMES(TaskState, "approved", "phone-notified", "notified", "disposing", "fed-back",
                  "verifying", "verified", "verify-failed", "breach", "lift-ordered", "lifted",
                  "lift-verified", "withdrawn")

enum class Outcome { kDone, kPartly, kImpossible };
TOCSIN_ENUM_NAMES(Outcome, "done", "partly", "impossible")

/// The addressee says that the target is not its own; another one has to be found.
inline constexpr std::string_view kNotOursCode = "not-ours";

/// What the addressee reports back (W17-24).
struct Feedback {
  using is_described = void;
  Act by;
  Outcome outcome = Outcome::kDone;
  std::string detail;
  std::vector<std::string> evidence;
  bool on_time = true;
  std::string reason_code = {};  ///< `not-ours`, else empty
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("by", s.by);
    v("outcome", s.outcome);
    v("detail", s.detail);
    v("evidence", s.evidence);
    v("on_time", s.on_time);
    v("reason_code", s.reason_code);
  }
};

/// One verification by the expert body (W17-25).
struct Verification {
  using is_described = void;
  Act by;
  std::string expectation;            ///< blocked | lifted | cleaned | rectified
  std::string verdict;                ///< verified | failed | broken
  std::string method;                 ///< dns-probe | document | ...
  std::vector<std::string> evidence;  ///< every transcript or document it rests on
  std::string detail;
  std::string detail_zh;  ///< the same in Chinese, when the platform wrote it
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("by", s.by);
    v("expectation", s.expectation);
    v("verdict", s.verdict);
    v("method", s.method);
    v("evidence", s.evidence);
    v("detail", s.detail);
    v("detail_zh", s.detail_zh);
  }
};

/// A phone call ahead of the written notice (W17-22).
struct PhoneCall {
  using is_described = void;
  Act by;
  std::string callee;
  std::string number;
  std::string content;
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("by", s.by);
    v("callee", s.callee);
    v("number", s.number);
    v("content", s.content);
  }
};

/// Talk, warning or fine (W17-29); the basis is resolved to the law in force.
struct Sanction {
  using is_described = void;
  Act by;
  std::string kind;  ///< talk | warning | fine
  std::int64_t fine_fen = 0;
  Citation basis;
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("by", s.by);
    v("kind", s.kind);
    v("fine_fen", s.fine_fen);
    v("basis", s.basis);
  }
};

/// The ladder from approval to effect, each rung with its first time (enforcement research C).
struct Ladder {
  using is_described = void;
  Instant approved;
  Instant dispatched;  ///< the list changed and secondaries were told
  Instant received;    ///< a point asked for, or acknowledged, that version
  Instant loaded;      ///< a point reported that version as loaded
  Instant effective;   ///< a probe saw the block
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("approved", s.approved);
    v("dispatched", s.dispatched);
    v("received", s.received);
    v("loaded", s.loaded);
    v("effective", s.effective);
  }
};

struct Task {
  using is_described = void;
  std::string id;
  std::string number;  ///< 任务编号, T-2026-000123-1
  std::string threat;
  TaskState state = TaskState::kApproved;
  Measure measure = Measure::kBlock;
  std::vector<CaseIndicator> indicators;
  std::string addressee;
  std::string authority;  ///< the deciding organisation
  std::string limit;      ///< as the notice says, `24h`, `3wd`
  std::string reason;
  bool appealable = false;  ///< measure of article 8(1)
  bool overdue = false;
  bool suspended = false;  ///< by the authority, while an appeal is checked
  std::vector<std::string> notices;
  std::vector<std::string> side_notices;
  std::optional<PhoneCall> phone_call;
  std::optional<Act> acknowledged;
  std::vector<Feedback> feedback;
  std::vector<Verification> verifications;
  std::vector<Sanction> sanctions;
  std::vector<std::string> appeals;
  std::vector<ClockFact> clocks;
  Ladder ladder;
  Ladder lift_ladder;
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("id", s.id);
    v("number", s.number);
    v("threat", s.threat);
    v("state", s.state);
    v("measure", s.measure);
    v("indicators", s.indicators);
    v("addressee", s.addressee);
    v("authority", s.authority);
    v("limit", s.limit);
    v("reason", s.reason);
    v("appealable", s.appealable);
    v("overdue", s.overdue);
    v("suspended", s.suspended);
    v("notices", s.notices);
    v("side_notices", s.side_notices);
    v("phone_call", s.phone_call);
    v("acknowledged", s.acknowledged);
    v("feedback", s.feedback);
    v("verifications", s.verifications);
    v("sanctions", s.sanctions);
    v("appeals", s.appeals);
    v("clocks", s.clocks);
    v("ladder", s.ladder);
    v("lift_ladder", s.lift_ladder);
  }
};

}  // namespace tocsin::model
