// Acknowledgement, disposal and feedback by the addressee; breach and sanction (R202 arts. 9, 12).
#include <algorithm>

#include "desk/act.h"
#include "desk/clocks.h"
#include "desk/permissions.h"

namespace tocsin::desk {
namespace {

using model::Task;
using model::TaskState;

Status require_addressee(const Actor& actor, const Task& task) {
  if (task.addressee == actor.organization.id) return {};
  return fail_bi(Code::kForbidden, "this task is addressed to another unit",
                 "该任务的处置单位不是本单位", "actor.organization", "W17-24");
}

/// Article 12 names the articles of the Cybersecurity Law that a sanction can rest on.
Status require_cited(const law::Library& law, const std::string& article) {
  std::string list;
  for (const auto& a : law.find(kRuleSet)->articles) {
    if (a.number != "12") continue;
    for (const auto& cited : a.cites) {
      if (cited.article == article) return {};
      list += (list.empty() ? "" : ", ") + cited.article;
    }
  }
  return fail_bi(Code::kInvalid, "article 12 names the articles " + list,
                 "第十二条所引条文为 " + list, "law_article", "W17-29");
}

/// Meets the dispose clock; says whether the feedback came in time.
Result<model::Feedback> feedback_of(Context& c, Task& task, const FeedbackRequest& request) {
  if (request.outcome != model::Outcome::kDone && request.detail.empty()) {
    return fail_bi(Code::kInvalid, "say why it was not done completely", "未完全处置的须说明原因",
                   "detail", "W17-24");
  }
  if (request.outcome != model::Outcome::kImpossible && request.evidence.empty()) {
    return fail_bi(Code::kInvalid, "say what was done, with evidence", "请附处置证据", "evidence",
                   "W17-24");
  }
  const bool not_ours = request.reason_code == model::kNotOursCode;
  const bool possible = request.outcome != model::Outcome::kImpossible ||
                        task.state == TaskState::kLiftOrdered;  // it was theirs then
  if (!request.reason_code.empty() && (!not_ours || possible)) {
    return fail_bi(Code::kInvalid, "the reason code is not-ours, and only with outcome impossible",
                   "原因代码仅可为 not-ours，且仅用于“impossible”结果", "reason_code", "W17-24");
  }
  model::Feedback feedback{c.actor.act(c.now), request.outcome, request.detail, {}, true,
                           request.reason_code};
  TRY(feedback.evidence, c.keep_evidence(request.evidence, task.threat, task.id));
  return feedback;
}

/// What the addressee denied is remembered, so that nobody sends it there again; an authority that
/// does not believe it sets the entry aside.
Status remember_denial(Context& c, const Task& task, const FeedbackRequest& request) {
  for (const auto& indicator : task.indicators) {
    model::Responsibility entry;
    entry.id = c.services.ids.make("rsp");
    entry.effect = model::ResponsibilityEffect::kNotOurs;
    entry.key_kind = model::ResponsibilityKey::kIndicator;
    entry.key = indicator.key();
    entry.organization = task.addressee;
    entry.from = c.now;
    entry.by = c.actor.act(c.now, request.detail);
    entry.task = task.id;
    TRY_STATUS(c.save(entry, task.threat, "responsibility.denied", c.cite("9", "W17-24"),
                      Json::object({{"key", entry.key}, {"organization", entry.organization}})));
  }
  return {};
}

}  // namespace

Result<Task> Desk::acknowledge(const Actor& actor, std::string_view id) {
  return act(actor, [&](Context& c) -> Result<Task> {
    TRY(auto task, c.task(id));
    TRY(const auto t, c.threat(task.threat));
    TRY_STATUS(require_addressee(actor, task));
    TRY_STATUS(require_separate_hands(actor, Duty::kExecute, t, &task));
    TRY_STATUS(c.receive_notices(task));
    task.acknowledged = actor.act(c.now);
    TRY_STATUS(c.move(task, TaskState::kDisposing));
    return task;
  });
}

Result<Task> Desk::feed_back(const Actor& actor, std::string_view id,
                             const FeedbackRequest& request) {
  return act(actor, [&](Context& c) -> Result<Task> {
    TRY(auto task, c.task(id));
    TRY(const auto t, c.threat(task.threat));
    TRY_STATUS(require_addressee(actor, task));
    TRY_STATUS(require_separate_hands(actor, Duty::kExecute, t, &task));
    TRY(auto feedback, feedback_of(c, task, request));
    // Who acts on a notice evidently has it, and signs for it by that.
    TRY_STATUS(c.receive_notices(task));
    Json data =
        Json::object({{"outcome", std::string(name(request.outcome))}, {"detail", request.detail}});
    if (task.state == TaskState::kLiftOrdered) {
      feedback.on_time = c.meet_clock(task.clocks, "lift");
      task.feedback.push_back(std::move(feedback));
      TRY_STATUS(c.move(task, TaskState::kLifted, std::move(data)));
      return task;
    }
    feedback.on_time = c.meet_clock(task.clocks, "dispose");
    data.set("on_time", feedback.on_time);
    if (request.reason_code == model::kNotOursCode) {
      data.set("reason_code", request.reason_code);
      TRY_STATUS(remember_denial(c, task, request));
    }
    task.feedback.push_back(std::move(feedback));
    // Feedback without a separate acknowledgement is one.
    if (task.state == TaskState::kNotified || task.state == TaskState::kBreach) {
      task.acknowledged = actor.act(c.now);
      TRY_STATUS(c.move(task, TaskState::kDisposing));
    }
    TRY_STATUS(c.move(task, TaskState::kFedBack, std::move(data)));
    return task;
  });
}

Result<Task> Desk::report_breach(const Actor& actor, std::string_view id,
                                 const ReasonRequest& request) {
  return act(actor, [&](Context& c) -> Result<Task> {
    TRY(auto task, c.task(id));
    TRY(const auto t, c.threat(task.threat));
    TRY_STATUS(require_jurisdiction(actor, t));
    if (request.reason.empty()) {
      return fail_bi(Code::kInvalid, "say what was not done", "须说明未按要求处置的情况", "reason",
                     "W17-29");
    }
    const auto* dispose = model::running_clock(task.clocks, "dispose");
    const bool past_due = dispose != nullptr && dispose->due && c.now >= dispose->due;
    if (!past_due && task.state != TaskState::kVerifyFailed) {
      return fail_bi(Code::kRefused, "the time limit of the notice has not passed",
                     "处置通知的时限尚未届满", "clocks", "W17-29");
    }
    task.overdue = task.overdue || past_due;
    TRY_STATUS(c.move(task, TaskState::kBreach, Json::object({{"reason", request.reason}})));
    return task;
  });
}

Result<Task> Desk::sanction(const Actor& actor, std::string_view id,
                            const SanctionRequest& request) {
  return act(actor, [&](Context& c) -> Result<Task> {
    TRY(auto task, c.task(id));
    TRY(const auto t, c.threat(task.threat));
    TRY_STATUS(require_jurisdiction(actor, t));
    TRY_STATUS(require_role(actor, model::Role::kReviewer, "W17-29"));
    if (task.state != TaskState::kBreach) {
      return fail_bi(Code::kRefused, "only an established breach is sanctioned",
                     "只有认定未按要求处置的才可处罚", "state", "W17-29");
    }
    if (request.kind != "talk" && request.kind != "warning" && request.kind != "fine") {
      return fail_bi(Code::kInvalid, "a sanction is talk, warning or fine",
                     "处罚方式为约谈、警告或罚款", "kind", "W17-29");
    }
    if ((request.kind == "fine") != (request.fine_fen > 0)) {
      return fail_bi(Code::kInvalid, "a fine, and only a fine, has an amount",
                     "罚款且仅罚款须有金额", "fine_fen", "W17-29");
    }
    TRY_STATUS(require_cited(*c.services.law, request.law_article));
    const auto law =
        c.services.law->resolve({"csl", "2016", request.law_article}, shanghai_date(c.now));
    if (!law) return tl::unexpected(law.error().at("law_article"));
    if (law->shown.article.empty()) {
      return fail_bi(
          Code::kInvalid,
          "where article " + request.law_article + " stands in the law of today is not known",
          "现行法律中对应第" + request.law_article + "条的条文号未知", "law_article", "W17-29");
    }
    const model::Citation basis{law->rule_set != nullptr ? law->rule_set->id : law->shown.law,
                                law->shown.version, law->shown.article, "W17-29"};
    task.sanctions.push_back(
        {actor.act(c.now, request.reason), request.kind, request.fine_fen, basis});
    TRY_STATUS(c.save(task, task.threat, "task.sanctioned", basis,
                      Json::object({{"kind", request.kind}, {"fine_fen", request.fine_fen}})));
    return task;
  });
}

}  // namespace tocsin::desk
