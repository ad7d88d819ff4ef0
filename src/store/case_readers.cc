#include "store/case_readers.h"

#include <algorithm>

#include "store/collections.h"

namespace tocsin::store {

Result<bool> unit_may_read(ReadTx& tx, const model::Organization& organization,
                           const model::Threat& threat) {
  using model::OrganizationType;
  const auto has = [](const std::vector<std::string>& list, const std::string& what) {
    return std::find(list.begin(), list.end(), what) != list.end();
  };
  if (organization.type == OrganizationType::kMiit ||
      organization.type == OrganizationType::kExpertBody) {
    return true;
  }
  if (organization.type == OrganizationType::kTca) {
    const auto& own = organization.provinces;
    if (std::any_of(threat.provinces.begin(), threat.provinces.end(),
                    [&](const std::string& p) { return has(own, p); })) {
      return true;
    }
  }
  if (has(threat.sources, organization.id) || threat.owner == organization.id) return true;
  TRY(const auto tasks, find<model::Task>(tx, "threat", threat.id));
  return std::any_of(tasks.begin(), tasks.end(),
                     [&](const model::Task& task) { return task.addressee == organization.id; });
}

}  // namespace tocsin::store
