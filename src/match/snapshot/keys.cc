#include "match/snapshot/keys.h"

#include <algorithm>
#include <cstring>

#include "base/crypto/hash.h"

namespace tocsin::match::snapshot {
namespace {

using K = model::IndicatorKind;

/// What separates the uses of one seed; kinds of values follow.
enum Domain : std::uint64_t { kNameDomain, kHostDomain, kPathDomain, kUrlDomain, kAddressDomain };
constexpr std::uint64_t kValueDomain = 16;

SipKey key_from(const Seed& seed) {
  SipKey key;
  std::memcpy(&key.k0, seed.data(), 8);
  std::memcpy(&key.k1, seed.data() + 8, 8);
  return key;
}

Sip13 started(SipKey key, std::uint64_t domain) {
  Sip13 state(key);
  state.absorb(domain);
  return state;
}

int count(std::string_view text, char c) {
  return static_cast<int>(std::count(text.begin(), text.end(), c));
}

std::optional<Placed> place_name(const Hashes& hashes, std::string_view name) {
  if (name.empty()) return std::nullopt;
  Placed out;
  out.key.table = TableId::kNames;
  for_each_suffix(hashes.names(), Hashes::kBefore, name,
                  [&](std::size_t, std::uint64_t hash) { out.key.hash = hash; });
  out.key.rest = rest_of(TableId::kNames, K::kDomain, name);
  out.labels = count(name, '.') + 1;
  return out;
}

Placed place_url(const Hashes& hashes, const UrlText& url) {
  Placed out;
  out.key.table = TableId::kUrls;
  const std::string_view host = url.expression.substr(0, url.host_bytes);
  const std::string_view path = url.expression.substr(url.host_bytes);
  std::uint64_t host_hash = 0;
  for_each_suffix(hashes.hosts(), Hashes::kBefore, host,
                  [&](std::size_t, std::uint64_t hash) { host_hash = hash; });
  out.key.hash = hashes.url(host_hash, hashes.path(path));
  out.key.rest = rest_of(TableId::kUrls, K::kUrl, url.expression);
  out.labels = host_labels(host);
  if (path.back() == '/' && path.find('?') == std::string_view::npos) {
    out.folder = count(path, '/') - 1;
  }
  out.https = url.https;
  return out;
}

std::optional<Placed> place_address(const Hashes& hashes, const model::Indicator& indicator) {
  std::optional<Prefix> prefix = parse_prefix(indicator.value);
  if (!prefix) {
    const auto address = parse_address(indicator.value);
    if (!address) return std::nullopt;
    prefix = Prefix{*address, 128};
  }
  const bool v4 = indicator.kind == K::kIpv4 || indicator.kind == K::kIpv4Prefix;
  if (prefix->is_v4() != v4) return std::nullopt;
  Placed out;
  if (indicator.kind == K::kIpv4) {
    if (prefix->length() != 32) return std::nullopt;
    const std::uint32_t permuted = hashes.permuted(ipv4_number(prefix->base));
    out.key = {TableId::kIpv4, std::uint64_t{permuted} << 32, ipv4_rest(permuted)};
  } else if (v4) {
    out.key = prefix4_key(ipv4_number(prefix->base), prefix->length());
  } else {
    if (indicator.kind == K::kIpv6 && prefix->length() != 128) return std::nullopt;
    out.key = prefix6_key(wide(prefix->base), prefix->length());
  }
  return out;
}

}  // namespace

std::optional<UrlText> url_text(K kind, std::string_view value) {
  UrlText out;
  if (kind == K::kUrl) {
    if (value.starts_with("https://")) {
      out.https = true;
      value.remove_prefix(8);
    } else if (value.starts_with("http://")) {
      value.remove_prefix(7);
    } else {
      return std::nullopt;
    }
  } else if (kind != K::kHostPath) {
    return std::nullopt;
  }
  out.host_bytes = value.find('/');
  if (out.host_bytes == 0 || out.host_bytes == std::string_view::npos) return std::nullopt;
  out.expression = value;
  return out;
}

int host_labels(std::string_view host) {
  const auto colon = host.rfind(':');
  if (host.starts_with('[')) return 0;
  if (colon != std::string_view::npos) host = host.substr(0, colon);
  const std::string_view last = host.substr(host.rfind('.') + 1);
  if (std::all_of(last.begin(), last.end(), [](char c) { return c >= '0' && c <= '9'; })) return 0;
  return count(host, '.') + 1;
}

Hashes::Hashes(const Seed& seed)
    : key_(key_from(seed)),
      names_(started(key_, kNameDomain)),
      hosts_(started(key_, kHostDomain)),
      paths_(started(key_, kPathDomain)),
      urls_(started(key_, kUrlDomain)) {
  const Sip13 addresses = started(key_, kAddressDomain);
  const std::uint64_t multipliers = sip_hash(addresses, "multiply", kBefore);
  add_ = static_cast<std::uint32_t>(sip_hash(addresses, "add", kBefore));
  // Odd numbers have an inverse, so every step can be undone: a permutation.
  multiply_a_ = static_cast<std::uint32_t>(multipliers) | 1;
  multiply_b_ = static_cast<std::uint32_t>(multipliers >> 32) | 1;
}

std::uint64_t Hashes::value(K kind, std::string_view text) const {
  return sip_hash(started(key_, kValueDomain + static_cast<std::uint64_t>(kind)), text, kBefore);
}

Rest rest_of(TableId table, K kind, std::string_view text) {
  const auto room = static_cast<unsigned char>(table == TableId::kValues
                                                   ? kValueDomain + static_cast<std::uint64_t>(kind)
                                                   : static_cast<std::uint64_t>(table));
  const crypto::Digest digest = crypto::sha256_tagged(room, text);
  Rest out;
  std::copy_n(digest.begin(), out.size(), out.begin());
  return out;
}

std::uint32_t ipv4_number(const Address& address) {
  std::uint32_t number;
  std::memcpy(&number, address.bytes.data() + 12, sizeof number);
  return __builtin_bswap32(number);
}

Wide wide(const Address& address) {
  Wide out;
  std::memcpy(&out.high, address.bytes.data(), 8);
  std::memcpy(&out.low, address.bytes.data() + 8, 8);
  return {__builtin_bswap64(out.high), __builtin_bswap64(out.low)};
}

Key prefix4_key(std::uint32_t start, int length) {
  return {TableId::kPrefix4, std::uint64_t{start} << 8 | static_cast<std::uint64_t>(length), {}};
}

Key prefix6_key(Wide start, int length) {
  Key key{TableId::kPrefix6, start.high, {}};
  const std::uint64_t low = __builtin_bswap64(start.low);
  std::memcpy(key.rest.data(), &low, sizeof low);
  key.rest[8] = static_cast<unsigned char>(length);
  return key;
}

Prefix4 prefix4_of(const Key& key) {
  return {static_cast<std::uint32_t>(key.hash >> 8), static_cast<int>(key.hash & 0xff)};
}

Prefix6 prefix6_of(const Key& key) {
  return {{key.hash, __builtin_bswap64(load_word(reinterpret_cast<const char*>(key.rest.data())))},
          key.rest[8]};
}

std::optional<Placed> place(const Hashes& hashes, const model::Indicator& indicator) {
  switch (indicator.kind) {
    case K::kDomain:
      return place_name(hashes, indicator.value);
    case K::kWildcardDomain:
      if (!indicator.value.starts_with("*.")) return std::nullopt;
      return place_name(hashes, std::string_view(indicator.value).substr(2));
    case K::kIpv4:
    case K::kIpv6:
    case K::kIpv4Prefix:
    case K::kIpv6Prefix:
      return place_address(hashes, indicator);
    case K::kPattern:
      return std::nullopt;
    case K::kUrl:
    case K::kHostPath:
      if (const auto url = url_text(indicator.kind, indicator.value))
        return place_url(hashes, *url);
      break;
    default:
      break;
  }
  if (indicator.value.empty()) return std::nullopt;
  Placed out;
  out.key = {TableId::kValues, hashes.value(indicator.kind, indicator.value),
             rest_of(TableId::kValues, indicator.kind, indicator.value)};
  return out;
}

}  // namespace tocsin::match::snapshot
