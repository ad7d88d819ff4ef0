// Who somebody is, for those who work with what they did: the name behind an id in a case's
// history.
#include "hub/app.h"
#include "hub/schemas.h"
#include "hub/views.h"

namespace tocsin::hub {

using desk::Actor;
using model::OrganizationType;

namespace {

/// Authorities, their expert bodies, and who runs or audits the platform see all hands of a case,
/// because they answer for their being apart (W17-12). Others know the names of their own unit;
/// citizens, for whom one organisation stands, nobody's but their own.
bool may_know(const Actor& by, const model::User& user) {
  if (user.id == by.user.id) return true;
  if (by.user.has(model::Role::kAdmin) || by.user.has(model::Role::kAuditor)) return true;
  switch (by.organization.type) {
    case OrganizationType::kMiit:
    case OrganizationType::kTca:
    case OrganizationType::kExpertBody:
      return true;
    case OrganizationType::kPublic:
      return false;
    default:
      return user.organization == by.organization.id;
  }
}

}  // namespace

void add_name_routes(http::Router& router, App& app) {
  get(router, "/api/v1/names", "listNames", "registry",
      {"可知悉的人员姓名", "Names of the people that the reader may know"}, "read", page_params(),
      names_schema(), [&app](http::Request& request) -> Result<Json> {
        TRY(const Page p, page(request));
        const Actor by = session(request).actor;
        return app.store.read([&](store::ReadTx& tx) -> Result<Json> {
          TRY(const auto rows, store::scan<model::User>(tx, p.after, p.limit));
          Json items = Json::array();
          for (const auto& user : rows) {
            if (!may_know(by, user)) continue;
            items.push(Json::object({{"id", user.id},
                                     {"name", user.name.empty() ? user.login : user.name},
                                     {"organization", user.organization}}));
          }
          Json out = Json::object({{"items", std::move(items)}});
          // Counted before those that stay unnamed: a page may be shorter, even empty.
          if (rows.size() == p.limit) out.set("next", rows.back().id);
          return out;
        });
      });
}

}  // namespace tocsin::hub
