// For which organisations a person acts: given and taken by administrators (W17-05, W17-10). Which
// one a session acts for: SignIn::act_for().
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "desk/registry.h"

namespace tocsin::desk {

struct JoinRequest {
  using is_described = void;
  std::string organization;  ///< code
  std::vector<model::Role> roles;
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("organization", s.organization);
    v("roles", s.roles);
  }
};

struct LeaveRequest {
  using is_described = void;
  std::string organization;  ///< code
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("organization", s.organization);
  }
};

struct RolesRequest {
  using is_described = void;
  std::string organization;        ///< code; empty: the person's first
  std::vector<model::Role> roles;  ///< all that are held there from now on
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("organization", s.organization);
    v("roles", s.roles);
  }
};

/// One of the organisations for which a person may act.
struct Side {
  using is_described = void;
  std::string id;
  std::string code;
  Text title;
  model::OrganizationType type = model::OrganizationType::kNetworkUnit;
  std::vector<model::Role> roles;
  bool current = false;  ///< the one acted for now
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("id", s.id);
    v("code", s.code);
    v("title", s.title);
    v("type", s.type);
    v("roles", s.roles);
    v("current", s.current);
  }
};

/// Thread safety: safe; each call is one transaction, and a request repeated under one idempotency
/// key is done once.
class Memberships {
 public:
  Memberships(store::Store& store, const Clock& clock, const law::CurrentLibrary& law)
      : store_(store), clock_(clock), law_(law) {}

  /// The person acts for a further organisation from now on. kConflict when that is so already or
  /// there are too many, kRefused when the roles of all together are not for one person.
  Result<model::User> join(const Actor& actor, std::string_view login, const JoinRequest& request);
  /// No longer: the sessions and tokens with which the person acted for it end. The first
  /// organisation stays, kRefused.
  Result<model::User> leave(const Actor& actor, std::string_view login,
                            const LeaveRequest& request);
  /// The roles held in one organisation, corrected (W17-05, W17-10). When one is taken away the
  /// sessions and tokens with which the person acted there end; tokens of devices and sources,
  /// which hold no role, and an invitation that is still out stay.
  Result<model::User> change_roles(const Actor& actor, std::string_view login,
                                   const RolesRequest& request);
  /// The first organisation first, whichever is acted for.
  Result<std::vector<Side>> sides(const Actor& actor);

 private:
  store::Store& store_;
  const Clock& clock_;
  const law::CurrentLibrary& law_;
};

}  // namespace tocsin::desk
