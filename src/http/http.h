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

enum class Method { kGet, kHead, kPost, kPut, kPatch, kDelete, kOptions };
std::string_view name(Method method);

/// The request body, read by a worker thread as it arrives. Reading slowly slows the sender down
/// (back-pressure through TCP); nothing is buffered beyond a few chunks.
class Body {
 public:
  virtual ~Body() = default;
  /// The next bytes; empty at the end. Blocks at most until the request's deadline.
  virtual Result<std::string> read_some() = 0;
  /// All remaining bytes; kTooLarge beyond `limit_bytes`.
  Result<std::string> read_all(std::size_t limit_bytes);
};

struct Request {
  Method method = Method::kGet;
  std::string path;                                          ///< decoded, without the query
  std::vector<std::pair<std::string, std::string>> query;    ///< decoded, in order
  std::vector<std::pair<std::string, std::string>> headers;  ///< names in lower case
  std::map<std::string, std::string, std::less<>> params;  ///< filled by the router: {id} -> value
  std::string remote;                                      ///< address and port of the peer
  std::string request_id;  ///< `req_…`, also in the log and in X-Request-Id
  std::optional<std::uint64_t> content_length;
  Body* body = nullptr;  ///< never null inside a handler; owned by the server
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
};

/// RFC 9457 problem document for an error: type, title, status, detail, plus our members code,
/// field, rule, detail_zh and request_id.
Response problem(const Error& error, std::string_view request_id);
/// The HTTP status that a code becomes.
int status_of(Code code);

using Handler = std::function<Response(Request&)>;

}  // namespace tocsin::http
