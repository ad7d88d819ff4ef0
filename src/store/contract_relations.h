// Contract: the graph of relations (W17-08, A13-08).
#pragma once

#include <set>

#include "store/contract_suite.h"

namespace tocsin::store {

inline model::Node domain_node(std::string_view name) {
  return {model::node_kind(model::IndicatorKind::kDomain), std::string(name)};
}
inline model::Node address_node(std::string_view address) {
  return {model::node_kind(model::IndicatorKind::kIpv4), std::string(address)};
}

inline Claim resolves(std::string_view domain, std::string_view address, std::int64_t source) {
  Claim out;
  out.relation = {domain_node(domain), model::RelationKind::kResolvesTo, address_node(address)};
  out.source = source;
  out.first_seen = out.last_seen = at("2026-01-02");
  return out;
}

class RelationsContract : public StoreContract {
 protected:
  template <typename F>
  auto change(F&& body) {
    using R = std::invoke_result_t<F, WriteTx&>;
    auto done = store_->write([&](WriteTx& tx) -> R {
      TRY_STATUS(tx.append(change_of("claims")));
      return body(tx);
    });
    EXPECT_TRUE(done) << (done ? "" : done.error().message);
    return done.value();
  }
  ClaimCounts add(std::vector<Claim> rows) {
    return change([&](WriteTx& tx) { return tx.add_claims(rows); });
  }
  std::int64_t degree(const model::Node& node) {
    const auto found = read([&](ReadTx& tx) { return tx.find_node(node); });
    return found ? found->degree : -1;
  }
  std::vector<Claim> all(const model::Node& node, bool incoming, std::size_t page = 1000,
                         std::optional<model::RelationKind> kind = {}) {
    return read([&](ReadTx& tx) -> Result<std::vector<Claim>> {
      std::vector<Claim> out;
      TRY(const auto found, tx.find_node(node));
      if (!found) return out;
      ClaimRange::Position position;
      for (;;) {
        TRY(auto some, tx.claims({found->id, incoming, kind, &position, page}));
        if (some.empty()) return out;
        EXPECT_LE(some.size(), page);
        out.insert(out.end(), some.begin(), some.end());
      }
    });
  }
};

TEST_P(RelationsContract, AClaimIsReadFromBothEndsAsItWasGiven_A13_08) {
  Claim given = resolves("a.example", "192.0.2.1", 3);
  given.last_seen = at("2026-01-09");
  given.confidence = 70;
  given.tlp = model::Tlp::kAmber;
  given.origin = "usr_1";
  given.note = "在样本中看到";
  EXPECT_EQ(add({given}).added, 1);
  for (const bool incoming : {false, true}) {
    const auto node = incoming ? given.relation.to : given.relation.from;
    const auto seen = all(node, incoming);
    ASSERT_EQ(seen.size(), 1U) << incoming;
    EXPECT_EQ(seen[0].relation, given.relation);
    EXPECT_EQ(seen[0].source, 3);
    EXPECT_EQ(seen[0].first_seen, at("2026-01-02"));
    EXPECT_EQ(seen[0].last_seen, at("2026-01-09"));
    EXPECT_EQ(seen[0].confidence, 70);
    EXPECT_EQ(seen[0].tlp, model::Tlp::kAmber);
    EXPECT_EQ(seen[0].origin, "usr_1");
    EXPECT_EQ(seen[0].note, "在样本中看到");
    EXPECT_TRUE(all(node, !incoming).empty());
    EXPECT_EQ(degree(node), 1);
  }
  EXPECT_EQ(degree(domain_node("stranger.example")), -1);
}

TEST_P(RelationsContract, AWithdrawalTakesOnlyThatSourcesWord) {
  const auto r = resolves("a.example", "192.0.2.1", 1).relation;
  const auto counts =
      add({resolves("a.example", "192.0.2.1", 1), resolves("a.example", "192.0.2.1", 2),
           resolves("a.example", "192.0.2.1", 1)});
  EXPECT_EQ(counts.added, 1);
  EXPECT_EQ(counts.merged, 2);
  EXPECT_EQ(degree(r.from), 1) << "one relation, however many say so";
  const Instant now = at("2026-02-01");
  EXPECT_TRUE(change([&](WriteTx& tx) { return tx.withdraw_claim(r, 1, now); }));
  EXPECT_EQ(all(r.from, false).size(), 1U);
  EXPECT_EQ(degree(r.from), 1);
  EXPECT_FALSE(change([&](WriteTx& tx) { return tx.withdraw_claim(r, 1, now); })) << "once";
  EXPECT_TRUE(change([&](WriteTx& tx) { return tx.withdraw_claim(r, 2, now); }));
  EXPECT_TRUE(all(r.from, false).empty());
  EXPECT_EQ(degree(r.from), 0);
  EXPECT_EQ(degree(r.to), 0);
  const auto kept = read([&](ReadTx& tx) { return tx.find_claim(r, 1); });
  ASSERT_TRUE(kept) << "what was said is remembered";
  EXPECT_EQ(kept->gone_at, now);
  EXPECT_EQ(add({resolves("a.example", "192.0.2.1", 1)}).added, 1) << "said again, it stands again";
  EXPECT_EQ(degree(r.to), 1);
}

TEST_P(RelationsContract, ACompleteListEndsWhatItNoLongerSays) {
  auto in_run = [](std::string_view domain, std::int64_t source, std::int64_t run) {
    Claim c = resolves(domain, "192.0.2.1", source);
    c.run = run;
    return c;
  };
  add({in_run("a.example", 1, 4), in_run("b.example", 1, 4), in_run("c.example", 1, 0),
       in_run("b.example", 2, 3)});
  add({in_run("a.example", 1, 5)});
  std::int64_t gone = 0;
  for (std::int64_t step = 1; step > 0; gone += step) {
    step = change([&](WriteTx& tx) { return tx.withdraw_claims(1, 5, at("2026-02-01"), 1); });
  }
  EXPECT_EQ(gone, 2);
  std::set<std::string> left;
  for (const auto& c : all(address_node("192.0.2.1"), true)) left.insert(c.relation.from.value);
  EXPECT_EQ(left, (std::set<std::string>{"a.example", "b.example"})) << "b by source 2";
  EXPECT_EQ(degree(address_node("192.0.2.1")), 2);
}

TEST_P(RelationsContract, PagesGoOnWhereTheLastEnded) {
  std::vector<Claim> rows;
  for (int i = 0; i < 50; ++i) {
    rows.push_back(resolves("n" + std::to_string(i) + ".example", "192.0.2.1", 1 + i % 2));
    rows.push_back(resolves("n" + std::to_string(i) + ".example", "192.0.2.1", 7));
    Claim other = rows.back();
    other.relation.kind = model::RelationKind::kHostedOn;
    rows.push_back(other);
  }
  add(rows);
  const auto node = address_node("192.0.2.1");
  EXPECT_EQ(degree(node), 100);
  std::set<std::tuple<std::string, model::RelationKind, std::int64_t>> seen;
  for (const auto& c : all(node, true, 7)) {
    EXPECT_TRUE(seen.emplace(c.relation.from.value, c.relation.kind, c.source).second) << "twice";
  }
  EXPECT_EQ(seen.size(), 150U);
  const auto hosted = all(node, true, 7, model::RelationKind::kHostedOn);
  EXPECT_EQ(hosted.size(), 50U);
  for (const auto& c : hosted) EXPECT_EQ(c.relation.kind, model::RelationKind::kHostedOn);
}

TEST_P(RelationsContract, ANodeIsNoSighting) {
  add({resolves("a.example", "192.0.2.1", 1)});
  EXPECT_EQ(read([](ReadTx& tx) { return tx.count_indicators(); }), 0)
      << "the other end of a relation was sighted by nobody";
  reopen();
  EXPECT_EQ(degree(address_node("192.0.2.1")), 1);
}

TEST_P(RelationsContract, ClaimsWithoutAJournalEntryAreRefused) {
  const std::vector<Claim> rows = {resolves("a.example", "192.0.2.1", 1)};
  const auto done = store_->write([&](WriteTx& tx) { return tx.add_claims(rows); });
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, Code::kInternal);
}

}  // namespace tocsin::store
