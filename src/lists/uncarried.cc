#include "lists/uncarried.h"

#include <algorithm>

#include "store/collections.h"

namespace tocsin::lists {

Result<std::vector<model::CaseIndicator>> uncarried(store::ReadTx& tx, const model::Task& task) {
  std::vector<model::CaseIndicator> out;
  if (model::article_item(task.measure) != "8(1)") return out;
  TRY(const auto points, store::find<model::EnforcementPoint>(tx, "organization", task.addressee));
  for (const auto& indicator : task.indicators) {
    const bool carried = std::any_of(points.begin(), points.end(), [&](const auto& point) {
      return point.active && model::carries(point.kind, indicator.kind);
    });
    if (!carried) out.push_back(indicator);
  }
  return out;
}

Result<std::vector<std::string>> silent_points(store::ReadTx& tx, const model::Task& task) {
  std::vector<std::string> out;
  if (model::article_item(task.measure) != "8(1)") return out;
  TRY(const auto points, store::find<model::EnforcementPoint>(tx, "organization", task.addressee));
  for (const auto& point : points) {
    const bool concerned = std::any_of(
        task.indicators.begin(), task.indicators.end(),
        [&](const auto& indicator) { return model::carries(point.kind, indicator.kind); });
    if (point.active && concerned && point.acknowledged == 0) out.push_back(point.code);
  }
  return out;
}

}  // namespace tocsin::lists
