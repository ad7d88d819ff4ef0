// Asking a source over HTTP: what it is shown, where it may send us, and when we give up.
#pragma once

#include <functional>
#include <string>

#include "http/client.h"
#include "model/source.h"
#include "sources/vault.h"

namespace tocsin::sources {

struct WebOptions {
  std::string ca_file;  ///< PEM, for https; empty: the system's
  std::chrono::milliseconds timeout{30'000};
  std::size_t limit_bytes = 256U << 20;  ///< of one answer, which is held in memory
  std::function<bool()> cancelled = {};  ///< asked about once a second while waiting
};

/// How a client for this source is set up: only public addresses, unless its terms say otherwise.
/// The certificate is not in it, since it is for the source's own origin alone.
http::ClientOptions client_options(const model::SourceTerms& terms, const WebOptions& options);

/// Asks, and follows up to five redirects. What the source is shown goes to the origin of the first
/// URL alone: a redirect to another host, port or scheme gets neither header nor certificate.
/// kUnavailable, kForbidden, kTooLarge.
class Web {
 public:
  Web(const model::SourceTerms& terms, Credential credential, const WebOptions& options);

  Result<http::ClientResponse> get(
      const std::string& url, const std::vector<std::pair<std::string, std::string>>& headers = {});

 private:
  const model::SourceTerms& terms_;
  const Credential credential_;
  http::Client known_;     ///< for the source's own origin
  http::Client stranger_;  ///< for where it sends us
};

/// An address that can be seen to be private needs the terms' leave; names are looked at when they
/// are resolved. kRefused.
Status check_public(const model::SourceTerms& terms);
/// What the client refused to connect to, with the terms that would allow it.
Error with_leave(Error error);

/// A secret in clear text only ever goes to this machine (W17-08). kRefused.
Status check_confidential(const model::SourceTerms& terms);

}  // namespace tocsin::sources
