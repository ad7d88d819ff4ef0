// The indicator base: one row an indicator, one row a sighting, written in sorted batches.
#include <algorithm>

#include "base/text.h"
#include "store/sqlite/identity.h"
#include "store/sqlite/transaction.h"

namespace tocsin::store {
namespace {

constexpr IdentitySql kIdentity = {
    "select i.id, i.kind, i.value from indicator_hash h join indicator i on i.id = h.indicator "
    "where h.hash = ?1",
    "insert into indicator_hash (hash, indicator) values (?1, ?2) on conflict (hash) do nothing",
    "insert into indicator (id, kind, value) values (?1, ?2, ?3)",
    "select kind, value from indicator where id = ?1",
    "update indicator_hash set hash = ?1 where hash = ?2",
    "delete from indicator_hash where hash = ?1",
    "delete from indicator where id = ?1",
    "#indicator.newest",
    "#indicator.rows"};

/// ?2 is the time: what was withdrawn ended then, what has a limit ends with it, and a record is
/// not older than its last writing, whatever a feed says of its own dates.
constexpr std::string_view kEndedBefore =
    "iif(s.gone_at > 0, s.gone_at, s.valid_until) > 0 and "
    "max(iif(s.gone_at > 0, s.gone_at, s.valid_until), s.written_at) < ?2";

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
    "tlp, valid_until, context, run, gone_at, written_at) "
    "values (?1, ?2, ?3, ?4, ?5, nullif(?6, ''), nullif(?7, ''), ?8, ?9, ?10, ?11, ?12, ?13) "
    "on conflict (indicator, source) do update set "
    "first_seen = min(first_seen, excluded.first_seen), "
    "last_seen = max(last_seen, excluded.last_seen), "
    "tlp = iif(run = excluded.run, max(tlp, excluded.tlp), excluded.tlp), "
    "context = iif(run = excluded.run, min(context, excluded.context), excluded.context), "
    "valid_until = iif(run = excluded.run, max(valid_until, excluded.valid_until), "
    "excluded.valid_until), run = excluded.run, gone_at = excluded.gone_at, "
    "written_at = excluded.written_at "
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

Result<std::optional<IndicatorRecord>> SqliteTx::find_indicator(const model::Indicator& i) {
  const auto kind = static_cast<std::int64_t>(i.kind);
  std::int64_t hash = identity_hash(kind, i.value);
  TRY(const std::int64_t id, identity_of(db_, kIdentity, kind, i.value, hash));
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

Result<std::int64_t> SqliteTx::count_indicators() { return read_counter(db_, kIdentity.rows); }

Result<std::int64_t> SqliteTx::newest_indicator() { return read_counter(db_, kIdentity.newest); }

Result<std::vector<IndicatorSummary>> SqliteTx::indicators(std::int64_t after, std::size_t limit,
                                                           Instant at) {
  TRY(auto query,
      db_.prepare("select i.id, i.kind, i.value, s.source, s.first_seen, s.confidence, "
                  "s.gone_at = 0 and (s.valid_until = 0 or s.valid_until > ?3) "
                  "from (select id, kind, value from indicator where id > ?1 order by id limit ?2) "
                  "i left join sighting s on s.indicator = i.id order by i.id"));
  query.bind(1, after).bind(2, static_cast<std::int64_t>(limit)).bind(3, at.micros);
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
    const std::int64_t source = query.integer(3);
    if (source == 0 || query.integer(6) == 0) continue;  // nobody says it, or no longer
    one.confidence = std::max(one.confidence, query.integer(5));
    one.sources |= std::uint64_t{1} << std::min<std::int64_t>(source - 1, 63);
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
      db_.prepare("update sighting set gone_at = ?1, written_at = ?4 where indicator = ?2 and "
                  "source = ?3"));
  for (const std::int64_t indicator : gone) {
    mark.bind(1, at.micros).bind(2, indicator).bind(3, source).bind(4, clock_.now().micros);
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
  insert.bind(12, row.gone_at.micros).bind(13, clock_.now().micros);
  TRY_STATUS(insert.run());
  insert.reset();
  return {};
}

Result<SightingCounts> SqliteTx::add_sightings(std::span<const Sighting> rows) {
  std::vector<Pending> order;
  order.reserve(rows.size());
  for (const Sighting& row : rows) {
    const auto kind = static_cast<std::int64_t>(row.indicator.kind);
    order.push_back(
        {identity_hash(kind, row.indicator.value), order.size(), kind, row.indicator.value});
  }
  SightingCounts counts;
  TRY(counts.imported, give_identities(db_, kIdentity, order));
  counts.merged = static_cast<std::int64_t>(rows.size()) - counts.imported;
  std::sort(order.begin(), order.end());
  TRY(auto sight, db_.prepare(kPutSighting));
  for (const Pending& one : order) TRY_STATUS(put_sighting(sight, one.key, rows[one.index]));
  changes_ += static_cast<std::int64_t>(rows.size());
  return counts;
}

Result<std::vector<EndedIndicator>> SqliteTx::ended_indicators(Instant before, std::int64_t& after,
                                                               std::size_t limit) {
  std::vector<EndedIndicator> out;
  TRY(auto last, db_.prepare("select coalesce(max(id), ?1) from (select id from indicator "
                             "where id > ?1 order by id limit ?2)"));
  last.bind(1, after).bind(2, static_cast<std::int64_t>(limit));
  TRY_STATUS(last.step());
  const std::int64_t up_to = last.integer(0);
  // Along the sightings in their order; the value is only looked up of what is found.
  static const std::string kSql =
      "select s.indicator, i.kind, i.value, count(*) from sighting s cross join indicator i "
      "where s.indicator > ?1 and s.indicator <= ?3 and " +
      std::string(kEndedBefore) +
      " and i.id = s.indicator group by s.indicator order by s.indicator";
  TRY(auto query, db_.prepare(kSql));
  query.bind(1, after).bind(2, before.micros).bind(3, up_to);
  after = up_to;
  for (;;) {
    TRY(const bool row, query.step());
    if (!row) return out;
    out.push_back({query.integer(0),
                   {static_cast<model::IndicatorKind>(query.integer(1)), query.text(2)},
                   query.integer(3)});
  }
}

Result<Purged> SqliteTx::purge_sightings(std::span<const std::int64_t> indicators, Instant before) {
  static const std::string kDrop =
      "delete from sighting as s where s.indicator = ?1 and " + std::string(kEndedBefore);
  Purged out;
  std::vector<std::int64_t> bare;
  {
    TRY(auto drop, db_.prepare(kDrop));
    TRY(auto left, db_.prepare("select 1 from sighting where indicator = ?1 limit 1"));
    for (const std::int64_t id : indicators) {
      drop.bind(1, id).bind(2, before.micros);
      TRY_STATUS(drop.run());
      const std::int64_t dropped = db_.changes();
      drop.reset();
      out.sightings += dropped;
      left.bind(1, id);
      TRY(const bool some, left.step());
      left.reset();
      if (!some && dropped > 0) bare.push_back(id);
    }
  }
  TRY_STATUS(drop_identities(db_, kIdentity, bare));
  out.indicators = static_cast<std::int64_t>(bare.size());
  changes_ += out.sightings;
  return out;
}

}  // namespace tocsin::store
