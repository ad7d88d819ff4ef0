// Appeals of whoever is affected by a measure of article 8(1) (W17-26): filed with the desk as any
// other appeal, without an account.
#include <algorithm>

#include "law/clock.h"
#include "public_site/page.h"
#include "public_site/spelling.h"
#include "store/collections.h"

namespace tocsin::public_site {
namespace {

using model::Task;
using model::TaskState;

constexpr const char* kForm = "appeal";
/// Measures on one indicator that one form appeals against: a name may be blocked by many units.
constexpr std::size_t kMostTasks = 20;

/// Ordered, and not on its way back.
bool is_open(const Task& task) {
  switch (task.state) {
    case TaskState::kApproved:
    case TaskState::kWithdrawn:
    case TaskState::kLiftOrdered:
    case TaskState::kLifted:
    case TaskState::kLiftVerified:
      return false;
    default:
      return task.appealable;
  }
}

Result<std::vector<Task>> tasks_of_number(store::ReadTx& tx, const std::string& number) {
  TRY(const auto task, store::find_one<Task>(tx, "number", number));
  if (task) return std::vector<Task>{*task};
  TRY(const auto notice, store::find_one<model::Notice>(tx, "number", number));
  if (!notice || notice->task.empty()) return std::vector<Task>();
  TRY(auto noticed, store::get<Task>(tx, notice->task));
  return std::vector<Task>{std::move(noticed)};
}

/// The measures in force that reach this value, each once.
Result<std::vector<Task>> tasks_on(store::ReadTx& tx, const model::Indicator& indicator) {
  std::vector<Task> out;
  for (const auto& one : covering(indicator)) {
    const std::string key = std::string(name(one.kind)) + ":" + one.value;
    TRY(const auto threats, store::find<model::Threat>(tx, "indicator", key, 100));
    for (const auto& threat : threats) {
      TRY(auto tasks, store::find<Task>(tx, "threat", threat.id));
      for (auto& task : tasks) {
        const bool names = std::any_of(task.indicators.begin(), task.indicators.end(),
                                       [&](const auto& i) { return i.plain() == one; });
        const bool new_one = std::none_of(out.begin(), out.end(),
                                          [&](const Task& known) { return known.id == task.id; });
        if (names && new_one && is_open(task) && out.size() < kMostTasks) {
          out.push_back(std::move(task));
        }
      }
    }
  }
  return out;
}

Result<std::vector<Task>> tasks_against(const Asked& asked, std::string_view target) {
  std::string number(trim(plain_marks(target)));
  std::transform(number.begin(), number.end(), number.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  return asked.site.services.store.read([&](store::ReadTx& tx) -> Result<std::vector<Task>> {
    TRY(auto named, tasks_of_number(tx, number));
    if (!named.empty()) return named;
    const auto indicator = read_value(target);
    if (!indicator) return std::vector<Task>();
    return tasks_on(tx, *indicator);
  });
}

http::Response form_page(const Asked& asked, const http::Form& form,
                         const std::vector<Problem>& problems) {
  Json values = Json::object({{"token", token_for(asked, kForm, form.value("token"))}});
  for (const char* field :
       {"target", "knew", "name", "identity", "contact", "interest", "grounds", "new_facts"}) {
    values.set(field, form.value(field));
  }
  values.set(form.value("as") == "organization" ? "as_organization" : "as_person", true);
  law::ClockInput input;
  input.clock = "appeal_file";
  input.start = law::ClockStart::of(asked.now());
  if (const auto deadline = law::compute(*asked.site.services.law, input)) {
    values.set("file_by", to_string(deadline->last_day));
    values.set("file_why", deadline->explanation.in(asked.lang));
  }
  show_problems(values, problems);
  return answer(asked, "appeal", "appeal", "appeal_title", std::move(values), Keep::kNever,
                problems.empty() ? 200 : 422);
}

/// Kept away from everybody but the authority: what proves who somebody is.
desk::AppealRequest request_of(const Asked& asked, const http::Form& form,
                               std::vector<Problem>& problems) {
  for (const char* field : {"target", "name", "identity", "contact", "interest", "grounds"}) {
    if (trim(form.value(field)).empty()) problems.push_back({field, asked.text("appeal_need")});
  }
  desk::AppealRequest request;
  request.appellant.name = trim(form.value("name"));
  request.appellant.identity = trim(form.value("identity"));
  request.appellant.contact = trim(form.value("contact"));
  const bool organization = form.value("as") == "organization";
  request.appellant.interest = asked.text(organization ? "appeal_organization" : "appeal_person") +
                               ": " + std::string(trim(form.value("interest")));
  request.grounds = trim(form.value("grounds"));
  request.new_facts = trim(form.value("new_facts"));
  if (const auto knew = trim(form.value("knew")); !knew.empty()) {
    const auto day = parse_date(knew);
    if (day) {
      request.knew_at = shanghai_midnight(*day);
    } else {
      problems.push_back({"knew", asked.text("appeal_bad_date")});
    }
  }
  request.evidence = evidence_of(form, "files", false);
  for (auto& paper : evidence_of(form, "papers", true)) {
    request.evidence.push_back(std::move(paper));
  }
  return request;
}

/// Where on the form the desk's refusal belongs.
std::string input_of(const Error& error) {
  if (error.field == "knew_at") return "knew";
  if (error.field == "new_facts" || error.field == "grounds") return error.field;
  if (error.field == "task") return "target";
  return {};
}

Json receipt(const Asked& asked, const model::Appeal& appeal) {
  Json out =
      Json::object({{"number", appeal.number}, {"secret", asked.site.tokens.code(appeal.number)}});
  for (const auto& clock : appeal.clocks) {
    if (clock.clock == "appeal_answer") out.set("due", Json::object({{"due", clock.last_day}}));
    if (clock.clock == "appeal_file" && clock.due && clock.met_at >= clock.due) {
      out.set("late", true);
    }
  }
  return out;
}

Result<http::Response> file(const Asked& asked) {
  if (!asked.site.services.may_send(asked.request.remote)) return sorry(asked, "wrong_busy", 429);
  TRY(const auto form, http::read_form(asked.request));
  if (const auto wrong = wrong_sender(asked, form, kForm)) return form_page(asked, form, {*wrong});
  std::vector<Problem> problems;
  auto request = request_of(asked, form, problems);
  if (!problems.empty()) return form_page(asked, form, problems);
  TRY(const auto tasks, tasks_against(asked, form.value("target")));
  if (tasks.empty()) {
    return form_page(asked, form, {{"target", asked.text("appeal_no_measure")}});
  }
  TRY(auto actor, site_actor(asked.site.services));
  Json receipts = Json::array();
  std::optional<Error> refused;
  for (const auto& task : tasks) {
    request.task = task.id;
    actor.idempotency_key = idempotency_key(form) + ":" + task.id;
    const auto appeal = asked.site.services.desk.file_appeal(actor, request);
    if (appeal) {
      receipts.push(receipt(asked, *appeal));
    } else {
      if (http::status_of(appeal.error().code) >= 500) return tl::unexpected(appeal.error());
      refused = appeal.error();
    }
  }
  if (receipts.items().empty()) {
    return form_page(asked, form, {{input_of(*refused), asked.message(*refused)}});
  }
  Json values = Json::object({{"thanks", asked.text("appeal_done_lead")}});
  if (receipts.items().size() > 1) {
    values.set("remark", Json::object({{"text", asked.text("appeal_several")}}));
  }
  values.set("receipt", std::move(receipts));
  return answer(asked, "done", "appeal", "appeal_done_title", std::move(values), Keep::kNever);
}

}  // namespace

void add_appeal_pages(http::Router& router, const std::shared_ptr<const Site>& site) {
  add_page(router, site, http::Method::kGet, "/appeal", "siteAppeal", {"申诉页", "Appeal page"},
           [](const Asked& asked) -> Result<http::Response> {
             return form_page(asked, http::Form{}, {});
           });
  add_page(router, site, http::Method::kPost, "/appeal", "siteFileAppeal",
           {"提交申诉", "File an appeal"}, file);
}

}  // namespace tocsin::public_site
