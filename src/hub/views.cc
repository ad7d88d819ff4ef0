#include "hub/views.h"

#include "lists/uncarried.h"
#include "store/collections.h"

namespace tocsin::hub {

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

}  // namespace tocsin::hub
