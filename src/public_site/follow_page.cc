// What became of a report or an appeal, in the words of whoever sent it, and no more than is theirs
// to know (W17-07, W17-27).
#include <algorithm>

#include "public_site/page.h"
#include "store/collections.h"

namespace tocsin::public_site {
namespace {

using model::Appeal;
using model::AppealState;
using model::Task;
using model::TaskState;
using model::Threat;
using model::ThreatState;

/// Merging never goes in circles; this bounds the look all the same.
constexpr int kMostMerges = 20;

Json step_of(const Asked& asked, Instant at, std::string_view key) {
  return Json::object({{"day", day_of(at)}, {"time", time_of(at)}, {"word", asked.text(key)}});
}

bool any(const std::vector<Task>& tasks, std::initializer_list<TaskState> states) {
  return std::any_of(tasks.begin(), tasks.end(), [&](const Task& t) {
    return std::find(states.begin(), states.end(), t.state) != states.end();
  });
}

/// Where the measures stand, taken together.
std::string_view measures_word(const std::vector<Task>& tasks) {
  using S = TaskState;
  const bool lifting = any(tasks, {S::kLiftOrdered, S::kLifted, S::kLiftVerified});
  const bool holds = any(tasks, {S::kApproved, S::kPhoneNotified, S::kNotified, S::kDisposing,
                                 S::kFedBack, S::kVerifying, S::kVerifyFailed, S::kBreach});
  if (lifting && !holds && !any(tasks, {S::kVerified})) return "follow_undone";
  if (any(tasks, {S::kVerified}) && !holds) return "follow_blocked";
  return holds ? "follow_ordered" : "follow_ended";
}

std::string_view threat_word(const Threat& t, const std::vector<Task>& tasks) {
  switch (t.state) {
    case ThreatState::kReturned:
      return "follow_returned";
    case ThreatState::kIdentifying:
      return "follow_examining";
    case ThreatState::kNotConfirmed:
      return "follow_unconfirmed";
    case ThreatState::kIdentified:
    case ThreatState::kReviewing:
      return "follow_confirmed";
    case ThreatState::kRejected:
      return "follow_declined";
    case ThreatState::kApproved:
    case ThreatState::kClosed:
      return measures_word(tasks);
    case ThreatState::kClosedSelf:
    case ThreatState::kArchived:
    case ThreatState::kPurged:
      return "follow_ended";
    default:
      return "follow_received";
  }
}

/// The reason is only for the one whose own case it is: in a case that took the report in it may
/// speak of what others sent.
std::string threat_reason(const Threat& own, const Threat& leading) {
  if (own.id != leading.id) return {};
  if (own.state == ThreatState::kReturned) return join(own.defects, "; ");
  if (own.state == ThreatState::kNotConfirmed && own.identification) {
    return own.identification->by.reason;
  }
  return {};
}

Result<std::optional<Json>> report_state(const Asked& asked, store::ReadTx& tx,
                                         std::string_view number) {
  TRY(const auto own, store::find_one<Threat>(tx, "number", number));
  if (!own) return std::optional<Json>();
  Threat leading = *own;
  for (int i = 0; i < kMostMerges && !leading.merged_into.empty(); ++i) {
    TRY(leading, store::get<Threat>(tx, leading.merged_into));
  }
  TRY(const auto tasks, store::find<Task>(tx, "threat", leading.id));
  const std::string key(threat_word(leading, tasks));
  Json state =
      Json::object({{"headline", asked.text(key)}, {"explanation", asked.text(key + "_why")}});
  Json steps = Json::array();
  steps.push(step_of(asked, own->submitted_at, "step_received"));
  if (own->id != leading.id) steps.push(step_of(asked, own->submitted_at, "follow_merged"));
  const auto later = [&](Instant at, std::string_view word) {
    if (at > own->submitted_at) steps.push(step_of(asked, at, word));
  };
  if (leading.identification) later(leading.identification->by.at, "step_found");
  if (leading.review) later(leading.review->at, "step_decided");
  state.set("step", std::move(steps));
  if (const auto why = threat_reason(*own, leading); !why.empty()) {
    state.set("why", Json::object({{"text", why}}));
  }
  return std::optional<Json>(std::move(state));
}

/// What the authority said, the ruling before the answer.
std::string appeal_reason(const Appeal& a) {
  std::vector<std::string> said;
  if (a.state == AppealState::kInadmissible || a.ruling == "inadmissible") {
    said.push_back(a.accepted.reason);
  }
  said.push_back(a.ruled.reason);
  said.push_back(a.answered.reason);
  std::erase_if(said, [](const std::string& s) { return s.empty(); });
  return join(said, " / ");
}

std::string appeal_explanation(const Asked& asked, const std::string& key, const Appeal& a,
                               const Task& task) {
  std::string out = asked.text(key + "_why");
  if (a.ruling != "upheld") return out;
  if (task.state == TaskState::kLifted) out += " " + asked.text("appeal_lift_done");
  if (task.state == TaskState::kLiftVerified) out += " " + asked.text("appeal_lift_verified");
  return out;
}

Result<std::optional<Json>> appeal_state(const Asked& asked, store::ReadTx& tx,
                                         std::string_view number) {
  TRY(const auto found, store::find_one<Appeal>(tx, "number", number));
  if (!found) return std::optional<Json>();
  const Appeal& a = *found;
  TRY(const auto task, store::get<Task>(tx, a.task));
  // An answered appeal is known by its ruling.
  const std::string word = a.ruling.empty() ? std::string(name(a.state)) : a.ruling;
  const std::string key = "appeal_" + word;
  Json state = Json::object(
      {{"headline", asked.text(key)}, {"explanation", appeal_explanation(asked, key, a, task)}});
  Json steps = Json::array();
  const auto step = [&](const model::Act& act, std::string_view text) {
    if (act.at) steps.push(step_of(asked, act.at, text));
  };
  step(a.filed, "step_filed");
  step(a.accepted, "step_admitted");
  step(a.checker, "step_checking");
  step(a.ruled, "step_ruled");
  step(a.answered, "step_answered");
  state.set("step", std::move(steps));
  if (const auto why = appeal_reason(a); !why.empty()) {
    state.set("why", Json::object({{"text", why}}));
  }
  if (!a.lifted.empty()) {
    Json targets = Json::array();
    for (const auto& i : a.lifted) targets.push(Json::object({{"shown", defang(i.value)}}));
    state.set("lifted", Json::object({{"target", std::move(targets)}}));
  }
  for (const auto& clock : a.clocks) {
    if (clock.clock != "appeal_answer" || !clock.running()) continue;
    state.set(
        "due",
        Json::object({{"day", clock.last_day},
                      {"basis", replace_all(asked.text("law_basis"), "{}", clock.basis.article)}}));
  }
  return std::optional<Json>(std::move(state));
}

http::Response form_page(const Asked& asked, Json values, int status = 200) {
  return answer(asked, "follow", "follow", "follow_title", std::move(values), Keep::kNever, status);
}

Result<http::Response> follow(const Asked& asked) {
  http::FormLimits limits;
  limits.bytes = 16U << 10;
  TRY(const auto form, http::read_form(asked.request, limits));
  if (!asked.site.services.may_look(asked.request.remote)) return sorry(asked, "wrong_busy", 429);
  std::string number(trim(form.value("number")));
  std::transform(number.begin(), number.end(), number.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  Json values = Json::object({{"number", number}});
  std::optional<Json> state;
  if (asked.site.tokens.is_code(number, form.value("code"))) {
    TRY(state, asked.site.services.store.read([&](store::ReadTx& tx) {
      return number.starts_with("A-") ? appeal_state(asked, tx, number)
                                      : report_state(asked, tx, number);
    }));
  }
  if (!state) {
    show_problems(values, {{"number", asked.text("follow_wrong")}});
    return form_page(asked, std::move(values), 422);
  }
  state->set("number", number);
  values.set("state", std::move(*state));
  return form_page(asked, std::move(values));
}

}  // namespace

void add_follow_pages(http::Router& router, const std::shared_ptr<const Site>& site) {
  add_page(router, site, http::Method::kGet, "/follow", "siteFollow",
           {"进度查询页", "Follow-up page"}, [](const Asked& asked) -> Result<http::Response> {
             return form_page(asked, Json::object());
           });
  add_page(router, site, http::Method::kPost, "/follow", "siteShowState",
           {"查看进度", "Show the state"}, follow);
}

}  // namespace tocsin::public_site
