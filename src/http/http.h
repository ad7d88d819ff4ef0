// Requests and responses as the rest of the program sees them: no socket, no library type.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "base/text.h"

namespace tocsin::http {

/// Those that a route may have. No route has TRACE or QUERY; they are known so that the answer is
/// 405 and not 501 (RFC 9110 §9.1).
enum class Method { kGet, kHead, kPost, kPut, kPatch, kDelete, kOptions, kTrace, kQuery };
std::string_view name(Method method);
/// The method of that exact (upper-case) name.
std::optional<Method> method_of(std::string_view name);

/// The request body, read by a worker thread as it arrives. Reading slowly slows the sender down
/// (back-pressure through TCP); nothing is buffered beyond a few chunks.
class Body {
 public:
  virtual ~Body() = default;
  /// The next bytes; empty at the end. Blocks at most until the request's deadline.
  /// kUnavailable when the sender stopped or left, kTooLarge beyond the server's limit, kInvalid
  /// for broken framing.
  virtual Result<std::string> read_some() = 0;
  /// All remaining bytes; kTooLarge beyond `limit_bytes`.
  Result<std::string> read_all(std::size_t limit_bytes);
};

/// Who the TLS layer proved the peer to be (ServerOptions::client_ca_file).
struct ClientCertificate {
  std::string subject;  ///< RFC 2253, most specific part first: `CN=...,O=...`
  std::string sha256;   ///< of the DER encoding, lower-case hexadecimal
};

struct Request {
  Method method = Method::kGet;
  std::string path;                                        ///< decoded, without the query
  std::string raw_path;                                    ///< as sent; the router splits this one
  std::vector<std::pair<std::string, std::string>> query;  ///< decoded, in order
  std::vector<std::pair<std::string, std::string>> headers;  ///< names in lower case
  std::map<std::string, std::string, std::less<>> params;  ///< filled by the router: {id} -> value
  std::string remote;                                      ///< address and port of the peer
  std::string request_id;  ///< `req_…`, also in the log and in X-Request-Id
  std::optional<std::uint64_t> content_length;
  Body* body = nullptr;  ///< never null inside a handler; owned by the server
  /// Only when the peer offered a certificate and it verified; shared by a connection's requests.
  std::shared_ptr<const ClientCertificate> certificate;
  /// Who asks, once authenticated; set by the hub's authenticator, opaque to this room.
  std::shared_ptr<const void> caller;

  /// First value of that header (lower-case name), or empty.
  std::string_view header(std::string_view lower_name) const;
  /// First value of that query parameter.
  std::optional<std::string_view> query_value(std::string_view key) const;
};

/// A live stream to one client (server-sent events). Thread safety: safe.
class EventSink {
 public:
  virtual ~EventSink() = default;
  /// Queues bytes; false when the client is gone or too slow (its queue is full: it is cut off).
  virtual bool send(std::string bytes) = 0;
  virtual bool closed() const = 0;
};

/// Writes a response body of unknown length from the worker thread; blocks when the client is slow.
class BodyWriter {
 public:
  virtual ~BodyWriter() = default;
  /// False when the client is gone: stop producing.
  virtual bool write(std::string_view bytes) = 0;
};

struct Response {
  int status = 200;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  /// When set, the body is produced by this call (chunked); `body` is ignored.
  std::function<void(BodyWriter&)> stream;
  /// When set, the connection stays open without a worker and events go through the sink.
  std::function<void(std::shared_ptr<EventSink>)> events;

  static Response json(const Json& body, int status = 200);
  static Response text(std::string body, std::string_view type = "text/plain; charset=utf-8",
                       int status = 200);
  Response& header(std::string name, std::string value);
  /// True when a header of that name (any case) is set.
  bool has_header(std::string_view name) const;
};

/// RFC 9457 problem document for an error: type, title, status, detail, plus our members code,
/// field, rule, detail_zh and request_id. Details of kInternal stay in the log. `status` 0 means
/// status_of(error.code). 401 gets WWW-Authenticate, 429 and 503 get Retry-After.
Response problem(const Error& error, std::string_view request_id, int status = 0);
/// The HTTP status that a code becomes.
int status_of(Code code);
/// The code that a status means, for peers that answer without a problem document.
Code code_of(int status);
/// The standard reason phrase, or `Unknown`.
std::string_view reason(int status);

using Handler = std::function<Response(Request&)>;

}  // namespace tocsin::http
