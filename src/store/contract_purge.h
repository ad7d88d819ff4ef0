// Contract: what ended long ago goes, and nothing else does (T05-21).
#pragma once

#include "store/contract_relations.h"
#include "store/contract_sightings.h"

namespace tocsin::store {

class PurgeContract : public SightingsContract {
 protected:
  /// Written now, and by its source's word over at that time.
  static Sighting until(std::string_view domain, std::int64_t source, Instant end) {
    auto out = sighting(domain, source, "2026-01-02", "2026-01-02");
    out.valid_until = end;
    return out;
  }
  std::vector<std::string> ended(Instant before, std::size_t page = 100) {
    std::vector<std::string> out;
    for (std::int64_t after = 0, last = -1; after != last;) {
      last = after;
      for (const auto& one :
           read([&](ReadTx& tx) { return tx.ended_indicators(before, after, page); })) {
        EXPECT_GT(one.id, last);
        EXPECT_LE(one.id, after);
        out.push_back(one.indicator.value);
      }
    }
    return out;
  }
  Purged purge(const std::vector<std::string>& domains, Instant before) {
    std::vector<std::int64_t> ids;
    for (const auto& domain : domains) ids.push_back(find(domain).id);
    auto done = store_->write([&](WriteTx& tx) -> Result<Purged> {
      TRY_STATUS(tx.append(change_of("purge")));
      return tx.purge_sightings(ids, before);
    });
    EXPECT_TRUE(done) << (done ? "" : done.error().message);
    return done.value_or(Purged{});
  }
  bool known(std::string_view domain) {
    return read([&](ReadTx& tx) {
             return tx.find_indicator({model::IndicatorKind::kDomain, std::string(domain)});
           })
        .has_value();
  }
  std::int64_t count() {
    return read([](ReadTx& tx) { return tx.count_indicators(); });
  }
};

TEST_P(PurgeContract, OnlyWhatEndedBeforeTheTimeIsACandidate_T05_21) {
  const Instant start = clock_.now();
  add({until("over.example", 1, start.plus(std::chrono::hours(24))),
       until("later.example", 1, start.plus(std::chrono::hours(24 * 30))),
       until("endless.example", 1, {}), until("long-ago.example", 1, at("2020-01-01"))});
  auto gone = sighting("gone.example", 1, "2026-01-02", "2026-01-02");
  gone.valid_until = start.plus(std::chrono::hours(24 * 300));
  gone.gone_at = start.plus(std::chrono::hours(48));
  add({gone});
  EXPECT_TRUE(ended(start).empty()) << "a record is as old as its writing, whatever it says";
  for (const std::size_t page : {1U, 2U, 100U}) {
    EXPECT_EQ(ended(start.plus(std::chrono::hours(25)), page),
              (std::vector<std::string>{"over.example", "long-ago.example"}));
    EXPECT_EQ(ended(start.plus(std::chrono::hours(49)), page),
              (std::vector<std::string>{"over.example", "long-ago.example", "gone.example"}));
  }
}

TEST_P(PurgeContract, ANewSightingMakesTheRecordYoungAgain_T05_21) {
  const Instant end = clock_.now().plus(std::chrono::hours(1));
  add({until("a.example", 1, end)});
  clock_.advance(std::chrono::hours(24 * 10));
  auto again = until("a.example", 1, end);
  again.run = 2;
  add({again});
  EXPECT_TRUE(ended(clock_.now()).empty());
  EXPECT_EQ(ended(clock_.now().plus(std::chrono::hours(1))).size(), 1U);
}

TEST_P(PurgeContract, WhatAnotherSourceStandsByStays) {
  const Instant end = clock_.now().plus(std::chrono::hours(1));
  const Instant later = end.plus(std::chrono::hours(1));
  add({until("a.example", 1, end), until("a.example", 2, {}), until("b.example", 1, end)});
  const auto done = purge({"a.example", "b.example"}, later);
  EXPECT_EQ(done.sightings, 2);
  EXPECT_EQ(done.indicators, 1);
  EXPECT_FALSE(known("b.example"));
  const auto left = find("a.example").sightings;
  ASSERT_EQ(left.size(), 1U);
  EXPECT_EQ(left[0].source, 2);
  EXPECT_EQ(count(), 1);
  EXPECT_TRUE(ended(later).empty());
}

TEST_P(PurgeContract, WhatDoesNotEndIsNotPurgedByItsId) {
  add({until("a.example", 1, {})});
  const auto done = purge({"a.example"}, clock_.now().plus(std::chrono::hours(24 * 1000)));
  EXPECT_EQ(done.sightings, 0);
  EXPECT_EQ(done.indicators, 0);
  EXPECT_TRUE(known("a.example"));
}

TEST_P(PurgeContract, IdsNeverComeAgain) {
  const Instant end = clock_.now().plus(std::chrono::hours(1));
  add({until("a.example", 1, end), until("b.example", 1, end)});
  const auto newest = read([](ReadTx& tx) { return tx.newest_indicator(); });
  purge({"a.example", "b.example"}, end.plus(std::chrono::hours(1)));
  EXPECT_EQ(count(), 0);
  reopen();
  EXPECT_EQ(read([](ReadTx& tx) { return tx.newest_indicator(); }), newest);
  EXPECT_EQ(add({until("a.example", 1, {})}).imported, 1) << "it is new again";
  EXPECT_GT(find("a.example").id, newest);
  EXPECT_EQ(count(), 1);
}

TEST_P(PurgeContract, AThousandComeAndGo) {
  const Instant end = clock_.now().plus(std::chrono::hours(1));
  std::vector<Sighting> rows;
  std::vector<std::string> even;
  for (int i = 0; i < 1000; ++i) {
    rows.push_back(until("n" + std::to_string(i) + ".example", 1, end));
    if (i % 2 == 0) even.push_back(rows.back().indicator.value);
  }
  add(rows);
  EXPECT_EQ(purge(even, end.plus(std::chrono::hours(1))).indicators, 500);
  EXPECT_EQ(count(), 500);
  for (int i = 0; i < 1000; ++i) {
    EXPECT_EQ(known("n" + std::to_string(i) + ".example"), i % 2 == 1) << i;
  }
  std::int64_t after = 0;
  EXPECT_EQ(read([&](ReadTx& tx) { return tx.sightings_of_source(1, after, 1000); }).size(), 500U);
}

TEST_P(PurgeContract, APurgeWithoutAJournalEntryIsRefused_T05_22) {
  const Instant end = clock_.now().plus(std::chrono::hours(1));
  add({until("a.example", 1, end)});
  const std::vector<std::int64_t> ids = {find("a.example").id};
  const auto done = store_->write(
      [&](WriteTx& tx) { return tx.purge_sightings(ids, end.plus(std::chrono::hours(1))); });
  ASSERT_FALSE(done);
  EXPECT_TRUE(known("a.example"));
}

class PurgeClaimsContract : public RelationsContract {
 protected:
  std::int64_t purge(Instant before, std::size_t limit) {
    return change([&](WriteTx& tx) { return tx.purge_claims(before, limit); });
  }
  bool there(const model::Node& node) {
    return read([&](ReadTx& tx) { return tx.find_node(node); }).has_value();
  }
};

TEST_P(PurgeClaimsContract, WithdrawnClaimsGoAndNodesWithThem_T05_21) {
  const auto a = resolves("a.example", "192.0.2.1", 1);
  const auto b = resolves("b.example", "192.0.2.1", 1);
  add({a, resolves("a.example", "192.0.2.1", 2), b, resolves("c.example", "192.0.2.2", 1)});
  const Instant gone = at("2026-02-01");
  for (const auto& claim : {a, b}) {
    EXPECT_TRUE(change([&](WriteTx& tx) { return tx.withdraw_claim(claim.relation, 1, gone); }));
  }
  const Instant later = at("2026-02-02");
  EXPECT_EQ(read([&](ReadTx& tx) { return tx.count_ended_claims(gone); }), 0);
  EXPECT_EQ(read([&](ReadTx& tx) { return tx.count_ended_claims(later); }), 2);
  EXPECT_EQ(purge(gone, 10), 0);
  EXPECT_EQ(purge(later, 1) + purge(later, 1), 2);
  EXPECT_EQ(purge(later, 1), 0);
  EXPECT_FALSE(there(b.relation.from));
  EXPECT_TRUE(there(a.relation.from)) << "source 2 still says it";
  EXPECT_EQ(degree(address_node("192.0.2.1")), 1);
  EXPECT_TRUE(there(domain_node("c.example")));
  reopen();
  EXPECT_EQ(add({b}).added, 1) << "said again after the purge";
  EXPECT_EQ(degree(address_node("192.0.2.1")), 2);
}

}  // namespace tocsin::store
