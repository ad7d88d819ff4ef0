#include "desk/memberships.h"

#include <algorithm>
#include <utility>

#include "desk/clocks.h"
#include "desk/invitations.h"
#include "desk/people.h"
#include "desk/permissions.h"
#include "desk/remembered.h"

namespace tocsin::desk {
namespace {

using model::Membership;
using model::Role;
using model::User;

/// Ended ones count: they stay known.
constexpr std::size_t kMostMemberships = 20;

store::Change change(const Actor& actor, const std::string& action, const User& person,
                     const law::Library& law, Json before, Json data) {
  return {
      actor.user.id,     actor.organization.id, action, person.id, "", basis_in(law, "5", "W17-05"),
      std::move(before), std::move(data)};
}

Status require_roles_for(const User& person, const std::vector<Role>& roles) {
  if (person.disabled) {
    return fail_bi(Code::kRefused, person.login + " is disabled", person.login + " 已停用", "login",
                   "W17-05");
  }
  if (roles.empty()) {
    return fail_bi(Code::kInvalid, "say which roles the person holds there", "须给出在该机构的角色",
                   "roles", "W17-05");
  }
  return {};
}

Status not_of(const User& person, const std::string& code) {
  return fail_bi(Code::kNotFound, person.login + " does not act for " + code,
                 person.login + " 不代表机构 " + code, "organization", "W17-05");
}

/// The roles that the person holds in that organisation today; null: acts for others only.
std::vector<Role>* roles_in(User& person, const std::string& organization) {
  if (person.organization == organization) return &person.roles;
  for (auto& m : person.memberships) {
    if (!m.left && m.organization == organization) return &m.roles;
  }
  return nullptr;
}

bool lacks_any(const std::vector<Role>& now, const std::vector<Role>& earlier) {
  return std::any_of(earlier.begin(), earlier.end(), [&](Role role) {
    return std::find(now.begin(), now.end(), role) == now.end();
  });
}

Status add(User& person, Membership wanted, const std::string& code) {
  if (person.belongs_to(wanted.organization)) {
    return fail_bi(Code::kConflict, person.login + " acts for " + code + " already",
                   person.login + " 已代表机构 " + code, "organization", "W17-05");
  }
  const auto earlier =
      std::find_if(person.memberships.begin(), person.memberships.end(),
                   [&](const auto& m) { return m.organization == wanted.organization; });
  if (earlier != person.memberships.end()) {
    *earlier = std::move(wanted);
    return {};
  }
  if (person.memberships.size() >= kMostMemberships) {
    const std::string most = std::to_string(kMostMemberships);
    return fail_bi(Code::kConflict, "a person acts for at most " + most + " further organisations",
                   "一人最多另行代表 " + most + " 个机构", "organization", "W17-05");
  }
  person.memberships.push_back(std::move(wanted));
  return {};
}

bool acts_by_role(const model::Token& token) {
  return token.point.empty() && token.source.empty() &&
         token.scopes != std::vector<std::string>{std::string(kInvitationScope)};
}

/// Ids of the tokens for that organisation, ended when `ends` says so of them.
template <typename Ends>
Result<std::vector<std::string>> end_tokens(store::WriteTx& tx, const User& person,
                                            const std::string& organization, Instant now,
                                            Ends ends) {
  TRY(auto tokens, store::find<model::Token>(tx, "user", person.id));
  std::vector<std::string> ended;
  for (auto& token : tokens) {
    const auto& of = token.organization.empty() ? person.organization : token.organization;
    if (of != organization || token.revoked || !ends(token)) continue;
    token.revoked = now;
    TRY_STATUS(store::put(tx, token));
    ended.push_back(token.id);
  }
  return ended;
}

}  // namespace

Result<User> Memberships::join(const Actor& actor, std::string_view login,
                               const JoinRequest& request) {
  return store_.write([&](store::WriteTx& tx) -> Result<User> {
    return once(tx, actor, clock_.now(), [&]() -> Result<User> {
      TRY_STATUS(require_role(actor, Role::kAdmin, "W17-10"));
      TRY(auto person, user_by_login(tx, login, "login"));
      TRY(const auto organization, organization_by_code(tx, request.organization, "organization"));
      TRY_STATUS(require_roles_for(person, request.roles));
      TRY_STATUS(
          add(person, {organization.id, request.roles, clock_.now(), {}}, organization.code));
      TRY_STATUS(require_platform_apart(person));
      TRY_STATUS(require_fitting(organization, request.roles));
      TRY_STATUS(store::put(tx, person));
      TRY_STATUS(tx.append(change(actor, "user.joined", person, *law_, {},
                                  Json::object({{"organization", organization.id},
                                                {"roles", model::to_json(request.roles)}}))));
      return person;
    });
  });
}

Result<User> Memberships::leave(const Actor& actor, std::string_view login,
                                const LeaveRequest& request) {
  return store_.write([&](store::WriteTx& tx) -> Result<User> {
    return once(tx, actor, clock_.now(), [&]() -> Result<User> {
      TRY_STATUS(require_role(actor, Role::kAdmin, "W17-10"));
      TRY(auto person, user_by_login(tx, login, "login"));
      TRY(const auto organization, organization_by_code(tx, request.organization, "organization"));
      if (organization.id == person.organization) {
        return fail_bi(Code::kRefused,
                       "the first organisation of a person stays; an account that is no longer "
                       "needed is disabled",
                       "人员的首个机构不可退出；不再需要的账号请停用", "organization", "W17-05");
      }
      const auto it =
          std::find_if(person.memberships.begin(), person.memberships.end(),
                       [&](const auto& m) { return !m.left && m.organization == organization.id; });
      if (it == person.memberships.end()) {
        return tl::unexpected(not_of(person, organization.code).error());
      }
      const User before = person;
      it->left = clock_.now();
      if (!person.has_anywhere(Role::kAdmin)) TRY_STATUS(require_other_admin(tx, before));
      TRY_STATUS(store::put(tx, person));
      TRY(const auto ended,
          end_tokens(tx, person, organization.id, clock_.now(), [](const auto&) { return true; }));
      TRY_STATUS(tx.append(change(
          actor, "user.left", person, *law_, Json::object({{"roles", model::to_json(it->roles)}}),
          Json::object({{"organization", organization.id}, {"tokens", model::to_json(ended)}}))));
      return person;
    });
  });
}

Result<User> Memberships::change_roles(const Actor& actor, std::string_view login,
                                       const RolesRequest& request) {
  return store_.write([&](store::WriteTx& tx) -> Result<User> {
    return once(tx, actor, clock_.now(), [&]() -> Result<User> {
      TRY_STATUS(require_role(actor, Role::kAdmin, "W17-10"));
      TRY(auto person, user_by_login(tx, login, "login"));
      TRY_STATUS(require_roles_for(person, request.roles));
      TRY(const auto organization,
          request.organization.empty()
              ? store::get<model::Organization>(tx, person.organization)
              : organization_by_code(tx, request.organization, "organization"));
      const User before = person;
      std::vector<Role>* held = roles_in(person, organization.id);
      if (held == nullptr) return tl::unexpected(not_of(person, organization.code).error());
      const std::vector<Role> earlier = std::exchange(*held, request.roles);
      TRY_STATUS(require_platform_apart(person));
      TRY_STATUS(require_fitting(organization, request.roles));
      if (!person.has_anywhere(Role::kAdmin)) TRY_STATUS(require_other_admin(tx, before));
      TRY_STATUS(store::put(tx, person));
      std::vector<std::string> ended;
      if (lacks_any(request.roles, earlier)) {
        TRY(ended, end_tokens(tx, person, organization.id, clock_.now(), acts_by_role));
      }
      TRY_STATUS(tx.append(change(actor, "user.roles", person, *law_,
                                  Json::object({{"roles", model::to_json(earlier)}}),
                                  Json::object({{"organization", organization.id},
                                                {"roles", model::to_json(request.roles)},
                                                {"tokens", model::to_json(ended)}}))));
      return person;
    });
  });
}

Result<std::vector<Side>> Memberships::sides(const Actor& actor) {
  return store_.read([&](store::ReadTx& tx) -> Result<std::vector<Side>> {
    TRY(const auto person, store::get<User>(tx, actor.user.id));
    std::vector<Membership> all = {{person.organization, person.roles, {}, {}}};
    std::copy_if(person.memberships.begin(), person.memberships.end(), std::back_inserter(all),
                 [](const auto& m) { return !m.left; });
    std::vector<Side> out;
    for (const auto& m : all) {
      TRY(const auto o, store::get<model::Organization>(tx, m.organization));
      out.push_back({o.id, o.code, o.title, o.type, m.roles, o.id == actor.organization.id});
    }
    return out;
  });
}

}  // namespace tocsin::desk
