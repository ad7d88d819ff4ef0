#include "match/snapshot/literal_heads.h"

#include <algorithm>
#include <string_view>
#include <unordered_map>

#include "base/text.h"

namespace tocsin::match::snapshot {
namespace {

/// What the library's hash sees of the end of a literal.
constexpr std::size_t kSeen = 8;
/// So many may share an end without being felt: the comparisons are fewer than those by our hand.
constexpr std::uint32_t kFewEnough = 8;

static_assert(kMaxLiteralBytes <= 255, "a head is one byte");

/// The last eight of the first `end` bytes. Without case, because the hash has none either.
std::uint64_t seen_at(std::string_view folded, std::size_t end) {
  std::uint64_t out = 0;
  for (const char c : folded.substr(end - std::min(end, kSeen), std::min(end, kSeen))) {
    out = out << 8U | static_cast<unsigned char>(c);
  }
  return out;
}

}  // namespace

std::vector<std::uint8_t> heads_of(const std::vector<Literal>& literals) {
  std::unordered_map<std::uint64_t, std::uint32_t> shared;
  shared.reserve(literals.size());
  std::vector<std::string> folded;
  std::vector<std::uint8_t> heads;
  for (const Literal& literal : literals) {
    folded.push_back(to_lower(literal.bytes));
    heads.push_back(static_cast<std::uint8_t>(literal.bytes.size()));
    ++shared[seen_at(folded.back(), heads.back())];
  }
  std::vector<std::size_t> crowded;
  for (std::size_t i = 0; i < literals.size(); ++i) {
    if (heads[i] > kSeen && shared[seen_at(folded[i], heads[i])] > kFewEnough) crowded.push_back(i);
  }
  for (const std::size_t i : crowded) {
    for (std::size_t end = kSeen; end < heads[i]; ++end) ++shared[seen_at(folded[i], end)];
  }
  for (const std::size_t i : crowded) {
    std::uint32_t least = shared[seen_at(folded[i], heads[i])];
    for (std::size_t end = literals[i].bytes.size() - 1; end >= kSeen; --end) {
      const std::uint32_t others = shared[seen_at(folded[i], end)];
      if (others >= least) continue;  // among equals the longest leaves the least to compare
      least = others;
      heads[i] = static_cast<std::uint8_t>(end);
    }
  }
  return heads;
}

bool are_heads(const std::vector<std::uint8_t>& heads, const std::vector<Literal>& literals) {
  return std::equal(heads.begin(), heads.end(), literals.begin(), literals.end(),
                    [](std::uint8_t head, const Literal& literal) {
                      const std::size_t size = literal.bytes.size();
                      return head >= std::min(size, kSeen) && head <= size;
                    });
}

}  // namespace tocsin::match::snapshot
