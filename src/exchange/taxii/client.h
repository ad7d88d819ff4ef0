// A TAXII 2.1 client for peers that a person named. It follows no redirect and no address outside
// the one it was given.
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "base/json.h"
#include "base/time.h"
#include "http/client.h"

namespace tocsin::exchange::taxii {

struct PeerOptions {
  std::string login;  ///< with secret: HTTP Basic; without: the secret is a bearer token
  std::string secret;
  std::vector<std::pair<std::string, std::string>> headers;  ///< of every request, for API keys
  http::ClientOptions http;  ///< trusted issuers, client certificate, time limits
  int attempts = 5;          ///< of one request, when the peer is busy or away
  std::chrono::milliseconds first_wait{500};
  std::chrono::milliseconds longest_wait{30'000};
};

/// One page of a peer's collection.
struct PeerPage {
  std::string body;  ///< the envelope as it came
  std::string next;
  bool more = false;
  std::size_t objects = 0;
  Instant last;  ///< X-TAXII-Date-Added-Last; not set when the peer does not say
};

/// Thread safety: none.
class Client {
 public:
  using Wait = std::function<void(std::chrono::milliseconds)>;
  Client(PeerOptions options, Wait wait);

  /// A discovery, API root, collections or collection resource.
  Result<Json> get(const std::string& url);
  /// Objects of a collection (its address ends with a slash) added after that time.
  Result<PeerPage> page(const std::string& collection_url, Instant after, const std::string& next,
                        std::size_t limit);
  /// Adds objects; the status resource, waited for until the peer is done with them.
  Result<Json> add(const std::string& collection_url, const std::string& envelope);

 private:
  /// Tries again with growing waits (or what Retry-After says) on 429, 502 to 504 and silence.
  Result<http::ClientResponse> ask(http::ClientRequest request);
  Result<Json> finished(const std::string& collection_url, Json status);

  const PeerOptions options_;
  const Wait wait_;
  http::Client client_;
};

/// What a peer's error message says, as an Error.
Error peer_error(const http::ClientResponse& response);

/// The address of a collection: `<api root>collections/<id>/`.
std::string collection_address(std::string api_root, std::string_view id);

}  // namespace tocsin::exchange::taxii
