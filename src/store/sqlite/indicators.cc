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

/// Keys are 63 bits wide and come round at the end.
std::int64_t next_key(std::int64_t key) {
  return static_cast<std::int64_t>((static_cast<std::uint64_t>(key) + 1) & ~(1ULL << 63));
}

/// A row of a batch on its way: in order of hashes first, then in order of ids.
struct Pending {
  std::int64_t key = 0;
  const Sighting* row = nullptr;
  // Equal indicators stay in their order of arrival: what the first of them says is kept.
  auto operator<=>(const Pending&) const = default;
};

}  // namespace

Result<std::int64_t> SqliteTx::indicator_id(const model::Indicator& i, std::int64_t& hash) {
  // Two values with the same 63 bits are possible, so the value decides and the next key is tried.
  TRY(auto query, db_.prepare("select i.id, i.kind, i.value from indicator_hash h "
                              "join indicator i on i.id = h.indicator where h.hash = ?1"));
  for (;; hash = next_key(hash)) {
    query.bind(1, hash);
    TRY(const bool row, query.step());
    if (!row) return 0;
    if (query.integer(1) == static_cast<std::int64_t>(i.kind) && query.view(2) == i.value) {
      return query.integer(0);
    }
    query.reset();
  }
}

Result<std::optional<IndicatorRecord>> SqliteTx::find_indicator(const model::Indicator& i) {
  std::int64_t hash = hash_key(i);
  TRY(const std::int64_t id, indicator_id(i, hash));
  if (id == 0) return std::optional<IndicatorRecord>();
  IndicatorRecord record{i, {}, {}, {}};
  TRY(auto query, db_.prepare("select source, first_seen, last_seen, confidence, original, label "
                              "from sighting where indicator = ?1 order by source"));
  query.bind(1, id);
  for (;;) {
    TRY(const bool row, query.step());
    if (!row) return std::optional<IndicatorRecord>(std::move(record));
    const Instant first{query.integer(1)};
    const Instant last{query.integer(2)};
    const bool only = record.sightings.empty();
    record.first_seen = only ? first : std::min(record.first_seen, first);
    record.last_seen = only ? last : std::max(record.last_seen, last);
    record.sightings.push_back(
        {i, query.integer(0), first, last, query.integer(3), query.text(4), query.text(5)});
  }
}

Result<std::int64_t> SqliteTx::count_indicators() {
  // Ids have no gaps: they are given out one by one and none is ever taken back.
  TRY(auto query, db_.prepare("select coalesce(max(id), 0) from indicator"));
  TRY_STATUS(query.step());
  return query.integer(0);
}

Result<std::vector<IndicatorSummary>> SqliteTx::indicators(std::int64_t after, std::size_t limit) {
  TRY(auto query,
      db_.prepare("select i.id, i.kind, i.value, s.source, s.first_seen, s.confidence "
                  "from (select id, kind, value from indicator where id > ?1 order by id limit ?2) "
                  "i left join sighting s on s.indicator = i.id order by i.id"));
  query.bind(1, after).bind(2, static_cast<std::int64_t>(limit));
  std::vector<IndicatorSummary> out;
  for (;;) {
    TRY(const bool row, query.step());
    if (!row) return out;
    const std::int64_t id = query.integer(0);
    const Instant first{query.integer(4)};
    if (out.empty() || out.back().id != id) {
      out.push_back(
          {id, {static_cast<model::IndicatorKind>(query.integer(1)), query.text(2)}, first, 0, 0});
    }
    IndicatorSummary& one = out.back();
    one.first_seen = std::min(one.first_seen, first);
    one.confidence = std::max(one.confidence, query.integer(5));
    const std::int64_t source = query.integer(3);  // 0: nobody says it any more
    if (source > 0) one.sources |= std::uint64_t{1} << std::min<std::int64_t>(source - 1, 63);
  }
}

Result<std::vector<Sighting>> SqliteTx::sightings_of_source(std::int64_t source,
                                                            std::int64_t& after,
                                                            std::size_t limit) {
  TRY(auto query,
      db_.prepare("select s.indicator, i.kind, i.value, s.first_seen, s.last_seen, s.confidence, "
                  "s.original, s.label from sighting s join indicator i on i.id = s.indicator "
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

Status SqliteTx::put_sighting(Statement& insert, std::int64_t indicator, const Sighting& row) {
  insert.bind(1, indicator).bind(2, row.source).bind(3, row.first_seen.micros);
  insert.bind(4, row.last_seen.micros).bind(5, row.confidence).bind(6, row.original);
  insert.bind(7, row.label);
  TRY_STATUS(insert.run());
  insert.reset();
  return {};
}

Result<SightingCounts> SqliteTx::add_sightings(std::span<const Sighting> rows) {
  // Sorted by key, neighbours land on the same pages: the difference between a random and a
  // nearly sequential write.
  std::vector<Pending> order;
  order.reserve(rows.size());
  for (const Sighting& row : rows) order.push_back({hash_key(row.indicator), &row});
  std::sort(order.begin(), order.end());
  TRY(std::int64_t newest, count_indicators());
  SightingCounts counts;
  TRY(auto claim, db_.prepare("insert into indicator_hash (hash, indicator) values (?1, ?2) "
                              "on conflict (hash) do nothing"));
  TRY(auto insert, db_.prepare("insert into indicator (id, kind, value) values (?1, ?2, ?3)"));
  for (auto& [key, row] : order) {
    std::int64_t hash = key;
    key = newest + 1;
    claim.bind(1, hash).bind(2, key);
    TRY_STATUS(claim.run());
    bool fresh = db_.changes() == 1;
    claim.reset();
    if (!fresh) {
      TRY(const std::int64_t known, indicator_id(row->indicator, hash));
      fresh = known == 0;
      if (fresh) {  // another value has this key: take the free one behind it
        claim.bind(1, hash).bind(2, key);
        TRY_STATUS(claim.run());
        claim.reset();
      } else {
        key = known;
      }
    }
    ++(fresh ? counts.imported : counts.merged);
    if (!fresh) continue;
    ++newest;
    insert.bind(1, key).bind(2, static_cast<std::int64_t>(row->indicator.kind));
    insert.bind(3, row->indicator.value);
    TRY_STATUS(insert.run());
    insert.reset();
  }
  std::sort(order.begin(), order.end());
  TRY(auto sight,
      db_.prepare("insert into sighting (indicator, source, first_seen, last_seen, confidence, "
                  "original, label) values (?1, ?2, ?3, ?4, ?5, nullif(?6, ''), nullif(?7, '')) "
                  "on conflict (indicator, source) do update set "
                  "first_seen = min(first_seen, excluded.first_seen), "
                  "last_seen = max(last_seen, excluded.last_seen) "
                  "where excluded.first_seen < first_seen or excluded.last_seen > last_seen"));
  for (const auto& [id, row] : order) TRY_STATUS(put_sighting(sight, id, *row));
  changes_ += static_cast<std::int64_t>(rows.size());
  return counts;
}

}  // namespace tocsin::store
