// Review and decision (R202 art. 8 paragraph 1), overrides of the guard, emergency (art. 13).
#include <algorithm>

#include <fmt/format.h>

#include "desk/act.h"
#include "desk/permissions.h"
#include "desk/stops.h"

namespace tocsin::desk {
namespace {

using model::Task;
using model::Threat;
using model::ThreatState;

Status open_tasks(Context& c, Threat& t) {
  const auto& proposals = t.identification->proposals;
  for (std::size_t i = 0; i < proposals.size(); ++i) {
    const auto& p = proposals[i];
    Task task;
    task.id = c.services.ids.make("tsk");
    task.number = fmt::format("{}-{}", t.number, t.tasks.size() + 1);
    task.threat = t.id;
    task.measure = p.measure;
    task.indicators = p.indicators;
    task.addressee = p.addressee;
    task.authority = c.actor.organization.id;
    task.limit = p.limit;
    task.reason = p.reason;
    task.appealable = model::article_item(p.measure) == "8(1)";
    task.ladder.approved = c.now;
    TRY_STATUS(c.save(task, t.id, "task.approved", c.cite(model::article_item(p.measure), "W17-20"),
                      Json::object({{"state", "approved"},
                                    {"number", task.number},
                                    {"measure", std::string(name(p.measure))},
                                    {"addressee", p.addressee}})));
    t.tasks.push_back(task.id);
  }
  return {};
}

/// Asks the lists of this moment about everything that would be blocked.
void add_stops_of(Context& c, Threat& t) {
  const auto guard = c.services.guard();
  for (const auto& p : t.identification->proposals) {
    if (model::article_item(p.measure) == "8(1)") add_stops(*guard, p.indicators, t.stops);
  }
}

}  // namespace

Result<Threat> Desk::override_stop(const Actor& actor, std::string_view id,
                                   const OverrideRequest& request) {
  return act(actor, [&](Context& c) -> Result<Threat> {
    TRY(auto t, c.threat(id));
    TRY_STATUS(require_jurisdiction(actor, t));
    TRY_STATUS(require_role(actor, model::Role::kReviewer, "guard"));
    if (request.reason.empty()) {
      return fail_bi(Code::kInvalid, "an override needs its reason", "放行须说明理由", "reason",
                     "guard");
    }
    if (t.state != ThreatState::kIdentified) {
      return fail_bi(Code::kRefused, "only what waits for review can be let through",
                     "只有待审查的事项才可放行", "state", "guard");
    }
    if (request.list == match::kReservedList) {
      return fail_bi(Code::kRefused,
                     "the platform proves by this name that blocking works: nobody lets it through",
                     "平台以该域名验证封堵效果，任何人不得放行", "list", "guard");
    }
    // What the lists say today counts: a stop found by a refused review was not kept.
    add_stops_of(c, t);
    bool found = false;
    // Any spelling, as everywhere; what is no indicator is compared as it stands.
    const auto read = c.parse_indicators({request.indicator}, "indicator");
    const std::string wanted =
        read && !read->empty() ? read->front().key() : std::string(request.indicator);
    for (auto& stop : t.stops) {
      const bool meant = stop.list == request.list &&
                         (stop.indicator == wanted || stop.indicator.ends_with(":" + wanted));
      if (!meant || stop.overridden()) continue;
      found = true;
      if (stop.first.person.empty()) {
        stop.first = actor.act(c.now, request.reason);
      } else if (stop.first.person == actor.user.id) {
        return fail_bi(Code::kRefused, "a second person has to agree to an override",
                       "放行须由另一人同意", "actor", "guard");
      } else {
        stop.second = actor.act(c.now, request.reason);
      }
    }
    if (!found) {
      return fail_bi(Code::kNotFound, "no open stop of that list on that indicator",
                     "该指标没有该名单的未处理拦停", "list", "guard");
    }
    TRY_STATUS(c.save(t, t.id, "threat.override", c.cite("8", "W17-14"),
                      Json::object({{"indicator", request.indicator},
                                    {"list", request.list},
                                    {"reason", request.reason}})));
    return t;
  });
}

Result<Threat> Desk::review(const Actor& actor, std::string_view id, const ReviewRequest& request) {
  return act(actor, [&](Context& c) -> Result<Threat> {
    TRY(auto t, c.threat(id));
    TRY_STATUS(require_jurisdiction(actor, t));
    TRY_STATUS(require_separate_hands(actor, Duty::kDecide, t, nullptr));
    if (request.reason.empty()) {
      return fail_bi(Code::kInvalid, "a decision needs its reason", "审查决定须说明理由", "reason",
                     "W17-14");
    }
    TRY_STATUS(c.move(t, ThreatState::kReviewing));  // there is something identified to review
    t.review = actor.act(c.now, request.reason);
    if (!request.approve) {
      t.review_decision = "rejected";
      TRY_STATUS(c.move(t, ThreatState::kRejected, Json::object({{"reason", request.reason}})));
      return t;
    }
    // The lists may have changed since the determination: the decision is what publishes.
    add_stops_of(c, t);
    TRY_STATUS(require_clear(t.stops));
    t.review_decision = "approved";
    const std::size_t first_new = t.tasks.size();
    TRY_STATUS(open_tasks(c, t));
    TRY_STATUS(
        c.move(t, ThreatState::kApproved,
               Json::object({{"reason", request.reason}, {"tasks", model::to_json(t.tasks)}})));
    if (request.notify) {
      for (std::size_t i = first_new; i < t.tasks.size(); ++i) {
        TRY(auto task, c.task(t.tasks[i]));
        TRY_STATUS(deliver_notice(c, t, task, model::NoticeKind::kDisposal));
      }
    }
    return t;
  });
}

Result<Threat> Desk::declare_emergency(const Actor& actor, std::string_view id,
                                       const ReasonRequest& request) {
  return act(actor, [&](Context& c) -> Result<Threat> {
    TRY(auto t, c.threat(id));
    TRY_STATUS(require_jurisdiction(actor, t));
    TRY_STATUS(require_role(actor, model::Role::kReviewer, "W17-30"));
    if (request.reason.empty()) {
      return fail_bi(Code::kInvalid, "say what harm is done or possible", "须说明危害或可能的危害",
                     "reason", "W17-30");
    }
    t.emergency = true;
    t.emergency_by = actor.act(c.now, request.reason);
    // Article 13 hands over to the emergency plan; the handling here goes on beside it.
    TRY_STATUS(c.save(t, t.id, "threat.emergency", c.cite("13", "W17-30"),
                      Json::object({{"reason", request.reason}, {"plan", "miit-281"}})));
    return t;
  });
}

}  // namespace tocsin::desk
