#include "law/grade.h"

#include <random>
#include <set>

#include <gtest/gtest.h>

namespace tocsin::law {
namespace {

constexpr std::int64_t kHour = 3'600'000'000;

Instant at(std::int64_t micros) { return {1'400'000'000'000'000 + micros}; }

TEST(DistinctInWindow, CountsNumbersNotSightings) {
  const WindowCount c = distinct_in_window({{"a", at(0)}, {"a", at(1)}, {"b", at(2)}}, 1);
  EXPECT_EQ(c.most, 2);
  EXPECT_EQ(c.crossed, at(2));
}

TEST(DistinctInWindow, TheTwentyFourthHourBelongsToTheWindow) {
  EXPECT_EQ(distinct_in_window({{"a", at(0)}, {"b", at(24 * kHour)}}, 9).most, 2);
  EXPECT_EQ(distinct_in_window({{"a", at(0)}, {"b", at(24 * kHour + 1)}}, 9).most, 1);
}

TEST(DistinctInWindow, FindsAWindowAcrossMidnight) {
  // Two on each side of midnight: calendar days would see two, any 24 hours hold four.
  const WindowCount c = distinct_in_window(
      {{"d", at(25 * kHour)}, {"a", at(20 * kHour)}, {"b", at(21 * kHour)}, {"c", at(26 * kHour)}},
      3);
  EXPECT_EQ(c.most, 4);
  EXPECT_EQ(c.from, at(20 * kHour));
  EXPECT_EQ(c.to, at(26 * kHour));
  EXPECT_EQ(c.crossed, at(26 * kHour));
}

TEST(DistinctInWindow, OfNothingIsNothing) {
  const WindowCount c = distinct_in_window({}, 0);
  EXPECT_EQ(c.most, 0);
  EXPECT_FALSE(c.crossed);
}

TEST(DistinctInWindow, AgreesWithTheDefinition) {
  std::mt19937 random(7);
  const std::vector<std::string> numbers{"1", "2", "3", "4", "5", "6", "7", "8"};
  for (int round = 0; round < 200; ++round) {
    std::vector<Sighting> seen;
    for (int i = 0; i < 30; ++i) {
      seen.push_back({numbers[random() % numbers.size()],
                      at(static_cast<std::int64_t>(random() % 100) * kHour)});
    }
    std::size_t most = 0;
    for (const Sighting& end : seen) {
      std::set<std::string_view> inside;
      for (const Sighting& s : seen) {
        if (s.at <= end.at && end.at - s.at <= std::chrono::hours{24}) inside.insert(s.number);
      }
      most = std::max(most, inside.size());
    }
    ASSERT_EQ(distinct_in_window(seen, 100).most, static_cast<std::int64_t>(most));
  }
}

TEST(Propose, AStatedImpactIsKeptAndStillOnlyProposes) {
  const auto library = Library::load_embedded().value();
  const Proposal without = propose(*library, {"miit-545", {{"loss_fen", 1}}, "  ", {}}).value();
  EXPECT_TRUE(without.needs_impact);
  const Proposal with = propose(*library, {"miit-545", {{"loss_fen", 1}}, "影响有限", {}}).value();
  EXPECT_FALSE(with.needs_impact);
  EXPECT_NE(with.explanation.zh.find("影响有限"), std::string::npos);
  EXPECT_EQ(with.grade, (Grade{"miit-545", "2011", Level::kIV}));
}

}  // namespace
}  // namespace tocsin::law
