#include "intake/write/stix_pattern.h"

#include <fmt/format.h>

#include "base/text.h"

namespace tocsin::intake {
namespace {

using K = model::IndicatorKind;

/// A string literal of the patterning language.
std::string quoted(std::string_view value) {
  std::string out = "'";
  for (const char c : value) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out + "'";
}

std::string equal(std::string_view path, std::string_view value) {
  return fmt::format("[{} = {}]", path, quoted(value));
}

/// Every character stands for itself in a regular expression.
std::string literal(std::string_view value) {
  std::string out;
  for (const char c : value) {
    if (std::string_view("\\^$.|?*+()[]{}").find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

std::string endpoint(std::string_view value) {
  const auto colon = value.rfind(':');
  std::string_view host = value.substr(0, colon);
  std::string_view type = "domain-name";
  if (host.starts_with('[')) {
    host = host.substr(1, host.size() - 2);
    type = "ipv6-addr";
  } else if (host.find_first_not_of("0123456789.") == std::string_view::npos) {
    type = "ipv4-addr";
  }
  return fmt::format(
      "[network-traffic:dst_ref.type = '{}' AND network-traffic:dst_ref.value = {} AND "
      "network-traffic:dst_port = {}]",
      type, quoted(host), value.substr(colon + 1));
}

/// `platform:account`, or an account without a platform.
std::string account(std::string_view value) {
  const auto colon = value.find(':');
  if (colon == std::string_view::npos) return equal("user-account:account_login", value);
  return fmt::format("[user-account:account_type = {} AND user-account:account_login = {}]",
                     quoted(value.substr(0, colon)), quoted(value.substr(colon + 1)));
}

std::string text_of(const model::Indicator& i) {
  const std::string_view value = i.value;
  switch (i.kind) {
    case K::kIpv4:
    case K::kIpv4Prefix:
      return equal("ipv4-addr:value", value);
    case K::kIpv6:
    case K::kIpv6Prefix:
      return equal("ipv6-addr:value", value);
    case K::kEndpoint:
      return endpoint(value);
    case K::kDomain:
      return equal("domain-name:value", value);
    case K::kWildcardDomain:
      // In LIKE the underscore stands for any character, and names may hold one.
      return fmt::format("[domain-name:value MATCHES {}]",
                         quoted("^.+\\." + literal(value.substr(2)) + "$"));
    case K::kUrl:
      return equal("url:value", value);
    case K::kHostPath:
      return fmt::format("[url:value MATCHES {}]",
                         quoted("^[a-zA-Z][a-zA-Z0-9+.-]*://" + literal(value) + "$"));
    case K::kEmail:
      return equal("email-addr:value", value);
    case K::kPhone:
      return equal("x-tocsin-phone:value", value);
    case K::kSmsPort:
      return equal("x-tocsin-sms-port:value", value);
    case K::kBroadbandAccount:
      return fmt::format(
          "[user-account:account_type = 'broadband' AND user-account:account_login = {}]",
          quoted(value));
    case K::kMd5:
      return equal("file:hashes.MD5", value);
    case K::kSha1:
      return equal("file:hashes.'SHA-1'", value);
    case K::kSha256:
      return equal("file:hashes.'SHA-256'", value);
    case K::kSm3:
      return equal("file:hashes.SM3", value);
    case K::kApp:
      return equal("x-tocsin-app:value", value);
    case K::kAccount:
      return account(value);
    case K::kPattern:
      return std::string(value);
    case K::kLiteral:
      return equal("x-tocsin-literal:value", value);
  }
  return {};
}

}  // namespace

StixPattern stix_pattern_of(const model::Indicator& indicator) {
  return {indicator.kind == K::kPattern ? "pcre" : "stix", text_of(indicator)};
}

}  // namespace tocsin::intake
