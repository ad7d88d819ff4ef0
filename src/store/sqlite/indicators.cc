// The indicator base: one row an indicator, one row a sighting, written in sorted batches.
#include <algorithm>

#include "base/crypto/hash.h"
#include "base/text.h"
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

/// Between labels in their column; no label contains it.
constexpr char kBetweenLabels = '\x1f';

std::string packed(const std::vector<std::string>& labels) {
  std::string out;
  for (const auto& label : labels) {
    if (!out.empty()) out += kBetweenLabels;
    const auto from = out.size();
    out += label;
    std::replace(out.begin() + static_cast<std::ptrdiff_t>(from), out.end(), kBetweenLabels, ' ');
  }
  return out;
}

std::vector<std::string> unpacked(std::string_view text) {
  std::vector<std::string> out;
  if (text.empty()) return out;
  for (const std::string_view label : split(text, kBetweenLabels)) out.emplace_back(label);
  return out;
}

/// Columns of a sighting from `first` on, in the order of kSightingColumns.
constexpr const char* kSightingColumns =
    "s.source, s.first_seen, s.last_seen, s.confidence, s.original, s.label, s.tlp, s.valid_until, "
    "s.context, s.run, s.gone_at";

/// A row is only written when it says something new.
constexpr const char* kPutSighting =
    "insert into sighting (indicator, source, first_seen, last_seen, confidence, original, label, "
    "tlp, valid_until, context, run, gone_at) "
    "values (?1, ?2, ?3, ?4, ?5, nullif(?6, ''), nullif(?7, ''), ?8, ?9, ?10, ?11, ?12) "
    "on conflict (indicator, source) do update set "
    "first_seen = min(first_seen, excluded.first_seen), "
    "last_seen = max(last_seen, excluded.last_seen), "
    "tlp = iif(run = excluded.run, max(tlp, excluded.tlp), excluded.tlp), "
    "context = iif(run = excluded.run, min(context, excluded.context), excluded.context), "
    "valid_until = iif(run = excluded.run, max(valid_until, excluded.valid_until), "
    "excluded.valid_until), run = excluded.run, gone_at = excluded.gone_at "
    "where excluded.first_seen < first_seen or excluded.last_seen > last_seen "
    "or gone_at <> excluded.gone_at "
    "or excluded.run <> run or excluded.tlp > tlp or excluded.context < context "
    "or excluded.valid_until > valid_until";

Sighting sighting_at(Statement& query, int first, model::Indicator indicator) {
  Sighting out;
  out.indicator = std::move(indicator);
  out.source = query.integer(first);
  out.first_seen = {query.integer(first + 1)};
  out.last_seen = {query.integer(first + 2)};
  out.confidence = query.integer(first + 3);
  out.original = query.text(first + 4);
  out.labels = unpacked(query.view(first + 5));
  if (const auto tlp = query.integer(first + 6); tlp >= 0) out.tlp = static_cast<model::Tlp>(tlp);
  out.valid_until = {query.integer(first + 7)};
  out.context = query.integer(first + 8) != 0;
  out.run = query.integer(first + 9);
  out.gone_at = {query.integer(first + 10)};
  return out;
}

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
  IndicatorRecord record{i, {}, {}, {}, id};
  static const std::string kSql = std::string("select ") + kSightingColumns +
                                  " from sighting s where s.indicator = ?1 order by s.source";
  TRY(auto query, db_.prepare(kSql.c_str()));
  query.bind(1, id);
  for (;;) {
    TRY(const bool row, query.step());
    if (!row) return std::optional<IndicatorRecord>(std::move(record));
    Sighting seen = sighting_at(query, 0, i);
    const bool only = record.sightings.empty();
    record.first_seen = only ? seen.first_seen : std::min(record.first_seen, seen.first_seen);
    record.last_seen = only ? seen.last_seen : std::max(record.last_seen, seen.last_seen);
    record.sightings.push_back(std::move(seen));
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
  static const std::string kSql =
      std::string("select s.indicator, i.kind, i.value, ") + kSightingColumns +
      " from sighting s join indicator i on i.id = s.indicator "
      "where s.source = ?1 and s.indicator > ?2 order by s.indicator limit ?3";
  TRY(auto query, db_.prepare(kSql.c_str()));
  query.bind(1, source).bind(2, after).bind(3, static_cast<std::int64_t>(limit));
  std::vector<Sighting> out;
  for (;;) {
    TRY(const bool row, query.step());
    if (!row) return out;
    after = query.integer(0);
    out.push_back(sighting_at(
        query, 3, {static_cast<model::IndicatorKind>(query.integer(1)), query.text(2)}));
  }
}

Result<Withdrawal> SqliteTx::withdraw_sightings(std::int64_t source, std::int64_t run, Instant at,
                                                std::int64_t& after, std::size_t limit) {
  Withdrawal done;
  std::vector<std::int64_t> gone;
  {
    TRY(auto query, db_.prepare("select indicator, run, gone_at from sighting where source = ?1 "
                                "and indicator > ?2 order by indicator limit ?3"));
    query.bind(1, source).bind(2, after).bind(3, static_cast<std::int64_t>(limit));
    for (;;) {
      TRY(const bool row, query.step());
      if (!row) break;
      ++done.looked_at;
      after = query.integer(0);
      if (query.integer(1) != run && query.integer(2) == 0) gone.push_back(after);
    }
  }
  TRY(auto mark,
      db_.prepare("update sighting set gone_at = ?1 where indicator = ?2 and source = ?3"));
  for (const std::int64_t indicator : gone) {
    mark.bind(1, at.micros).bind(2, indicator).bind(3, source);
    TRY_STATUS(mark.run());
    mark.reset();
  }
  done.withdrawn = static_cast<std::int64_t>(gone.size());
  changes_ += done.withdrawn;
  return done;
}

Status SqliteTx::put_sighting(Statement& insert, std::int64_t indicator, const Sighting& row) {
  const std::string labels = packed(row.labels);  // bound without a copy: it must outlive run()
  insert.bind(1, indicator).bind(2, row.source).bind(3, row.first_seen.micros);
  insert.bind(4, row.last_seen.micros).bind(5, row.confidence).bind(6, row.original);
  insert.bind(7, labels).bind(8, row.tlp ? static_cast<std::int64_t>(*row.tlp) : -1);
  insert.bind(9, row.valid_until.micros).bind(10, std::int64_t{row.context}).bind(11, row.run);
  insert.bind(12, row.gone_at.micros);
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
  TRY(auto sight, db_.prepare(kPutSighting));
  for (const auto& [id, row] : order) TRY_STATUS(put_sighting(sight, id, *row));
  changes_ += static_cast<std::int64_t>(rows.size());
  return counts;
}

}  // namespace tocsin::store
