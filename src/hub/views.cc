#include "hub/views.h"

#include "lists/uncarried.h"
#include "match/canonical.h"
#include "store/collections.h"

namespace tocsin::hub {

Json shown(model::User user) {
  user.password.clear();
  return model::to_json(user);
}

Result<Json> task_view(store::ReadTx& tx, const model::Task& task) {
  Json out = model::to_json(task);
  TRY(const auto addressee, store::get<model::Organization>(tx, task.addressee));
  out.set("addressee_code", addressee.code);
  Json numbers = Json::array();
  for (const auto& id : task.notices) {
    TRY(const auto notice, store::get<model::Notice>(tx, id));
    numbers.push(notice.number);
  }
  out.set("notice_numbers", std::move(numbers));
  TRY(const auto rest, lists::uncarried(tx, task));
  out.set("uncarried", model::to_json(rest));
  TRY(const auto silent, lists::silent_points(tx, task));
  out.set("silent_points", model::to_json(silent));
  return out;
}

Result<bool> verified_by_document(store::ReadTx& tx, const model::Task& task) {
  if (model::article_item(task.measure) != "8(1)") return true;
  TRY(const auto rest, lists::uncarried(tx, task));
  const bool probed = task.state == model::TaskState::kVerifying;
  return !rest.empty() && (probed || rest.size() == task.indicators.size());
}

Result<Json> threat_view(store::ReadTx& tx, const model::Threat& threat) {
  Json out = model::to_json(threat);
  if (!threat.merged_into.empty()) {
    TRY(const auto other, store::get<model::Threat>(tx, threat.merged_into));
    out.set("merged_into_number", other.number);
  }
  TRY(const auto tasks, store::find<model::Task>(tx, "threat", threat.id));
  Json details = Json::array();
  for (const auto& task : tasks) {
    TRY(Json one, task_view(tx, task));
    details.push(std::move(one));
  }
  out.set("task_details", std::move(details));
  return out;
}

Json refusal_json(const intake::Refusal& refusal) {
  return Json::object({{"line", refusal.line},
                       {"original", refusal.original},
                       {"code", refusal.code},
                       {"reason", model::to_json(refusal.message)}});
}

Json preview_json(const intake::Preview& seen) {
  Json items = Json::array();
  for (const auto& i : seen.items) {
    items.push(Json::object({{"line", i.line},
                             {"kind", std::string(name(i.indicator.kind))},
                             {"value", i.indicator.value},
                             {"original", i.original},
                             {"confidence", i.confidence},
                             {"actionable", i.actionable},
                             {"notes", model::to_json(match::describe_notes(i.notes))}}));
  }
  Json refusals = Json::array();
  for (const auto& r : seen.refusals) refusals.push(refusal_json(r));
  Json warnings = Json::array();
  for (const auto& w : seen.warnings) warnings.push(model::to_json(w.message));
  return Json::object({{"format", std::string(name(seen.format))},
                       {"lines", seen.counters.lines},
                       {"items_total", seen.counters.items},
                       {"refused_total", seen.counters.refused},
                       {"comments", seen.counters.comments},
                       {"items", std::move(items)},
                       {"refusals", std::move(refusals)},
                       {"warnings", std::move(warnings)}});
}

}  // namespace tocsin::hub
