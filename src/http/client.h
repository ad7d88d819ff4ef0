// A small blocking HTTP client for the command line and for tests.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/http.h"

namespace tocsin::http {

struct ClientRequest {
  Method method = Method::kGet;
  std::string url = {};  ///< http:// or https:// only
  std::vector<std::pair<std::string, std::string>> headers = {};
  std::string body = {};
  /// When set, the body comes from this call: it fills `into` with up to `size` bytes and returns
  /// how many, 0 at the end. `body` is ignored.
  std::function<std::size_t(char* into, std::size_t size)> upload = {};
  std::optional<std::uint64_t> upload_bytes = {};  ///< known length; otherwise chunked
  /// After each piece: bytes sent so far.
  std::function<void(std::uint64_t sent)> progress = {};
  /// When set and the answer is a success, each line (without its end) goes here instead of into
  /// the body; false stops, which is not an error. Lines are at most 1 MiB.
  std::function<bool(std::string_view line)> line = {};
};

struct ClientResponse {
  int status = 0;
  std::vector<std::pair<std::string, std::string>> headers = {};  ///< names in lower case
  std::string body = {};
  std::string_view header(std::string_view lower_name) const;
};

struct ClientOptions {
  std::string ca_file = {};           ///< PEM; empty: the system's
  std::string certificate_file = {};  ///< PEM client certificate, with key_file
  std::string key_file = {};
  std::chrono::milliseconds connect_timeout{5'000};
  std::chrono::milliseconds timeout{60'000};  ///< whole exchange; not with `line`. 0: none
  std::size_t body_limit_bytes = 256U << 20;  ///< of an answer kept in memory
  /// When set, asked with each numeric address before it is connected to; no proxy is used then.
  std::function<bool(std::string_view address)> may_connect = {};
  /// When set, asked about once a second: true ends the exchange with kUnavailable.
  std::function<bool()> cancelled = {};
};

/// Keeps its connection between calls. Not thread-safe; one for each thread. Redirects are not
/// followed, proxies of the environment are.
class Client {
 public:
  explicit Client(ClientOptions options = {});
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  /// Any status is a response. kUnavailable when nobody listens, the name is unknown or time is up;
  /// kForbidden when the peer's certificate does not verify; kTooLarge beyond body_limit_bytes.
  Result<ClientResponse> send(const ClientRequest& request);

  /// As send(), but a status of 400 and above is an Error: the problem document's code, field, rule
  /// and messages, or what the status says.
  Result<ClientResponse> call(const ClientRequest& request);

  /// call() with a JSON body (null: none) and a JSON answer (null when there is none).
  Result<Json> json(Method method, const std::string& url, const Json& body = {},
                    std::vector<std::pair<std::string, std::string>> headers = {});

 private:
  const ClientOptions options_;
  void* curl_;  ///< CURL*, owned
};

/// Where a URL leads: what counts when a secret may only go to one place.
struct Origin {
  std::string scheme;  ///< `http` or `https`
  std::string host;    ///< lower case, IPv6 in brackets
  std::string port;    ///< also when the URL does not name it
  bool operator==(const Origin&) const = default;
};
/// kInvalid unless it is an http or https URL with a host and without user information.
Result<Origin> origin_of(const std::string& url);
/// The absolute form of a reference as it stands in a Location header (RFC 3986 section 5).
Result<std::string> resolved_url(const std::string& base, const std::string& reference);

/// The Error that an answer of status 400 and above stands for.
Error error_of(const ClientResponse& response);

}  // namespace tocsin::http
