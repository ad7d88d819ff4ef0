// Contract: the indicator base.
#pragma once

#include <algorithm>

#include "store/contract_suite.h"

namespace tocsin::store {

inline Sighting sighting(std::string_view domain, std::int64_t source, std::string_view first,
                         std::string_view last) {
  Sighting out;
  out.indicator = {model::IndicatorKind::kDomain, std::string(domain)};
  out.source = source;
  out.first_seen = at(first);
  out.last_seen = at(last);
  return out;
}

class SightingsContract : public StoreContract {
 protected:
  SightingCounts add(std::vector<Sighting> rows) {
    auto counts = store_->write([&](WriteTx& tx) -> Result<SightingCounts> {
      TRY_STATUS(tx.append(change_of("import")));
      return tx.add_sightings(rows);
    });
    EXPECT_TRUE(counts) << (counts ? "" : counts.error().message);
    return counts.value_or(SightingCounts{});
  }

  IndicatorRecord find(std::string_view domain) {
    const model::Indicator i{model::IndicatorKind::kDomain, std::string(domain)};
    auto found = read([&](ReadTx& tx) { return tx.find_indicator(i); });
    EXPECT_TRUE(found) << domain;
    return found.value_or(IndicatorRecord{});
  }
};

TEST_P(SightingsContract, ASightingIsFoundAsItWasGiven) {
  auto row = sighting("evil.example", 7, "2026-01-02", "2026-01-05");
  row.confidence = 80;
  row.original = "EVIL[.]example";
  row.labels = {"木马", "c2-server:zebra", "odd\x1flabel"};
  const auto counts = add({row});
  EXPECT_EQ(counts.imported, 1);
  EXPECT_EQ(counts.merged, 0);
  const auto record = find("evil.example");
  EXPECT_EQ(record.first_seen, at("2026-01-02"));
  EXPECT_EQ(record.last_seen, at("2026-01-05"));
  ASSERT_EQ(record.sightings.size(), 1U);
  EXPECT_EQ(record.sightings[0].source, 7);
  EXPECT_EQ(record.sightings[0].confidence, 80);
  EXPECT_EQ(record.sightings[0].original, "EVIL[.]example");
  EXPECT_EQ(record.sightings[0].labels,
            (std::vector<std::string>{"木马", "c2-server:zebra", "odd label"}));
  EXPECT_EQ(record.sightings[0].label(), "木马");
  EXPECT_FALSE(read([](ReadTx& tx) {
    return tx.find_indicator({model::IndicatorKind::kUrl, "evil.example"});
  })) << "the kind is part of an indicator";
}

TEST_P(SightingsContract, TermsOfASourceAreKeptAndTheStrictestOfOneRunCounts) {
  auto row = sighting("a.example", 1, "2026-01-02", "2026-01-05");
  row.tlp = model::Tlp::kGreen;
  row.valid_until = at("2026-02-01");
  row.context = true;
  add({row});
  auto seen = find("a.example").sightings.at(0);
  EXPECT_EQ(seen.tlp, model::Tlp::kGreen);
  EXPECT_EQ(seen.valid_until, at("2026-02-01"));
  EXPECT_TRUE(seen.context);
  EXPECT_TRUE(seen.stands(at("2026-01-31")));
  EXPECT_FALSE(seen.stands(at("2026-02-01")));
  row.tlp = model::Tlp::kAmber;
  row.context = false;
  add({row});
  row.tlp = model::Tlp::kClear;
  row.context = true;
  add({row});
  seen = find("a.example").sightings.at(0);
  EXPECT_EQ(seen.tlp, model::Tlp::kAmber);
  EXPECT_FALSE(seen.context) << "named once to be acted on";
  row.run = 3;  // a new complete list speaks for itself
  add({row});
  seen = find("a.example").sightings.at(0);
  EXPECT_EQ(seen.tlp, model::Tlp::kClear);
  EXPECT_TRUE(seen.context);
  EXPECT_EQ(find("a.example").sightings.size(), 1U);
}

TEST_P(SightingsContract, WhatACompleteListNoLongerNamesIsGoneForThatSourceAlone_W17_08) {
  const auto of_run = [](std::string_view name, std::int64_t source, std::int64_t run) {
    auto row = sighting(name, source, "2026-01-02", "2026-01-02");
    row.run = run;
    return row;
  };
  add({of_run("kept.example", 1, 1), of_run("dropped.example", 1, 1),
       of_run("dropped.example", 2, 0)});
  add({of_run("kept.example", 1, 2)});
  const auto withdraw = [&](std::int64_t run) {
    return store_->write([&](WriteTx& tx) -> Result<std::int64_t> {
      std::int64_t after = 0;
      std::int64_t withdrawn = 0;
      for (;;) {
        TRY(const auto step, tx.withdraw_sightings(1, run, at("2026-01-09"), after, 1));
        if (step.looked_at == 0) break;
        withdrawn += step.withdrawn;
      }
      TRY_STATUS(tx.append(change_of("withdraw")));
      return withdrawn;
    });
  };
  EXPECT_EQ(withdraw(2), 1);
  EXPECT_EQ(withdraw(2), 0) << "once";
  EXPECT_TRUE(find("kept.example").sightings.at(0).stands(at("2026-01-10")));
  const auto dropped = find("dropped.example");
  ASSERT_EQ(dropped.sightings.size(), 2U);
  EXPECT_EQ(dropped.sightings[0].gone_at, at("2026-01-09"));
  EXPECT_FALSE(dropped.sightings[0].stands(at("2026-01-10")));
  EXPECT_TRUE(dropped.sightings[1].stands(at("2026-01-10"))) << "the other source still says it";
  add({of_run("dropped.example", 1, 3)});
  EXPECT_FALSE(find("dropped.example").sightings[0].gone_at) << "sighted again";
}

TEST_P(SightingsContract, ASourceTakesBackASingleSighting_W17_08) {
  add({sighting("a.example", 1, "2026-01-02", "2026-01-02"),
       sighting("a.example", 2, "2026-01-02", "2026-01-02")});
  auto back = sighting("a.example", 1, "2026-01-02", "2026-01-02");
  back.gone_at = at("2026-01-09");
  EXPECT_EQ(add({back}).merged, 1);
  const auto record = find("a.example");
  EXPECT_EQ(record.sightings[0].gone_at, at("2026-01-09"));
  EXPECT_TRUE(record.sightings[1].stands(at("2026-01-10"))) << "the other source still says it";
  add({sighting("a.example", 1, "2026-01-02", "2026-01-02")});
  EXPECT_FALSE(find("a.example").sightings[0].gone_at) << "said again";
}

TEST_P(SightingsContract, ImportingTheSameAgainChangesNothing) {
  const std::vector<Sighting> rows = {sighting("a.example", 1, "2026-01-02", "2026-01-05"),
                                      sighting("b.example", 1, "2026-01-02", "2026-01-05")};
  EXPECT_EQ(add(rows).imported, 2);
  const auto before = find("a.example");
  const auto again = add(rows);
  EXPECT_EQ(again.imported, 0);
  EXPECT_EQ(again.merged, 2);
  EXPECT_EQ(read([](ReadTx& tx) { return tx.count_indicators(); }), 2);
  const auto after = find("a.example");
  EXPECT_EQ(after.first_seen, before.first_seen);
  EXPECT_EQ(after.last_seen, before.last_seen);
  EXPECT_EQ(after.sightings.size(), 1U);
}

TEST_P(SightingsContract, FirstAndLastSeenOnlyWiden) {
  add({sighting("a.example", 1, "2026-01-10", "2026-01-12")});
  add({sighting("a.example", 1, "2026-01-11", "2026-01-11")});
  EXPECT_EQ(find("a.example").first_seen, at("2026-01-10"));
  EXPECT_EQ(find("a.example").last_seen, at("2026-01-12"));
  add({sighting("a.example", 1, "2026-01-05", "2026-01-11")});
  EXPECT_EQ(find("a.example").first_seen, at("2026-01-05"));
  EXPECT_EQ(find("a.example").sightings[0].first_seen, at("2026-01-05"));
  EXPECT_EQ(find("a.example").last_seen, at("2026-01-12"));
  add({sighting("a.example", 1, "2026-01-11", "2026-01-20")});
  EXPECT_EQ(find("a.example").last_seen, at("2026-01-20"));
  EXPECT_EQ(find("a.example").sightings[0].last_seen, at("2026-01-20"));
}

TEST_P(SightingsContract, EachSourceKeepsItsOwnSighting) {
  add({sighting("a.example", 1, "2026-01-10", "2026-01-12")});
  const auto second = add({sighting("a.example", 2, "2026-01-01", "2026-01-02")});
  EXPECT_EQ(second.merged, 1);
  const auto record = find("a.example");
  ASSERT_EQ(record.sightings.size(), 2U);
  EXPECT_EQ(record.first_seen, at("2026-01-01"));
  EXPECT_EQ(record.last_seen, at("2026-01-12"));
  EXPECT_EQ(record.sightings[0].source, 1);
  EXPECT_EQ(record.sightings[0].first_seen, at("2026-01-10"));
  EXPECT_EQ(record.sightings[1].source, 2);
  EXPECT_EQ(record.sightings[1].last_seen, at("2026-01-02"));
}

TEST_P(SightingsContract, OneBatchMayRepeatAnIndicator) {
  const auto counts = add({sighting("a.example", 1, "2026-01-03", "2026-01-03"),
                           sighting("a.example", 1, "2026-01-01", "2026-01-01"),
                           sighting("a.example", 2, "2026-01-09", "2026-01-09")});
  EXPECT_EQ(counts.imported, 1);
  EXPECT_EQ(counts.merged, 2);
  const auto record = find("a.example");
  EXPECT_EQ(record.first_seen, at("2026-01-01"));
  EXPECT_EQ(record.last_seen, at("2026-01-09"));
  EXPECT_EQ(record.sightings.size(), 2U);
}

TEST_P(SightingsContract, OneSourceIsReadInPages) {
  std::vector<Sighting> rows;
  for (int i = 0; i < 53; ++i) {
    rows.push_back(sighting("h" + std::to_string(i) + ".example", 1, "2026-01-01", "2026-01-02"));
  }
  rows.push_back(sighting("other.example", 2, "2026-01-01", "2026-01-02"));
  add(rows);
  std::int64_t after = 0;
  std::vector<std::string> seen;
  for (int page = 0; page < 20; ++page) {
    const auto some = read([&](ReadTx& tx) { return tx.sightings_of_source(1, after, 10); });
    if (some.empty()) break;
    for (const auto& s : some) {
      EXPECT_EQ(s.source, 1);
      seen.push_back(s.indicator.value);
    }
  }
  std::sort(seen.begin(), seen.end());
  EXPECT_EQ(std::unique(seen.begin(), seen.end()), seen.end());
  EXPECT_EQ(seen.size(), 53U);
}

TEST_P(SightingsContract, TheWholeBaseIsReadInPagesInOrderOfArrival) {
  auto sure = sighting("a.example", 3, "2026-01-02", "2026-01-05");
  sure.confidence = 90;
  add({sighting("a.example", 1, "2026-01-03", "2026-01-04"), sure});
  add({sighting("b.example", 70, "2026-01-06", "2026-01-06"),
       {{model::IndicatorKind::kUrl, "http://b.example/"},
        64,
        at("2026-01-06"),
        at("2026-01-06"),
        10,
        "",
        {}}});
  std::vector<IndicatorSummary> all;
  for (std::int64_t after = 0;;) {
    const auto some = read([&](ReadTx& tx) { return tx.indicators(after, 2, at("2026-01-07")); });
    if (some.empty()) break;
    EXPECT_LE(some.size(), 2U);
    for (const auto& one : some) {
      EXPECT_GT(one.id, after);
      EXPECT_EQ(read([&](ReadTx& tx) { return tx.find_indicator(one.indicator); })->id, one.id);
      after = one.id;
      all.push_back(one);
    }
  }
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[0].indicator.value, "a.example");
  EXPECT_EQ(all[0].first_seen, at("2026-01-02"));
  EXPECT_EQ(all[0].confidence, 90);
  EXPECT_EQ(all[0].sources, 0b101U) << "sources 1 and 3";
  EXPECT_EQ(all[1].sources, std::uint64_t{1} << 63) << "from 64 on they share a bit";
  EXPECT_EQ(all[2].sources, std::uint64_t{1} << 63);
  EXPECT_NE(all[1].indicator.kind, all[2].indicator.kind);
}

TEST_P(SightingsContract, TheBaseSaysWhoStillStandsByIt) {
  auto gone = sighting("a.example", 1, "2026-01-02", "2026-01-05");
  gone.confidence = 90;
  gone.gone_at = at("2026-01-06");
  auto ending = sighting("a.example", 2, "2026-01-02", "2026-01-05");
  ending.confidence = 40;
  ending.valid_until = at("2026-02-01");
  add({gone, ending});
  const auto on = [&](const char* day) {
    return read([&](ReadTx& tx) { return tx.indicators(0, 10, at(day)); }).at(0);
  };
  EXPECT_EQ(on("2026-01-31").sources, 0b10U);
  EXPECT_EQ(on("2026-01-31").confidence, 40);
  EXPECT_EQ(on("2026-02-01").sources, 0U);
}

TEST_P(SightingsContract, SightingsSurviveReopening) {
  add({sighting("a.example", 1, "2026-01-10", "2026-01-12")});
  reopen();
  EXPECT_EQ(find("a.example").sightings.size(), 1U);
  EXPECT_EQ(add({sighting("a.example", 1, "2026-01-10", "2026-01-12")}).merged, 1);
}

}  // namespace tocsin::store
