#include "hub/list_view.h"

#include "desk/clocks.h"
#include "hub/app.h"
#include "lists/acknowledge.h"

namespace tocsin::hub {

Result<std::string> list_owner(App& app, const http::Request& request) {
  const desk::Actor& by = session(request).actor;
  const auto code = request.query_value("organization");
  if (!code || *code == by.organization.code) return by.organization.id;
  TRY(const auto other, app.store.read([&](store::ReadTx& tx) {
    return store::find_one<model::Organization>(tx, "code", *code);
  }));
  const bool oversees = by.organization.is_authority() || by.user.has(model::Role::kAuditor) ||
                        by.organization.type == model::OrganizationType::kExpertBody;
  if (!other || !oversees) {
    return fail_bi(Code::kNotFound, "there is no list of " + std::string(*code) + " for you",
                   "没有可供您查看的该单位名单", "organization");
  }
  return other->id;
}

void acknowledge_pull(App& app, const http::Request& request, std::uint64_t version) {
  const std::string& point = session(request).token.point;
  if (point.empty() || version == 0) return;
  static_cast<void>(lists::acknowledge(app.store, app.clock,
                                       desk::basis_in(*app.law, "9", "W17-24"), point, version,
                                       lists::Rung::kLoaded));
}

bool sees_all_points(const desk::Actor& by) {
  return by.user.has(model::Role::kAuditor) || by.user.has(model::Role::kAdmin) ||
         by.organization.is_authority() ||
         by.organization.type == model::OrganizationType::kExpertBody;
}

std::string etag_of(std::uint64_t version) { return "\"v" + std::to_string(version) + "\""; }

}  // namespace tocsin::hub
