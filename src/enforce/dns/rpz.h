// Renders list entries as records of a response policy zone (draft-vixie-dnsop-dns-rpz-00).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "enforce/dns/zone_source.h"

namespace tocsin::enforce::dns {

/// What a resolver does with a match (draft §3).
enum class RpzAction {
  kNxdomain,  ///< `CNAME .`
  kNodata,    ///< `CNAME *.`
  kPassthru,  ///< `CNAME rpz-passthru.`: an exception, goes before every block
  kDrop,      ///< `CNAME rpz-drop.`
  kTcpOnly,   ///< `CNAME rpz-tcp-only.`
  kRedirect,  ///< `CNAME target`: to a page that tells why
};

/// One name to be acted on. `evil.example` alone does not cover `www.evil.example`: a block of a
/// whole domain sets both flags and becomes two records.
struct RpzEntry {
  std::string name;  ///< A-label form, folded, no final dot
  bool exact = true;
  bool wildcard = true;
  RpzAction action = RpzAction::kNxdomain;
  std::string target = {};  ///< for kRedirect: a host name
};

/// Records for `zone`. kInvalid (with both languages, `field` = the entry's name) when the name is
/// not in A-label form, has one label only, ends in a label that RPZ gives a meaning of its own, or
/// would be over 253 characters with the zone behind it. All or nothing.
Result<std::vector<Record>> render_name(const RpzEntry& entry, std::string_view zone,
                                        std::uint32_t ttl_s);

/// The record that acts on answers holding an address inside `prefix` (draft §4.2.1, rpz-ip):
/// `192.0.2.1`, `192.0.2.0/24`, `2001:db8::/32`. Host bits must be zero. kInvalid as above.
Result<Record> render_address(std::string_view prefix, RpzAction action, std::string_view zone,
                              std::uint32_t ttl_s, std::string_view target = {});

/// The trigger's spelling without the zone: `24.0.2.0.192.rpz-ip`, `128.1.zz.db8.2001.rpz-ip`.
Result<std::string> address_trigger(std::string_view prefix);

}  // namespace tocsin::enforce::dns
