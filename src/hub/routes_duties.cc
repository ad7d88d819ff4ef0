// What waits for a person: every step of the tables that this person may take now.
#include <algorithm>
#include <map>
#include <set>

#include "hub/app.h"
#include "hub/schemas.h"
#include "hub/views.h"

namespace tocsin::hub {

using desk::Actor;
using model::Appeal;
using model::Task;
using model::Threat;

namespace {

constexpr std::size_t kMostRelapses = 500;

/// What was dealt with and is seen again waits for the expert bodies, whose business monitoring is
/// (W17-05), and for the finder of the case. A case with several days waits once, with the latest.
Status add_relapses(store::ReadTx& tx, const Actor& by,
                    const std::function<void(const model::Relapse&, const Threat&)>& add) {
  if (!by.user.has(model::Role::kFinder) && !by.user.has(model::Role::kIdentifier)) return {};
  TRY(const auto open,
      store::find<model::Relapse>(
          tx, store::Find{"state", "open:", "open:~", {}, {}, kMostRelapses, true}));
  std::set<std::string> told;
  for (const auto& relapse : open) {
    if (!told.insert(relapse.threat).second) continue;
    TRY(const auto t, store::get<Threat>(tx, relapse.threat));
    TRY(const bool mine, may_read(tx, by, t));
    const bool concerned = by.organization.type == model::OrganizationType::kExpertBody ||
                           t.finder.organization == by.organization.id;
    if (mine && concerned) add(relapse, t);
  }
  return {};
}

}  // namespace

void add_duties_route(http::Router& router, App& app) {
  get(router, "/api/v1/duties", "myDuties", "duties",
      {"我的待办，按剩余时间排序", "What waits for me, by time left"}, "read", {}, duties_schema(),
      [&app](http::Request& request) -> Result<Json> {
        const Actor by = session(request).actor;
        const Instant now = app.clock.now();
        return app.store.read([&](store::ReadTx& tx) -> Result<Json> {
          struct Duty {
            Instant due;
            Json json;
          };
          // One line a document, with every step that this person may take from here.
          std::map<std::string, Duty> duties;
          const auto add = [&](const std::string& number, const std::string& title,
                               std::string_view state, Json step,
                               const std::vector<model::ClockFact>& clocks) {
            Duty& duty = duties[number];
            if (duty.json.is_null()) {
              duty.json = Json::object(
                  {{"number", number}, {"title", title}, {"state", std::string(state)}});
              for (const auto& c : clocks) {
                if (!c.running() || (duty.due && duty.due <= c.due)) continue;
                duty.due = c.due;
                duty.json.set("clock", model::to_json(c));
                duty.json.set("left_ms", (c.due - now).count() / 1000);
                duty.json.set("overdue", now >= c.due);
              }
            }
            Json next = duty.json["next"];
            next.push(std::move(step));
            duty.json.set("next", std::move(next));
          };
          const auto step_json = [](const auto& s) {
            return Json::object({{"to", std::string(name(s.to))},
                                 {"article", s.article},
                                 {"requirement", s.requirement}});
          };
          constexpr std::size_t kLimit = 500;
          for (const auto& s : desk::threat_steps()) {
            if (!by.user.has(s.role) || s.to == model::ThreatState::kMerged ||
                s.to == model::ThreatState::kReturned || model::is_finished(s.from)) {
              continue;
            }
            TRY(const auto rows, store::find<Threat>(tx, "state", name(s.from), kLimit));
            for (const auto& t : rows) {
              TRY(const bool ok, may_read(tx, by, t));
              const bool finder_step =
                  s.role == model::Role::kFinder && t.finder.organization != by.organization.id;
              const bool other_body = s.role == model::Role::kIdentifier && t.identification &&
                                      t.identification->body != by.organization.id;
              if (ok && !finder_step && !other_body && s.role != model::Role::kVerifier) {
                add(t.number, t.title, name(t.state), step_json(s), t.clocks);
              }
            }
          }
          for (const auto& s : desk::task_steps()) {
            const bool breach = s.to == model::TaskState::kBreach;
            if (!by.user.has(s.role) || s.to == model::TaskState::kLiftOrdered ||
                s.to == model::TaskState::kWithdrawn) {
              continue;
            }
            TRY(const auto rows, store::find<Task>(tx, "state", name(s.from), kLimit));
            for (const auto& task : rows) {
              TRY(const auto t, store::get<Threat>(tx, task.threat));
              TRY(const bool ok, may_read(tx, by, t));
              const bool not_mine =
                  s.role == model::Role::kExecutor ? task.addressee != by.organization.id : !ok;
              // A breach waits for the authority only once the time has run out (W17-29).
              const bool early = breach && (!task.overdue || task.authority != by.organization.id);
              if (not_mine || early) continue;
              Json step = step_json(s);
              TRY(const bool by_document, verified_by_document(tx, task));
              if (by_document && s.role == model::Role::kVerifier) step.set("by", "document");
              add(task.number, t.title, name(task.state), std::move(step), task.clocks);
            }
          }
          for (const auto& s : desk::appeal_steps()) {
            // Taking one up again is a correction, not something that waits for anybody.
            const bool again = s.from == model::AppealState::kInadmissible &&
                               s.to == model::AppealState::kAccepted;
            if (!by.user.has(s.role) || again) continue;
            TRY(const auto rows, store::find<Appeal>(tx, "state", name(s.from), kLimit));
            for (const auto& a : rows) {
              if (a.authority == by.organization.id)
                add(a.number, a.grounds, name(a.state), step_json(s), a.clocks);
            }
          }
          TRY_STATUS(add_relapses(tx, by, [&](const model::Relapse& r, const Threat& t) {
            add(t.number, t.title, name(t.state),
                Json::object({{"to", "reopened"},
                              {"article", r.basis.article},
                              {"requirement", r.basis.requirement}}),
                t.clocks);
            duties[t.number].json.set("relapse", model::to_json(r));
          }));
          std::vector<Duty> sorted;
          for (auto& [number, duty] : duties) sorted.push_back(std::move(duty));
          std::sort(sorted.begin(), sorted.end(), [](const Duty& a, const Duty& b) {
            const auto key = [](const Duty& d) { return d.due ? d.due.micros : INT64_MAX; };
            return key(a) != key(b) ? key(a) < key(b) : a.json.str("number") < b.json.str("number");
          });
          Json items = Json::array();
          for (auto& duty : sorted) items.push(std::move(duty.json));
          return Json::object({{"items", std::move(items)}, {"now", to_string(now)}});
        });
      });
}

}  // namespace tocsin::hub
