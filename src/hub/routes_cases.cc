// Threats, tasks, notices, appeals: thin routes onto the desk.
#include <algorithm>
#include <type_traits>

#include "hub/app.h"
#include "hub/document_list.h"
#include "hub/prober.h"
#include "hub/schemas.h"
#include "hub/shape.h"
#include "hub/views.h"
#include "model/labels.h"

namespace tocsin::hub {
namespace {

using desk::Actor;
using model::Appeal;
using model::Notice;
using model::Task;
using model::Threat;

template <typename T>
Result<Json> as_json(Result<T> result) {
  TRY(const T value, std::move(result));
  return model::to_json(value);
}

Status hidden(std::string_view what, const std::string& id) {
  // What may not be seen does not exist for the asker.
  const Text label = model::label(what);
  return fail_bi(Code::kNotFound, "there is no " + label.en + " " + id,
                 "没有" + label.zh + " " + id, "id");
}

Appeal masked(Appeal a, const Actor& by) { return store::masked(std::move(a), person(by)); }

Threat masked(Threat t, const Actor& by) { return store::masked(std::move(t), person(by)); }

template <typename T>
Result<T> by_number(store::ReadTx& tx, std::string_view prefix, const std::string& text) {
  if (is_id(text, prefix)) return store::get<T>(tx, text);
  TRY(auto found, store::find_one<T>(tx, "number", text));
  if (found) return std::move(*found);
  return tl::unexpected(hidden(store::Collection<T>::table, text).error());
}

Result<Threat> readable_threat(store::ReadTx& tx, const Actor& by, const std::string& id) {
  TRY(auto threat, by_number<Threat>(tx, "thr", id));
  TRY(const bool allowed, may_read(tx, by, threat));
  if (!allowed) return tl::unexpected(hidden("threat", id).error());
  return threat;
}

Result<Task> readable_task(store::ReadTx& tx, const Actor& by, const std::string& id) {
  TRY(auto task, by_number<Task>(tx, "tsk", id));
  TRY(const auto threat, readable_threat(tx, by, task.threat));
  return task;
}

/// One page of documents of a range (or all), as far as the person may see them.
template <typename T, typename Allowed>
Result<Json> list_of(http::Request& request, App& app, const std::vector<std::string>& sorts,
                     const DocumentRange& range, Allowed allowed) {
  TRY(const Page p, page(request));
  TRY(const auto order, list_order(request, sorts, p.after));
  const Actor by = session(request).actor;
  return app.store.read([&](store::ReadTx& tx) {
    return document_list<T>(tx, range, order, p.limit,
                            [&](const T& row) -> Result<std::optional<Json>> {
                              TRY(const bool ok, allowed(tx, by, row));
                              if (!ok) return std::optional<Json>();
                              if constexpr (requires { masked(row, by); }) {
                                return std::optional(model::to_json(masked(row, by)));
                              } else {
                                return std::optional(model::to_json(row));
                              }
                            });
  });
}

std::string query_or_empty(const http::Request& request, std::string_view key) {
  return std::string(request.query_value(key).value_or(""));
}

/// `?state=`, or all: a word that no state has would look like an empty list.
template <typename State>
Result<DocumentRange> state_asked(const http::Request& request) {
  std::string word = query_or_empty(request, "state");
  State known{};
  if (word.empty()) return DocumentRange{};
  if (model::parse_enum(word, known)) return DocumentRange{"state", word};
  std::string all;
  for (const auto n : enum_names(State{})) all += (all.empty() ? "" : ", ") + std::string(n);
  return fail_bi(Code::kInvalid, "'" + word + "' is no state; the states are " + all,
                 "没有状态“" + word + "”；可用的状态为 " + all, "state");
}

std::vector<http::Param> state_params(const std::vector<std::string>& sorts) {
  auto out = page_params();
  out.push_back(query_param("state", {"状态", "state"}));
  out.push_back(sort_param(sorts));
  return out;
}

/// Where a document may go from here, by whose hand and under which article.
template <typename State>
Json next_steps(std::span<const desk::Step<State>> steps, State now, const Actor& by) {
  Json next = Json::array();
  for (const auto& s : steps) {
    if (s.from != now) continue;
    next.push(Json::object({{"to", std::string(name(s.to))},
                            {"role", std::string(name(s.role))},
                            {"article", s.article},
                            {"requirement", s.requirement},
                            {"mine", by.user.has(s.role)}}));
  }
  return next;
}

Result<Json> steps_of(store::ReadTx& tx, const Task& task, const Actor& by) {
  TRY(const bool by_document, verified_by_document(tx, task));
  const Json steps = next_steps(desk::task_steps(), task.state, by);
  Json out = Json::array();
  for (Json step : steps.items()) {
    if (by_document && step.str("role") == "verifier") step.set("by", "document");
    out.push(std::move(step));
  }
  return out;
}

void add_threat_reads(http::Router& router, App& app) {
  const auto sorts = both_ways("number", false);
  get(router, "/api/v1/threats", "listThreats", "threats", {"威胁列表", "List threats"}, "read",
      state_params(sorts), list_schema(model::schema_of<Threat>()),
      [&app, sorts](http::Request& request) -> Result<Json> {
        TRY(const auto range, state_asked<model::ThreatState>(request));
        return list_of<Threat>(request, app, sorts, range, may_read<Threat>);
      });
  get(router, "/api/v1/threats/{id}", "getThreat", "threats",
      {"威胁及其任务、时限与可执行的下一步", "A threat with its tasks, clocks and next steps"},
      "read", {}, threat_detail_schema(), [&app](http::Request& request) -> Result<Json> {
        const Actor by = session(request).actor;
        return app.store.read([&](store::ReadTx& tx) -> Result<Json> {
          TRY(const auto threat, readable_threat(tx, by, request.params["id"]));
          TRY(Json out, threat_view(tx, masked(threat, by)));
          TRY(const auto tasks, store::find<Task>(tx, "threat", threat.id));
          Json details = Json::array();
          for (std::size_t i = 0; i < tasks.size(); ++i) {
            Json one = out["task_details"].items()[i];
            TRY(Json steps, steps_of(tx, tasks[i], by));
            one.set("next", std::move(steps));
            details.push(std::move(one));
          }
          out.set("task_details", std::move(details));
          TRY(const auto appeals, store::find<Appeal>(tx, "threat", threat.id));
          Json list = Json::array();
          for (const auto& a : appeals) list.push(model::to_json(masked(a, by)));
          out.set("appeals", std::move(list));
          out.set("next", next_steps(desk::threat_steps(), threat.state, by));
          return out;
        });
      });
  get(router, "/api/v1/threats/{id}/journal", "threatJournal", "threats",
      {"威胁的全部日志", "The journal of a threat"}, "read", {}, entries_schema(),
      [&app](http::Request& request) -> Result<Json> {
        const Actor by = session(request).actor;
        return app.store.read([&](store::ReadTx& tx) -> Result<Json> {
          TRY(const auto threat, readable_threat(tx, by, request.params["id"]));
          TRY(const auto entries, tx.journal_of_threat(threat.id));
          Json items = Json::array();
          for (const auto& e : entries) items.push(journal::to_json(e));
          return Json::object({{"items", std::move(items)}});
        });
      });
}

void add_threat_acts(http::Router& router, App& app) {
  const Json threat = model::schema_of<Threat>();
  auto& d = app.desk;
  post<desk::SubmitRequest>(
      router, "/api/v1/threats", "submitThreat", "threats",
      {"提交威胁信息（第六条）", "Submit a threat (article 6)"}, "submit", threat,
      [&app](const Actor& by, const std::string&, desk::SubmitRequest r) -> Result<Json> {
        TRY_STATUS(default_provinces(app, r));
        return as_json(app.desk.submit(by, r));
      },
      201);
  post<desk::SubmitRequest>(
      router, "/api/v1/self-disposals", "selfDispose", "threats",
      {"本单位自身问题自行处置", "Dispose of the unit's own problem"}, "submit", threat,
      [&d](const Actor& by, const std::string&, const auto& r) {
        return as_json(d.self_dispose(by, r));
      },
      201);
  const auto act = [&](const char* verb, const char* operation, const Text& summary,
                       const char* scope, const auto& request, auto call) {
    using R = std::remove_cvref_t<decltype(request)>;
    post<R>(router, std::string("/api/v1/threats/{id}/") + verb, operation, "threats", summary,
            scope, threat, [call](const Actor& by, const std::string& id, const R& r) {
              return as_json(call(by, id, r));
            });
  };
  act("completion", "completeSelfDisposal", {"自行处置完成", "Complete a self-disposal"}, "submit",
      desk::FeedbackRequest{}, [&d](auto&... a) { return d.complete_self(a...); });
  act("resubmission", "resubmitThreat", {"补正后重新提交", "Submit again after correction"},
      "submit", desk::SubmitRequest{}, [&d](auto&... a) { return d.resubmit(a...); });
  act("return", "returnThreat", {"退回补正", "Return for correction"}, "decide",
      desk::ReturnRequest{}, [&d](auto&... a) { return d.return_for_correction(a...); });
  act("delegation", "delegateThreat", {"委托认定（第七条）", "Delegate identification (article 7)"},
      "decide", desk::DelegateRequest{}, [&d](auto&... a) { return d.delegate(a...); });
  act("determination", "determineThreat",
      {"认定并提出处置建议（第七条）", "Determine and propose (article 7)"}, "verify",
      desk::DetermineRequest{}, [&d](auto&... a) { return d.determine(a...); });
  act("override", "overrideStop",
      {"放行被拦停的指标（需两人）", "Override a stop (needs two persons)"}, "decide",
      desk::OverrideRequest{}, [&d](auto&... a) { return d.override_stop(a...); });
  act("review", "reviewThreat", {"审查并决定（第八条）", "Review and decide (article 8)"}, "decide",
      desk::ReviewRequest{}, [&d](auto&... a) { return d.review(a...); });
  act("archive", "archiveThreat", {"归档", "Archive a closed case"}, "admin", Nothing{},
      [&d](const Actor& by, const std::string& id, const Nothing&) { return d.archive(by, id); });
  act("purge", "purgeThreat", {"留存期满后清除", "Purge after the retention floor"}, "admin",
      desk::ReasonRequest{}, [&d](auto&... a) { return d.purge(a...); });
  act("emergency", "declareEmergency",
      {"转入应急预案（第十三条）", "Hand over to the emergency plan (article 13)"}, "decide",
      desk::ReasonRequest{}, [&d](auto&... a) { return d.declare_emergency(a...); });
  act("merge", "mergeThreat", {"并入另一事项", "Merge into another case"}, "decide",
      desk::MergeRequest{},
      [&d](const Actor& by, const std::string& id, const desk::MergeRequest& r) {
        return d.merge(by, id, r.into, {r.reason});
      });
}

/// A task says of which case it is; its title is that of the case.
Result<Json> with_titles(store::ReadTx& tx, Json list) {
  Json items = Json::array();
  for (const auto& item : list["items"].items()) {
    TRY(const auto threat, store::get<Threat>(tx, item.str("threat")));
    Json titled = item;
    titled.set("title", threat.title);
    items.push(std::move(titled));
  }
  list.set("items", std::move(items));
  return list;
}

void add_task_routes(http::Router& router, App& app) {
  const Json task = model::schema_of<Task>();
  auto& d = app.desk;
  const auto sorts = both_ways("created", false);
  get(router, "/api/v1/tasks", "listTasks", "tasks", {"处置任务列表", "List disposal tasks"},
      "read", state_params(sorts), list_schema(task),
      [&app, sorts](http::Request& request) -> Result<Json> {
        TRY(const auto range, state_asked<model::TaskState>(request));
        TRY(Json list, list_of<Task>(request, app, sorts, range, may_read<Task>));
        return app.store.read([&](store::ReadTx& tx) { return with_titles(tx, std::move(list)); });
      });
  get(router, "/api/v1/tasks/{id}", "getTask", "tasks", {"处置任务", "A disposal task"}, "read", {},
      task, [&app](http::Request& request) -> Result<Json> {
        const Actor by = session(request).actor;
        return app.store.read([&](store::ReadTx& tx) -> Result<Json> {
          TRY(const Task found, readable_task(tx, by, request.params["id"]));
          TRY(Json out, task_view(tx, found));
          TRY(Json steps, steps_of(tx, found, by));
          out.set("next", std::move(steps));
          return out;
        });
      });
  const auto act = [&](const char* verb, const char* operation, const Text& summary,
                       const char* scope, const auto& request, auto call) {
    using R = std::remove_cvref_t<decltype(request)>;
    post<R>(router, std::string("/api/v1/tasks/{id}/") + verb, operation, "tasks", summary, scope,
            task, [call](const Actor& by, const std::string& id, const R& r) {
              return as_json(call(by, id, r));
            });
  };
  act("phone", "phoneNotify", {"紧急电话通知（后补书面）", "Notify by phone first"}, "decide",
      desk::PhoneRequest{}, [&d](auto&... a) { return d.phone_notify(a...); });
  act("notice", "notifyTask", {"签发处置通知", "Sign and deliver the notice"}, "decide",
      desk::NotifyRequest{}, [&d](auto&... a) { return d.notify(a...); });
  act("acknowledgement", "acknowledgeTask", {"确认收到任务", "Acknowledge"}, "dispose", Nothing{},
      [&d](const Actor& by, const std::string& id, const Nothing&) {
        return d.acknowledge(by, id);
      });
  act("feedback", "feedBackTask", {"反馈处置结果（第九条）", "Feed back the result (article 9)"},
      "dispose", desk::FeedbackRequest{}, [&d](auto&... a) { return d.feed_back(a...); });
  act("verification", "verifyTask", {"以文件验证处置结果", "Verify by document"}, "verify",
      desk::VerifyRequest{}, [&d](auto&... a) { return d.verify(a...); });
  act("probe", "probeTask",
      {"经运营者解析器探测并验证", "Verify with a probe through the operator's resolver"}, "verify",
      Nothing{}, [&app](const Actor& by, const std::string& id, const Nothing&) {
        return verify_by_probe(app, by, id);
      });
  act("withdrawal", "withdrawTask",
      {"撤回尚未下达的措施", "Withdraw a measure that was never ordered"}, "decide",
      desk::ReasonRequest{}, [&d](auto&... a) { return d.withdraw(a...); });
  act("breach", "reportBreach", {"认定未按要求处置（第十二条）", "Establish a breach (article 12)"},
      "decide", desk::ReasonRequest{}, [&d](auto&... a) { return d.report_breach(a...); });
  act("sanction", "sanctionTask",
      {"约谈、警告或罚款（第十二条）", "Talk, warning or fine (article 12)"}, "decide",
      desk::SanctionRequest{}, [&d](auto&... a) { return d.sanction(a...); });
}

void add_notice_routes(http::Router& router, App& app) {
  const Json notice = model::schema_of<Notice>();
  const auto readable = [&app](http::Request& request) -> Result<Notice> {
    const Actor by = session(request).actor;
    return app.store.read([&](store::ReadTx& tx) -> Result<Notice> {
      TRY(auto n, by_number<Notice>(tx, "ntc", request.params["id"]));
      if (n.addressee == by.organization.id || n.issuer == by.organization.id) return n;
      TRY(const auto threat, readable_threat(tx, by, n.threat));
      return n;
    });
  };
  const auto sorts = both_ways("number", false);
  auto params = page_params();
  params.push_back(query_param("task", {"任务", "task id"}));
  params.push_back(sort_param(sorts));
  get(router, "/api/v1/notices", "listNotices", "notices",
      {"收到的通知", "Notices addressed to my unit"}, "read", params, list_schema(notice),
      [&app, sorts](http::Request& request) -> Result<Json> {
        const std::string task = query_or_empty(request, "task");
        const std::string mine = session(request).actor.organization.id;
        return list_of<Notice>(
            request, app, sorts,
            task.empty() ? DocumentRange{"addressee", mine} : DocumentRange{"task", task},
            [](store::ReadTx& tx, const Actor& by, const Notice& n) -> Result<bool> {
              if (n.addressee == by.organization.id) return true;
              TRY(const auto threat, store::get<Threat>(tx, n.threat));
              return may_read(tx, by, threat);
            });
      });
  get(router, "/api/v1/notices/{id}", "getNotice", "notices",
      {"通知及签名", "A notice with its signature"}, "read", {}, notice,
      [readable](http::Request& request) { return as_json(readable(request)); });
  const auto raw = [&](const char* part, const char* operation, const Text& summary,
                       const char* type, std::string Notice::* member, Json shown = {}) {
    http::Route route;
    route.pattern = std::string("/api/v1/notices/{id}/") + part;
    route.operation = operation;
    route.tag = "notices";
    route.summary = summary;
    route.scope = "read";
    route.response_type = type;
    route.response = std::move(shown);
    route.handler = [readable, member, type](http::Request& request) -> Result<http::Response> {
      TRY(const auto n, readable(request));
      return http::Response::text(n.*member, type);
    };
    router.add(std::move(route));
  };
  raw("document", "noticeDocument", {"被签名的原文", "The signed bytes"}, "application/json",
      &Notice::document, shape::by_name(Json::object()));
  raw("signature", "noticeSignature", {"分离式 CMS 签名", "The detached CMS signature"},
      "application/pkcs7-signature", &Notice::signature);
  post<Nothing>(router, "/api/v1/notices/{id}/receipt", "receiveNotice", "notices",
                {"签收通知", "Receipt of a notice"}, "dispose", notice,
                [&app](const Actor& by, const std::string& id, const Nothing&) {
                  return as_json(app.desk.receive_notice(by, id));
                });
}

void add_appeal_routes(http::Router& router, App& app) {
  const Json appeal = model::schema_of<Appeal>();
  auto& d = app.desk;
  const auto sorts = both_ways("number", false);
  get(router, "/api/v1/appeals", "listAppeals", "appeals", {"申诉列表", "List appeals"}, "read",
      state_params(sorts), list_schema(appeal),
      [&app, sorts](http::Request& request) -> Result<Json> {
        TRY(const auto range, state_asked<model::AppealState>(request));
        return list_of<Appeal>(request, app, sorts, range, may_read<Appeal>);
      });
  get(router, "/api/v1/appeals/{id}", "getAppeal", "appeals", {"申诉", "An appeal"}, "read", {},
      appeal, [&app](http::Request& request) -> Result<Json> {
        const Actor by = session(request).actor;
        return app.store.read([&](store::ReadTx& tx) -> Result<Json> {
          TRY(auto a, by_number<Appeal>(tx, "apl", request.params["id"]));
          TRY(const bool ok, may_read(tx, by, a));
          if (!ok) return tl::unexpected(hidden("appeal", request.params["id"]).error());
          const auto state = a.state;
          TRY(const auto task, store::get<Task>(tx, a.task));
          TRY(const auto threat, store::get<Threat>(tx, a.threat));
          Json out = model::to_json(masked(std::move(a), by));
          out.set("task_number", task.number);
          out.set("threat_number", threat.number);
          out.set("threat_title", threat.title);
          out.set("next", next_steps(desk::appeal_steps(), state, by));
          return out;
        });
      });
  post<desk::AppealRequest>(
      router, "/api/v1/appeals", "fileAppeal", "appeals",
      {"提出申诉（第十条）", "File an appeal (article 10)"}, "appeal", appeal,
      [&d](const Actor& by, const std::string&, const auto& r) {
        return as_json(d.file_appeal(by, r));
      },
      201);
  const auto act = [&](const char* verb, const char* operation, const Text& summary,
                       const auto& request, auto call) {
    using R = std::remove_cvref_t<decltype(request)>;
    post<R>(router, std::string("/api/v1/appeals/{id}/") + verb, operation, "appeals", summary,
            "decide", appeal, [call](const Actor& by, const std::string& id, const R& r) {
              return as_json(call(by, id, r));
            });
  };
  act("admission", "admitAppeal", {"受理或不予受理", "Admit or not"}, desk::AdmitRequest{},
      [&d](auto&... a) { return d.admit_appeal(a...); });
  act("check", "checkAppeal", {"组织核查", "Start the check"}, desk::ReasonRequest{},
      [&d](auto&... a) { return d.check_appeal(a...); });
  act("ruling", "ruleAppeal", {"作出核查结论", "Rule"}, desk::RulingRequest{},
      [&d](auto&... a) { return d.rule_appeal(a...); });
  act("answer", "answerAppeal", {"答复申诉人", "Answer the appellant"}, desk::ReasonRequest{},
      [&d](auto&... a) { return d.answer_appeal(a...); });
}

}  // namespace

void add_case_routes(http::Router& router, App& app) {
  add_threat_reads(router, app);
  add_threat_acts(router, app);
  add_task_routes(router, app);
  add_notice_routes(router, app);
  add_appeal_routes(router, app);
  add_duties_route(router, app);
}

}  // namespace tocsin::hub
