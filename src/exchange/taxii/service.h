// The TAXII 2.1 server (OASIS standard, 2021-06-10) with the interoperability profile: decides from
// a request to an answer; sockets and accounts are passed in.
#pragma once

#include <functional>
#include <string>

#include "base/ids.h"
#include "exchange/collections.h"
#include "exchange/taxii/filter.h"
#include "http/http.h"

namespace tocsin::exchange::taxii {

inline constexpr std::string_view kMediaType = "application/taxii+json;version=2.1";
inline constexpr std::size_t kMostContent = 10U << 20;

/// Who asks, and what the token allows.
struct Caller {
  Principal who;
  bool reads = false;
  bool writes = false;
};
using Authenticate = std::function<Result<Caller>(const http::Request&)>;

struct ServiceOptions {
  std::string title = "Tocsin";
  std::string description;
  std::string scheme = "http";  ///< of the API root's address
  std::string secret;           ///< binds `next`
};

/// Thread safety: safe.
class Service {
 public:
  Service(store::Store& store, const Clock& clock, IdSource& ids, ServiceOptions options,
          Authenticate authenticate);

  /// Answers everything below /taxii2/. Errors are error messages of TAXII (section 3.6.1).
  http::Response handle(http::Request& request) const;

 private:
  struct Ask;
  Result<http::Response> dispatch(Ask& ask) const;
  Result<http::Response> in_collection(Ask& ask) const;
  Result<http::Response> discovery(const Ask& ask) const;
  Result<http::Response> collections(const Ask& ask) const;
  Result<http::Response> status(const Ask& ask) const;
  Result<http::Response> objects(const Ask& ask) const;
  Result<http::Response> manifest(const Ask& ask) const;
  Result<http::Response> object(const Ask& ask) const;
  Result<http::Response> versions(const Ask& ask) const;
  Result<http::Response> add(Ask& ask) const;
  Result<http::Response> erase(const Ask& ask) const;

  store::Store& store_;
  const Clock& clock_;
  IdSource& ids_;
  const ServiceOptions options_;
  const Authenticate authenticate_;
};

/// `application/taxii+json` in any version we speak, or a range that includes it (RFC 9110 12.5.1).
bool acceptable(std::string_view accept);

}  // namespace tocsin::exchange::taxii
