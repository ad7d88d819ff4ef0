// Appeals against measures of article 8(1): filing, admission, checking, ruling, answer, lift
// (R202 art. 10; W17-26, W17-27).
#include <algorithm>
#include <set>

#include "base/fold.h"
#include "desk/act.h"
#include "desk/clocks.h"
#include "desk/permissions.h"

namespace tocsin::desk {
namespace {

using model::Appeal;
using model::AppealState;
using model::NoticeKind;
using model::Task;
using model::TaskState;
using model::Threat;
using model::ThreatState;

/// Only the authority that decided hears the appeal.
Status require_deciding(const Actor& actor, const Appeal& appeal) {
  TRY_STATUS(require_role(actor, model::Role::kChecker, "W17-27"));
  if (appeal.authority == actor.organization.id) return {};
  return fail_bi(Code::kForbidden, "the appeal is heard by the authority that decided the measure",
                 "申诉由作出处置决定的电信主管部门受理", "actor.organization", "W17-26");
}

/// Who decided this measure must not judge the appeal (W17-27). The case may have been reviewed
/// again since, so the journal is asked, not the case.
Status require_not_decider(Context& c, const Appeal& appeal) {
  TRY(const auto entries, c.tx.journal_of_threat(appeal.threat));
  for (const auto& e : entries) {
    if (e.action != "task.approved" || e.subject != appeal.task || e.actor != c.actor.user.id) {
      continue;
    }
    return fail_bi(Code::kRefused,
                   "the person who decided the measure cannot also judge the appeal",
                   "作出处置决定的人不能再核查申诉", "actor", "W17-27");
  }
  return {};
}

/// When the measure became known to the appellant at the latest that we can prove.
Instant served(Context& c, const Task& task) {
  if (task.phone_call) return task.phone_call->by.at;
  if (!task.notices.empty()) {
    if (const auto notice = store::get<model::Notice>(c.tx, task.notices.front())) {
      return notice->issued_at;
    }
  }
  return task.ladder.approved;
}

/// Nobody knows of a measure before it was ordered: an earlier date is a slip that would cost the
/// right to appeal. On the day itself the hour does not matter, the days count from the next one.
Result<Instant> knowable(Context& c, const Task& task, Instant said, Instant latest) {
  const Instant since = served(c, task);
  if (!said) return since;
  if (said > latest) {
    return fail_bi(Code::kInvalid, "that lies after the appeal was filed", "不能晚于提出申诉的时间",
                   "knew_at", "W17-26");
  }
  if (said >= since) return said;
  if (shanghai_date(said) == shanghai_date(since)) return since;
  return fail_bi(Code::kInvalid,
                 "the measure was ordered on " + to_display(since) +
                     " (+08:00) and cannot have been known before",
                 "该措施于 " + to_display(since) + "（+08:00）下达，此前不可能知悉", "knew_at",
                 "W17-26");
}

/// By identity paper or registration number where both gave one, else by name and a contact. White
/// space and the case of letters do not make another person.
bool same_appellant(const model::Appellant& a, const model::Appellant& b) {
  if (!folded(a.identity).empty() && !folded(b.identity).empty()) {
    return folded(a.identity) == folded(b.identity);
  }
  return folded(a.name) == folded(b.name) && folded(a.contact) == folded(b.contact);
}

/// Article 10 gives one right to appeal and one answer. While the answer is due, a second appeal
/// of the same appellant against the same measure would only start a second clock; after it, the
/// authority has spoken, and only what it did not know can make it speak again. The ten working
/// days run from the day the measure became known, so a further appeal does not start them anew.
Status require_further(Context& c, Appeal& a) {
  TRY(const auto all, store::find<Appeal>(c.tx, "threat", a.threat));
  for (const auto& earlier : all) {
    if (earlier.task != a.task || !same_appellant(earlier.appellant, a.appellant)) continue;
    if (earlier.state != AppealState::kAnswered) {
      return fail_bi(
          Code::kRefused,
          "appeal " + earlier.number +
              " of the same appellant against this measure is not answered yet (article "
              "10); a further one is possible after the answer",
          "同一申诉人对该措施的申诉 " + earlier.number + " 尚未答复（第十条），答复后方可再次申诉",
          "task", "W17-26");
    }
    a.previous = earlier.number;
    a.knew_at = std::min(a.knew_at, earlier.knew_at);
  }
  if (!a.previous.empty() && a.new_facts.empty()) {
    return fail_bi(
        Code::kRefused,
        "appeal " + a.previous +
            " of the same appellant was answered (article 10): a further one needs new "
            "facts or a new reason",
        "同一申诉人的申诉 " + a.previous + " 已经答复（第十条），再次申诉须有新的事实或理由",
        "new_facts", "W17-26");
  }
  return {};
}

bool filed_late(const Appeal& a) { return a.clocks.front().met_at >= a.clocks.front().due; }

/// The ten working days run from the day the measure became known. A wrong date can be put right at
/// admission, and by it alone an appeal that was turned away as late is taken up again (W17-26).
Status correct_knowledge(Context& c, Appeal& a, const AdmitRequest& request) {
  const bool again = a.state == AppealState::kInadmissible && request.admit;
  if (again && (!filed_late(a) || !request.knew_at)) {
    return fail_bi(Code::kRefused,
                   "an appeal that was turned away is taken up again only when it was late by a "
                   "wrong date: say when the measure became known",
                   "已不予受理的申诉，仅在因知悉日期有误而被认定逾期时方可重新受理：请给出正确的"
                   "知悉日期",
                   "knew_at", "W17-26");
  }
  if (!request.knew_at) return {};
  TRY_STATUS(require_not_decider(c, a));
  if (request.reason.empty()) {
    return fail_bi(Code::kInvalid, "say why the date is corrected", "更正知悉日期须说明理由",
                   "reason", "W17-26");
  }
  TRY(const auto task, c.task(a.task));
  TRY(a.knew_at, knowable(c, task, request.knew_at, a.filed.at));
  std::vector<model::ClockFact> anew;
  TRY_STATUS(c.start_clock(anew, "appeal_file", a.knew_at));
  anew.front().met_at = a.filed.at;
  a.clocks.front() = anew.front();
  return {};
}

/// Another appeal was upheld before: the order to lift is out.
bool is_lifting(TaskState s) {
  return s == TaskState::kLiftOrdered || s == TaskState::kLifted || s == TaskState::kLiftVerified;
}

Status order_lift(Context& c, Threat& t, Task& task, const Appeal& appeal) {
  TRY_STATUS(step(task.state, TaskState::kLiftOrdered));  // before anything is signed
  const auto basis = c.cite("10", "W17-27");
  Json targets = Json::array();
  for (const auto& i : appeal.lifted) targets.push(i.key());
  TRY(const auto notice, c.issue_notice(NoticeKind::kLift, t, &task, task.addressee,
                                        Json::object({{"appeal", appeal.number},
                                                      {"ruling", appeal.ruling},
                                                      {"lift", std::move(targets)},
                                                      {"title", t.title}}),
                                        basis, appeal.id));
  task.notices.push_back(notice.id);
  task.lift_ladder.approved = c.now;
  c.meet_clock(task.clocks, "dispose");
  Json lifted = model::to_json(appeal.lifted);
  if (t.state == ThreatState::kClosed) {
    TRY(const auto found, step(t.state, ThreatState::kReopened));
    t.state = ThreatState::kReopened;
    TRY_STATUS(
        c.save(t, t.id, found.action, basis,
               Json::object({{"state", "reopened"}, {"by", appeal.id}, {"reason", "appeal"}})));
  }
  return c.move(
      task, TaskState::kLiftOrdered,
      Json::object({{"appeal", appeal.id}, {"notice", notice.id}, {"lifted", std::move(lifted)}}));
}

/// Everybody who had been told of the threat is told that it was corrected.
Status send_corrections(Context& c, const Threat& t, const Task& task, const Appeal& appeal) {
  std::set<std::string> to(t.sources.begin(), t.sources.end());
  to.insert(t.recipients.begin(), t.recipients.end());
  to.erase(c.actor.organization.id);
  to.erase(task.addressee);  // it gets the order to lift itself
  for (const auto& organization : to) {
    TRY_STATUS(c.issue_notice(NoticeKind::kCorrection, t, &task, organization,
                              Json::object({{"appeal", appeal.number},
                                            {"ruling", appeal.ruling},
                                            {"withdrawn", model::to_json(appeal.lifted)}}),
                              c.cite("10", "W17-27"), appeal.id));
  }
  return {};
}

}  // namespace

Result<Appeal> Desk::file_appeal(const Actor& actor, const AppealRequest& request) {
  return act(actor, [&](Context& c) -> Result<Appeal> {
    auto task = c.appealed_task(request.task);
    if (!task) return tl::unexpected(task.error().at("task"));
    if (!task->appealable) {
      return fail_bi(
          Code::kRefused,
          "only measures of article 8(1), stopping a service or blocking, can be appealed",
          "只有第八条第（一）款措施（停止服务或屏蔽）可以申诉", "task", "W17-26");
    }
    if (task->state == TaskState::kApproved || task->state == TaskState::kWithdrawn) {
      return fail_bi(Code::kRefused, "this measure was never ordered", "该措施尚未下达", "task",
                     "W17-26");
    }
    if (request.appellant.name.empty() || request.appellant.contact.empty() ||
        request.appellant.interest.empty()) {
      return fail_bi(Code::kInvalid,
                     "an appeal needs name, contact and how the appellant is affected",
                     "申诉须载明姓名或名称、联系方式及利害关系", "appellant", "W17-26");
    }
    if (request.grounds.empty()) {
      return fail_bi(Code::kInvalid, "an appeal needs its grounds", "申诉须说明理由", "grounds",
                     "W17-26");
    }
    Appeal a;
    a.id = c.services.ids.make("apl");
    TRY(a.number, c.next_number("A"));
    a.threat = task->threat;
    a.task = task->id;
    a.authority = task->authority;
    a.appellant = request.appellant;
    a.grounds = request.grounds;
    a.new_facts = request.new_facts;
    TRY(a.knew_at, knowable(c, *task, request.knew_at, c.now));
    TRY_STATUS(require_further(c, a));
    a.filed = actor.act(c.now);
    // The filing clock started when the measure became known and is met by this very act; whether
    // it was met in time is decided, with its reason, at admission. A further appeal that is late
    // is turned away at once: its appellant has an answer already.
    TRY_STATUS(c.start_clock(a.clocks, "appeal_file", a.knew_at));
    const bool in_time = c.meet_clock(a.clocks, "appeal_file");
    if (!in_time && !a.previous.empty()) {
      return fail_bi(Code::kRefused,
                     "a further appeal, too, is filed within the ten working days; the last day "
                     "was " +
                         a.clocks.front().last_day,
                     "再次申诉亦须在 10 个工作日内提出，截止日为 " + a.clocks.front().last_day,
                     "knew_at", "W17-26");
    }
    TRY_STATUS(c.start_clock(a.clocks, "appeal_answer", c.now));
    TRY(a.evidence, c.keep_evidence(request.evidence, a.threat, a.task));
    TRY_STATUS(
        c.save(a, a.threat, "appeal.filed", c.cite("10", "W17-26"),
               Json::object({{"state", "filed"}, {"number", a.number}, {"in_time", in_time}})));
    task->appeals.push_back(a.id);
    TRY_STATUS(c.save(*task, task->threat, "task.appealed", c.cite("10", "W17-26"),
                      Json::object({{"appeal", a.id}})));
    return a;
  });
}

Result<Appeal> Desk::admit_appeal(const Actor& actor, std::string_view id,
                                  const AdmitRequest& request) {
  return act(actor, [&](Context& c) -> Result<Appeal> {
    TRY(auto a, c.appeal(id));
    TRY_STATUS(require_deciding(actor, a));
    TRY_STATUS(correct_knowledge(c, a, request));
    const auto& filing = a.clocks.front();
    if (request.admit && filed_late(a)) {
      return fail_bi(Code::kRefused,
                     "filed after the last day, " + filing.last_day +
                         "; if the date on which the measure became known is wrong, correct it "
                         "(knew_at) with a reason",
                     "已超过申诉期限（截至 " + filing.last_day +
                         "）；如知悉日期有误，可说明理由予以更正（knew_at）",
                     "clocks", "W17-26");
    }
    if (!request.admit) {
      TRY_STATUS(require_not_decider(c, a));  // turning it away ends it, as a ruling does
      if (request.reason.empty()) {
        return fail_bi(Code::kInvalid, "say why the appeal is not admitted", "不予受理须说明理由",
                       "reason", "W17-26");
      }
      a.accepted = actor.act(c.now, request.reason);
      a.ruling = "inadmissible";
      TRY_STATUS(c.move(a, AppealState::kInadmissible, Json::object({{"reason", request.reason}})));
      return a;
    }
    a.accepted = actor.act(c.now, request.reason);
    a.ruling.clear();  // of an appeal that had been turned away
    Json why = request.knew_at
                   ? Json::object({{"reason", request.reason}, {"knew_at", to_string(a.knew_at)}})
                   : Json();
    TRY_STATUS(c.move(a, AppealState::kAccepted, std::move(why)));
    if (request.suspend) {
      TRY(auto task, c.task(a.task));
      task.suspended = true;
      TRY_STATUS(c.save(task, task.threat, "task.suspended", c.cite("10", "W17-27"),
                        Json::object({{"appeal", a.id}})));
    }
    return a;
  });
}

Result<Appeal> Desk::check_appeal(const Actor& actor, std::string_view id,
                                  const ReasonRequest& request) {
  return act(actor, [&](Context& c) -> Result<Appeal> {
    TRY(auto a, c.appeal(id));
    TRY_STATUS(require_deciding(actor, a));
    TRY_STATUS(require_not_decider(c, a));
    a.checker = actor.act(c.now, request.reason);
    TRY_STATUS(c.move(a, AppealState::kChecking));
    return a;
  });
}

Result<Appeal> Desk::rule_appeal(const Actor& actor, std::string_view id,
                                 const RulingRequest& request) {
  return act(actor, [&](Context& c) -> Result<Appeal> {
    TRY(auto a, c.appeal(id));
    TRY_STATUS(require_deciding(actor, a));
    TRY(auto t, c.threat(a.threat));
    TRY(auto task, c.task(a.task));
    TRY_STATUS(require_not_decider(c, a));
    if (request.reason.empty()) {
      return fail_bi(Code::kInvalid, "a ruling needs its reason", "核查结论须说明理由", "reason",
                     "W17-27");
    }
    AppealState to{};
    if (request.ruling == "upheld") {
      to = AppealState::kUpheld;
      a.lifted = task.indicators;
    } else if (request.ruling == "partly-upheld") {
      to = AppealState::kPartlyUpheld;
      TRY(a.lifted, c.parse_indicators(request.lifted, "lifted"));
      for (const auto& i : a.lifted) {
        const bool own = std::any_of(task.indicators.begin(), task.indicators.end(),
                                     [&](const auto& x) { return x.plain() == i.plain(); });
        if (!own) {
          return fail_bi(Code::kInvalid, i.key() + " is not part of this measure",
                         i.key() + " 不属于该措施", "lifted", "W17-27");
        }
      }
      if (a.lifted.empty() || a.lifted.size() == task.indicators.size()) {
        return fail_bi(Code::kInvalid, "a partly upheld appeal lifts some of the targets, not all",
                       "部分成立的申诉应解除部分而非全部对象", "lifted", "W17-27");
      }
    } else if (request.ruling == "dismissed") {
      to = AppealState::kDismissed;
    } else {
      return fail_bi(Code::kInvalid, "a ruling is upheld, partly-upheld or dismissed",
                     "结论为成立、部分成立或不成立", "ruling", "W17-27");
    }
    a.ruling = request.ruling;
    a.ruled = actor.act(c.now, request.reason);
    TRY_STATUS(c.move(a, to, Json::object({{"reason", request.reason}})));
    if (to == AppealState::kUpheld) {
      if (!is_lifting(task.state)) TRY_STATUS(order_lift(c, t, task, a));
      TRY_STATUS(send_corrections(c, t, task, a));
    } else if (to == AppealState::kPartlyUpheld) {
      // The measure stays for the rest: the targets that were lifted leave it, by a signed notice.
      std::erase_if(task.indicators, [&](const auto& own) {
        return std::any_of(a.lifted.begin(), a.lifted.end(),
                           [&](const auto& i) { return i.plain() == own.plain(); });
      });
      TRY(const auto notice, c.issue_notice(NoticeKind::kLift, t, &task, task.addressee,
                                            Json::object({{"appeal", a.number},
                                                          {"ruling", a.ruling},
                                                          {"lift", model::to_json(a.lifted)}}),
                                            c.cite("10", "W17-27"), a.id));
      task.notices.push_back(notice.id);
      TRY_STATUS(c.save(task, task.threat, "task.narrowed", c.cite("10", "W17-27"),
                        Json::object({{"appeal", a.id}, {"lifted", model::to_json(a.lifted)}})));
      TRY_STATUS(send_corrections(c, t, task, a));
    }
    if (to != AppealState::kUpheld && task.suspended) {  // what remains of the measure holds again
      task.suspended = false;
      TRY_STATUS(c.save(task, task.threat, "task.resumed", c.cite("10", "W17-27"),
                        Json::object({{"appeal", a.id}})));
    }
    return a;
  });
}

Result<Appeal> Desk::answer_appeal(const Actor& actor, std::string_view id,
                                   const ReasonRequest& request) {
  return act(actor, [&](Context& c) -> Result<Appeal> {
    TRY(auto a, c.appeal(id));
    TRY_STATUS(require_deciding(actor, a));
    TRY(const auto t, c.threat(a.threat));
    TRY(const auto task, c.task(a.task));
    TRY_STATUS(step(a.state, AppealState::kAnswered));  // before anything is signed
    const bool in_time = c.meet_clock(a.clocks, "appeal_answer");
    a.answered = actor.act(c.now, request.reason);
    TRY(const auto notice,
        c.issue_notice(NoticeKind::kAnswer, t, &task, a.filed.organization,
                       Json::object({{"appeal", a.number},
                                     {"appellant", a.appellant.name},
                                     {"ruling", a.ruling},
                                     {"reason", a.ruled.at ? a.ruled.reason : a.accepted.reason},
                                     {"answer", request.reason}}),
                       c.cite("10", "W17-27"), a.id));
    a.notice = notice.id;
    TRY_STATUS(c.move(a, AppealState::kAnswered,
                      Json::object({{"notice", notice.id}, {"in_time", in_time}})));
    TRY_STATUS(close_if_done(c, a.threat));
    return a;
  });
}

}  // namespace tocsin::desk
