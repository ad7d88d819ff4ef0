// Internet addresses and prefixes of both families in one 16-byte space.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tocsin::match {

/// An address. IPv4 is held as ::ffff:a.b.c.d, so that both families sort and match together.
struct Address {
  std::array<std::uint8_t, 16> bytes{};
  bool is_v4() const;
  auto operator<=>(const Address&) const = default;
};

/// An address and how many leading bits of the 16 bytes count (96 to 128 for IPv4).
struct Prefix {
  Address base;
  int bits = 128;
  bool is_v4() const { return bits >= 96 && base.is_v4(); }
  /// Length as people write it: 0-32 for IPv4, 0-128 for IPv6.
  int length() const { return is_v4() ? bits - 96 : bits; }
  Address first() const { return base; }
  Address last() const;
  bool operator==(const Prefix&) const = default;
};

/// Four decimal numbers; leading zeros are refused because some programs read them as octal.
std::optional<Address> parse_ipv4(std::string_view text);
/// RFC 4291 section 2.2, without zone; an IPv4-mapped address comes back as IPv4.
std::optional<Address> parse_ipv6(std::string_view text);
/// Either of the two.
std::optional<Address> parse_address(std::string_view text);
/// What a browser makes of a numeric host: hexadecimal, octal, one to four parts (WHATWG URL).
std::optional<Address> parse_loose_ipv4(std::string_view text);

/// `address/length` or `a.b.c.d/mask`. Host bits are cleared; `had_host_bits` tells whether any was
/// set. A mapped prefix of /96 and longer comes back as IPv4.
std::optional<Prefix> parse_prefix(std::string_view text, bool* had_host_bits = nullptr);

std::string to_string(const Address& address);  ///< dotted quad, or RFC 5952
std::string to_string(const Prefix& prefix);
bool contains(const Prefix& prefix, const Address& address);

}  // namespace tocsin::match
