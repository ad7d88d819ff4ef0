// The bytes of a snapshot file (docs/snapshot.md). Little-endian, position independent: every place
// is an offset from the beginning of the file.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>

#include "model/indicator.h"

namespace tocsin::match::snapshot {

static_assert(std::endian::native == std::endian::little,
              "a snapshot is mapped as it lies in the file, which is little-endian");

inline constexpr std::array<unsigned char, 8> kMagic = {0x89, 'T', 'S', 'N', 'A', 'P', '\r', '\n'};
inline constexpr std::uint32_t kFormat = 2;
inline constexpr std::size_t kAlignment = 64;
/// Zero bytes after every section, so that a look-up may read a whole vector at its end.
inline constexpr std::size_t kSlack = 64;
/// Ordinals are 32 bits; this one means "none".
inline constexpr std::uint32_t kNoOrdinal = 0xffffffffU;
inline constexpr std::uint64_t kMaxIndicators = 0xfffffff0U;
inline constexpr std::uint32_t kMaxAttributes = 1U << 22;
inline constexpr int kMaxRestBytes = 14;
inline constexpr int kMaxBucketBits = 28;  ///< 2^32 entries have no more
inline constexpr int kMaxPrefixBucketBits = 16;
/// Bits of a key that are kept at least, over bucket, tag and rest.
inline constexpr int kKeyBits = 128;
inline constexpr int kTagBits = 16;
/// Entries of a bucket on average, at most.
inline constexpr std::uint64_t kBucketLoad = 24;
inline constexpr std::size_t kMaxSources = 64;
/// Payload literals: what a person waits for when they are compiled (docs/snapshot.md).
inline constexpr std::size_t kMaxLiterals = 100'000;
inline constexpr std::size_t kMaxLiteralSection = 64U << 20;
/// Case numbers and record numbers are below this.
inline constexpr int kMaxRefBits = 56;

/// Hashed tables first, then the tables of prefixes. Ordinals run through them in this order.
enum class TableId : std::uint8_t { kNames, kUrls, kValues, kIpv4, kPrefix4, kPrefix6 };
inline constexpr int kTables = 6;
inline constexpr int kHashedTables = 4;

constexpr bool is_hashed(TableId table) { return static_cast<int>(table) < kHashedTables; }

/// The sections of a table.
enum class Part : std::uint8_t {
  kDirectory,  ///< u32 a bucket and one more: the first entry of each bucket
  kTags,       ///< hashed: u16; prefixes: starts, u32 or 16 bytes
  kRests,    ///< hashed: rest_bytes of the key's SHA-256 (addresses: low bytes); prefixes: lengths,
             ///< u8
  kParents,  ///< prefixes: u32, the next wider entry, or kNoOrdinal
  kAttributeOf,  ///< attribute_bits an entry: which of the table's attributes
};
inline constexpr int kPartsPerTable = 5;

/// Sections after those of the tables.
enum class Shared : std::uint8_t {
  kAttributes,  ///< distinct Attribute, sorted
  kRefBitmap,   ///< one bit an ordinal: has a reference
  kRefRank,     ///< u32 for 512 ordinals: references before
  kRefs,        ///< ref_bits a reference
  kSources,     ///< names of sources, each with a line feed
  kLiterals,    ///< canonical payload literals, sorted, each with a line feed
};
inline constexpr int kSharedSections = 6;
inline constexpr int kSections = kTables * kPartsPerTable + kSharedSections;

constexpr int section_of(TableId table, Part part) {
  return static_cast<int>(table) * kPartsPerTable + static_cast<int>(part);
}
constexpr int section_of(Shared part) { return kTables * kPartsPerTable + static_cast<int>(part); }

/// What is the same for many indicators, kept once.
struct Attribute {
  std::uint8_t kind = 0;        ///< model::IndicatorKind
  std::uint8_t state = 0;       ///< State
  std::uint8_t confidence = 0;  ///< 0-100
  std::uint8_t flags = 0;       ///< Flag bits
  std::uint32_t zero = 0;
  std::uint64_t sources = 0;  ///< bit n: source n of the snapshot's list of sources
  auto operator<=>(const Attribute&) const = default;
};
static_assert(sizeof(Attribute) == 16 && std::is_trivially_copyable_v<Attribute>);

struct TableHeader {
  std::uint64_t entries = 0;
  std::uint8_t bucket_bits = 0;  ///< 2^bucket_bits buckets, by the first bits of hash or address
  std::uint8_t rest_bytes = 0;   ///< hashed tables: bytes of a rest; else 0
  std::uint8_t attribute_bits = 0;
  std::uint8_t zero = 0;
  std::uint32_t first_attribute = 0;  ///< attributes are sorted by kind: a table's lie together
  /// Names: bit n: some key has n labels (62: or more). URLs: of its host; 0 for an address.
  std::uint64_t depths = 0;
  /// URLs: bit n: some key is a folder, its last slash the n-th of the path, counted from 0.
  std::uint64_t folders = 0;
  auto operator<=>(const TableHeader&) const = default;
};
static_assert(sizeof(TableHeader) == 32);

struct SectionHeader {
  std::uint64_t offset = 0;
  std::uint64_t bytes = 0;     ///< without padding and slack
  std::uint64_t checksum = 0;  ///< SipHash-1-3, key 0, over `bytes`
  auto operator<=>(const SectionHeader&) const = default;
};

struct Header {
  std::array<unsigned char, 8> magic = kMagic;
  std::uint32_t format = kFormat;
  std::uint32_t header_bytes = 0;
  std::uint64_t file_bytes = 0;
  std::uint64_t list_version = 0;
  std::int64_t created = 0;  ///< UTC microseconds
  std::array<unsigned char, 16> seed{};
  std::uint64_t indicators = 0;
  std::uint64_t refs = 0;
  std::uint32_t attributes = 0;
  std::uint32_t sources = 0;
  std::uint8_t ref_bits = 0;
  std::array<std::uint8_t, 7> zero{};
  std::array<std::uint64_t, 32> by_kind{};  ///< indicators of each model::IndicatorKind
  std::array<TableHeader, kTables> tables{};
  std::array<SectionHeader, kSections> sections{};
  /// SHA-256 over all that follows this header, then over it with this field and the next zero.
  std::array<unsigned char, 32> sha256{};
  std::uint64_t checksum = 0;  ///< SipHash-1-3, key 0, over this header before this field
};
static_assert(std::is_trivially_copyable_v<Header>);
static_assert(std::has_unique_object_representations_v<Header>, "no hidden padding in the file");
static_assert(model::kIndicatorKinds <= 32);

constexpr std::uint64_t aligned(std::uint64_t bytes) {
  return (bytes + kAlignment - 1) / kAlignment * kAlignment;
}

/// Geometry of a table, from its number of entries alone.
int bucket_bits_for(TableId table, std::uint64_t entries);
int rest_bytes_for(TableId table, int bucket_bits);
/// Bits that hold every number below `values`; at least 1.
int bits_for(std::uint64_t values);

/// Bytes of each section, from the counts in the header; offset and file_bytes are filled in.
/// The sizes of the lists of sources and of literals are told by no count.
void lay_out(Header& header, std::uint64_t source_bytes, std::uint64_t literal_bytes);

/// SipHash-1-3 with key 0; finds damage, proves nothing against an adversary.
std::uint64_t checksum(std::string_view bytes);
std::uint64_t header_checksum(const Header& header);

inline std::string_view bytes_of(const Header& header) {
  return {reinterpret_cast<const char*>(&header), sizeof header};
}

}  // namespace tocsin::match::snapshot
