#include "desk/clocks.h"
#include "public_site/page.h"
#include "store/collections.h"

namespace tocsin::public_site {
namespace {

constexpr const char* kLogin = "public-site";

Result<std::optional<desk::Actor>> known(store::ReadTx& tx) {
  TRY(const auto user, store::find_one<model::User>(tx, "login", kLogin));
  if (!user) return std::optional<desk::Actor>();
  desk::Actor out;
  out.user = *user;
  TRY(out.organization, store::get<model::Organization>(tx, user->organization));
  return std::optional<desk::Actor>(std::move(out));
}

}  // namespace

Result<desk::Actor> site_actor(const Services& services) {
  TRY(auto there, services.store.read([](store::ReadTx& tx) { return known(tx); }));
  if (there) return std::move(*there);
  return services.store.write([&](store::WriteTx& tx) -> Result<desk::Actor> {
    TRY(auto meanwhile, known(tx));
    if (meanwhile) return std::move(*meanwhile);
    desk::Actor made;
    made.organization.id = services.ids.make("org");
    made.organization.code = kLogin;
    made.organization.title = {"社会公众（公众网站）", "The public, by the public site"};
    made.organization.type = model::OrganizationType::kPublic;
    made.user.id = services.ids.make("usr");
    made.user.login = kLogin;
    made.user.name = kLogin;
    made.user.organization = made.organization.id;
    made.user.roles = {model::Role::kFinder};
    TRY_STATUS(store::put(tx, made.organization));
    TRY_STATUS(store::put(tx, made.user));
    const auto basis = desk::basis_in(*services.law, "5", "W17-05");
    for (const auto& [action, subject] : {std::pair{"organization.added", made.organization.id},
                                          std::pair{"user.added", made.user.id}}) {
      TRY_STATUS(tx.append({"system:public-site", made.organization.id, action, subject, "", basis,
                            Json(), Json::object({{"code", kLogin}})}));
    }
    return made;
  });
}

}  // namespace tocsin::public_site
