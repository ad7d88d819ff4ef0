// Ranges that overlap and nest, flattened into disjoint runs that one binary search answers.
#pragma once

#include <algorithm>
#include <array>
#include <compare>
#include <cstdint>
#include <limits>
#include <optional>
#include <queue>
#include <vector>

namespace tocsin::attribution {

/// 128 bits that order as the bytes of an IPv6 address do.
struct Wide {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  auto operator<=>(const Wide&) const = default;
};
static_assert(sizeof(Wide) == 16);

inline std::uint32_t next_key(std::uint32_t k) { return k + 1; }
inline std::uint64_t next_key(std::uint64_t k) { return k + 1; }
inline Wide next_key(Wide k) {
  const std::uint64_t low = k.low + 1;
  return {k.high + (low == 0 ? 1U : 0U), low};
}
inline std::uint32_t width(std::uint32_t first, std::uint32_t last) { return last - first; }
inline std::uint64_t width(std::uint64_t first, std::uint64_t last) { return last - first; }
inline Wide width(Wide first, Wide last) {
  return {last.high - first.high - (last.low < first.low ? 1U : 0U), last.low - first.low};
}
template <typename Key>
Key largest_key() {
  return std::numeric_limits<Key>::max();
}
template <>
inline Wide largest_key<Wide>() {
  return {~std::uint64_t{0}, ~std::uint64_t{0}};
}

/// Immutable once built; safe for any number of readers. Where ranges overlap, the narrowest that
/// holds the key answers; of two that are equally narrow, the one that was given later.
/// Memory: sizeof(Key) + 4 bytes a run (IPv4 8, numbers 12, IPv6 20).
template <typename Key>
class FlatTable {
 public:
  struct Range {
    Key first{};
    Key last{};  ///< included; not below `first`
    std::uint32_t value = 0;
  };
  /// The run around a key: neighbouring ranges of one value are one run.
  struct Hit {
    Key first{};
    Key last{};
    std::uint32_t value = 0;
  };
  static constexpr std::uint32_t kNone = ~std::uint32_t{0};

  FlatTable() = default;
  /// n log n in the number of ranges; values must not be kNone.
  explicit FlatTable(std::vector<Range> ranges);
  /// What starts() and values() gave; nothing when that is not a table whose values are < `limit`.
  static std::optional<FlatTable> restore(std::vector<Key> starts,
                                          std::vector<std::uint32_t> values, std::uint32_t limit);

  std::optional<Hit> find(const Key& key) const {
    const auto after = std::upper_bound(starts_.begin(), starts_.end(), key);
    if (after == starts_.begin()) return std::nullopt;
    const auto at = static_cast<std::size_t>(after - starts_.begin()) - 1;
    if (values_[at] == kNone) return std::nullopt;
    return Hit{starts_[at], after == starts_.end() ? largest_key<Key>() : before(*after),
               values_[at]};
  }

  bool empty() const { return starts_.empty(); }
  std::size_t runs() const { return starts_.size(); }
  std::size_t bytes() const { return starts_.size() * (sizeof(Key) + sizeof(std::uint32_t)); }
  const std::vector<Key>& starts() const { return starts_; }
  const std::vector<std::uint32_t>& values() const { return values_; }

 private:
  static Key before(const Key& key) {
    if constexpr (std::same_as<Key, Wide>) {
      return {key.high - (key.low == 0 ? 1U : 0U), key.low - 1};
    } else {
      return key - 1;
    }
  }

  std::vector<Key> starts_;            ///< of each run, ascending
  std::vector<std::uint32_t> values_;  ///< beside it; kNone is a gap
};

template <typename Key>
FlatTable<Key>::FlatTable(std::vector<Range> ranges) {
  std::vector<std::size_t> order(ranges.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return ranges[a].first != ranges[b].first ? ranges[a].first < ranges[b].first : a < b;
  });
  std::vector<Key> borders;  // where the answer may change
  borders.reserve(ranges.size() * 2);
  for (const Range& r : ranges) {
    borders.push_back(r.first);
    if (r.last != largest_key<Key>()) borders.push_back(next_key(r.last));
  }
  std::sort(borders.begin(), borders.end());
  borders.erase(std::unique(borders.begin(), borders.end()), borders.end());

  // The narrowest open range is on top; those that ended are dropped when they come up.
  const auto wider = [&](std::size_t a, std::size_t b) {
    const Key wa = width(ranges[a].first, ranges[a].last);
    const Key wb = width(ranges[b].first, ranges[b].last);
    return wa != wb ? wa > wb : a < b;
  };
  std::priority_queue<std::size_t, std::vector<std::size_t>, decltype(wider)> open(wider);
  std::size_t next = 0;
  for (const Key& border : borders) {
    while (next < order.size() && ranges[order[next]].first == border) open.push(order[next++]);
    while (!open.empty() && ranges[open.top()].last < border) open.pop();
    const std::uint32_t value = open.empty() ? kNone : ranges[open.top()].value;
    if (values_.empty() ? value == kNone : value == values_.back()) continue;
    starts_.push_back(border);
    values_.push_back(value);
  }
  starts_.shrink_to_fit();
  values_.shrink_to_fit();
}

template <typename Key>
std::optional<FlatTable<Key>> FlatTable<Key>::restore(std::vector<Key> starts,
                                                      std::vector<std::uint32_t> values,
                                                      std::uint32_t limit) {
  if (starts.size() != values.size()) return std::nullopt;
  for (std::size_t i = 0; i < starts.size(); ++i) {
    if (i > 0 && !(starts[i - 1] < starts[i])) return std::nullopt;
    if (values[i] != kNone && values[i] >= limit) return std::nullopt;
  }
  FlatTable out;
  out.starts_ = std::move(starts);
  out.values_ = std::move(values);
  return out;
}

}  // namespace tocsin::attribution
