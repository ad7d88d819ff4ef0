// The second factor of a sign-in: one's own, and its reset by an administrator.
#include "hub/app.h"

namespace tocsin::hub {
namespace {

struct CodeRequest {
  using is_described = void;
  std::string code;
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("code", s.code);
  }
};

/// A secret in an answer cannot be repeated, so these requests have no idempotency key.
template <typename Request, typename Call>
void post_once(http::Router& router, std::string pattern, std::string operation, Text summary,
               Json response, Call call) {
  http::Route route;
  route.method = http::Method::kPost;
  route.pattern = std::move(pattern);
  route.operation = std::move(operation);
  route.tag = "session";
  route.summary = std::move(summary);
  route.scope = std::string(desk::kEnrolScope);
  route.request = model::schema_of<Request>();
  route.response = std::move(response);
  route.success = 201;
  route.handler = [call = std::move(call)](http::Request& request) -> Result<http::Response> {
    TRY(const std::string body, read_body(request));
    TRY(const Json json, body.empty() ? Result<Json>(Json::object()) : Json::parse(body));
    TRY(const Request parsed, model::parse_request<Request>(json));
    TRY(const auto made, call(session(request).actor, parsed));
    return http::Response::json(model::to_json(made), 201);
  };
  router.add(std::move(route));
}

}  // namespace

void add_second_factor_routes(http::Router& router, App& app) {
  const Json state = model::schema_of<desk::FactorState>();
  get(router, "/api/v1/me/second-factor", "secondFactor", "session",
      {"本人的第二因素", "My second factor"}, std::string(desk::kEnrolScope), {}, state,
      [&app](http::Request& request) -> Result<Json> {
        const auto& user = session(request).actor.user;
        TRY(const auto now,
            app.store.read([&](store::ReadTx& tx) { return app.second_factors.state(tx, user); }));
        return model::to_json(now);
      });
  post_once<Nothing>(
      router, "/api/v1/me/second-factor", "enrolSecondFactor",
      {"登记第二因素（密钥只显示一次）；确认后生效",
       "Enrol a second factor (its secret is shown once); counts once confirmed"},
      model::schema_of<desk::Enrolment>(),
      [&app](const desk::Actor& by, const Nothing&) { return app.second_factors.enrol(by); });
  post_once<CodeRequest>(router, "/api/v1/me/second-factor/confirmation", "confirmSecondFactor",
                         {"以验证码确认第二因素；恢复码只显示一次",
                          "Confirm the second factor with a code; recovery codes are shown once"},
                         model::schema_of<desk::RecoveryCodes>(),
                         [&app](const desk::Actor& by, const CodeRequest& r) {
                           return app.second_factors.confirm(by, r.code);
                         });
  post<Nothing>(
      router, "/api/v1/users/{id}/second-factor-reset", "resetSecondFactor", "registry",
      {"重置他人的第二因素", "Reset a person's second factor"}, "admin", state,
      [&app](const desk::Actor& by, const std::string& login, const Nothing&) -> Result<Json> {
        TRY(const auto now, app.second_factors.reset(by, login));
        return model::to_json(now);
      });
}

}  // namespace tocsin::hub
