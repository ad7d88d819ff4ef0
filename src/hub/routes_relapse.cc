// Relapses: listed, taken up again through the desk, or dismissed (W17-08).
#include "desk/clocks.h"
#include "graph/relapse.h"
#include "hub/list_order.h"
#include "hub/shape.h"

namespace tocsin::hub {
namespace {

using desk::Actor;
using model::Relapse;
using model::RelapseState;

/// By its own id, or the open one of a case by the case's number.
Result<Relapse> relapse_for(store::ReadTx& tx, const Actor& by, const std::string& name) {
  std::optional<Relapse> found;
  const auto case_named = store::find_one<model::Threat>(tx, "number", name);
  TRY(const auto threat, case_named);
  if (threat) {
    TRY(auto all, store::find<Relapse>(tx, "threat", threat->id));
    for (auto& one : all) {
      if (one.state == RelapseState::kOpen) found = std::move(one);
    }
  } else {
    TRY(const auto body, tx.get_document(store::Collection<Relapse>::table, name));
    if (body) {
      TRY(found, store::decode<Relapse>(*body));
    }
  }
  if (found) {
    TRY(const auto t, store::get<model::Threat>(tx, found->threat));
    TRY(const bool mine, may_read(tx, by, t));
    if (mine) return std::move(*found);
  }
  return fail_bi(Code::kNotFound, "there is no open relapse " + name,
                 "没有待处理的复发记录 " + name, "id");
}

/// The new sighting as a submission on the same subject: the desk merges it into the case and
/// reopens it (article 6; step 22 of the table).
desk::SubmitRequest submission_of(const model::Threat& t, const Relapse& relapse,
                                  const std::string& reason) {
  desk::SubmitRequest out;
  out.threat_class = t.threat_class;
  out.subtype = t.subtype;
  out.subtype_text = t.subtype_text;
  out.certainty = model::Certainty::kActual;
  out.title = t.title;
  out.tlp = t.tlp;
  out.provinces = t.provinces;
  out.indicators = {relapse.indicator.key()};
  out.reason = reason;
  desk::EvidenceInput sighting;
  sighting.title = "sighted again 再次发现";
  sighting.media_type = "application/json";
  sighting.content = model::to_json(relapse).dump();
  out.evidence = {std::move(sighting)};
  return out;
}

Result<Json> list(store::ReadTx& tx, const Actor& by, const ListOrder& order, std::size_t limit,
                  const std::string& state) {
  store::Find query{"seen", "", "~", {}, {}, limit, order.descending};
  if (!state.empty()) {
    query.index = "state";
    query.from = state + ":";
    query.to = state + ":~";
  }
  if (!order.after.empty()) {
    TRY(const auto last, store::get<Relapse>(tx, order.after));
    query.after_key = (state.empty() ? "" : state + ":") + store::time_key(last.seen_at);
    query.after_id = last.id;
  }
  TRY(const auto rows, store::find<Relapse>(tx, query));
  Json items = Json::array();
  for (const auto& one : rows) {
    TRY(const auto t, store::get<model::Threat>(tx, one.threat));
    TRY(const bool mine, may_read(tx, by, t));
    if (mine) items.push(model::to_json(one).set("title", t.title));
  }
  Json out = Json::object({{"items", std::move(items)}});
  if (rows.size() == limit) out.set("next", order.next(rows.back().id));
  return out;
}

Result<Json> settle(App& app, const Actor& by, const std::string& name, RelapseState state,
                    const std::string& reason) {
  TRY(const auto relapse,
      app.store.read([&](store::ReadTx& tx) { return relapse_for(tx, by, name); }));
  const auto basis = desk::basis_in(*app.law, "6", "W17-08");
  TRY(const auto settled,
      graph::settle_relapse(app.store, by.user, by.organization, by.act(app.clock.now(), reason),
                            relapse.id, state, basis));
  return model::to_json(settled);
}

Result<Json> reopen(App& app, const Actor& by, const std::string& name, const std::string& reason) {
  if (reason.empty()) {
    return fail_bi(Code::kInvalid, "say why", "请说明理由", "reason", "W17-08");
  }
  TRY(const auto before,
      app.store.read([&](store::ReadTx& tx) -> Result<std::pair<Relapse, model::Threat>> {
        TRY(auto relapse, relapse_for(tx, by, name));
        TRY(auto threat, store::get<model::Threat>(tx, relapse.threat));
        return std::pair(std::move(relapse), std::move(threat));
      }));
  const auto& [relapse, threat] = before;
  if (relapse.state != RelapseState::kOpen) {
    return fail_bi(Code::kConflict, "this relapse is settled already", "该复发记录已处理", "id",
                   "W17-08");
  }
  TRY(const auto filed, app.desk.submit(by, submission_of(threat, relapse, reason)));
  // The watch settles it as soon as it reads that the case is worked on; where another open case
  // answers for the indicator, nobody else would.
  const auto done = settle(app, by, relapse.id, RelapseState::kReopened, reason);
  if (!done && done.error().code != Code::kConflict) return tl::unexpected(done.error());
  return app.store.read([&](store::ReadTx& tx) -> Result<Json> {
    const std::string& into = filed.merged_into.empty() ? filed.id : filed.merged_into;
    TRY(const auto now, store::get<model::Threat>(tx, into));
    TRY(const auto settled, store::get<Relapse>(tx, relapse.id));
    return Json::object({{"relapse", model::to_json(settled)},
                         {"case", now.number},
                         {"state", std::string(model::name(now.state))},
                         {"relapses", now.relapses}});
  });
}

}  // namespace

void add_relapse_routes(http::Router& router, App& app) {
  const Json relapse = model::schema_of<Relapse>();
  auto params = page_params();
  params.push_back(
      query_param("state", {"open、reopened 或 dismissed", "open, reopened or dismissed"}));
  const auto sorts = both_ways("seen", true);
  params.push_back(sort_param(sorts));
  get(router, "/api/v1/relapses", "listRelapses", "graph",
      {"办结或解除后再次发现的威胁，最新在前",
       "Threats seen again after they were dealt with, newest first"},
      "read", std::move(params), list_schema(relapse),
      [&app, sorts](http::Request& request) -> Result<Json> {
        const Actor by = session(request).actor;
        TRY(const auto asked, page(request));
        TRY(const auto order, list_order(request, sorts, asked.after));
        const std::string state(request.query_value("state").value_or(""));
        RelapseState known{};
        if (!state.empty() && !model::parse_enum(state, known)) {
          return tl::unexpected(
              model::detail::wrong_enum(state, model::enum_names(known)).error().at("state"));
        }
        return app.store.read(
            [&](store::ReadTx& tx) { return list(tx, by, order, asked.limit, state); });
      });
  post<desk::ReasonRequest>(
      router, "/api/v1/relapses/{id}/reopen", "reopenRelapse", "graph",
      {"就复发再次提交，原事项重新处理（第六条）",
       "Submit it again: the case is reopened (article 6)"},
      "submit",
      shape::object(shape::each_text({"case", "state"})
                        .set("relapse", relapse)
                        .set("relapses", shape::number())),
      [&app](const Actor& by, const std::string& id, const desk::ReasonRequest& request) {
        return reopen(app, by, id, request.reason);
      });
  post<desk::ReasonRequest>(
      router, "/api/v1/relapses/{id}/dismiss", "dismissRelapse", "graph",
      {"判断并非复发，说明理由", "Judge that it is none, with the reason"}, "verify", relapse,
      [&app](const Actor& by, const std::string& id, const desk::ReasonRequest& request) {
        return settle(app, by, id, RelapseState::kDismissed, request.reason);
      });
}

}  // namespace tocsin::hub
