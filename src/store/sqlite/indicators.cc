// The indicator base: one row an indicator, one row a sighting, written in sorted batches.
#include <algorithm>

#include "base/crypto/hash.h"
#include "store/sqlite/transaction.h"

namespace tocsin::store {
namespace {

/// 63 bits of a cryptographic hash: feeds are foreign, so the key must not be steerable.
std::int64_t hash_key(const model::Indicator& i) {
  thread_local std::string input;
  input.assign(1, static_cast<char>(i.kind));
  input += i.value;
  const auto digest = crypto::sha256(input);
  std::uint64_t key = 0;
  for (std::size_t b = 0; b < 8; ++b) key = (key << 8) | digest[b];
  return static_cast<std::int64_t>(key >> 1);
}

}  // namespace

Result<std::int64_t> SqliteTx::indicator_key(const model::Indicator& i, std::int64_t hash,
                                             bool& found) {
  // Two values with the same 63 bits are possible, so the value decides and the next key is tried.
  for (std::int64_t key = hash;; ++key) {
    TRY(auto query, db_.prepare("select kind, value from indicator where key = ?1"));
    query.bind(1, key);
    TRY(const bool row, query.step());
    found =
        row && query.integer(0) == static_cast<std::int64_t>(i.kind) && query.view(1) == i.value;
    if (found || !row) return key;
  }
}

Result<std::optional<IndicatorRecord>> SqliteTx::find_indicator(const model::Indicator& i) {
  bool found = false;
  TRY(const std::int64_t key, indicator_key(i, hash_key(i), found));
  if (!found) return std::optional<IndicatorRecord>();
  IndicatorRecord record{i, {}, {}, {}};
  TRY(auto query, db_.prepare("select first_seen, last_seen from indicator where key = ?1"));
  query.bind(1, key);
  TRY_STATUS(query.step());
  record.first_seen = {query.integer(0)};
  record.last_seen = {query.integer(1)};
  TRY(auto sightings,
      db_.prepare("select source, first_seen, last_seen, confidence, original, label "
                  "from sighting where indicator = ?1 order by source"));
  sightings.bind(1, key);
  for (;;) {
    TRY(const bool row, sightings.step());
    if (!row) return std::optional<IndicatorRecord>(std::move(record));
    record.sightings.push_back({i,
                                sightings.integer(0),
                                {sightings.integer(1)},
                                {sightings.integer(2)},
                                sightings.integer(3),
                                sightings.text(4),
                                sightings.text(5)});
  }
}

Result<std::int64_t> SqliteTx::count_indicators() {
  TRY(auto query, db_.prepare("select count(*) from indicator"));
  TRY_STATUS(query.step());
  return query.integer(0);
}

Result<std::vector<Sighting>> SqliteTx::sightings_of_source(std::int64_t source,
                                                            std::int64_t& after,
                                                            std::size_t limit) {
  TRY(auto query,
      db_.prepare("select s.indicator, i.kind, i.value, s.first_seen, s.last_seen, s.confidence, "
                  "s.original, s.label from sighting s join indicator i on i.key = s.indicator "
                  "where s.source = ?1 and s.indicator > ?2 order by s.indicator limit ?3"));
  query.bind(1, source).bind(2, after).bind(3, static_cast<std::int64_t>(limit));
  std::vector<Sighting> out;
  for (;;) {
    TRY(const bool row, query.step());
    if (!row) return out;
    after = query.integer(0);
    out.push_back({{static_cast<model::IndicatorKind>(query.integer(1)), query.text(2)},
                   source,
                   {query.integer(3)},
                   {query.integer(4)},
                   query.integer(5),
                   query.text(6),
                   query.text(7)});
  }
}

Result<SightingCounts> SqliteTx::add_sightings(std::span<Sighting> rows) {
  // Sorted by key, neighbours land on the same pages: the difference between a random and a
  // nearly sequential write.
  std::vector<std::pair<std::int64_t, Sighting*>> order;
  order.reserve(rows.size());
  for (Sighting& row : rows) order.emplace_back(hash_key(row.indicator), &row);
  std::sort(order.begin(), order.end(), [](const auto& a, const auto& b) {
    return a.first != b.first ? a.first < b.first : a.second->indicator < b.second->indicator;
  });
  SightingCounts counts;
  TRY(auto insert, db_.prepare("insert into indicator (key, kind, value, first_seen, last_seen) "
                               "values (?1, ?2, ?3, ?4, ?5) on conflict (key) do nothing"));
  TRY(auto widen, db_.prepare("update indicator set first_seen = min(first_seen, ?2), "
                              "last_seen = max(last_seen, ?3) where key = ?1 and "
                              "(first_seen > ?2 or last_seen < ?3)"));
  TRY(auto sight,
      db_.prepare("insert into sighting (source, indicator, first_seen, last_seen, confidence, "
                  "original, label) values (?1, ?2, ?3, ?4, ?5, nullif(?6, ''), nullif(?7, '')) "
                  "on conflict (source, indicator) do update set "
                  "first_seen = min(first_seen, excluded.first_seen), "
                  "last_seen = max(last_seen, excluded.last_seen) "
                  "where excluded.first_seen < first_seen or excluded.last_seen > last_seen"));
  for (auto& [hash, row] : order) {
    std::int64_t key = hash;
    insert.bind(1, key).bind(2, static_cast<std::int64_t>(row->indicator.kind));
    insert.bind(3, row->indicator.value).bind(4, row->first_seen.micros);
    insert.bind(5, row->last_seen.micros);
    TRY_STATUS(insert.run());
    bool fresh = db_.changes() == 1;
    insert.reset();
    if (!fresh) {
      bool found = false;
      TRY(key, indicator_key(row->indicator, hash, found));
      if (found) {
        widen.bind(1, key).bind(2, row->first_seen.micros).bind(3, row->last_seen.micros);
        TRY_STATUS(widen.run());
        widen.reset();
      } else {  // another value has this key: take the free one behind it
        insert.bind(1, key).bind(2, static_cast<std::int64_t>(row->indicator.kind));
        insert.bind(3, row->indicator.value).bind(4, row->first_seen.micros);
        insert.bind(5, row->last_seen.micros);
        TRY_STATUS(insert.run());
        insert.reset();
        fresh = true;
      }
    }
    ++(fresh ? counts.imported : counts.merged);
    sight.bind(1, row->source).bind(2, key).bind(3, row->first_seen.micros);
    sight.bind(4, row->last_seen.micros).bind(5, row->confidence).bind(6, row->original);
    sight.bind(7, row->label);
    TRY_STATUS(sight.run());
    sight.reset();
  }
  changes_ += static_cast<std::int64_t>(rows.size());
  return counts;
}

}  // namespace tocsin::store
