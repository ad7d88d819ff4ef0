// SipHash (Aumasson, Bernstein 2012) over words, over bytes, and over all suffixes of a name at
// once.
//
// SipHash-1-3 finds the bucket and the tag of a key; it never decides alone that two keys are
// equal.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace tocsin::match::snapshot {

struct SipKey {
  std::uint64_t k0 = 0;
  std::uint64_t k1 = 0;
};

/// The state between words: copy it to hash many texts with one beginning.
template <int kCompress, int kFinish>
class SipState {
 public:
  explicit SipState(SipKey key)
      : v0_(key.k0 ^ 0x736f6d6570736575ULL),
        v1_(key.k1 ^ 0x646f72616e646f6dULL),
        v2_(key.k0 ^ 0x6c7967656e657261ULL),
        v3_(key.k1 ^ 0x7465646279746573ULL) {}

  void absorb(std::uint64_t word) {
    v3_ ^= word;
    for (int i = 0; i < kCompress; ++i) round();
    v0_ ^= word;
  }

  /// `last` holds the last 0 to 7 bytes (the first in the lowest place), `bytes` the length of all.
  std::uint64_t finish(std::uint64_t last, std::uint64_t bytes) const {
    SipState s = *this;
    s.absorb(last | bytes << 56);
    s.v2_ ^= 0xff;
    for (int i = 0; i < kFinish; ++i) s.round();
    return s.v0_ ^ s.v1_ ^ s.v2_ ^ s.v3_;
  }

 private:
  void round() {
    v0_ += v1_;
    v2_ += v3_;
    v1_ = std::rotl(v1_, 13) ^ v0_;
    v3_ = std::rotl(v3_, 16) ^ v2_;
    v0_ = std::rotl(v0_, 32);
    v2_ += v1_;
    v0_ += v3_;
    v1_ = std::rotl(v1_, 17) ^ v2_;
    v3_ = std::rotl(v3_, 21) ^ v0_;
    v2_ = std::rotl(v2_, 32);
  }

  std::uint64_t v0_, v1_, v2_, v3_;
};

using Sip13 = SipState<1, 3>;

inline std::uint64_t load_word(const char* at) {
  std::uint64_t word;
  std::memcpy(&word, at, sizeof word);
  return word;
}

/// The low `bytes` bytes (0 to 7) of a word.
inline std::uint64_t low_bytes(std::uint64_t word, std::size_t bytes) {
  return word & ((std::uint64_t{1} << (8 * bytes)) - 1);
}

/// Hash of `text` after what `state` has absorbed already (`before` bytes, a multiple of 8).
template <int kCompress, int kFinish>
std::uint64_t sip_hash(SipState<kCompress, kFinish> state, std::string_view text,
                       std::size_t before = 0) {
  const char* at = text.data();
  std::size_t left = text.size();
  for (; left >= 8; left -= 8, at += 8) state.absorb(load_word(at));
  std::uint64_t last = 0;
  if (left > 0) std::memcpy(&last, at, left);
  return state.finish(last, before + text.size());
}

/// The bytes of `text` before `end`, backwards: the last one in the lowest place, at most 8. Places
/// before the beginning are zero. Never reads outside `text`.
inline std::uint64_t word_before(std::string_view text, std::size_t end) {
  if (end >= 8) return __builtin_bswap64(load_word(text.data() + end - 8));
  if (text.size() >= 8) {
    // end is 1 to 7: load from the beginning and move the bytes after `end` out.
    const std::uint64_t word = __builtin_bswap64(load_word(text.data()));
    return end == 0 ? 0 : word >> (8 * (8 - end));
  }
  std::uint64_t word = 0;
  for (std::size_t i = 0; i < end; ++i) {
    word = word << 8 | static_cast<unsigned char>(text[i]);
  }
  return word;
}

/// The hash of one suffix, computed only when somebody wants the number: half of the work, and
/// many suffixes are too short to be listed.
class SuffixHash {
 public:
  SuffixHash(const Sip13& state, std::uint64_t last, std::size_t bytes)
      : state_(state), last_(last), bytes_(bytes) {}
  operator std::uint64_t() const { return state_.finish(last_, bytes_); }

 private:
  const Sip13& state_;
  std::uint64_t last_;
  std::size_t bytes_;
};

/// Calls `visit(begin, SuffixHash)` for every suffix of `name` that begins after a dot, shortest
/// first, and last for the name itself (begin 0). The hash is sip_hash(start, reversed suffix,
/// before): all of them in one pass from the right.
template <typename Visit>
void for_each_suffix(const Sip13& start, std::size_t before, std::string_view name, Visit visit) {
  constexpr std::uint64_t kOnes = 0x0101010101010101ULL;
  constexpr std::uint64_t kHigh = 0x8080808080808080ULL;
  Sip13 state = start;
  std::size_t end = name.size();
  for (;;) {
    const std::uint64_t word = word_before(name, end);
    const std::size_t here = end < 8 ? end : 8;
    // Exact for every byte below 0x80 (no borrow between places): names are ASCII, and a byte above
    // is never equal to a dot because its high bit survives the exclusive or.
    const std::uint64_t x = word ^ (kOnes * '.');
    std::uint64_t dots = ~(((x & ~kHigh) + ~kHigh) | x) & kHigh;
    if (here < 8) dots &= (std::uint64_t{1} << (8 * here)) - 1;
    while (dots != 0) {
      const auto place = static_cast<std::size_t>(std::countr_zero(dots)) / 8;
      dots &= dots - 1;
      const std::size_t begin = end - place;
      visit(begin, SuffixHash(state, low_bytes(word, place), before + name.size() - begin));
    }
    if (here < 8) {
      visit(0, SuffixHash(state, word, before + name.size()));
      return;
    }
    state.absorb(word);
    end -= 8;
  }
}

}  // namespace tocsin::match::snapshot
