// What a browser needs beside tokens: a cookie that scripts cannot read, and the proof that a
// request comes from a page of ours (RFC 6265, Fetch metadata).
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "http/http.h"

namespace tocsin::hub {

inline constexpr std::string_view kSessionCookie = "tocsin_session";

/// Value of the first cookie of that name; nothing when there is none or it is empty.
std::optional<std::string_view> cookie_of(const http::Request& request, std::string_view name);

/// `Set-Cookie`: HttpOnly, SameSite=Strict, Path=/, and Secure over TLS. An empty value with 0
/// seconds makes the browser forget it.
std::string session_cookie(std::string_view value, std::chrono::seconds age, bool secure);

/// For methods that change something: the header `X-Tocsin-Request: 1`, which no form of another
/// site can send, and what the browser says of the origin, when it says it, must be ours.
/// kForbidden. GET and HEAD always pass.
Status from_our_page(const http::Request& request);

}  // namespace tocsin::hub
