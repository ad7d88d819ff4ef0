// What a threat is recognised by: a kind and one canonical spelling.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tocsin::model {

/// Kinds of indicator (W17-01, W17-15). The names in name() are stable: API, files and database.
enum class IndicatorKind {
  kIpv4,              ///< 192.0.2.1
  kIpv6,              ///< 2001:db8::1 (RFC 5952)
  kIpv4Prefix,        ///< 192.0.2.0/24, host bits zero
  kIpv6Prefix,        ///< 2001:db8::/32, host bits zero
  kEndpoint,          ///< 192.0.2.1:443, [2001:db8::1]:443, evil.example:8080
  kDomain,            ///< A-label form, lower case, no trailing dot; this very name
  kWildcardDomain,    ///< *.evil.example: everything below, not the name itself
  kUrl,               ///< absolute, with scheme
  kHostPath,          ///< evil.example/path: a URL whose scheme is not known
  kEmail,             ///< user@evil.example
  kPhone,             ///< E.164, +8613800138000; short codes as +86 followed by the code
  kSmsPort,           ///< 106…: digits
  kBroadbandAccount,  ///< account name as the operator writes it
  kMd5,
  kSha1,
  kSha256,
  kSm3,
  kApp,      ///< package[@certificate digest]
  kAccount,  ///< platform:account, instant messaging or social
  kPattern,  ///< regular expression, kept but never a wide block
  kLiteral,  ///< bytes in a payload: "GET /a|0d 0a|" nocase (match/literal.h)
};

inline constexpr int kIndicatorKinds = static_cast<int>(IndicatorKind::kLiteral) + 1;

/// `ipv4`, `ipv4-prefix`, `domain`, `wildcard-domain`, `host-path`, `sms-port`, ...
std::string_view name(IndicatorKind kind);
std::optional<IndicatorKind> indicator_kind(std::string_view name);
const std::vector<std::string_view>& enum_names(IndicatorKind);
bool parse_enum(std::string_view text, IndicatorKind& out);

/// A kind and its canonical value. Equal indicators are equal byte for byte.
struct Indicator {
  IndicatorKind kind = IndicatorKind::kDomain;
  std::string value;
  bool operator==(const Indicator&) const = default;
  auto operator<=>(const Indicator&) const = default;
};

}  // namespace tocsin::model
