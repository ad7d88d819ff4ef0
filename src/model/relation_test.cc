// The vocabulary of relations (A13-05, A13-08).
#include "model/relation.h"

#include <gtest/gtest.h>

namespace tocsin::model {
namespace {

Node node(IndicatorKind kind, std::string value) { return {node_kind(kind), std::move(value)}; }

TEST(Relation, EveryKindHasItsRuleAndBothWords) {
  const auto& rules = relation_rules();
  ASSERT_EQ(rules.size(), enum_names(RelationKind{}).size());
  for (std::size_t i = 0; i < rules.size(); ++i) {
    EXPECT_EQ(static_cast<std::size_t>(rules[i].kind), i) << "numbers are stored";
    for (const Text* text : {&rules[i].label, &rules[i].inverse}) {
      EXPECT_FALSE(text->en.empty()) << i;
      EXPECT_FALSE(text->zh.empty()) << i;
    }
    EXPECT_FALSE(rules[i].from.empty()) << i;
    EXPECT_FALSE(rules[i].to.empty()) << i;
  }
}

TEST(Relation, EndsThatAKindDoesNotAllowAreNamed) {
  const Node name = node(IndicatorKind::kDomain, "a.example");
  const Node address = node(IndicatorKind::kIpv4, "192.0.2.1");
  EXPECT_TRUE(check({name, RelationKind::kResolvesTo, address}));
  const auto turned = check({address, RelationKind::kResolvesTo, name});
  ASSERT_FALSE(turned);
  EXPECT_EQ(turned.error().field, "from");
  EXPECT_NE(turned.error().message.find("ipv4"), std::string::npos);
  EXPECT_FALSE(turned.error().message_zh.empty());
  EXPECT_FALSE(check({name, RelationKind::kRelatedTo, name})) << "with itself";
  EXPECT_FALSE(check({node(IndicatorKind::kUrl, "http://a.example/"), RelationKind::kAtHost, name}))
      << "computed, never stored";
}

TEST(Relation, OnlyActorsProfit_A13_05) {
  const Node person{node_kind(EntityKind::kPerson), "Li Si"};
  const Node file = node(IndicatorKind::kMd5, "d41d8cd98f00b204e9800998ecf8427e");
  for (const RelationKind kind : {RelationKind::kMakes, RelationKind::kSells,
                                  RelationKind::kDistributes, RelationKind::kProfitsFrom}) {
    EXPECT_TRUE(check({person, kind, file})) << name(kind);
    EXPECT_FALSE(check({file, kind, person})) << name(kind);
    EXPECT_TRUE(rule_of(kind).market);
  }
  EXPECT_FALSE(rule_of(RelationKind::kResolvesTo).market);
}

TEST(Relation, KindsOfNodesHaveNamesThatLeadBack) {
  for (const auto text : {"domain", "sms-port", "person", "payment-account", "certificate"}) {
    const auto kind = node_kind_named(text);
    ASSERT_TRUE(kind) << text;
    EXPECT_EQ(name(*kind), text);
  }
  EXPECT_FALSE(node_kind_named("robot"));
  EXPECT_FALSE((Node{node_kind(EntityKind::kPerson), "x"}.indicator()));
  EXPECT_EQ(node_of({IndicatorKind::kUrl, "http://a.example/"}).indicator()->kind,
            IndicatorKind::kUrl);
}

}  // namespace
}  // namespace tocsin::model
