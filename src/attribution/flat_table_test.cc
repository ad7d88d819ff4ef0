// The flattened table against a naive oracle: overlaps, nesting, the widest and the narrowest.
#include "attribution/flat_table.h"

#include <random>

#include <gtest/gtest.h>

namespace tocsin::attribution {
namespace {

template <typename Key>
std::optional<std::uint32_t> oracle(const std::vector<typename FlatTable<Key>::Range>& ranges,
                                    const Key& key) {
  const typename FlatTable<Key>::Range* best = nullptr;
  for (const auto& r : ranges) {
    if (key < r.first || r.last < key) continue;
    if (best == nullptr || width(r.first, r.last) <= width(best->first, best->last)) best = &r;
  }
  return best == nullptr ? std::nullopt : std::optional(best->value);
}

template <typename Key>
void expect_as_oracle(const std::vector<typename FlatTable<Key>::Range>& ranges,
                      const std::vector<Key>& keys) {
  const FlatTable<Key> table(ranges);
  for (const Key& key : keys) {
    const auto hit = table.find(key);
    const auto expected = oracle<Key>(ranges, key);
    ASSERT_EQ(hit.has_value(), expected.has_value());
    if (!hit) continue;
    ASSERT_EQ(hit->value, *expected);
    ASSERT_LE(hit->first, key);
    ASSERT_LE(key, hit->last);
    // The run's ends answer alike: it is a run.
    ASSERT_EQ(oracle<Key>(ranges, hit->first), expected);
    ASSERT_EQ(oracle<Key>(ranges, hit->last), expected);
  }
}

template <typename Key>
Key make(std::mt19937_64& random, int bits) {
  if constexpr (std::same_as<Key, Wide>) {
    // Small numbers in both halves, so that ranges cross the border between them.
    const std::uint64_t mask = (std::uint64_t{1} << bits) - 1;
    return {random() & mask, (random() & 1) != 0 ? random() & mask : ~(random() & mask)};
  } else {
    return static_cast<Key>(random() & ((std::uint64_t{1} << bits) - 1));
  }
}

template <typename Key>
void random_tables(std::uint64_t seed) {
  std::mt19937_64 random(seed);
  for (int round = 0; round < 300; ++round) {
    const int bits = 3 + static_cast<int>(random() % 8);
    std::vector<typename FlatTable<Key>::Range> ranges;
    std::vector<Key> keys = {Key{}, largest_key<Key>()};
    const auto add = [&](Key a, Key b) {
      if (b < a) std::swap(a, b);
      ranges.push_back({a, b, static_cast<std::uint32_t>(random() % 7)});
      for (const Key& k : {a, b, next_key(b)}) keys.push_back(k);
    };
    const std::size_t count = random() % 30;
    for (std::size_t i = 0; i < count; ++i) {
      switch (random() % 8) {
        case 0:
          add(Key{}, largest_key<Key>());  // /0
          break;
        case 1: {
          const Key k = make<Key>(random, bits);
          add(k, k);  // /32, /128
          break;
        }
        case 2:
          add(make<Key>(random, bits), largest_key<Key>());
          break;
        default:
          add(make<Key>(random, bits), make<Key>(random, bits));
      }
    }
    for (int i = 0; i < 60; ++i) keys.push_back(make<Key>(random, bits));
    expect_as_oracle<Key>(ranges, keys);
  }
}

TEST(FlatTable, AnswersAsANaiveSearchDoes) {
  random_tables<std::uint32_t>(1);
  random_tables<std::uint64_t>(2);
  random_tables<Wide>(3);
}

TEST(FlatTable, NestedRangesAnswerWithTheNarrowest) {
  const FlatTable<std::uint32_t> table(
      {{0, ~0U, 0}, {10, 99, 1}, {20, 29, 2}, {25, 25, 3}, {90, 120, 4}});
  EXPECT_EQ(table.find(0)->value, 0U);
  EXPECT_EQ(table.find(25)->value, 3U);
  EXPECT_EQ(table.find(26)->value, 2U);
  EXPECT_EQ(table.find(30)->value, 1U);
  EXPECT_EQ(table.find(95)->value, 4U) << "31 addresses are narrower than 90";
  EXPECT_EQ(table.find(~0U)->value, 0U);
  EXPECT_EQ(table.find(~0U)->last, ~0U);
}

TEST(FlatTable, OfEqualRangesTheLaterAnswers) {
  const FlatTable<std::uint32_t> table({{5, 9, 1}, {5, 9, 2}});
  EXPECT_EQ(table.find(7)->value, 2U);
}

TEST(FlatTable, NothingIsFoundInNothing) {
  EXPECT_FALSE(FlatTable<Wide>().find({}));
  EXPECT_FALSE(FlatTable<std::uint32_t>({{5, 9, 1}}).find(4));
  EXPECT_FALSE(FlatTable<std::uint32_t>({{5, 9, 1}}).find(10));
}

TEST(FlatTable, RestoreRefusesWhatNoTableGave) {
  EXPECT_TRUE(FlatTable<std::uint32_t>::restore({1, 2}, {0, 1}, 2));
  EXPECT_FALSE(FlatTable<std::uint32_t>::restore({1, 2}, {0}, 2)) << "one value is missing";
  EXPECT_FALSE(FlatTable<std::uint32_t>::restore({2, 1}, {0, 1}, 2)) << "not ascending";
  EXPECT_FALSE(FlatTable<std::uint32_t>::restore({1, 2}, {0, 2}, 2)) << "no such value";
}

}  // namespace
}  // namespace tocsin::attribution
