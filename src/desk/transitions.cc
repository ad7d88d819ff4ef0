#include "desk/transitions.h"

#include <array>

#include "model/labels.h"

namespace tocsin::desk {
namespace {

using model::AppealState;
using model::Role;
using model::TaskState;
using model::ThreatState;
using T = ThreatState;
using K = TaskState;
using A = AppealState;

// The comment is the number of the row in the regulation's table of transitions.
constexpr std::array kThreat = {
    Step<T>{T::kDetected, T::kSelfDisposing, Role::kFinder, "6", "W17-06",
            "threat.self-disposing"},  // 2
    Step<T>{T::kSelfDisposing, T::kClosedSelf, Role::kFinder, "6", "W17-06",
            "threat.closed-self"},                                                             // 3
    Step<T>{T::kDetected, T::kSubmitted, Role::kFinder, "6", "W17-07", "threat.submitted"},    // 4
    Step<T>{T::kSubmitted, T::kReturned, Role::kReviewer, "6", "W17-07", "threat.returned"},   // 5
    Step<T>{T::kReturned, T::kSubmitted, Role::kFinder, "6", "W17-07", "threat.resubmitted"},  // 5
    Step<T>{T::kSubmitted, T::kMerged, Role::kReviewer, "6", "W17-08", "threat.merged"},       // 6
    Step<T>{T::kSubmitted, T::kIdentifying, Role::kReviewer, "7", "W17-11",
            "threat.delegated"},  // 7
    Step<T>{T::kReopened, T::kIdentifying, Role::kReviewer, "7", "W17-11",
            "threat.delegated"},  // 7
    Step<T>{T::kIdentifying, T::kNotConfirmed, Role::kIdentifier, "7", "W17-11",
            "threat.not-confirmed"},  // 8
    Step<T>{T::kIdentifying, T::kIdentified, Role::kIdentifier, "7", "W17-11",
            "threat.identified"},  // 9
    Step<T>{T::kIdentified, T::kReviewing, Role::kReviewer, "8", "W17-14",
            "threat.reviewing"},                                                              // 10
    Step<T>{T::kReviewing, T::kApproved, Role::kReviewer, "8", "W17-14", "threat.approved"},  // 10
    Step<T>{T::kReviewing, T::kRejected, Role::kReviewer, "8", "W17-14", "threat.rejected"},  // 10
    Step<T>{T::kApproved, T::kClosed, Role::kVerifier, "9", "W17-25", "threat.closed"},       // 19
    Step<T>{T::kReopened, T::kClosed, Role::kVerifier, "9", "W17-25", "threat.closed"},       // 19
    Step<T>{T::kClosed, T::kReopened, Role::kFinder, "6", "W17-08", "threat.reopened"},       // 22
    Step<T>{T::kClosed, T::kArchived, Role::kAdmin, "6", "W17-08", "threat.archived"},        // 20
    Step<T>{T::kArchived, T::kPurged, Role::kAdmin, "6", "W17-08", "threat.purged"},          // 20
};

constexpr std::array kTask = {
    Step<K>{K::kApproved, K::kPhoneNotified, Role::kReviewer, "8", "W17-22",
            "task.phone-notified"},                                                        // 11
    Step<K>{K::kApproved, K::kNotified, Role::kReviewer, "8", "W17-21", "task.notified"},  // 12
    Step<K>{K::kPhoneNotified, K::kNotified, Role::kReviewer, "8", "W17-22",
            "task.notified"},                                                                // 12
    Step<K>{K::kNotified, K::kDisposing, Role::kExecutor, "9", "W17-24", "task.disposing"},  // 14
    Step<K>{K::kBreach, K::kDisposing, Role::kExecutor, "9", "W17-24", "task.disposing"},    // 14
    Step<K>{K::kDisposing, K::kFedBack, Role::kExecutor, "9", "W17-24", "task.fed-back"},    // 15
    Step<K>{K::kFedBack, K::kVerifying, Role::kVerifier, "9", "W17-25", "task.verifying"},   // 16
    Step<K>{K::kVerifying, K::kVerified, Role::kVerifier, "9", "W17-25", "task.verified"},   // 16
    Step<K>{K::kVerifying, K::kVerifyFailed, Role::kVerifier, "9", "W17-25",
            "task.verify-failed"},                                                             // 17
    Step<K>{K::kVerifyFailed, K::kNotified, Role::kReviewer, "8", "W17-24", "task.notified"},  // 17
    Step<K>{K::kNotified, K::kBreach, Role::kReviewer, "12", "W17-29", "task.breach"},         // 18
    Step<K>{K::kDisposing, K::kBreach, Role::kReviewer, "12", "W17-29", "task.breach"},        // 18
    Step<K>{K::kVerifyFailed, K::kBreach, Role::kReviewer, "12", "W17-29", "task.breach"},     // 18
    Step<K>{K::kApproved, K::kWithdrawn, Role::kReviewer, "8", "W17-14", "task.withdrawn"},    // 19
    Step<K>{K::kNotified, K::kLiftOrdered, Role::kChecker, "10", "W17-27", "task.lift-ordered"},
    Step<K>{K::kPhoneNotified, K::kLiftOrdered, Role::kChecker, "10", "W17-27",
            "task.lift-ordered"},
    Step<K>{K::kDisposing, K::kLiftOrdered, Role::kChecker, "10", "W17-27", "task.lift-ordered"},
    Step<K>{K::kFedBack, K::kLiftOrdered, Role::kChecker, "10", "W17-27", "task.lift-ordered"},
    Step<K>{K::kVerifying, K::kLiftOrdered, Role::kChecker, "10", "W17-27", "task.lift-ordered"},
    Step<K>{K::kVerified, K::kLiftOrdered, Role::kChecker, "10", "W17-27", "task.lift-ordered"},
    Step<K>{K::kVerifyFailed, K::kLiftOrdered, Role::kChecker, "10", "W17-27", "task.lift-ordered"},
    Step<K>{K::kBreach, K::kLiftOrdered, Role::kChecker, "10", "W17-27", "task.lift-ordered"},
    Step<K>{K::kLiftOrdered, K::kLifted, Role::kExecutor, "10", "W17-27", "task.lifted"},
    Step<K>{K::kLifted, K::kLiftVerified, Role::kVerifier, "9", "W17-25", "task.lift-verified"},
    Step<K>{K::kLifted, K::kLiftOrdered, Role::kVerifier, "9", "W17-25", "task.lift-failed"},
};

constexpr std::array kAppeal = {
    Step<A>{A::kFiled, A::kInadmissible, Role::kChecker, "10", "W17-26", "appeal.inadmissible"},
    Step<A>{A::kFiled, A::kAccepted, Role::kChecker, "10", "W17-26", "appeal.accepted"},
    Step<A>{A::kInadmissible, A::kAccepted, Role::kChecker, "10", "W17-26", "appeal.readmitted"},
    Step<A>{A::kAccepted, A::kChecking, Role::kChecker, "10", "W17-27", "appeal.checking"},
    Step<A>{A::kChecking, A::kUpheld, Role::kChecker, "10", "W17-27", "appeal.upheld"},
    Step<A>{A::kChecking, A::kPartlyUpheld, Role::kChecker, "10", "W17-27", "appeal.partly-upheld"},
    Step<A>{A::kChecking, A::kDismissed, Role::kChecker, "10", "W17-27", "appeal.dismissed"},
    Step<A>{A::kUpheld, A::kAnswered, Role::kChecker, "10", "W17-27", "appeal.answered"},
    Step<A>{A::kPartlyUpheld, A::kAnswered, Role::kChecker, "10", "W17-27", "appeal.answered"},
    Step<A>{A::kDismissed, A::kAnswered, Role::kChecker, "10", "W17-27", "appeal.answered"},
    Step<A>{A::kInadmissible, A::kAnswered, Role::kChecker, "10", "W17-27", "appeal.answered"},
};

template <typename State, std::size_t N>
Result<Step<State>> find_step(const std::array<Step<State>, N>& steps, const Text& noun, State from,
                              State to) {
  Text next;
  for (const auto& s : steps) {
    if (s.from != from) continue;
    if (s.to == to) return s;
    next.zh += (next.zh.empty() ? "" : "、") + model::label(name(s.to)).zh;
    next.en += (next.en.empty() ? "" : ", ") + model::label(name(s.to)).en;
  }
  const Text now = model::label(name(from));
  const Text wanted = model::label(name(to));
  if (from == to) {
    return fail_bi(Code::kRefused, "this " + noun.en + " is '" + now.en + "' already",
                   "该" + noun.zh + "已经处于“" + now.zh + "”", "state", "W17-04");
  }
  return fail_bi(Code::kRefused,
                 "a " + noun.en + " that is '" + now.en + "' cannot become '" + wanted.en +
                     "'; possible now: " + (next.en.empty() ? "nothing" : next.en),
                 "处于“" + now.zh + "”的" + noun.zh + "不能变为“" + wanted.zh + "”；目前可进行：" +
                     (next.zh.empty() ? "无" : next.zh),
                 "state", "W17-04");
}

}  // namespace

std::span<const Step<ThreatState>> threat_steps() { return kThreat; }
std::span<const Step<TaskState>> task_steps() { return kTask; }
std::span<const Step<AppealState>> appeal_steps() { return kAppeal; }

Result<Step<ThreatState>> step(ThreatState from, ThreatState to) {
  return find_step(kThreat, {"事项", "case"}, from, to);
}
Result<Step<TaskState>> step(TaskState from, TaskState to) {
  return find_step(kTask, {"任务", "task"}, from, to);
}
Result<Step<AppealState>> step(AppealState from, AppealState to) {
  return find_step(kAppeal, {"申诉", "appeal"}, from, to);
}

}  // namespace tocsin::desk
