// Notices: phone first, signed documents, side notices, receipts (R202 art. 8 paragraph 2).
#include <algorithm>

#include "desk/act.h"
#include "desk/clocks.h"
#include "desk/permissions.h"

namespace tocsin::desk {
namespace {

using model::NoticeKind;
using model::Task;
using model::TaskState;
using model::Threat;

Json task_content(const Threat& t, const Task& task) {
  Json targets = Json::array();
  for (const auto& i : task.indicators) {
    targets.push(Json::object({{"kind", std::string(name(i.kind))}, {"value", i.value}}));
  }
  return Json::object(
      {{"title", t.title},
       {"class", std::string(name(t.threat_class))},
       {"subtype", t.subtype},
       {"measure", std::string(name(task.measure))},
       {"measure_article", std::string(model::article_item(task.measure))},
       {"targets", std::move(targets)},
       {"limit", task.limit},
       {"reason", task.reason},
       {"appeal",
        task.appealable ? Json::object({{"article", "10"}, {"clock", "appeal_file"}}) : Json()}});
}

/// The offices of the cyberspace administration that are told: the national one and those of the
/// owner's provinces. What a unit of one province suffers from is not every other province's
/// business. An owner that is registered for the whole country counts where the target is.
Result<std::vector<model::Organization>> cyberspace_offices(Context& c, const Threat& t,
                                                            const model::Organization& owner) {
  const auto& provinces = owner.provinces.empty() ? t.provinces : owner.provinces;
  TRY(auto offices, store::find<model::Organization>(c.tx, "type", "cyberspace-authority"));
  std::erase_if(offices, [&](const model::Organization& office) {
    const bool national = office.provinces.empty();
    const bool local = std::any_of(provinces.begin(), provinces.end(), [&](const auto& p) {
      return std::find(office.provinces.begin(), office.provinces.end(), p) !=
             office.provinces.end();
    });
    return !office.active || !(national || local);
  });
  return offices;
}

/// The superior unit and the cyberspace administration, for party and government bodies and
/// critical infrastructure (W17-18).
Status side_notices(Context& c, const Threat& t, Task& task) {
  if (model::article_item(task.measure) != "8(3)" || !(t.target_is_party_gov || t.target_is_cii) ||
      !task.side_notices.empty()) {
    return {};
  }
  const std::string& owner_id = t.owner.empty() ? task.addressee : t.owner;
  TRY(const auto owner, c.organization(owner_id));
  if (owner.superior.empty()) {
    return fail_bi(Code::kRefused, owner.code + " has no superior unit registered to be informed",
                   owner.code + " 未登记上级主管单位，无法同时通报", "owner.superior", "W17-18");
  }
  TRY(const auto cyberspace, cyberspace_offices(c, t, owner));
  if (cyberspace.empty()) {
    return fail_bi(Code::kRefused,
                   "no cyberspace administration, national or of the province of " + owner.code +
                       ", is registered to be informed",
                   "未登记国家网信部门或 " + owner.code + " 所在省份的网信部门，无法同时通报",
                   "organizations", "W17-18");
  }
  const auto basis = c.cite("8(3)", "W17-18");
  TRY(const auto up, c.issue_notice(NoticeKind::kSuperior, t, &task, owner.superior,
                                    task_content(t, task), basis));
  task.side_notices.push_back(up.id);
  for (const auto& office : cyberspace) {
    TRY(const auto side,
        c.issue_notice(NoticeKind::kCyberspace, t, &task, office.id, task_content(t, task), basis));
    task.side_notices.push_back(side.id);
  }
  return {};
}

}  // namespace

Status deliver_notice(Context& c, Threat& t, Task& task, NoticeKind kind) {
  // Nothing is signed before it is certain that this person may issue it now.
  TRY(const auto allowed, step(task.state, TaskState::kNotified));
  TRY_STATUS(require_role(c.actor, allowed.role, allowed.requirement));
  const auto basis = c.cite(model::article_item(task.measure), "W17-21");
  // Delivery into the addressee's account is immediate, so the time limit runs from now; after a
  // phone call it already runs (the earlier effective notice counts). A renewed notice sets its
  // own.
  if (kind == NoticeKind::kRenewed) c.meet_clock(task.clocks, "dispose");
  if (model::running_clock(task.clocks, "dispose") == nullptr) {
    TRY_STATUS(c.start_clock(task.clocks, "dispose", c.now, task.limit));
  }
  Json content = task_content(t, task);
  content.set("due_at", to_string(model::running_clock(task.clocks, "dispose")->due));
  if (task.phone_call) {
    content.set("phone_call", model::to_json(*task.phone_call));
    c.meet_clock(task.clocks, "written_followup");
  }
  TRY(const auto notice, c.issue_notice(kind, t, &task, task.addressee, std::move(content), basis));
  task.notices.push_back(notice.id);
  task.overdue = false;
  TRY_STATUS(side_notices(c, t, task));
  return c.move(task, TaskState::kNotified,
                Json::object({{"notice", notice.id}, {"digest", notice.digest}}));
}

Result<Task> Desk::phone_notify(const Actor& actor, std::string_view id,
                                const PhoneRequest& request) {
  return act(actor, [&](Context& c) -> Result<Task> {
    TRY(auto task, c.task(id));
    TRY(const auto t, c.threat(task.threat));
    TRY_STATUS(require_jurisdiction(actor, t));
    if (request.callee.empty() || request.number.empty() || request.content.empty()) {
      return fail_bi(Code::kInvalid,
                     "a call record needs who was called, the number and what was said",
                     "电话通知须记录被通知人、号码与内容", "callee", "W17-22");
    }
    if (request.reason.empty()) {
      return fail_bi(Code::kInvalid, "say why this is an emergency", "须说明紧急情况", "reason",
                     "W17-22");
    }
    task.phone_call = model::PhoneCall{actor.act(c.now, request.reason), request.callee,
                                       request.number, request.content};
    TRY_STATUS(c.start_clock(task.clocks, "dispose", c.now, task.limit));
    TRY_STATUS(c.start_clock(task.clocks, "written_followup", c.now));
    TRY_STATUS(c.move(task, TaskState::kPhoneNotified,
                      Json::object({{"callee", request.callee}, {"number", request.number}})));
    return task;
  });
}

Result<Task> Desk::notify(const Actor& actor, std::string_view id, const NotifyRequest& request) {
  return act(actor, [&](Context& c) -> Result<Task> {
    TRY(auto task, c.task(id));
    TRY(auto t, c.threat(task.threat));
    TRY_STATUS(require_jurisdiction(actor, t));
    if (task.state == TaskState::kPhoneNotified && !request.limit.empty() &&
        request.limit != task.limit) {
      return fail_bi(Code::kRefused, "the time limit runs since the call; it was " + task.limit,
                     "时限自电话通知起已开始计算，为 " + task.limit, "limit", "W17-22");
    }
    if (!request.limit.empty()) task.limit = request.limit;
    const NoticeKind kind = task.state == TaskState::kVerifyFailed    ? NoticeKind::kRenewed
                            : task.state == TaskState::kPhoneNotified ? NoticeKind::kWrittenFollowUp
                                                                      : NoticeKind::kDisposal;
    TRY_STATUS(deliver_notice(c, t, task, kind));
    return task;
  });
}

Result<Task> Desk::withdraw(const Actor& actor, std::string_view id, const ReasonRequest& request) {
  return act(actor, [&](Context& c) -> Result<Task> {
    TRY(auto task, c.task(id));
    TRY(const auto t, c.threat(task.threat));
    TRY_STATUS(require_jurisdiction(actor, t));
    if (request.reason.empty()) {
      return fail_bi(Code::kInvalid, "say why the measure is withdrawn", "撤回措施须说明理由",
                     "reason", "W17-14");
    }
    TRY_STATUS(c.move(task, TaskState::kWithdrawn, Json::object({{"reason", request.reason}})));
    TRY_STATUS(close_if_done(c, task.threat));
    return task;
  });
}

Result<model::Notice> Desk::receive_notice(const Actor& actor, std::string_view id) {
  return act(actor, [&](Context& c) -> Result<model::Notice> {
    TRY(auto notice, store::get<model::Notice>(c.tx, id));
    if (notice.addressee != actor.organization.id) {
      return fail_bi(Code::kForbidden, "this notice is addressed to another unit",
                     "该通知的收件单位不是本单位", "actor.organization", "W17-21");
    }
    TRY_STATUS(c.receive(notice));
    return notice;
  });
}

}  // namespace tocsin::desk
