// Signing in and out, and who I am.
#include "hub/app.h"
#include "hub/cookies.h"
#include "hub/token_buckets.h"
#include "hub/views.h"

namespace tocsin::hub {
namespace {

/// Of a name, for counting attempts; real ones are shorter.
constexpr std::size_t kLongestName = 64;

struct SignInRequest {
  using is_described = void;
  std::string login;
  std::string password;
  std::string code;          ///< of the second factor, or a recovery code
  bool cookie = false;       ///< the token goes into a cookie and not into the answer
  bool certificate = false;  ///< instead of login and password: the one of this connection
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("login", s.login);
    v("password", s.password);
    v("code", s.code);
    v("cookie", s.cookie);
    v("certificate", s.certificate);
  }
};

struct PasswordRequest {
  using is_described = void;
  std::string old;
  std::string password;
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("old", s.old);
    v("password", s.password);
  }
};

struct ActForRequest {
  using is_described = void;
  std::string organization;  ///< code
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("organization", s.organization);
  }
};

Json who_schema() {
  return Json::object(
      {{"type", "object"},
       {"properties", Json::object({{"user", model::schema_of<model::User>()},
                                    {"organization", model::schema_of<model::Organization>()},
                                    {"sides", model::schema_of<std::vector<desk::Side>>()},
                                    {"scopes", model::schema_of<std::vector<std::string>>()},
                                    {"point", Json::object({{"type", "string"}})},
                                    {"expires", Json::object({{"type", "string"}})}})}});
}

Result<Json> who(App& app, const desk::Registry::Session& s) {
  TRY(const auto sides, app.memberships.sides(s.actor));
  return Json::object({{"user", shown(s.actor.user)},
                       {"organization", model::to_json(s.actor.organization)},
                       {"sides", model::to_json(sides)},
                       {"scopes", model::to_json(s.token.scopes)},
                       {"point", s.token.point},
                       {"expires", s.token.expires ? to_string(s.token.expires) : ""}});
}

bool over_tls(const App& app) { return !app.options.http.certificate_file.empty(); }

/// Guesses are slow whether they come from one address or go at one name. Names are counted apart
/// from addresses.
struct Attempts {
  explicit Attempts(double per_minute)
      : addresses(per_minute / 60, per_minute), names(per_minute / 60, per_minute) {}
  TokenBuckets addresses;
  TokenBuckets names;

  /// `login`: empty with a certificate, which nobody guesses by its name.
  Status take(const http::Request& request, const std::string& login, Instant now) {
    const std::string name = "name " + login.substr(0, kLongestName);
    if (addresses.take(request.remote, now) && (login.empty() || names.take(name, now))) return {};
    return fail_bi(Code::kOverloaded, "too many sign-ins were tried; wait a minute",
                   "登录尝试过于频繁，请一分钟后再试", "login", "W17-09");
  }
};

/// The refusal that tells a program to ask for a code, by a problem type of its own.
http::Response code_needed(const Error& error, const std::string& request_id) {
  auto response = http::problem(error, request_id);
  auto body = Json::parse(response.body);
  ASSERT(body.has_value());
  body->set("type", "urn:tocsin:problem:" + std::string(desk::kSecondFactorRequired));
  response.body = body->dump();
  return response;
}

Result<desk::SignIn::Opened> open_session(App& app, const SignInRequest& asked,
                                          const http::Request& request) {
  const auto port = request.remote.rfind(':');
  const desk::Visitor visitor{request.remote.substr(0, port),
                              std::string(request.header("user-agent"))};
  if (!asked.certificate) {
    return app.sign_in.open({asked.login, asked.password, asked.code, asked.cookie}, visitor);
  }
  TRY(const auto proved, certificate_session(app, request));
  return app.sign_in.open_for(proved, asked.cookie, visitor);
}

Result<http::Response> sign_in(App& app, Attempts& attempts, http::Request& request) {
  TRY(const std::string body, read_body(request));
  TRY(const Json json, Json::parse(body));
  TRY(const auto asked, model::parse_request<SignInRequest>(json));
  // Nobody may be signed in by another site's form, as somebody else.
  if (asked.cookie) TRY_STATUS(from_our_page(request));
  TRY_STATUS(attempts.take(request, asked.login, app.clock.now()));
  const auto opened = open_session(app, asked, request);
  if (!opened && opened.error().rule == desk::kSecondFactorRequired) {
    return code_needed(opened.error(), request.request_id);
  }
  if (!opened) return tl::unexpected(opened.error());
  if (!asked.cookie) return http::Response::json(model::to_json(opened->token), 201);
  TRY(const Json me, who(app, opened->session));
  auto response = http::Response::json(me, 201);
  const auto left =
      std::chrono::microseconds(opened->session.token.expires.micros - app.clock.now().micros);
  const auto age = std::chrono::ceil<std::chrono::seconds>(left);
  response.header("Set-Cookie", session_cookie(opened->token.secret, age, over_tls(app)));
  return response;
}

/// Whoever is signed in no longer is; the browser forgets the cookie in any case.
Result<http::Response> sign_out(App& app, http::Request& request) {
  const auto session = guarded_session(app, request);
  if (session) {
    TRY_STATUS(app.sign_in.close(*session));
  } else if (session.error().code != Code::kUnauthenticated) {
    return tl::unexpected(session.error());
  }
  http::Response response;
  response.status = 204;
  response.header("Set-Cookie", session_cookie("", std::chrono::seconds(0), over_tls(app)));
  return response;
}

/// What belongs to the person who asks: sessions and password.
void add_own_routes(http::Router& router, App& app, const std::shared_ptr<Attempts>& attempts) {
  get(router, "/api/v1/sessions", "listSessions", "session",
      {"本人的登录会话：何时、自何处、以何程序登录",
       "My sessions: since when, from where, by what"},
      "read", {}, list_schema(model::schema_of<desk::SessionView>()),
      [&app](http::Request& request) -> Result<Json> {
        TRY(const auto all, app.sign_in.sessions(session(request)));
        return Json::object({{"items", model::to_json(all)}});
      });
  http::Route end;
  end.method = http::Method::kDelete;
  end.pattern = "/api/v1/sessions/{id}";
  end.operation = "endSession";
  end.tag = "session";
  end.summary = {"结束登录会话：本人的；运维人员可结束任何人的",
                 "End a session: one's own; anybody's for those who run the platform"};
  end.scope = "read";
  end.success = 204;
  end.handler = [&app](http::Request& request) -> Result<http::Response> {
    TRY_STATUS(app.sign_in.end_session(session(request), request.params.find("id")->second));
    http::Response response;
    response.status = 204;
    return response;
  };
  router.add(std::move(end));
  http::Route password;
  password.method = http::Method::kPost;
  password.pattern = "/api/v1/me/password";
  password.operation = "changePassword";
  password.tag = "session";
  password.summary = {"修改本人密码：其他登录会话随即结束",
                      "Change one's password: one's other sessions end"};
  password.scope = "read";
  password.request = model::schema_of<PasswordRequest>();
  password.success = 204;
  password.handler = [&app, attempts](http::Request& request) -> Result<http::Response> {
    TRY(const std::string body, read_body(request));
    TRY(const Json json, Json::parse(body));
    TRY(const auto asked, model::parse_request<PasswordRequest>(json));
    const auto& by = session(request);
    TRY_STATUS(attempts->take(request, by.actor.user.login, app.clock.now()));
    TRY_STATUS(app.sign_in.change_password(by, asked.old, asked.password));
    http::Response response;
    response.status = 204;
    return response;
  };
  router.add(std::move(password));
}

void add_invitation_route(http::Router& router, App& app) {
  http::Route accept;
  accept.method = http::Method::kPost;
  accept.pattern = "/api/v1/me/invitation";
  accept.operation = "acceptInvitation";
  accept.tag = "session";
  accept.summary = {"接受邀请（以邀请为令牌）：设置密码、取得令牌，或二者兼有",
                    "Accept an invitation, sent as the token: choose a password, get a token, or "
                    "both"};
  accept.scope = std::string(desk::kInvitationScope);
  accept.request = model::schema_of<desk::AcceptRequest>();
  accept.response = model::schema_of<desk::Accepted>();
  accept.success = 201;
  accept.handler = [&app](http::Request& request) -> Result<http::Response> {
    TRY(const std::string body, read_body(request));
    TRY(const Json json, Json::parse(body));
    TRY(const auto asked, model::parse_request<desk::AcceptRequest>(json));
    TRY(const auto accepted, app.invitations.accept(session(request), asked));
    return http::Response::json(model::to_json(accepted), 201);
  };
  router.add(std::move(accept));
}

void add_switch_route(http::Router& router, App& app) {
  http::Route other;
  other.method = http::Method::kPost;
  other.pattern = "/api/v1/session/organization";
  other.operation = "actFor";
  other.tag = "session";
  other.summary = {"切换本会话所代表的机构：须为本人所属机构之一",
                   "For which of one's organisations this session acts from now on"};
  other.scope = "read";
  other.request = model::schema_of<ActForRequest>();
  other.response = who_schema();
  other.handler = [&app](http::Request& request) -> Result<http::Response> {
    TRY(const std::string body, read_body(request));
    TRY(const Json json, Json::parse(body));
    TRY(const auto asked, model::parse_request<ActForRequest>(json));
    TRY(const auto now, app.sign_in.act_for(session(request), asked.organization));
    TRY(const Json me, who(app, now));
    return http::Response::json(me);
  };
  router.add(std::move(other));
}

}  // namespace

void add_session_routes(http::Router& router, App& app) {
  http::Route in;
  in.method = http::Method::kPost;
  in.pattern = "/api/v1/session";
  in.operation = "signIn";
  in.tag = "session";
  in.summary = {
      "用密码登录：取得令牌；cookie 为真时令牌置于 Cookie，应答为当前身份",
      "Sign in with a password: gives a token; with `cookie` the token goes into a cookie "
      "and the answer says who I am"};
  in.request = model::schema_of<SignInRequest>();
  in.response =
      Json::object({{"anyOf", Json::array({model::schema_of<desk::IssuedToken>(), who_schema()})}});
  in.success = 201;
  const auto attempts =
      std::make_shared<Attempts>(static_cast<double>(app.options.sign_ins_per_minute));
  in.handler = [&app, attempts](http::Request& request) {
    return sign_in(app, *attempts, request);
  };
  router.add(std::move(in));

  add_own_routes(router, app, attempts);

  http::Route out;
  out.method = http::Method::kDelete;
  out.pattern = "/api/v1/session";
  out.operation = "signOut";
  out.tag = "session";
  out.summary = {"退出登录：会话立即失效", "Sign out: the session ends at once"};
  out.success = 204;
  out.handler = [&app](http::Request& request) { return sign_out(app, request); };
  router.add(std::move(out));

  get(router, "/api/v1/me", "whoAmI", "session", {"当前身份", "Who I am"}, "read", {}, who_schema(),
      [&app](http::Request& request) { return who(app, session(request)); });
  add_switch_route(router, app);
  add_invitation_route(router, app);
}

}  // namespace tocsin::hub
