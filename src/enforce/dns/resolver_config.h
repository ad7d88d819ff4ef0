// Complete configuration files that make a resolver take and apply our policy zones.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "enforce/dns/net.h"
#include "enforce/dns/tsig.h"

namespace tocsin::enforce::dns {

/// What both resolvers need to know. Addresses are numeric.
struct ResolverOptions {
  Endpoint primary;                     ///< our server; also the only allowed sender of NOTIFY
  std::vector<std::string> zones;       ///< in order of precedence: hot before base
  std::vector<std::string> persistent;  ///< those of `zones` that are kept on disk (unbound only)
  Endpoint listen;                      ///< where clients ask
  std::vector<std::string> clients;     ///< addresses and prefixes that may ask
  std::string transfer_source;          ///< own address for transfers; as registered with us
  std::vector<Endpoint> forwarders;     ///< empty: full recursion from the root
  std::string identity;                 ///< id.server and NSID, so that a probe's answer names it
  std::string directory;                ///< absolute, writable for the resolver
  std::string user;                     ///< account to run as; empty: the one that starts it
  bool validate_dnssec = true;
  bool log_to_stderr = false;  ///< unbound only: for containers; otherwise the system log
};

/// unbound 1.17 or later. It speaks no TSIG: the transfer is bound by addresses on both sides, and
/// by a private network or a tunnel between them. kInvalid for text that would leave its quotes.
Result<std::string> unbound_config(const ResolverOptions& options,
                                   const std::string& control_socket);

/// BIND 9.18 or later; the key protects transfers and NOTIFY. kInvalid as above.
Result<std::string> named_config(const ResolverOptions& options, const std::optional<TsigKey>& key);

}  // namespace tocsin::enforce::dns
