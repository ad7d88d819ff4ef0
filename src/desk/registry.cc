#include "desk/registry.h"

#include <algorithm>

#include "base/crypto/hash.h"
#include "base/crypto/token.h"
#include "base/random.h"
#include "desk/clocks.h"
#include "desk/issue_token.h"
#include "desk/people.h"
#include "desk/permissions.h"
#include "desk/push_token.h"
#include "desk/remembered.h"
#include "model/province.h"
#include "store/collections.h"

namespace tocsin::desk {
namespace {

using model::EnforcementPoint;
using model::Organization;
using model::Role;
using model::User;

/// Codes and logins are typed by people and stand in file names: short, lower case, no surprises.
Status check_code(std::string_view code, std::string_view field) {
  const bool ok =
      !code.empty() && code.size() <= 40 && code.front() != '-' &&
      code.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-._") == std::string_view::npos;
  if (ok) return {};
  return fail_bi(Code::kInvalid, "use 1 to 40 of a-z 0-9 . _ -",
                 "请使用 1 至 40 个 a-z 0-9 . _ - 字符", std::string(field));
}

Status taken(std::string_view what, std::string_view field) {
  return fail_bi(Code::kConflict, std::string(what) + " exists already",
                 std::string(what) + " 已存在", std::string(field));
}

Status unknown_token() {
  return fail_bi(Code::kUnauthenticated, "the token is unknown, expired or revoked",
                 "令牌无效、已过期或已撤销", "Authorization");
}

/// An unset contact is useless: name and one way to reach the person (W17-05).
Status check_contacts(const std::vector<model::Contact>& contacts) {
  for (std::size_t i = 0; i < contacts.size(); ++i) {
    const auto& c = contacts[i];
    if (c.name.empty() || (c.phone.empty() && c.email.empty())) {
      return fail_bi(Code::kInvalid, "a contact needs a name and a phone or e-mail",
                     "联系人须有姓名及电话或邮箱", "contacts[" + std::to_string(i) + "]", "W17-05");
    }
  }
  return {};
}

Status check_scopes(const std::vector<std::string>& scopes) {
  const auto& known = token_scopes();
  for (const auto& scope : scopes) {
    if (scope == "*" || std::find(known.begin(), known.end(), scope) != known.end()) continue;
    std::string list = "*";
    for (const auto s : known) list += ", " + std::string(s);
    return fail_bi(Code::kInvalid, "unknown scope '" + scope + "'; known are " + list,
                   "未知权限“" + scope + "”；可用：" + list, "scopes");
  }
  return {};
}

/// With a token that may do what another person may, whoever runs the platform would decide.
Status require_no_person(const TokenRequest& request) {
  const std::vector<std::string> point = {"list"};
  const std::vector<std::string> source = {"push"};
  if (!request.point.empty() && request.scopes == point) return {};
  if (!request.source.empty() && request.scopes == source) return {};
  return fail_bi(Code::kForbidden,
                 "nobody acts with another person's rights: invite " + request.user +
                     ", who then issues tokens; for a machine say --point with the scope 'list' "
                     "or --source with 'push'",
                 "任何人不得以他人权限行事：请邀请 " + request.user +
                     " 自行签发；供设备使用的令牌请指定执行点（权限 list）或来源（权限 push）",
                 "user", "W17-10");
}

}  // namespace

Status Registry::journal(store::WriteTx& tx, const Actor& actor, std::string_view action,
                         std::string_view subject, std::string_view article,
                         std::string_view requirement, Json data) {
  TRY_STATUS(tx.append({actor.user.id,
                        actor.organization.id,
                        std::string(action),
                        std::string(subject),
                        "",
                        basis_in(*law_, article, requirement),
                        {},
                        std::move(data)}));
  return {};
}

IssuedToken memorable(IssuedToken token) {
  token.secret.clear();
  token.note = Text{"令牌密文只在首次应答中显示一次；如已遗失，请撤销该令牌并另行签发",
                    "the secret was shown once, in the first answer; if it is lost, revoke this "
                    "token and issue another"};
  return token;
}

template <typename F>
auto Registry::act(const Actor& actor, F&& body) -> std::invoke_result_t<F, store::WriteTx&> {
  using R = std::invoke_result_t<F, store::WriteTx&>;
  return store_.write([&](store::WriteTx& tx) -> R {
    return once(tx, actor, clock_.now(), [&] { return body(tx); });
  });
}

Result<IssuedToken> Registry::bootstrap(const std::string& login) {
  return store_.write([&](store::WriteTx& tx) -> Result<IssuedToken> {
    TRY(const auto users, store::scan<User>(tx, {}, 1));
    if (!users.empty()) {
      return fail_bi(Code::kConflict, "this hub has accounts already", "该平台已有账号");
    }
    TRY_STATUS(check_code(login, "login"));
    Actor actor;
    actor.organization.id = ids_.make("org");
    actor.organization.code = "platform";
    actor.organization.title = {"平台运行", "Platform operations"};
    actor.user.id = ids_.make("usr");
    actor.user.login = login;
    actor.user.name = login;
    actor.user.organization = actor.organization.id;
    actor.user.roles = {Role::kAdmin, Role::kAuditor};
    TRY_STATUS(store::put(tx, actor.organization));
    TRY_STATUS(store::put(tx, actor.user));
    TRY_STATUS(journal(tx, actor, "platform.bootstrapped", actor.user.id, "6", "W17-10",
                       Json::object({{"login", login}})));
    return make_token(tx, ids_, clock_.now(), *law_, actor, actor.user,
                      TokenRequest{login, "bootstrap", {}, "", "", {}, ""});
  });
}

Result<Organization> Registry::add_organization(const Actor& actor,
                                                const OrganizationRequest& request) {
  return act(actor, [&](store::WriteTx& tx) -> Result<Organization> {
    TRY_STATUS(require_role(actor, Role::kAdmin, "W17-10"));
    TRY_STATUS(check_code(request.code, "code"));
    if (request.title.zh.empty() && request.title.en.empty()) {
      return fail_bi(Code::kInvalid, "a title in Chinese or English is required",
                     "须填写中文或英文名称", "title");
    }
    TRY(const auto known, store::find_one<Organization>(tx, "code", request.code));
    if (known) return tl::unexpected(taken(request.code, "code").error());
    TRY_STATUS(check_contacts(request.contacts));
    if (request.type == model::OrganizationType::kTca && request.provinces.empty()) {
      return fail_bi(Code::kInvalid, "a provincial administration needs its province",
                     "省级通信管理局须填写省份", "provinces", "W17-03");
    }
    TRY(const auto provinces, model::provinces_of(request.provinces, "provinces", "W17-03"));
    Organization o;
    o.id = ids_.make("org");
    o.code = request.code;
    o.title = request.title;
    if (o.title.zh.empty()) o.title.zh = o.title.en;
    if (o.title.en.empty()) o.title.en = o.title.zh;
    o.type = request.type;
    o.provinces = provinces;
    o.is_cii = request.is_cii;
    o.is_party_gov = request.is_party_gov;
    o.contacts = request.contacts;
    for (auto& c : o.contacts) c.since = clock_.now();
    if (!request.superior.empty()) {
      TRY(const auto superior, organization_by_code(tx, request.superior, "superior"));
      o.superior = superior.id;
    }
    TRY_STATUS(store::put(tx, o));
    TRY_STATUS(journal(tx, actor, "organization.added", o.id, "5", "W17-05",
                       Json::object({{"code", o.code}, {"type", std::string(name(o.type))}})));
    return o;
  });
}

Result<Organization> Registry::set_contacts(const Actor& actor, std::string_view code,
                                            const ContactsRequest& request) {
  return act(actor, [&](store::WriteTx& tx) -> Result<Organization> {
    TRY(auto o, organization_by_code(tx, code, "organization"));
    if (o.id != actor.organization.id) {
      TRY_STATUS(require_role(actor, Role::kAdmin, "W17-05"));
    }
    TRY_STATUS(check_contacts(request.contacts));
    if (request.contacts.empty()) {
      return fail_bi(Code::kRefused, "a unit is never without a contact", "单位不得没有联系人",
                     "contacts", "W17-05");
    }
    Json before = Json::object({{"contacts", model::to_json(o.contacts)}});
    o.contacts = request.contacts;
    for (auto& c : o.contacts) c.since = clock_.now();
    TRY_STATUS(store::put(tx, o));
    TRY_STATUS(tx.append({actor.user.id, actor.organization.id, "organization.contacts", o.id, "",
                          basis_in(*law_, "5", "W17-05"), std::move(before),
                          Json::object({{"contacts", model::to_json(o.contacts)}})}));
    return o;
  });
}

Result<User> Registry::add_user(const Actor& actor, const UserRequest& request) {
  return act(actor, [&](store::WriteTx& tx) -> Result<User> {
    TRY_STATUS(require_role(actor, Role::kAdmin, "W17-10"));
    TRY_STATUS(check_code(request.login, "login"));
    TRY(const auto known, store::find_one<User>(tx, "login", request.login));
    if (known) return tl::unexpected(taken(request.login, "login").error());
    TRY(const auto organization, organization_by_code(tx, request.organization, "organization"));
    User u;
    u.id = ids_.make("usr");
    u.login = request.login;
    u.name = request.name.empty() ? request.login : request.name;
    u.organization = organization.id;
    u.roles = request.roles;
    TRY_STATUS(require_platform_apart(u));
    TRY_STATUS(require_fitting(organization, u.roles));
    TRY_STATUS(store::put(tx, u));
    TRY_STATUS(journal(tx, actor, "user.added", u.id, "5", "W17-05",
                       Json::object({{"login", u.login},
                                     {"organization", organization.id},
                                     {"roles", model::to_json(u.roles)}})));
    return u;
  });
}

Result<User> Registry::disable_user(const Actor& actor, std::string_view login) {
  return act(actor, [&](store::WriteTx& tx) -> Result<User> {
    TRY_STATUS(require_role(actor, Role::kAdmin, "W17-10"));
    TRY(auto u, user_by_login(tx, login, "login"));
    TRY_STATUS(require_other_admin(tx, u));
    u.disabled = true;
    TRY_STATUS(store::put(tx, u));
    TRY_STATUS(journal(tx, actor, "user.disabled", u.id, "5", "W17-05", {}));
    return u;
  });
}

Result<IssuedToken> Registry::issue_token(const Actor& actor, const TokenRequest& request) {
  return act(actor, [&](store::WriteTx& tx) -> Result<IssuedToken> {
    const std::string& login = request.user.empty() ? actor.user.login : request.user;
    if (login != actor.user.login) {
      TRY_STATUS(require_role(actor, Role::kAdmin, "W17-09"));
      TRY_STATUS(require_no_person(request));
    }
    TRY_STATUS(check_scopes(request.scopes));
    TRY_STATUS(require_held(actor, request.scopes));
    TRY(const auto person, user_by_login(tx, login, "user"));
    TRY(const auto user, acting_for(tx, person, request.organization, "organization"));
    std::string point;
    if (!request.point.empty()) {
      TRY(const auto found, store::find_one<EnforcementPoint>(tx, "code", request.point));
      if (!found) {
        return fail_bi(Code::kNotFound, "there is no enforcement point " + request.point,
                       "没有执行点 " + request.point, "point");
      }
      if (found->organization != user.organization) {
        return fail_bi(Code::kForbidden, "that enforcement point belongs to another unit",
                       "该执行点属于其他单位", "point", "W17-09");
      }
      point = found->id;
    }
    TRY(const std::string source, pushed_source(tx, actor, user, request));
    return make_token(tx, ids_, clock_.now(), *law_, actor, user, request, point, source);
  });
}

Result<model::Token> Registry::revoke_token(const Actor& actor, std::string_view id) {
  return act(actor, [&](store::WriteTx& tx) -> Result<model::Token> {
    TRY(auto token, store::get<model::Token>(tx, id));
    if (token.user != actor.user.id) TRY_STATUS(require_role(actor, Role::kAdmin, "W17-09"));
    if (!token.revoked) token.revoked = clock_.now();
    TRY_STATUS(store::put(tx, token));
    TRY_STATUS(journal(tx, actor, "token.revoked", token.id, "6", "W17-09", {}));
    return token;
  });
}

Result<Organization> Registry::delegate_body(const Actor& actor, const DelegationRequest& request) {
  return act(actor, [&](store::WriteTx& tx) -> Result<Organization> {
    TRY_STATUS(require_authority(actor));
    TRY_STATUS(require_role(actor, Role::kReviewer, "W17-11"));
    TRY(auto body, organization_by_code(tx, request.body, "body"));
    if (body.type != model::OrganizationType::kExpertBody) {
      return fail_bi(Code::kRefused, body.code + " is not an expert body",
                     body.code + " 不是专业机构", "body", "W17-11");
    }
    body.delegations.push_back({actor.organization.id, request.from ? request.from : clock_.now(),
                                request.until, request.document});
    TRY_STATUS(store::put(tx, body));
    TRY_STATUS(journal(tx, actor, "organization.delegated", body.id, "7", "W17-11",
                       model::to_json(body.delegations.back())));
    return body;
  });
}

Result<User> Registry::add_training(const Actor& actor, const TrainingRequest& request) {
  return act(actor, [&](store::WriteTx& tx) -> Result<User> {
    // Management and training are the authority's duty (article 7), not the platform's.
    TRY_STATUS(require_authority(actor));
    TRY_STATUS(require_role(actor, Role::kReviewer, "W17-13"));
    TRY(auto u, user_by_login(tx, request.user, "user"));
    if (request.topic.empty()) {
      return fail_bi(Code::kInvalid, "say what the training was about", "须填写培训内容", "topic",
                     "W17-13");
    }
    TRY(const auto there, acting_for(tx, u, request.organization, "organization"));
    u.training.push_back({request.topic, request.on ? request.on : clock_.now(),
                          request.valid_until, there.organization});
    TRY_STATUS(store::put(tx, u));
    TRY_STATUS(
        journal(tx, actor, "user.trained", u.id, "7", "W17-13", model::to_json(u.training.back())));
    return u;
  });
}

Result<EnforcementPoint> Registry::add_point(const Actor& actor, const PointRequest& request) {
  return act(actor, [&](store::WriteTx& tx) -> Result<EnforcementPoint> {
    TRY_STATUS(check_code(request.code, "code"));
    TRY(const auto known, store::find_one<EnforcementPoint>(tx, "code", request.code));
    if (known) return tl::unexpected(taken(request.code, "code").error());
    TRY(const auto organization, organization_by_code(tx, request.organization, "organization"));
    if (organization.id != actor.organization.id)
      TRY_STATUS(require_role(actor, Role::kAdmin, "W17-09"));
    EnforcementPoint p;
    p.id = ids_.make("pnt");
    p.organization = organization.id;
    p.code = request.code;
    p.kind = request.kind;
    p.address = request.address;
    p.port = request.port;
    if (p.port < 0 || p.port > 65535) {
      return fail_bi(Code::kInvalid, "a port is a number from 1 to 65535",
                     "端口应为 1 至 65535 之间的整数", "port");
    }
    if (p.kind == model::PointKind::kDnsRpz && (p.address.empty() || p.port == 0)) {
      return fail_bi(Code::kInvalid, "a resolver needs its address and port",
                     "解析器须填写地址与端口", "address");
    }
    if (request.tsig) {
      p.tsig_name = p.code + ".tocsin";
      std::string secret(32, '\0');
      random_bytes({reinterpret_cast<unsigned char*>(secret.data()), secret.size()});
      p.tsig_secret = base64(secret);
    }
    TRY_STATUS(store::put(tx, p));
    TRY_STATUS(journal(tx, actor, "point.added", p.id, "8", "W17-15",
                       Json::object({{"code", p.code},
                                     {"kind", std::string(name(p.kind))},
                                     {"organization", p.organization}})));
    return p;
  });
}

Status Registry::set_certificate(const std::string& organization, const std::string& pem) {
  return store_.write([&](store::WriteTx& tx) -> Status {
    TRY(auto o, store::get<Organization>(tx, organization));
    if (o.certificate == pem) return {};
    o.certificate = pem;
    TRY_STATUS(store::put(tx, o));
    TRY_STATUS(tx.append({"system:keys",
                          "",
                          "organization.certificate",
                          o.id,
                          "",
                          basis_in(*law_, "8", "W17-21"),
                          {},
                          Json::object({{"certificate", pem}})}));
    return {};
  });
}

Result<Registry::Session> Registry::session_of(store::ReadTx& tx, std::string_view token_id,
                                               Instant now) {
  Session session;
  TRY(session.token, store::get<model::Token>(tx, token_id));
  TRY(const auto person, store::get<User>(tx, session.token.user));
  auto acting = person.acting_for(session.token.organization);
  const bool over = session.token.expires && session.token.expires <= now;
  if (session.token.revoked || over || person.disabled || !acting) {
    return tl::unexpected(unknown_token().error());
  }
  session.actor.user = std::move(*acting);
  session.actor.scopes = session.token.scopes;
  TRY(session.actor.organization, store::get<Organization>(tx, session.actor.user.organization));
  return session;
}

Result<Registry::Session> Registry::authenticate(std::string_view secret) {
  if (!crypto::is_token(secret)) return tl::unexpected(unknown_token().error());
  const std::string digest = crypto::token_digest(secret);
  return store_.read([&](store::ReadTx& tx) -> Result<Session> {
    TRY(const auto token, store::find_one<model::Token>(tx, "digest", digest));
    if (!token) return tl::unexpected(unknown_token().error());
    return session_of(tx, token->id, clock_.now());
  });
}

}  // namespace tocsin::desk
