// Verification by the expert body, and closing (R202 art. 9).
#include <algorithm>

#include "desk/act.h"
#include "desk/permissions.h"
#include "model/labels.h"

namespace tocsin::desk {
namespace {

using model::Task;
using model::TaskState;
using model::ThreatState;

Status check(Context& c, const Task& task, const model::Threat& t) {
  TRY_STATUS(require_role(c.actor, model::Role::kVerifier, "W17-25"));
  // The body that identified verifies (article 9), also when another authority decided: so both
  // authorities handle this case.
  std::vector<std::string> authorities = {task.authority};
  if (t.identification) authorities.push_back(t.identification->delegated.organization);
  TRY_STATUS(require_delegation(c.actor.organization, authorities, c.now));
  TRY_STATUS(require_separate_hands(c.actor, Duty::kVerify, t, &task));
  if (task.state != TaskState::kFedBack && task.state != TaskState::kVerifying &&
      task.state != TaskState::kLifted) {
    return fail_bi(
        Code::kRefused,
        "there is no feedback to verify; the task is '" + std::string(name(task.state)) + "'",
        "没有可验证的反馈；任务状态为“" + model::label(name(task.state)).zh + "”", "state",
        "W17-25");
  }
  return {};
}

std::string expectation(const Task& task) {
  if (task.state == TaskState::kLifted) return "lifted";
  switch (task.measure) {
    case model::Measure::kClean:
      return "cleaned";
    case model::Measure::kRectify:
      return "rectified";
    default:
      return "blocked";
  }
}

bool is_final(TaskState s) {
  return s == TaskState::kVerified || s == TaskState::kLiftVerified || s == TaskState::kWithdrawn;
}

/// What works was received and loaded by then, whether or not the point has said so.
void reach_effect(model::Ladder& ladder, Instant now) {
  for (Instant* rung : {&ladder.received, &ladder.loaded, &ladder.effective}) {
    if (!*rung) *rung = now;
  }
}

/// Why a case is open again: a relapse waits for a new finding, an appeal only for its lift.
Result<bool> relapsed(Context& c, const std::string& threat) {
  TRY(const auto entries, c.tx.journal_of_threat(threat));
  for (auto e = entries.rbegin(); e != entries.rend(); ++e) {
    if (e->action == "threat.reopened") return e->data.str("reason") == "relapse";
  }
  return false;
}

}  // namespace

Status close_if_done(Context& c, const std::string& id) {
  TRY(auto t, c.threat(id));
  if (t.state != ThreatState::kApproved && t.state != ThreatState::kReopened) return {};
  TRY(const auto tasks, store::find<Task>(c.tx, "threat", id));
  if (tasks.empty()) return {};
  int verified = 0;
  int lifted = 0;
  for (const auto& task : tasks) {
    if (!is_final(task.state)) return {};
    verified += task.state == TaskState::kVerified ? 1 : 0;
    lifted += task.state == TaskState::kLiftVerified ? 1 : 0;
  }
  TRY(const auto appeals, store::find<model::Appeal>(c.tx, "threat", id));
  for (const auto& appeal : appeals) {
    if (appeal.state != model::AppealState::kAnswered) return {};
  }
  if (t.state == ThreatState::kReopened) {
    TRY(const bool waits, relapsed(c, id));
    if (waits) return {};
  }
  const std::string kept = std::to_string(verified);
  const std::string ended = std::to_string(lifted);
  t.closing_summary =
      "验证 " + kept + " 项，解除 " + ended + " 项 / " + kept + " verified, " + ended + " lifted";
  // Closing follows from the tasks; it is the platform's step, whoever completed the last one.
  TRY(const auto found, step(t.state, ThreatState::kClosed));
  t.state = ThreatState::kClosed;
  return c.save(t, t.id, found.action, c.cite(found.article, found.requirement),
                Json::object({{"state", "closed"}, {"summary", t.closing_summary}}));
}

Result<Task> Desk::may_verify(const Actor& actor, std::string_view id) {
  // Runs in a write transaction only to share Context; it changes nothing.
  return services_.store.write([&](store::WriteTx& tx) -> Result<Task> {
    Context c(services_, actor, tx);
    TRY(auto task, c.task(id));
    TRY(const auto t, c.threat(task.threat));
    TRY_STATUS(check(c, task, t));
    return task;
  });
}

Result<Task> Desk::verify(const Actor& actor, std::string_view id, const VerifyRequest& request) {
  return act(actor, [&](Context& c) -> Result<Task> {
    TRY(auto task, c.task(id));
    TRY(const auto t, c.threat(task.threat));
    TRY_STATUS(check(c, task, t));
    if (request.evidence.empty()) {
      return fail_bi(Code::kInvalid, "a verification needs its transcript or document",
                     "验证须附记录或文件", "evidence", "W17-25");
    }
    model::Verification v{actor.act(c.now),
                          expectation(task),
                          request.passed ? "verified" : "failed",
                          request.method,
                          {},
                          request.detail,
                          request.detail_zh};
    TRY(v.evidence, c.keep_evidence(request.evidence, task.threat, task.id));
    Json digests = Json::array();
    for (const auto& piece : v.evidence) {
      TRY(const auto kept, store::get<model::Evidence>(c.tx, piece));
      digests.push(kept.digest);
    }
    task.verifications.push_back(v);
    const Json data = Json::object({{"method", v.method},
                                    {"expectation", v.expectation},
                                    {"verdict", v.verdict},
                                    {"evidence", model::to_json(v.evidence)},
                                    {"digests", std::move(digests)},
                                    {"detail", v.detail}});
    if (task.state == TaskState::kLifted) {
      if (request.passed) reach_effect(task.lift_ladder, c.now);
      TRY_STATUS(
          c.move(task, request.passed ? TaskState::kLiftVerified : TaskState::kLiftOrdered, data));
    } else {
      if (task.state == TaskState::kFedBack) TRY_STATUS(c.move(task, TaskState::kVerifying));
      if (request.passed) reach_effect(task.ladder, c.now);
      if (request.passed && request.in_part) {
        return c.save(task, task.threat, "task.verified-in-part", c.cite("9", "W17-25"), data)
            .map([&] { return task; });
      }
      TRY_STATUS(
          c.move(task, request.passed ? TaskState::kVerified : TaskState::kVerifyFailed, data));
    }
    TRY_STATUS(close_if_done(c, task.threat));
    return task;
  });
}

}  // namespace tocsin::desk
