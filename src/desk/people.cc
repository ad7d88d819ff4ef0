#include "desk/people.h"

#include <algorithm>
#include <array>

#include "model/labels.h"

namespace tocsin::desk {

using model::Organization;
using model::Role;
using model::User;

Result<Organization> organization_by_code(store::ReadTx& tx, std::string_view code,
                                          std::string_view field) {
  TRY(auto found, store::find_one<Organization>(tx, "code", code));
  if (found) return std::move(*found);
  return fail_bi(Code::kNotFound, "there is no organisation " + std::string(code),
                 "没有机构 " + std::string(code), std::string(field));
}

Result<User> user_by_login(store::ReadTx& tx, std::string_view login, std::string_view field) {
  TRY(auto found, store::find_one<User>(tx, "login", login));
  if (found) return std::move(*found);
  return fail_bi(Code::kNotFound, "there is no person " + std::string(login),
                 "没有用户 " + std::string(login), std::string(field));
}

Result<User> acting_for(store::ReadTx& tx, const User& person, std::string_view code,
                        std::string_view field) {
  if (code.empty()) return *person.acting_for({});
  TRY(const auto organization, store::find_one<Organization>(tx, "code", code));
  auto acting = organization ? person.acting_for(organization->id) : std::nullopt;
  if (acting) return std::move(*acting);
  return fail_bi(Code::kForbidden, person.login + " does not act for " + std::string(code),
                 person.login + " 不代表机构 " + std::string(code), std::string(field), "W17-09");
}

Status require_fitting(const Organization& unit, const std::vector<Role>& roles) {
  for (const Role role : roles) {
    const bool decides = role == Role::kReviewer || role == Role::kChecker;
    const bool expert = role == Role::kIdentifier || role == Role::kVerifier;
    const bool fits = decides  ? unit.is_authority()
                      : expert ? unit.type == model::OrganizationType::kExpertBody
                               : true;
    if (fits) continue;
    const Text word = model::label(name(role));
    return fail_bi(Code::kRefused,
                   "the role " + std::string(name(role)) + " is for " +
                       (decides ? "telecom authorities" : "expert bodies") + "; " + unit.code +
                       " is none",
                   "“" + word.zh + "”角色仅限" + (decides ? "电信主管部门" : "专业机构") + "；" +
                       unit.code + " 不是" + (decides ? "电信主管部门" : "专业机构"),
                   "roles", decides ? "W17-03" : "W17-11");
  }
  return {};
}

Status require_platform_apart(const User& person) {
  constexpr std::array kDecides = {Role::kReviewer, Role::kChecker, Role::kIdentifier};
  const bool decides = std::any_of(kDecides.begin(), kDecides.end(),
                                   [&](Role role) { return person.has_anywhere(role); });
  if (!person.has_anywhere(Role::kAdmin) || !decides) return {};
  return fail_bi(Code::kRefused, "who runs the platform does not decide measures",
                 "平台运维人员不得参与处置决定", "roles", "W17-10");
}

/// Without an administrator nobody could ever add or enable anybody again.
Status require_other_admin(store::ReadTx& tx, const User& leaving) {
  if (!leaving.has_anywhere(Role::kAdmin)) return {};
  constexpr std::size_t kAtOnce = 1000;
  for (std::string after;;) {
    TRY(const auto page, store::scan<User>(tx, after, kAtOnce));
    for (const auto& u : page) {
      if (u.id != leaving.id && !u.disabled && u.has_anywhere(Role::kAdmin)) return {};
    }
    if (page.size() < kAtOnce) break;
    after = page.back().id;
  }
  return fail_bi(Code::kConflict,
                 leaving.login + " is the last active administrator: add another one first",
                 leaving.login + " 是最后一名在用的平台运维人员：请先增加一名", "login", "W17-10");
}

}  // namespace tocsin::desk
