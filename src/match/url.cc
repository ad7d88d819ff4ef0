#include "match/url.h"

#include <array>
#include <utility>
#include <vector>

#include "base/text.h"
#include "match/address.h"
#include "match/canonical.h"
#include "match/domain.h"

namespace tocsin::match {
namespace {

constexpr std::string_view kHexUpper = "0123456789ABCDEF";
constexpr std::size_t kMaxHostBytes = 1024;  // a raw IDN needs up to four bytes a character

constexpr std::array<std::pair<std::string_view, int>, 5> kDefaultPorts = {
    {{"http", 80}, {"https", 443}, {"ftp", 21}, {"ws", 80}, {"wss", 443}}};

bool is_unreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_' || c == '~';
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

void encode(char c, std::string& out) {
  const auto byte = static_cast<unsigned char>(c);
  out.push_back('%');
  out.push_back(kHexUpper[byte >> 4]);
  out.push_back(kHexUpper[byte & 15]);
}

/// Appends `text` with each byte as itself, decoded or encoded, so that a second pass changes
/// nothing. A '%' that starts no triplet becomes %25.
void append_normal(std::string_view text, std::string_view allowed, std::string& out) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '%' && i + 2 < text.size() && hex_value(text[i + 1]) >= 0 &&
        hex_value(text[i + 2]) >= 0) {
      const char decoded = static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2]));
      if (is_unreserved(decoded)) {
        out.push_back(decoded);
      } else {
        encode(decoded, out);
      }
      i += 2;
    } else if (is_unreserved(c) || allowed.find(c) != std::string_view::npos) {
      out.push_back(c);
    } else {
      encode(c, out);
    }
  }
}

/// RFC 3986 section 5.2.4 for a path that starts with '/'.
std::string without_dot_segments(std::string_view path) {
  if (path.find("/.") == std::string_view::npos) return std::string(path);
  std::vector<std::string_view> kept;
  const auto segments = split(path.substr(1), '/');
  bool ends_with_slash = false;
  for (const std::string_view segment : segments) {
    ends_with_slash = segment == "." || segment == "..";
    if (segment == "..") {
      if (!kept.empty()) kept.pop_back();
    } else if (segment != ".") {
      kept.push_back(segment);
    }
  }
  std::string out;
  out.reserve(path.size());
  for (const std::string_view segment : kept) {
    out += '/';
    out += segment;
  }
  if (ends_with_slash || out.empty()) out += '/';
  return out;
}

/// Path and query from the first '/', '?' or '#' on. `backslash` is a slash to browsers.
std::string canonical_tail(std::string_view tail, bool backslash) {
  tail = tail.substr(0, tail.find('#'));
  const std::size_t mark = tail.find('?');
  std::string raw(tail.substr(0, mark));
  if (backslash) {
    for (char& c : raw) {
      if (c == '\\') c = '/';
    }
  }
  std::string path;
  append_normal(raw, "!$&'()*+,;=:@/", path);
  if (!path.starts_with('/')) path.insert(path.begin(), '/');
  path = without_dot_segments(path);
  if (mark != std::string_view::npos) {
    path += '?';
    append_normal(tail.substr(mark + 1), "!$&'()*+,;=:@/?", path);
  }
  return path;
}

std::string percent_decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && hex_value(text[i + 1]) >= 0 &&
        hex_value(text[i + 2]) >= 0) {
      out.push_back(static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2])));
      i += 2;
    } else {
      out.push_back(text[i]);
    }
  }
  return out;
}

tl::unexpected<Error> bad_port() {
  return fail_bi(Code::kInvalid, "A port is a number from 1 to 65535", "端口应为1到65535的数字", "",
                 "bad-port");
}

Result<std::string> bounded(std::string value) {
  if (value.size() <= kMaxIndicatorBytes) return value;
  return fail_bi(Code::kTooLarge, "The normalised URL is longer than 8192 bytes",
                 "规范化后的网址超过8192字节", "", "too-long");
}

}  // namespace

Result<Host> canonical_host(std::string_view text, bool loose, std::uint32_t& notes) {
  if (text.size() > kMaxHostBytes) return domain_error("long-name");
  if (text.starts_with('[') && text.ends_with(']')) {
    const auto address = parse_ipv6(text.substr(1, text.size() - 2));
    if (!address) {
      return fail_bi(Code::kInvalid, "Not an IPv6 address between the brackets",
                     "方括号内不是IPv6地址", "", "bad-address");
    }
    if (address->is_v4()) notes |= kMappedAddress;
    return Host{address->is_v4() ? HostKind::kIpv4 : HostKind::kIpv6, to_string(*address)};
  }
  if (const auto address = parse_ipv4(text)) return Host{HostKind::kIpv4, to_string(*address)};
  if (loose) {
    if (const auto address = parse_loose_ipv4(text)) {
      notes |= kLooseAddress;
      return Host{HostKind::kIpv4, to_string(*address)};
    }
  }
  auto name = canonical_domain(text, notes);
  if (!name) return tl::unexpected(std::move(name).error());
  // Folding of full-width characters may uncover a numeric spelling.
  if (const auto address = loose ? parse_loose_ipv4(*name) : std::nullopt) {
    notes |= kLooseAddress;
    return Host{HostKind::kIpv4, to_string(*address)};
  }
  return Host{HostKind::kDomain, std::move(*name)};
}

Result<Authority> parse_authority(std::string_view text, bool loose, std::uint32_t& notes) {
  const std::size_t bracket = text.starts_with('[') ? text.find(']') : 0;
  const std::size_t colon = bracket == std::string_view::npos ? bracket : text.find(':', bracket);
  Authority out;
  TRY(out.host, canonical_host(text.substr(0, colon), loose, notes));
  if (colon == std::string_view::npos || colon + 1 == text.size()) return out;
  const std::string_view digits = text.substr(colon + 1);
  for (const char c : digits) {
    if (c < '0' || c > '9' || digits.size() > 5) return bad_port();
    out.port = out.port * 10 + (c - '0');
  }
  if (out.port < 1 || out.port > 65535) return bad_port();
  return out;
}

std::string to_string(const Authority& authority) {
  const bool v6 = authority.host.kind == HostKind::kIpv6;
  std::string out = v6 ? "[" + authority.host.text + "]" : authority.host.text;
  if (authority.port != 0) out += ":" + std::to_string(authority.port);
  return out;
}

bool has_scheme(std::string_view text) {
  const std::size_t end = text.find("://");
  if (end == std::string_view::npos || end == 0 || end > 32) return false;
  for (std::size_t i = 0; i < end; ++i) {
    const char c = text[i];
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    const bool other = (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
    if (!letter && (i == 0 || !other)) return false;
  }
  return true;
}

Result<std::string> canonical_url(std::string_view text, std::uint32_t& notes) {
  const std::size_t colon = text.find("://");
  std::string scheme = to_lower(text.substr(0, colon));
  std::string_view rest = text.substr(colon + 3);
  int default_port = 0;
  for (const auto& [name, port] : kDefaultPorts) {
    if (scheme == name) default_port = port;
  }
  const bool special = default_port != 0;
  const std::size_t end = rest.find_first_of(special ? "/?#\\" : "/?#");
  std::string_view host = rest.substr(0, end);
  if (const std::size_t at = host.rfind('@'); at != std::string_view::npos) {
    notes |= kUserinfo;
    host.remove_prefix(at + 1);
  }
  std::string decoded;
  if (host.find('%') != std::string_view::npos) {
    decoded = percent_decoded(host);
    host = decoded;
  }
  TRY(Authority authority, parse_authority(host, special, notes));
  if (authority.port == default_port) authority.port = 0;
  const std::string_view tail = end == std::string_view::npos ? "" : rest.substr(end);
  return bounded(std::move(scheme) + "://" + to_string(authority) + canonical_tail(tail, special));
}

Result<std::string> canonical_host_path(std::string_view text, std::uint32_t& notes) {
  const std::size_t end = text.find_first_of("/?#\\");
  TRY(const Authority authority, parse_authority(text.substr(0, end), false, notes));
  const std::string_view tail = end == std::string_view::npos ? "" : text.substr(end);
  return bounded(to_string(authority) + canonical_tail(tail, true));
}

}  // namespace tocsin::match
