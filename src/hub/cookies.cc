#include "hub/cookies.h"

#include "base/text.h"

namespace tocsin::hub {
namespace {

tl::unexpected<Error> foreign_page(const std::string& field) {
  return fail_bi(Code::kForbidden,
                 "the request does not come from a page of this hub: a change by cookie needs the "
                 "header X-Tocsin-Request: 1 and the same origin",
                 "请求并非来自本枢纽的页面：以 Cookie 身份变更数据，须带请求头 X-Tocsin-Request: 1 "
                 "且来源相同",
                 field, "W17-09");
}

/// `https://hub.example:7710` -> `hub.example:7710`; nothing for `null` and the like. Schemes are
/// not compared: behind a proxy that ends TLS ours is another one.
std::optional<std::string_view> authority_of(std::string_view origin) {
  const auto at = origin.find("://");
  if (at == std::string_view::npos) return std::nullopt;
  return origin.substr(at + 3);
}

}  // namespace

std::optional<std::string_view> cookie_of(const http::Request& request, std::string_view name) {
  for (const auto piece : split(request.header("cookie"), ';')) {
    const auto pair = trim(piece);
    const auto equals = pair.find('=');
    if (equals == std::string_view::npos || pair.substr(0, equals) != name) continue;
    const auto value = pair.substr(equals + 1);
    if (value.empty()) return std::nullopt;
    return value;
  }
  return std::nullopt;
}

std::string session_cookie(std::string_view value, std::chrono::seconds age, bool secure) {
  std::string out(kSessionCookie);
  out += "=" + std::string(value) +
         "; Path=/; HttpOnly; SameSite=Strict; Max-Age=" + std::to_string(age.count());
  if (secure) out += "; Secure";
  return out;
}

Status from_our_page(const http::Request& request) {
  if (request.method == http::Method::kGet || request.method == http::Method::kHead) return {};
  if (request.header("x-tocsin-request") != "1") return foreign_page("X-Tocsin-Request");
  const auto site = request.header("sec-fetch-site");
  if (!site.empty() && site != "same-origin") return foreign_page("Sec-Fetch-Site");
  const auto origin = request.header("origin");
  if (!origin.empty()) {
    const auto authority = authority_of(origin);
    if (!authority || !iequals(*authority, request.header("host"))) return foreign_page("Origin");
  }
  return {};
}

}  // namespace tocsin::hub
