// What is kept how long, and taking out what may go (T05-21, M11-35).
#include "desk/permissions.h"
#include "hub/app.h"
#include "hub/retention_service.h"
#include "hub/shape.h"
#include "law/library.h"

namespace tocsin::hub {
namespace {

struct RunRequest {
  using is_described = void;
  bool dry_run = false;    ///< count, and take nothing out
  std::int64_t after = 0;  ///< `after` of the answer before
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("dry_run", s.dry_run);
    v("after", s.after);
  }
};

Json limits_json(const law::Library& law, const RetentionLimits& limits) {
  const auto* rules = law.find(limits.basis.rule_set);
  return Json::object(
      {{"law", to_string(limits.law)},
       {"indicators", to_string(limits.indicators)},
       {"deliveries", to_string(limits.deliveries)},
       {"basis",
        Json::object({{"rule_set", limits.basis.rule_set},
                      {"title", rules == nullptr ? Json() : model::to_json(rules->title())},
                      {"article", limits.basis.article},
                      {"requirement", limits.basis.requirement}})}});
}

Json counts_json(const intake::PurgeCounts& counts, std::int64_t deliveries) {
  return Json::object({{"indicators", counts.indicators},
                       {"sightings", counts.sightings},
                       {"relations", counts.relations},
                       {"deliveries", deliveries},
                       {"held", counts.held}});
}

Json limits_schema() {
  using namespace shape;
  const Json basis =
      object(each_text({"rule_set", "article", "requirement"}).set("title", or_null(bilingual())));
  return object(Json::object(
      {{"law", time()}, {"indicators", time()}, {"deliveries", time()}, {"basis", basis}}));
}

Json counts_schema() {
  return shape::each_number({"indicators", "sightings", "relations", "deliveries", "held"});
}

Json state_schema() {
  using namespace shape;
  const Json sweep = object(counts_schema()
                                .set("running", flag())
                                .set("position", number())
                                .set("started", time())
                                .set("finished", time()));
  return object(Json::object({{"limits", limits_schema()},
                              {"sweep", sweep},
                              {"known_indicators", number()},
                              {"store", by_name(number())}}));
}

Json run_schema() {
  using namespace shape;
  return object(counts_schema()
                    .set("limits", limits_schema())
                    .set("dry_run", flag())
                    .set("after", number())
                    .set("end", flag()));
}

Result<Json> show(App& app) {
  TRY(const auto limits, app.retention.limits());
  TRY(const auto indicators,
      app.store.read([](store::ReadTx& tx) { return tx.count_indicators(); }));
  const auto status = app.retention.status();
  Json sweep = counts_json(status.last, status.deliveries);
  sweep.set("running", status.running);
  sweep.set("position", status.position);
  if (status.started) sweep.set("started", to_string(status.started));
  if (status.finished) sweep.set("finished", to_string(status.finished));
  const auto sizes = app.store.statistics();
  Json size = Json::object();
  for (const auto& [key, value] : sizes) size.set(key, value);
  return Json::object({{"limits", limits_json(*app.law, limits)},
                       {"sweep", std::move(sweep)},
                       {"known_indicators", indicators},
                       {"store", std::move(size)}});
}

}  // namespace

void add_retention_routes(http::Router& router, App& app) {
  get(router, "/api/v1/retention", "showRetention", "service",
      {"留存底线、上次清理与存储占用", "Retention floors, the last sweep, the size of the store"},
      "admin", {}, state_schema(), [&app](http::Request& request) -> Result<Json> {
        TRY_STATUS(desk::require_role(session(request).actor, model::Role::kAdmin, "W17-10"));
        return show(app);
      });
  post<RunRequest>(
      router, "/api/v1/retention/run", "runRetention", "service",
      {"清除已过留存底线且无人需要的记录；未完时以 after 续行",
       "Purge what is past its floor and needed by nobody; go on with `after` until `end`"},
      "admin", run_schema(),
      [&app](const desk::Actor& by, const std::string&, const RunRequest& request) -> Result<Json> {
        TRY_STATUS(desk::require_role(by, model::Role::kAdmin, "W17-10"));
        if (request.after < 0) {
          return fail_bi(Code::kInvalid, "`after` is not negative", "after 不能为负数", "after");
        }
        TRY(const auto run,
            app.retention.run(by.user.id, by.organization.id, request.after, request.dry_run));
        Json out = counts_json(run.counts, run.deliveries);
        out.set("limits", limits_json(*app.law, run.limits));
        out.set("dry_run", request.dry_run);
        out.set("after", run.after);
        out.set("end", run.end);
        return out;
      });
}

}  // namespace tocsin::hub
