// Chains of the underground market, statements by hand, who may see what, and export (A13-05,
// A13-08).
#include "graph/market.h"

#include <gmock/gmock.h>

#include "exchange/stix/importer.h"
#include "graph/graph_fixture.h"
#include "graph/state_by_hand.h"
#include "graph/visible.h"
#include "graph/write.h"
#include "intake/reader.h"

namespace tocsin::graph {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class MarketTest : public GraphTest {
 protected:
  Result<store::Claim> state(const std::string& login, const std::string& from,
                             const std::string& kind, const std::string& to,
                             model::Tlp tlp = model::Tlp::kAmber,
                             const std::string& reason = "转账记录") {
    const auto by = as(login);
    RelateRequest request;
    request.from = from;
    request.kind = kind;
    request.to = to;
    request.reason = reason;
    request.tlp = tlp;
    return relate(*store_, clock_, *ids_,
                  {by.user, by.organization, {"miit-202", "", "6", "W17-08"}}, request);
  }
  Result<store::Claim> take_back(const std::string& login, const std::string& from,
                                 const std::string& kind, const std::string& to) {
    const auto by = as(login);
    return unrelate(*store_, clock_, *ids_,
                    {by.user, by.organization, {"miit-202", "", "6", "W17-08"}},
                    {from, kind, to, "弄错了"});
  }
  /// How many claims of that relation this person sees.
  std::size_t seen_by(const std::string& login, std::string_view start) {
    const auto by = as(login);
    return must(store_->read([&](store::ReadTx& tx) -> Result<std::size_t> {
      Eyes eyes(tx, by.user, by.organization);
      Reader reader(tx, [&](const store::Claim& c) { return eyes.may_see(c); }, {}, 1000);
      TRY(const auto around, reader.around(node(start)));
      std::size_t claims = 0;
      for (const auto& n : around.neighbours) claims += n.claims.size();
      return claims;
    }));
  }
};

TEST_F(MarketTest, BeneficiariesAreNamedWithTheWayToThem_A13_05) {
  add({claim("person:Zhang San", "makes", "malware-family:somebot"),
       claim("account:qq:12345", "sells", "malware-family:somebot"),
       claim("person:Li Si", "controls", "account:qq:12345"),
       claim("person:Li Si", "controls", "payment-account:6222-0001"),
       claim("person:Wang Wu", "pays", "payment-account:6222-0001"),
       claim("evil.example", "of-family", "malware-family:somebot"),
       claim("company:Ads Ltd", "advertises", "evil.example"),
       claim("company:Ads Ltd", "profits-from", "evil.example"),
       claim("evil.example", "resolves-to", "192.0.2.1")});
  const auto picture = walked("http://evil.example/pay", {.hops = 4}, chain_kinds());
  const auto found = parties(picture);
  std::map<std::string, const Party*> by_name;
  for (const Party& p : found) by_name[picture.places[p.place].node.value] = &p;
  ASSERT_EQ(by_name.size(), 4U) << "within four hops";
  EXPECT_TRUE(found.front().beneficiary) << "beneficiaries first";
  ASSERT_TRUE(by_name.contains("Ads Ltd"));
  EXPECT_TRUE(by_name["Ads Ltd"]->beneficiary);
  EXPECT_THAT(by_name["Ads Ltd"]->roles, ElementsAre("advertises", "profits-from"));
  EXPECT_EQ(by_name["Ads Ltd"]->way.size(), 2U) << "URL, its host, the company";
  EXPECT_THAT(by_name["Zhang San"]->roles, ElementsAre("makes"));
  EXPECT_FALSE(by_name["Zhang San"]->beneficiary);
  const auto account = walked("payment-account:62220001", {.hops = 2}, chain_kinds());
  const auto near = parties(account);
  ASSERT_FALSE(near.empty());
  EXPECT_EQ(account.places[near.front().place].node.value, "62220001");
  EXPECT_THAT(near.front().roles, ElementsAre("is-paid"));
  for (const auto& place : picture.places) {
    EXPECT_NE(place.node.value, "192.0.2.1") << "an address is no part of the chain";
  }
}

TEST_F(MarketTest, AStatementIsTheUnitsOwnAndJournaled_A13_08) {
  const auto stated =
      must(state("finder", "person:Li  Si", "profits-from", "EVIL[.]example", model::Tlp::kGreen));
  EXPECT_EQ(stated.relation.from.value, "Li Si");
  EXPECT_EQ(stated.relation.to.value, "evil.example");
  const auto entries = must(store_->read([](store::ReadTx& tx) { return tx.journal(0, 1000); }));
  EXPECT_EQ(entries.back().action, "relation.stated");
  EXPECT_EQ(entries.back().data.str("from"), "person:Li Si");
  EXPECT_EQ(entries.back().data.str("reason"), "转账记录");
  EXPECT_EQ(entries.back().basis.requirement, "W17-08");

  must(state("other-finder", "person:Li Si", "profits-from", "evil.example", model::Tlp::kGreen));
  EXPECT_EQ(seen_by("analyst-b", "evil.example"), 2U);
  must(take_back("finder", "person:Li Si", "profits-from", "evil.example"));
  EXPECT_EQ(seen_by("analyst-b", "evil.example"), 1U) << "the other unit still says so";
  desk::expect_refused(take_back("finder", "person:Li Si", "profits-from", "evil.example"),
                       Code::kNotFound, "W17-08");
}

TEST_F(MarketTest, WhatCannotBeStatedIsRefused) {
  desk::expect_refused(state("finder", "person:A", "makes", "evil.example", {}, ""), Code::kInvalid,
                       "A13-08");
  desk::expect_refused(state("domains", "person:A", "profits-from", "evil.example"),
                       Code::kForbidden, "W17-08");
  EXPECT_EQ(state("finder", "person:A", "likes", "evil.example").error().field, "kind");
  EXPECT_EQ(state("finder", "evil.example", "makes", "person:A").error().field, "from");
  EXPECT_EQ(state("finder", "no indicator", "makes", "person:A").error().field, "from");
}

TEST_F(MarketTest, TlpAndUnitDecideWhoSees_A13_08) {
  const auto stated = [&](const char* domain, model::Tlp tlp) {
    must(state("finder", "person:Li Si", "profits-from", domain, tlp));
  };
  stated("clear.example", model::Tlp::kClear);
  stated("amber.example", model::Tlp::kAmber);
  stated("red.example", model::Tlp::kRed);
  for (const auto& [login, expected] :
       {std::pair<std::string, std::array<std::size_t, 3>>{"finder", {1, 1, 1}},
        {"analyst-b", {1, 1, 1}},
        {"ministry-a", {1, 1, 1}},
        {"other-finder", {1, 1, 0}},
        {"citizen", {1, 0, 0}}}) {
    EXPECT_EQ(seen_by(login, "clear.example"), expected[0]) << login;
    EXPECT_EQ(seen_by(login, "amber.example"), expected[1]) << login;
    EXPECT_EQ(seen_by(login, "red.example"), expected[2]) << login;
  }
}

TEST_F(MarketTest, ExportedAsStixItComesBackTheSame) {
  add({claim("person:Zhang San", "makes", "malware-family:somebot"),
       claim("group:Night Owl", "controls", "payment-account:62220001", 1, model::Tlp::kRed),
       claim("group:Night Owl", "distributes", "malware-family:somebot"),
       claim("company:Ads Ltd", "advertises", "malware-family:somebot"),
       claim("evil.example", "of-family", "malware-family:somebot"),
       claim("evil.example", "has-certificate", "certificate:" + std::string(64, 'a')),
       claim("evil.example", "resolves-to", "192.0.2.1"),
       claim("phone:+8613800138000", "sends", "http://evil.example/x"),
       claim("http://evil.example/x", "downloads", "md5:" + std::string(32, 'b')),
       claim("md5:" + std::string(32, 'b'), "in-campaign", "campaign:spring")});
  const auto picture = walked("evil.example", {.hops = 4});
  EXPECT_EQ(picture.edges.size(), 7U) << "the URL is found only from its own side";
  const auto whole = walked("http://evil.example/x", {.hops = 4});
  std::string array;
  bool red = false;
  for (const Json& object : to_stix(whole)) {
    array += (array.empty() ? "" : ",") + object.dump();
    red = red || object["object_marking_refs"].dump().find("e828b379") != std::string::npos;
  }
  EXPECT_TRUE(red) << "the strict word stays strict";
  struct Keep final : intake::Sink {
    std::set<model::Relation> relations;
    void item(intake::Item&&) override {}
    void refusal(intake::Refusal&&) override {}
    void warning(intake::Warning&&) override {}
    void link(intake::Link&& link) override { relations.insert(link.relation); }
  } back;
  const auto counters = intake::read_stix_links("[" + array + "]", "[]", back);
  ASSERT_TRUE(counters);
  EXPECT_EQ(counters->unlinked, 0);
  std::set<model::Relation> stored;
  for (const auto& edge : whole.edges) {
    if (edge.claims.empty()) continue;
    stored.insert({whole.places[edge.from].node, edge.kind, whole.places[edge.to].node});
  }
  EXPECT_EQ(stored.size(), 10U);
  EXPECT_EQ(back.relations, stored);
}

TEST_F(MarketTest, GraphmlAndDotEscapeWhatIsForeign) {
  add({claim("company:A & \"B\" <Ltd>", "controls", "evil.example")});
  const auto picture = walked("evil.example");
  const std::string graphml = to_graphml(picture);
  EXPECT_THAT(graphml, HasSubstr("A &amp; &quot;B&quot; &lt;Ltd&gt;"));
  EXPECT_THAT(graphml, HasSubstr("<edge source=\"n1\" target=\"n0\">"));
  const std::string dot = to_dot(picture, Lang::kZh);
  EXPECT_THAT(dot, HasSubstr("evil[.]example"));
  EXPECT_THAT(dot, HasSubstr("A & \\\"B\\\""));
  EXPECT_THAT(dot, HasSubstr("控制"));
}

}  // namespace
}  // namespace tocsin::graph
