// Responses as bytes.
#pragma once

#include <string>
#include <string_view>

#include "base/time.h"
#include "http/http.h"

namespace tocsin::http {

/// What the head of a response must say besides the response itself.
struct WireContext {
  bool http11 = true;
  bool close = false;      ///< the connection ends after this response
  bool head_only = false;  ///< the request was HEAD
  std::string_view request_id;
  Instant now;
};

/// How the bytes after the head are framed.
enum class Framing { kNone, kLength, kChunked, kUntilClose };
Framing framing_of(const Response& response, const WireContext& context);

/// Status line and fields up to the empty line (RFC 9112 §4, RFC 9110 §6.6.1 Date). Fields whose
/// name or value would break the framing are left out and logged: a response cannot be split.
std::string serialize_head(const Response& response, const WireContext& context);

/// `hex-size CRLF bytes CRLF`
std::string chunk(std::string_view bytes);
inline constexpr std::string_view kLastChunk = "0\r\n\r\n";

/// IMF-fixdate: `Sun, 06 Nov 1994 08:49:37 GMT`.
std::string http_date(Instant t);

}  // namespace tocsin::http
