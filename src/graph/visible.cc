#include "graph/visible.h"

#include "store/collections.h"

namespace tocsin::graph {

bool Eyes::oversees(const model::User& user, const model::Organization& organization) {
  return organization.is_authority() || organization.type == model::OrganizationType::kExpertBody ||
         user.has(model::Role::kAdmin) || user.has(model::Role::kAuditor);
}

Result<model::Source> Eyes::source(std::int64_t number) {
  if (const auto known = sources_.find(number); known != sources_.end()) return known->second;
  TRY(auto found, store::find_one<model::Source>(tx_, "number", std::to_string(number)));
  return sources_[number] = found ? std::move(*found) : model::Source{};
}

Result<bool> Eyes::may_see(const store::Claim& claim) {
  if (claim.tlp == model::Tlp::kClear) return true;
  TRY(const auto whose, source(claim.source));
  if (organization_.type != model::OrganizationType::kPublic &&
      whose.organization == organization_.id) {
    return true;
  }
  if (oversees_) return true;
  // What states no level is amber, as for a case.
  return organization_.type != model::OrganizationType::kPublic &&
         claim.tlp.value_or(model::Tlp::kAmber) <= model::Tlp::kAmber;
}

}  // namespace tocsin::graph
