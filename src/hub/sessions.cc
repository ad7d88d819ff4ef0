// The ways to say who asks that foreign programs know, beside a bearer token.
#include "exchange/credentials.h"
#include "hub/app.h"
#include "hub/cookies.h"

namespace tocsin::hub {
namespace {

tl::unexpected<Error> unauthenticated() {
  return fail_bi(Code::kUnauthenticated,
                 "send a token: Bearer, or Basic with the login and the token as password",
                 "请携带令牌：Bearer，或以用户名和令牌（作为密码）使用 Basic", "Authorization");
}

/// Basic with a person's login and a token of that person as password (interoperability profile).
Result<desk::Registry::Session> basic_session(App& app, std::string_view credentials) {
  const auto text = unbase64(trim(credentials));
  if (!text) return unauthenticated();
  const auto colon = text->find(':');
  if (colon == std::string::npos) return unauthenticated();
  TRY(auto session, app.registry.authenticate(std::string_view(*text).substr(colon + 1)));
  if (session.actor.user.login != text->substr(0, colon)) return unauthenticated();
  return session;
}

/// A session has several windows, and one of them switched: what another still shows and sends is
/// meant for the organisation before (W17-12).
Status require_side(const http::Request& request, const std::string& now) {
  const std::string shown(request.header("x-tocsin-organization"));
  if (shown.empty() || shown == now) return {};
  return fail_bi(Code::kConflict,
                 "this window acts for " + shown + ", but your session was switched to " + now +
                     " elsewhere: reload the page",
                 "本窗口代表 " + shown + "，而本次登录已在别处切换为 " + now + "：请刷新页面",
                 "X-Tocsin-Organization", "W17-12");
}

/// A browser sends its cookie along with whatever any page makes it ask; so a change must come from
/// a page of ours.
Result<desk::Registry::Session> cookie_session(App& app, const http::Request& request,
                                               std::string_view secret) {
  TRY_STATUS(from_our_page(request));
  TRY(auto session, app.registry.authenticate(secret));
  TRY_STATUS(app.sign_in.use(session));
  TRY_STATUS(require_side(request, session.actor.organization.code));
  return session;
}

}  // namespace

Result<desk::Registry::Session> certificate_session(App& app, const http::Request& request) {
  if (!request.certificate) {
    return fail_bi(Code::kUnauthenticated,
                   "this connection shows no client certificate that the hub accepts",
                   "本次连接没有出示平台接受的客户端证书", "certificate", "W17-09");
  }
  return app.store.read([&](store::ReadTx& tx) -> Result<desk::Registry::Session> {
    TRY(const auto token, exchange::token_of_certificate(tx, request.certificate->sha256));
    if (!token) {
      return fail_bi(Code::kUnauthenticated,
                     "the certificate of this connection is bound to nobody; its fingerprint is " +
                         request.certificate->sha256,
                     "本次连接的证书没有登记给任何人员；其指纹为 " + request.certificate->sha256,
                     "certificate", "W17-09");
    }
    return desk::Registry::session_of(tx, token->id, app.clock.now());
  });
}

Result<desk::Registry::Session> guarded_session(App& app, const http::Request& request) {
  constexpr std::string_view kBearer = "bearer ";
  const auto authorization = request.header("authorization");
  const bool bearer = iequals(authorization.substr(0, kBearer.size()), kBearer);
  const auto secret =
      bearer ? trim(authorization.substr(kBearer.size())) : request.header("x-api-key");
  if (!secret.empty()) return app.registry.authenticate(secret);
  if (const auto cookie = cookie_of(request, kSessionCookie)) {
    return cookie_session(app, request, *cookie);
  }
  return fail_bi(Code::kUnauthenticated, "send a token: Authorization: Bearer tcs_...",
                 "请携带令牌：Authorization: Bearer tcs_...", "Authorization");
}

Result<desk::Registry::Session> any_session(App& app, const http::Request& request) {
  constexpr std::string_view kBasic = "basic ";
  constexpr std::string_view kBearer = "bearer ";
  const auto header = request.header("authorization");
  if (iequals(header.substr(0, kBasic.size()), kBasic)) {
    return basic_session(app, header.substr(kBasic.size()));
  }
  if (iequals(header.substr(0, kBearer.size()), kBearer)) {
    return app.registry.authenticate(trim(header.substr(kBearer.size())));
  }
  if (header.empty()) {
    if (const auto cookie = cookie_of(request, kSessionCookie)) {
      return cookie_session(app, request, *cookie);
    }
  }
  if (header.empty() && request.certificate) {
    return certificate_session(app, request);
  }
  return unauthenticated();
}

}  // namespace tocsin::hub
