// Queries over the graph: bounded, and honest about what was cut.
#include "graph/walk.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "graph/graph_fixture.h"

namespace tocsin::graph {
namespace {

using testing::ElementsAre;
using testing::UnorderedElementsAre;

class WalkTest : public GraphTest {
 protected:
  /// n0 resolves to a shared address, that `width` other names resolve to as well.
  void sinkhole(int width) {
    std::vector<store::Claim> claims;
    for (int i = 0; i < width; ++i) {
      claims.push_back(claim(fmt::format("n{}.example", i), "resolves-to", "192.0.2.1"));
    }
    claims.push_back(claim("n0.example", "resolves-to", "192.0.2.2"));
    claims.push_back(claim("other.example", "resolves-to", "192.0.2.2"));
    add(claims);
  }
};

TEST_F(WalkTest, HopsAreCountedAndBothDirectionsFollowed_A13_08) {
  add({claim("a.example", "resolves-to", "192.0.2.1"),
       claim("b.example", "resolves-to", "192.0.2.1"),
       claim("b.example", "resolves-to", "192.0.2.2"),
       claim("c.example", "resolves-to", "192.0.2.2")});
  EXPECT_THAT(values(walked("a.example", {.hops = 1})), ElementsAre("a.example", "192.0.2.1"));
  EXPECT_THAT(values(walked("a.example", {.hops = 2})),
              ElementsAre("a.example", "192.0.2.1", "b.example"));
  const auto all = walked("a.example", {.hops = 4});
  EXPECT_EQ(all.places.size(), 5U);
  EXPECT_EQ(all.edges.size(), 4U) << "each relation once";
  EXPECT_EQ(all.places.back().hop, 4);
  EXPECT_TRUE(all.cuts.empty());
}

TEST_F(WalkTest, ACrowdIsCountedAndNeverExpanded) {
  sinkhole(60);
  const auto picture = walked("n0.example", {.hops = 3, .fan_out = 50});
  EXPECT_THAT(values(picture),
              UnorderedElementsAre("n0.example", "192.0.2.1", "192.0.2.2", "other.example"));
  ASSERT_EQ(picture.cuts.size(), 1U);
  const Cut& cut = picture.cuts[0];
  EXPECT_EQ(cut.why, Why::kCrowd);
  EXPECT_EQ(picture.places[cut.place].node.value, "192.0.2.1");
  EXPECT_EQ(cut.count, 60);
  EXPECT_TRUE(picture.places[cut.place].crowd);
  EXPECT_EQ(walked("n0.example", {.hops = 3, .fan_out = 60}).cuts.size(), 0U)
      << "the border itself";
}

TEST_F(WalkTest, OfACrowdAnotherKindIsStillFollowed) {
  sinkhole(60);
  add({claim("192.0.2.1", "has-certificate", "certificate:" + std::string(64, 'a'))});
  using model::RelationKind;
  const auto picture = walked("n0.example", {.hops = 2, .fan_out = 50},
                              {RelationKind::kResolvesTo, RelationKind::kHasCertificate});
  EXPECT_THAT(values(picture), testing::Contains(std::string(64, 'a')));
  ASSERT_EQ(picture.cuts.size(), 1U);
  EXPECT_EQ(picture.cuts[0].kind, RelationKind::kResolvesTo);
}

TEST_F(WalkTest, AFullAnswerSaysSo) {
  sinkhole(30);
  const auto picture = walked("n0.example", {.hops = 2, .nodes = 10});
  EXPECT_EQ(picture.places.size(), 10U);
  ASSERT_EQ(picture.cuts.size(), 1U);
  EXPECT_EQ(picture.cuts[0].why, Why::kNodes);
  EXPECT_EQ(picture.cuts[0].count, 23);
  for (const Edge& edge : picture.edges) {
    EXPECT_LT(edge.from, picture.places.size());
    EXPECT_LT(edge.to, picture.places.size());
  }
}

TEST_F(WalkTest, TimeIsALimitToo) {
  sinkhole(30);
  const auto late = walked("n0.example", {.hops = 2, .time = std::chrono::milliseconds(-1)});
  EXPECT_EQ(late.places.size(), 1U);
  ASSERT_EQ(late.cuts.size(), 1U);
  EXPECT_EQ(late.cuts[0].why, Why::kTime);
}

TEST_F(WalkTest, WhatIsNotForTheReaderIsNotThere) {
  add({claim("a.example", "resolves-to", "192.0.2.1", 1),
       claim("a.example", "resolves-to", "192.0.2.1", 2),
       claim("a.example", "resolves-to", "192.0.2.2", 2)});
  const MaySee first = [](const store::Claim& c) -> Result<bool> { return c.source == 1; };
  const auto picture = walked("a.example", {}, {}, first);
  EXPECT_THAT(values(picture), ElementsAre("a.example", "192.0.2.1"));
  ASSERT_EQ(picture.edges.size(), 1U);
  EXPECT_EQ(picture.edges[0].claims.size(), 1U) << "nor the other's word on the same relation";
}

TEST_F(WalkTest, HostsAreReadOffTheValue) {
  add({claim("c.example", "resolves-to", "192.0.2.1")});
  const auto picture = walked("http://c.example/x");
  EXPECT_THAT(values(picture), ElementsAre("http://c.example/x", "c.example", "192.0.2.1"));
  EXPECT_EQ(picture.edges[0].kind, model::RelationKind::kAtHost);
  EXPECT_TRUE(picture.edges[0].claims.empty()) << "nobody's word";
  EXPECT_THAT(values(walked("who@c.example", {.hops = 1})),
              ElementsAre("who@c.example", "c.example"));
}

TEST_F(WalkTest, TheShortestPathIsFoundFromBothEnds) {
  add({claim("a.example", "resolves-to", "192.0.2.1"),
       claim("b.example", "resolves-to", "192.0.2.1"),
       claim("b.example", "registered-by", "person:Li Si"),
       claim("z.example", "registered-by", "person:Li Si"),
       // a longer way round
       claim("a.example", "resolves-to", "192.0.2.7"),
       claim("q.example", "resolves-to", "192.0.2.7"),
       claim("q.example", "resolves-to", "192.0.2.8"),
       claim("z.example", "resolves-to", "192.0.2.8"),
       claim("q.example", "has-certificate", "certificate:" + std::string(64, 'c'))});
  const auto found = path("a.example", "z.example");
  EXPECT_THAT(
      values(found),
      testing::AnyOf(ElementsAre("a.example", "192.0.2.1", "b.example", "Li Si", "z.example"),
                     ElementsAre("a.example", "192.0.2.7", "q.example", "192.0.2.8", "z.example")));
  ASSERT_EQ(found.edges.size(), 4U);
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(std::min(found.edges[i].from, found.edges[i].to), i);
    EXPECT_EQ(std::max(found.edges[i].from, found.edges[i].to), i + 1);
  }
  EXPECT_TRUE(path("a.example", "stranger.example").edges.empty());
  EXPECT_EQ(path("a.example", "a.example").places.size(), 1U);
}

TEST_F(WalkTest, ACrowdIsNoStepOfAPath) {
  sinkhole(60);
  const auto none = path("n0.example", "n5.example", {.fan_out = 50});
  EXPECT_TRUE(none.edges.empty());
  ASSERT_FALSE(none.cuts.empty());
  EXPECT_EQ(none.places[none.cuts[0].place].node.value, "192.0.2.1") << "the crowd is named";
  EXPECT_THAT(values(path("n0.example", "192.0.2.1", {.fan_out = 50})),
              ElementsAre("n0.example", "192.0.2.1"))
      << "but an end";
  EXPECT_EQ(path("n0.example", "n5.example", {.fan_out = 100}).edges.size(), 2U);
}

}  // namespace
}  // namespace tocsin::graph
