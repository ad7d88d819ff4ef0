// A list of indicators as one immutable file that is mapped and asked millions of times a second
// (W17-15). The form of the file is in docs/snapshot.md, why it is so in docs/decisions/.
//
// Nothing is widened (decision 0007): an answer says whether the query is the indicator itself or
// only lies below it, and whoever blocks decides what that is worth.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "match/address.h"
#include "match/snapshot/image.h"
#include "match/snapshot/keys.h"
#include "model/indicator.h"

namespace tocsin::match::snapshot {

/// Where an indicator is in the loop. The larger one wins when a builder gets both.
enum class State : std::uint8_t { kKnown = 0, kLifted = 1, kListed = 2 };
std::string_view name(State state);  ///< `known`, `lifted`, `listed`

enum Flag : std::uint8_t {
  kCoversBelow = 1U << 0,  ///< a kDomain that also means all names below it
  kHttps = 1U << 7,        ///< of a kUrl; set by the builder
};

/// What a snapshot knows about an indicator; the value itself is not in it.
struct Record {
  model::IndicatorKind kind = model::IndicatorKind::kDomain;
  State state = State::kKnown;
  int confidence = 0;         ///< 0-100
  std::uint8_t flags = 0;     ///< Flag bits
  std::uint64_t sources = 0;  ///< bit n: Snapshot::sources()[n]
  std::uint64_t ref = 0;      ///< number of its case or record, by the one who built; 0: none
};

enum class Relation : std::uint8_t {
  kNone,
  kExact,  ///< the query is the indicator
  kBelow,  ///< a name below a wildcard or covering domain; an address in a prefix; a URL below a
           ///< folder, on a host below the indicator's, with a query string, or another scheme
};

/// One canonical value to look for. The text must outlive the call.
struct Query {
  model::IndicatorKind kind = model::IndicatorKind::kDomain;
  std::uint8_t bits = 128;  ///< of a prefix, in 16 bytes (match::Prefix::bits)
  std::string_view text;    ///< all kinds but addresses; of a wildcard the base
  Address address{};        ///< addresses and prefixes

  static Query domain(std::string_view name) { return {.text = name}; }
  static Query of(const Address& address);
  /// A canonical indicator; `indicator` must outlive the query. kInvalid for an address that is
  /// none.
  static Result<Query> of(const model::Indicator& indicator);
};

/// The most specific hit.
struct Answer {
  std::uint32_t ordinal = kNoOrdinal;
  std::uint16_t matched = 0;  ///< bytes of text, or bits of the prefix in its family
  Relation relation = Relation::kNone;
  std::uint8_t hits = 0;  ///< indicators that match, at most 255
  explicit operator bool() const { return relation != Relation::kNone; }
};

struct OpenOptions {
  /// A private copy on huge pages: faster beyond the caches, safe from a file that somebody cuts,
  /// costs its size in memory for each process.
  bool copy = false;
};

struct Tables;

/// Immutable, safe for any number of readers. Look-ups do not allocate.
class Snapshot {
 public:
  /// Checks header and places in well under 0.1 s; contents are checked by verify(). Bytes that are
  /// damaged later can make answers wrong, never memory unsafe. A mapped file must not be cut:
  /// replace it by renaming, as Builder does. Errors: kNotFound, kInvalid, kCorrupt.
  static Result<std::shared_ptr<const Snapshot>> open(const std::filesystem::path& path,
                                                      OpenOptions options = {});
  /// From bytes in memory, which are copied.
  static Result<std::shared_ptr<const Snapshot>> from_bytes(std::string_view bytes);

  /// Reads everything: checksums of all sections, the total SHA-256, the order inside tables.
  Status verify() const;

  /// `answers` must be as long as `queries`. Queries of any kinds; memory is fetched ahead.
  void lookup(std::span<const Query> queries, std::span<Answer> answers) const;
  void lookup_names(std::span<const std::string_view> names, std::span<Answer> answers) const;
  /// IPv4 addresses as numbers, 192.0.2.1 is 0xC0000201.
  void lookup_ipv4(std::span<const std::uint32_t> addresses, std::span<Answer> answers) const;
  Answer lookup_one(const Query& query) const;
  /// All hits, most specific first; returns how many there are, `out` gets as many as fit.
  std::size_t lookup_all(const Query& query, std::span<Answer> out) const;

  /// Default record for an ordinal that is not in the snapshot.
  Record record(std::uint32_t ordinal) const;
  /// Number of an ordinal's attribute; Header::attributes or more when the file is damaged.
  std::uint64_t attribute_of(std::uint32_t ordinal) const;
  /// The reference of an ordinal below size().
  std::uint64_t ref_of(std::uint32_t ordinal) const;

  std::uint64_t size() const { return image_.header().indicators; }
  const Header& header() const { return image_.header(); }
  const Image& image() const { return image_; }
  const std::vector<std::string>& sources() const { return sources_; }
  /// The canonical payload literals. Foreign text: split at line feeds, not parsed.
  std::vector<std::string_view> literals() const;
  Instant created() const { return {image_.header().created}; }
  /// Lower-case hexadecimal of the total SHA-256 that the header states.
  std::string sha256() const;
  std::uint32_t base_ordinal(TableId table) const {
    return bases_[static_cast<std::size_t>(table)];
  }

 private:
  Snapshot(Mapping mapping, Image image);
  static Result<std::shared_ptr<const Snapshot>> over(Mapping mapping);

  Mapping mapping_;
  Image image_;
  Hashes hashes_;
  std::array<std::uint32_t, kTables> bases_{};
  std::vector<std::string> sources_;
  std::shared_ptr<const Tables> tables_;
  friend class Finder;
};

/// Bits [at, at + width) of packed numbers; `bytes` needs 8 readable bytes from the first one.
inline std::uint64_t packed_bits(const char* bytes, std::uint64_t at, int width) {
  const std::uint64_t word = load_word(bytes + (at >> 3)) >> (at & 7);
  return word & ((std::uint64_t{1} << width) - 1);
}

}  // namespace tocsin::match::snapshot
