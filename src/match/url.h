// URLs, host/path, host:port: the parts of a resource's name (RFC 3986, WHATWG where browsers
// differ).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace tocsin::match {

enum class HostKind { kIpv4, kIpv6, kDomain };

struct Host {
  HostKind kind = HostKind::kDomain;
  std::string text;  ///< canonical; IPv6 without brackets
};

/// An address, `[IPv6]`, or a name of at least two labels. `loose` also accepts the numeric
/// spellings that browsers take for IPv4.
Result<Host> canonical_host(std::string_view text, bool loose, std::uint32_t& notes);

/// A host with an optional port; IPv6 must be in brackets when a port follows.
struct Authority {
  Host host;
  int port = 0;  ///< 0: none
};
Result<Authority> parse_authority(std::string_view text, bool loose, std::uint32_t& notes);

/// `host`, `host:port`, `[v6]:port`; IPv6 gets brackets always.
std::string to_string(const Authority& authority);

/// True when `text` begins with `scheme://`.
bool has_scheme(std::string_view text);

/// scheme://host[:port]/path[?query]: scheme and host folded, default port, user information and
/// fragment dropped, dot segments resolved, percent-encoding normalised (unreserved decoded,
/// everything that RFC 3986 does not allow encoded), never a different resource.
Result<std::string> canonical_url(std::string_view text, std::uint32_t& notes);

/// The same without scheme: host[:port]/path[?query].
Result<std::string> canonical_host_path(std::string_view text, std::uint32_t& notes);

}  // namespace tocsin::match
