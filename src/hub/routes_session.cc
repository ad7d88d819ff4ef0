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
  bool cookie = false;  ///< the token goes into a cookie and not into the answer
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("login", s.login);
    v("password", s.password);
    v("cookie", s.cookie);
  }
};

Json who_schema() {
  return Json::object(
      {{"type", "object"},
       {"properties", Json::object({{"user", model::schema_of<model::User>()},
                                    {"organization", model::schema_of<model::Organization>()},
                                    {"scopes", model::schema_of<std::vector<std::string>>()},
                                    {"point", Json::object({{"type", "string"}})},
                                    {"expires", Json::object({{"type", "string"}})}})}});
}

Json who(const desk::Registry::Session& s) {
  return Json::object({{"user", shown(s.actor.user)},
                       {"organization", model::to_json(s.actor.organization)},
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

  Status take(const http::Request& request, const std::string& login, Instant now) {
    const std::string name = "name " + login.substr(0, kLongestName);
    if (addresses.take(request.remote, now) && names.take(name, now)) return {};
    return fail_bi(Code::kOverloaded, "too many sign-ins were tried; wait a minute",
                   "登录尝试过于频繁，请一分钟后再试", "login", "W17-09");
  }
};

Result<http::Response> sign_in(App& app, Attempts& attempts, http::Request& request) {
  TRY(const std::string body, read_body(request));
  TRY(const Json json, Json::parse(body));
  TRY(const auto asked, model::parse_request<SignInRequest>(json));
  // Nobody may be signed in by another site's form, as somebody else.
  if (asked.cookie) TRY_STATUS(from_our_page(request));
  TRY_STATUS(attempts.take(request, asked.login, app.clock.now()));
  const auto port = request.remote.rfind(':');
  TRY(const auto opened, app.sign_in.open({asked.login, asked.password, asked.cookie},
                                          {request.remote.substr(0, port),
                                           std::string(request.header("user-agent"))}));
  if (!asked.cookie) return http::Response::json(model::to_json(opened.token), 201);
  auto response = http::Response::json(who(opened.session), 201);
  const auto age = std::chrono::duration_cast<std::chrono::seconds>(app.options.sign_in.lifetime);
  response.header("Set-Cookie", session_cookie(opened.token.secret, age, over_tls(app)));
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
      [](http::Request& request) -> Result<Json> { return who(session(request)); });
}

}  // namespace tocsin::hub
