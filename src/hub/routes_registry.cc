// Accounts, organisations, people, tokens, delegations, training, enforcement points.
#include "exchange/credentials.h"
#include "hub/app.h"
#include "hub/list_view.h"
#include "hub/views.h"
#include "lists/acknowledge.h"

namespace tocsin::hub {
namespace {

using desk::Actor;

template <typename T>
Result<Json> as_json(Result<T> result) {
  TRY(const T value, std::move(result));
  return model::to_json(value);
}

using hub::shown;

/// Secrets never leave the store.
Json shown(model::EnforcementPoint point) {
  point.tsig_secret = point.tsig_secret.empty() ? "" : "***";
  return model::to_json(point);
}

/// A digest is of no use to anybody but the store.
Json shown(model::Token token) {
  token.digest.clear();
  return model::to_json(token);
}

bool runs_or_audits(const Actor& by) {
  return by.user.has(model::Role::kAdmin) || by.user.has(model::Role::kAuditor);
}

/// One page of tokens: everybody's for those who run or audit the platform, else one's own
/// (W17-09).
Result<Json> tokens_of(store::ReadTx& tx, const Actor& by, const Page& p) {
  const bool all = runs_or_audits(by);
  Json items = Json::array();
  std::string after = p.after;
  // Unseen rows do not shorten a page; the number of rows looked at is bounded.
  for (int round = 0; round < 20 && items.items().size() < p.limit; ++round) {
    const std::size_t want = p.limit - items.items().size();
    TRY(const auto rows, store::scan<model::Token>(tx, after, want));
    for (const auto& row : rows) {
      if (!all && row.user != by.user.id) continue;
      TRY(const auto owner, store::get<model::User>(tx, row.user));
      Json item = shown(row);
      item.set("login", owner.login);
      if (const auto certificate = exchange::certificate_of(row); !certificate.empty()) {
        item.set("certificate", certificate);
      }
      items.push(std::move(item));
    }
    after = rows.size() < want ? "" : rows.back().id;
    if (after.empty()) break;
  }
  Json out = Json::object({{"items", std::move(items)}});
  if (!after.empty()) out.set("next", after);
  return out;
}

/// With the codes of the organisations that the person acts for, the first one first.
Result<Json> listed(store::ReadTx& tx, const model::User& user) {
  TRY(const auto first, store::get<model::Organization>(tx, user.organization));
  Json codes = Json::array();
  codes.push(first.code);
  for (const auto& m : user.memberships) {
    if (m.left) continue;
    TRY(const auto further, store::get<model::Organization>(tx, m.organization));
    codes.push(further.code);
  }
  Json item = shown(user);
  item.set("organization_code", first.code).set("organization_codes", std::move(codes));
  return item;
}

void add_organization_routes(http::Router& router, App& app) {
  const Json organization = model::schema_of<model::Organization>();
  get(router, "/api/v1/organizations", "listOrganizations", "registry", {"机构", "Organisations"},
      "read", page_params(), list_schema(organization),
      [&app](http::Request& request) -> Result<Json> {
        TRY(const Page p, page(request));
        return app.store.read([&](store::ReadTx& tx) -> Result<Json> {
          TRY(const auto rows, store::scan<model::Organization>(tx, p.after, p.limit));
          Json out = Json::object({{"items", model::to_json(rows)}});
          if (rows.size() == p.limit) out.set("next", rows.back().id);
          return out;
        });
      });
  post<desk::OrganizationRequest>(
      router, "/api/v1/organizations", "addOrganization", "registry",
      {"登记机构", "Register an organisation"}, "admin", organization,
      [&app](const Actor& by, const std::string&, const auto& r) -> Result<Json> {
        TRY(auto made, app.registry.add_organization(by, r));
        if (made.is_authority()) {
          TRY(const auto certificate, app.keys.prepare(made.id, made.title.zh));
          made.certificate = certificate.to_pem();
          TRY_STATUS(app.registry.set_certificate(made.id, made.certificate));
        }
        return model::to_json(made);
      },
      201);
  post<desk::ContactsRequest>(router, "/api/v1/organizations/{id}/contacts", "setContacts",
                              "registry", {"变更联系人（第五条）", "Change contacts (article 5)"},
                              "submit", organization,
                              [&app](const Actor& by, const std::string& code, const auto& r) {
                                return as_json(app.registry.set_contacts(by, code, r));
                              });
  post<desk::DelegationRequest>(
      router, "/api/v1/delegations", "delegateBody", "registry",
      {"委托专业机构（第七条）", "Delegate an expert body (article 7)"}, "decide", organization,
      [&app](const Actor& by, const std::string&, const auto& r) {
        return as_json(app.registry.delegate_body(by, r));
      },
      201);
}

void add_people_routes(http::Router& router, App& app) {
  const Json user = model::schema_of<model::User>();
  get(router, "/api/v1/users", "listUsers", "registry", {"用户", "People"}, "admin", page_params(),
      list_schema(user), [&app](http::Request& request) -> Result<Json> {
        TRY(const Page p, page(request));
        if (!runs_or_audits(session(request).actor)) {
          return fail_bi(Code::kForbidden,
                         "the list of people is for those who run or audit the platform",
                         "用户名单仅供平台运维和审计人员查阅", "actor.roles", "W17-10");
        }
        return app.store.read([&](store::ReadTx& tx) -> Result<Json> {
          TRY(const auto rows, store::scan<model::User>(tx, p.after, p.limit));
          Json items = Json::array();
          for (const auto& u : rows) {
            TRY(Json item, listed(tx, u));
            items.push(std::move(item));
          }
          Json out = Json::object({{"items", std::move(items)}});
          if (rows.size() == p.limit) out.set("next", rows.back().id);
          return out;
        });
      });
  post<desk::UserRequest>(
      router, "/api/v1/users", "addUser", "registry", {"新增用户", "Add a person"}, "admin", user,
      [&app](const Actor& by, const std::string&, const auto& r) -> Result<Json> {
        TRY(const auto made, app.registry.add_user(by, r));
        return shown(made);
      },
      201);
  post<Nothing>(router, "/api/v1/users/{id}/disable", "disableUser", "registry",
                {"停用用户", "Disable a person"}, "admin", user,
                [&app](const Actor& by, const std::string& login, const Nothing&) -> Result<Json> {
                  TRY(const auto u, app.registry.disable_user(by, login));
                  return shown(u);
                });
  post<desk::InvitationRequest>(
      router, "/api/v1/users/{id}/invitation", "inviteUser", "registry",
      {"邀请：本人凭此设置密码或取得令牌，只能使用一次",
       "Invite: good once for the person to choose a password or get a token"},
      "admin", model::schema_of<desk::IssuedToken>(),
      [&app](const Actor& by, const std::string& login, const auto& r) {
        return as_json(app.invitations.invite(by, login, r));
      },
      201);
  post<desk::JoinRequest>(
      router, "/api/v1/users/{id}/join", "joinOrganization", "registry",
      {"兼任：为另一机构行事", "Act for a further organisation"}, "admin", user,
      [&app](const Actor& by, const std::string& login, const auto& r) -> Result<Json> {
        TRY(const auto u, app.memberships.join(by, login, r));
        return shown(u);
      });
  post<desk::LeaveRequest>(
      router, "/api/v1/users/{id}/leave", "leaveOrganization", "registry",
      {"解除兼任：为该机构行事的会话与令牌随即失效",
       "No longer act for it: its sessions and tokens end"},
      "admin", user,
      [&app](const Actor& by, const std::string& login, const auto& r) -> Result<Json> {
        TRY(const auto u, app.memberships.leave(by, login, r));
        return shown(u);
      });
  post<desk::RolesRequest>(
      router, "/api/v1/users/{id}/roles", "changeRoles", "registry",
      {"变更在一个机构的角色：收回角色时，在该机构的会话与令牌随即失效",
       "Change the roles held in one organisation: when one is taken away, the sessions and tokens "
       "there end"},
      "admin", user,
      [&app](const Actor& by, const std::string& login, const auto& r) -> Result<Json> {
        TRY(const auto u, app.memberships.change_roles(by, login, r));
        return shown(u);
      });
  post<desk::TrainingRequest>(
      router, "/api/v1/trainings", "addTraining", "registry",
      {"登记认定人员培训（第七条）", "Record a training (article 7)"}, "decide", user,
      [&app](const Actor& by, const std::string&, const auto& r) -> Result<Json> {
        TRY(const auto u, app.registry.add_training(by, r));
        return shown(u);
      },
      201);
  get(router, "/api/v1/tokens", "listTokens", "registry",
      {"令牌：本人的；运维与审计人员可见全部", "Tokens: one's own; all for those who run or audit"},
      "read", page_params(), list_schema(model::schema_of<model::Token>()),
      [&app](http::Request& request) -> Result<Json> {
        TRY(const Page p, page(request));
        const Actor by = session(request).actor;
        return app.store.read([&](store::ReadTx& tx) { return tokens_of(tx, by, p); });
      });
  post<desk::TokenRequest>(
      router, "/api/v1/tokens", "issueToken", "registry",
      {"签发令牌（密文只显示一次）", "Issue a token (its secret is shown once)"}, "read",
      model::schema_of<desk::IssuedToken>(),
      [&app](const Actor& by, const std::string&, const auto& r) {
        return as_json(app.registry.issue_token(by, r));
      },
      201);
  post<Nothing>(router, "/api/v1/tokens/{id}/revocation", "revokeToken", "registry",
                {"撤销令牌", "Revoke a token"}, "read", model::schema_of<model::Token>(),
                [&app](const Actor& by, const std::string& id, const Nothing&) -> Result<Json> {
                  TRY(const auto revoked, app.registry.revoke_token(by, id));
                  return shown(revoked);
                });
}

void add_point_routes(http::Router& router, App& app) {
  post<desk::PointRequest>(
      router, "/api/v1/points", "addPoint", "enforcement",
      {"登记执行点", "Register an enforcement point"}, "dispose",
      model::schema_of<model::EnforcementPoint>(),
      [&app](const Actor& by, const std::string&, const auto& r) -> Result<Json> {
        TRY(const auto p, app.registry.add_point(by, r));
        return shown(p);
      },
      201);
  get(router, "/api/v1/points", "listPoints", "enforcement",
      {"执行点：应有版本与实际版本", "Enforcement points: desired against actual"}, "read", {},
      list_schema(model::schema_of<lists::PointStatus>()),
      [&app](http::Request& request) -> Result<Json> {
        const Actor by = session(request).actor;
        TRY(auto all, app.store.read([&](store::ReadTx& tx) {
          return lists::point_status(tx, app.clock.now());
        }));
        const bool sees_all = sees_all_points(by);
        Json items = Json::array();
        for (auto& status : all) {
          if (!sees_all && status.point.organization != by.organization.id) continue;
          const Json point = shown(status.point);
          Json item = model::to_json(status);
          item.set("point", point);
          Json peers = Json::array();
          for (const auto& peer : app.dns_peers()) {
            if (peer.secondary != status.point.code) continue;
            peers.push(Json::object(
                {{"zone", peer.zone},
                 {"acknowledged", peer.acknowledged ? Json(*peer.acknowledged) : Json()},
                 {"last_contact", peer.last_contact ? Json(to_string(peer.last_contact)) : Json()},
                 {"transfers", peer.transfers},
                 {"problem", peer.last_problem}}));
          }
          item.set("zones", std::move(peers));
          items.push(std::move(item));
        }
        return Json::object({{"items", std::move(items)}});
      });
}

}  // namespace

void add_registry_routes(http::Router& router, App& app) {
  add_organization_routes(router, app);
  add_people_routes(router, app);
  add_point_routes(router, app);
}

}  // namespace tocsin::hub
