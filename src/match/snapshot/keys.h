// From an indicator or a query to the place of its key: table, hash, and what proves equality.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "match/address.h"
#include "match/snapshot/format.h"
#include "match/snapshot/sip.h"
#include "model/indicator.h"

namespace tocsin::match::snapshot {

using Rest = std::array<unsigned char, kMaxRestBytes>;
using Seed = std::array<unsigned char, 16>;

/// One key in its table. Hashed tables: `hash` gives bucket and tag, `rest` the first bytes of the
/// key's SHA-256 (kIpv4: the low bytes of the permuted address). Prefixes: `hash` and `rest` hold
/// start and length in the order in which they are sorted.
struct Key {
  TableId table = TableId::kNames;
  std::uint64_t hash = 0;
  Rest rest{};
  auto operator<=>(const Key&) const = default;
};

/// Host and path of a URL that is matched by expressions: `host[:port]/path[?query]`.
struct UrlText {
  std::string_view expression;
  std::size_t host_bytes = 0;  ///< with the port; the expression goes on with '/'
  bool https = false;
};
/// Of kHostPath and of kUrl with http or https; nothing for other schemes, which match as a whole.
std::optional<UrlText> url_text(model::IndicatorKind kind, std::string_view value);

/// Labels of the host part, 0 when it is an address: then it has no parents.
int host_labels(std::string_view host);

/// The hash functions of one snapshot, from its seed. Cheap to copy.
class Hashes {
 public:
  explicit Hashes(const Seed& seed);

  const Sip13& names() const { return names_; }
  const Sip13& hosts() const { return hosts_; }
  std::uint64_t path(std::string_view path) const { return sip_hash(paths_, path, kBefore); }
  std::uint64_t url(std::uint64_t host, std::uint64_t path) const {
    Sip13 state = urls_;
    state.absorb(host);
    state.absorb(path);
    return state.finish(0, kBefore + 16);
  }
  std::uint64_t value(model::IndicatorKind kind, std::string_view text) const;
  /// A permutation of all IPv4 addresses, so that its parts identify an address.
  std::uint32_t permuted(std::uint32_t address) const {
    std::uint32_t x = address + add_;
    x = (x ^ x >> 16) * multiply_a_;
    x = (x ^ x >> 15) * multiply_b_;
    return x ^ x >> 16;
  }

  /// Bytes that every start state has absorbed.
  static constexpr std::size_t kBefore = 8;

 private:
  SipKey key_;
  Sip13 names_, hosts_, paths_, urls_;
  std::uint32_t add_, multiply_a_, multiply_b_;
};

/// What is stored of a key to prove equality. `kind` separates values; names and URLs share one
/// room.
Rest rest_of(TableId table, model::IndicatorKind kind, std::string_view text);

std::uint32_t ipv4_number(const Address& address);
/// The low bytes come first: a table with many buckets keeps one byte or none.
inline Rest ipv4_rest(std::uint32_t permuted) {
  return {static_cast<unsigned char>(permuted), static_cast<unsigned char>(permuted >> 8)};
}

/// The 128 bits of an address as two numbers.
struct Wide {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  auto operator<=>(const Wide&) const = default;
};
Wide wide(const Address& address);

/// First `bits` bits of a hash or an address, and the tag behind them.
constexpr std::uint64_t first_bits(std::uint64_t hash, int bits) {
  return bits == 0 ? 0 : hash >> (64 - bits);
}
constexpr std::uint64_t first_bits(std::uint32_t address, int bits) {
  return bits == 0 ? 0 : address >> (32 - bits);
}
constexpr std::uint64_t first_bits(Wide address, int bits) {
  return first_bits(address.high, bits);
}
constexpr std::uint16_t tag_of(std::uint64_t hash, int bucket_bits) {
  return static_cast<std::uint16_t>(hash << bucket_bits >> (64 - kTagBits));
}

/// True when the first `length` bits are equal; never for a length that no address has.
constexpr bool covers(std::uint32_t start, int length, std::uint32_t address) {
  return length == 0 || (length <= 32 && (start ^ address) >> (32 - length) == 0);
}
constexpr bool covers(Wide start, int length, Wide address) {
  if (length > 128) return false;
  if (length > 64) {
    return start.high == address.high && (start.low ^ address.low) >> (128 - length) == 0;
  }
  return length == 0 || (start.high ^ address.high) >> (64 - length) == 0;
}

/// A set of small numbers (TableHeader::depths); 62 stands for all from there on.
constexpr std::uint64_t depth_bit(int number) {
  return std::uint64_t{1} << (number < 62 ? number : 62);
}
constexpr bool in_depths(std::uint64_t set, int number) { return (set & depth_bit(number)) != 0; }

/// The key of a prefix; `length` as people write it.
Key prefix4_key(std::uint32_t start, int length);
Key prefix6_key(Wide start, int length);
/// Back from a key.
struct Prefix4 {
  std::uint32_t start = 0;
  int length = 0;
};
struct Prefix6 {
  Wide start;
  int length = 0;
};
Prefix4 prefix4_of(const Key& key);
Prefix6 prefix6_of(const Key& key);

/// Where an indicator goes. Nothing when its value is not in the canonical form of its kind, or
/// when it is a pattern, which no table can answer.
struct Placed {
  Key key;
  int labels = 0;      ///< names and hosts of URLs
  int folder = -1;     ///< URLs: number of the slash at the end, from 0; -1: another end
  bool https = false;  ///< URLs
};
std::optional<Placed> place(const Hashes& hashes, const model::Indicator& indicator);

}  // namespace tocsin::match::snapshot
