// The tables of a snapshot in memory, ready to be asked. Private to this folder.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <memory>
#include <vector>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "match/snapshot/image.h"
#include "match/snapshot/keys.h"

namespace tocsin::match::snapshot {

/// One place to look: the entries of one bucket that have the tag.
struct Probe {
  std::uint64_t hash;
  std::uint32_t begin;
  std::uint32_t end;
  std::uint32_t query;
  std::uint16_t from;  ///< of the query's text: the bytes that must be the key
  std::uint16_t size;
  TableId table;
};

constexpr std::uint32_t kLineTags =
    32;  ///< tags in a line of memory, where every table of them begins

/// Bit i: the i-th of the 32 tags at `at` is `tag`. Never branches: buckets of different lengths
/// would be guessed wrong.
inline std::uint32_t equal_tags(const std::uint16_t* at, std::uint16_t tag) {
#if defined(__SSE2__)
  const __m128i wanted = _mm_set1_epi16(static_cast<short>(tag));
  const auto* from = reinterpret_cast<const __m128i*>(at);
  const auto equal = [&](int i) { return _mm_cmpeq_epi16(_mm_loadu_si128(from + i), wanted); };
  const int low = _mm_movemask_epi8(_mm_packs_epi16(equal(0), equal(1)));
  const int high = _mm_movemask_epi8(_mm_packs_epi16(equal(2), equal(3)));
  return static_cast<std::uint32_t>(low) | static_cast<std::uint32_t>(high) << 16;
#else
  std::uint32_t out = 0;
  for (int i = 0; i < 32; ++i) out |= static_cast<std::uint32_t>(at[i] == tag) << i;
  return out;
#endif
}

/// A hashed table in memory.
struct Hashed {
  const std::uint32_t* directory = nullptr;
  const std::uint16_t* tags = nullptr;
  const unsigned char* rests = nullptr;
  std::uint64_t entries = 0;
  std::uint64_t depths = 0;
  std::uint64_t folders = 0;
  int bucket_bits = 0;
  int rest_bytes = 0;
  std::uint32_t base = 0;

  Hashed() = default;
  Hashed(const Image& image, TableId id, std::uint32_t base_ordinal)
      : directory(image.part<std::uint32_t>(section_of(id, Part::kDirectory))),
        tags(image.part<std::uint16_t>(section_of(id, Part::kTags))),
        rests(image.part<unsigned char>(section_of(id, Part::kRests))),
        entries(image.table(id).entries),
        depths(image.table(id).depths),
        folders(image.table(id).folders),
        bucket_bits(image.table(id).bucket_bits),
        rest_bytes(image.table(id).rest_bytes),
        base(base_ordinal) {}

  void fetch_directory(std::uint64_t hash) const {
    __builtin_prefetch(directory + first_bits(hash, bucket_bits));
  }
  /// The directory is foreign: whatever it says, the range stays inside the table.
  void find_bucket(Probe& probe) const {
    const std::uint64_t bucket = first_bits(probe.hash, bucket_bits);
    probe.end = static_cast<std::uint32_t>(std::min<std::uint64_t>(directory[bucket + 1], entries));
    probe.begin = std::min(directory[bucket], probe.end);
    // The first and the last tag: one line of memory, or two.
    __builtin_prefetch(tags + probe.begin);
    __builtin_prefetch(tags + probe.end - (probe.end > probe.begin ? 1 : 0));
  }
  /// Calls `found(entry)` for each with the tag. Whole lines are compared, so that none is read
  /// that find_bucket() did not fetch; what belongs to a neighbour is masked away.
  template <typename Found>
  void scan(std::uint64_t hash, std::uint32_t begin, std::uint32_t end, Found found) const {
    if (begin == end) return;
    const std::uint16_t tag = tag_of(hash, bucket_bits);
    const std::uint32_t first = begin / kLineTags * kLineTags;
    const std::uint32_t last = (end - 1) / kLineTags * kLineTags;
    const std::uint32_t behind = equal_tags(tags + first, tag) & (~0U << begin % kLineTags);
    const std::uint32_t before =
        equal_tags(tags + last, tag) & (~0U >> (kLineTags - 1 - (end - 1) % kLineTags));
    const bool one = first == last;
    std::uint64_t equal = one ? behind & before : behind | std::uint64_t{before} << kLineTags;
    for (; equal != 0; equal &= equal - 1) {
      const auto bit = static_cast<std::uint32_t>(std::countr_zero(equal));
      found(bit < kLineTags ? first + bit : last + bit - kLineTags);
    }
    for (std::uint32_t line = first + kLineTags; line < last; line += kLineTags) {
      for (std::uint32_t bits = equal_tags(tags + line, tag); bits != 0; bits &= bits - 1) {
        found(line + static_cast<std::uint32_t>(std::countr_zero(bits)));
      }
    }
  }
  bool rest_is(std::uint32_t entry, const Rest& rest) const {
    return std::memcmp(rests + std::uint64_t{entry} * static_cast<std::uint64_t>(rest_bytes),
                       rest.data(), static_cast<std::size_t>(rest_bytes)) == 0;
  }
};

/// A table of prefixes that are nested or apart: sorted by start, then by length, each with the
/// entry around it. The entry before an address covers it, or one around that entry does, or none.
template <typename Start>
struct Prefixes {
  static constexpr int kBits = sizeof(Start) == 4 ? 32 : 128;
  const std::uint32_t* directory = nullptr;
  const Start* starts = nullptr;
  const std::uint8_t* lengths = nullptr;
  const std::uint32_t* parents = nullptr;
  std::uint64_t entries = 0;
  int bucket_bits = 0;
  std::uint32_t base = 0;

  Prefixes() = default;
  Prefixes(const Image& image, TableId id, std::uint32_t base_ordinal)
      : directory(image.part<std::uint32_t>(section_of(id, Part::kDirectory))),
        starts(image.part<Start>(section_of(id, Part::kTags))),
        lengths(image.part<std::uint8_t>(section_of(id, Part::kRests))),
        parents(image.part<std::uint32_t>(section_of(id, Part::kParents))),
        entries(image.table(id).entries),
        bucket_bits(image.table(id).bucket_bits),
        base(base_ordinal) {}

  /// Two steps ahead of find(): the directory, then what it leads to.
  void fetch_directory(Start address) const {
    __builtin_prefetch(directory + first_bits(address, bucket_bits));
  }
  void fetch_bucket(Start address) const {
    const std::uint64_t begin = directory[first_bits(address, bucket_bits)];
    // The search ends at the bucket or one before it.
    const std::uint64_t at = begin == 0 ? 0 : std::min(begin, entries) - 1;
    __builtin_prefetch(starts + at);
    __builtin_prefetch(lengths + at);
    __builtin_prefetch(parents + at);
  }

  /// Calls `found(entry, length)` for every entry that covers the first `bits` bits of `address`,
  /// the longest first.
  template <typename Found>
  void find(Start address, int bits, Found found) const {
    if (entries == 0) return;
    const std::uint64_t bucket = first_bits(address, bucket_bits);
    const std::uint64_t end = std::min<std::uint64_t>(directory[bucket + 1], entries);
    std::uint64_t low = std::min<std::uint64_t>(directory[bucket], end);
    std::uint64_t left = end - low;
    while (left > 0) {  // the first entry behind (address, bits)
      const std::uint64_t half = left / 2;
      const bool before = starts[low + half] < address ||
                          (starts[low + half] == address && int{lengths[low + half]} <= bits);
      low = before ? low + half + 1 : low;
      left = before ? left - half - 1 : half;
    }
    if (low == 0) return;
    auto at = static_cast<std::uint32_t>(low - 1);
    for (int steps = 0; steps <= kBits; ++steps) {
      const int length = lengths[at];
      if (length <= bits && covers(starts[at], length, address)) found(at, length);
      const std::uint32_t parent = parents[at];
      if (parent >= at) return;  // none; or damaged, and this ends it
      at = parent;
    }
  }
};

/// One bit for each value of the first bits of a number, made when a snapshot is opened: where it
/// is not set, nothing has to be searched. Small enough to stay in a cache.
class Bits {
 public:
  Bits() = default;
  explicit Bits(int bits)
      : bits_(bits), words_(std::max<std::size_t>(1, (std::size_t{1} << bits) / 64), 0) {}
  void set(std::uint64_t block) { words_[block / 64] |= std::uint64_t{1} << (block % 64); }
  void fetch(std::uint32_t number) const {
    __builtin_prefetch(&words_[first_bits(number, bits_) / 64]);
  }
  bool any(std::uint32_t number) const {
    const std::uint64_t block = first_bits(number, bits_);
    return (words_[block / 64] >> (block % 64) & 1) != 0;
  }

 private:
  int bits_ = 0;
  std::vector<std::uint64_t> words_{0};
};

struct Tables {
  std::array<Hashed, kHashedTables> hashed;
  Prefixes<std::uint32_t> prefixes4;
  Prefixes<Wide> prefixes6;
  Bits near4;     ///< of addresses: some prefix has one with these first bits
  Bits present4;  ///< of permuted addresses: the exact table has one with these first bits
};

/// `bases`: the first ordinal of each table.
std::shared_ptr<const Tables> make_tables(const Image& image,
                                          const std::array<std::uint32_t, kTables>& bases);

}  // namespace tocsin::match::snapshot
