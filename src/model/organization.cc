#include "model/organization.h"

namespace tocsin::model {

bool User::has_anywhere(Role role) const {
  return has(role) || std::any_of(memberships.begin(), memberships.end(), [&](const auto& m) {
           return !m.left && std::find(m.roles.begin(), m.roles.end(), role) != m.roles.end();
         });
}

bool User::belongs_to(std::string_view organization_id) const {
  return organization == organization_id ||
         std::any_of(memberships.begin(), memberships.end(),
                     [&](const auto& m) { return !m.left && m.organization == organization_id; });
}

std::optional<User> User::acting_for(std::string_view organization_id) const {
  User out = *this;
  for (auto& t : out.training) {
    if (t.organization.empty()) t.organization = organization;
  }
  if (organization_id.empty() || organization_id == organization) return out;
  for (auto& m : out.memberships) {
    if (m.left || m.organization != organization_id) continue;
    std::swap(out.organization, m.organization);
    std::swap(out.roles, m.roles);
    return out;
  }
  return std::nullopt;
}

}  // namespace tocsin::model
