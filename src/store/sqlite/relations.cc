// The graph: one row a node, one row a source's word on a relation, read from both ends.
#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "store/sqlite/identity.h"
#include "store/sqlite/transaction.h"

namespace tocsin::store {
namespace {

constexpr IdentitySql kIdentity = {
    "select n.id, n.kind, n.value from node_hash h join node n on n.id = h.node where h.hash = ?1",
    "insert into node_hash (hash, node) values (?1, ?2) on conflict (hash) do nothing",
    "insert into node (id, kind, value) values (?1, ?2, ?3)",
    "select kind, value from node where id = ?1",
    "update node_hash set hash = ?1 where hash = ?2",
    "delete from node_hash where hash = ?1",
    "delete from node where id = ?1",
    "#node.newest",
    "#node.rows"};

constexpr const char* kPutClaim =
    "insert into relation (from_node, kind, to_node, source, first_seen, last_seen, confidence, "
    "tlp, origin, note, run) "
    "values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, nullif(?9, ''), nullif(?10, ''), ?11) "
    "on conflict (from_node, kind, to_node, source) do update set "
    "first_seen = min(first_seen, excluded.first_seen), "
    "last_seen = max(last_seen, excluded.last_seen), confidence = excluded.confidence, "
    "tlp = iif(run = excluded.run and gone_at = 0, max(tlp, excluded.tlp), excluded.tlp), "
    "origin = excluded.origin, note = excluded.note, run = excluded.run, gone_at = 0";

constexpr const char* kClaimColumns =
    "r.source, r.first_seen, r.last_seen, r.confidence, r.tlp, r.origin, r.note, r.run, r.gone_at";

/// Columns of kClaimColumns from `first` on.
Claim claim_at(Statement& query, int first) {
  Claim out;
  out.source = query.integer(first);
  out.first_seen = {query.integer(first + 1)};
  out.last_seen = {query.integer(first + 2)};
  out.confidence = query.integer(first + 3);
  if (const auto tlp = query.integer(first + 4); tlp >= 0) out.tlp = static_cast<model::Tlp>(tlp);
  out.origin = query.text(first + 5);
  out.note = query.text(first + 6);
  out.run = query.integer(first + 7);
  out.gone_at = {query.integer(first + 8)};
  return out;
}

/// Claims at one end, the other end joined in. The primary key serves one direction, relation_to
/// the other; both are in the order of (kind, other, source).
std::string range_sql(const char* near, const char* far) {
  return fmt::format(
      "select r.kind, r.{1}, n.kind, n.value, {2} from relation r join node n on n.id = r.{1} "
      "where r.{0} = ?1 and (r.kind, r.{1}, r.source) > (?2, ?3, ?4) and r.kind <= ?5 "
      "and r.gone_at = 0 order by r.kind, r.{1}, r.source limit ?6",
      near, far, kClaimColumns);
}

std::int64_t number(model::NodeKind kind) { return static_cast<std::int64_t>(kind); }
std::int64_t number(model::RelationKind kind) { return static_cast<std::int64_t>(kind); }

}  // namespace

Result<std::int64_t> SqliteTx::node_id(const model::Node& node) {
  std::int64_t hash = identity_hash(number(node.kind), node.value);
  return identity_of(db_, kIdentity, number(node.kind), node.value, hash);
}

Result<std::optional<NodeRecord>> SqliteTx::find_node(const model::Node& node) {
  TRY(const std::int64_t id, node_id(node));
  if (id == 0) return std::optional<NodeRecord>();
  TRY(auto query, db_.prepare("select degree from node where id = ?1"));
  query.bind(1, id);
  TRY_STATUS(query.step());
  return std::optional<NodeRecord>({id, query.integer(0)});
}

Result<std::vector<Claim>> SqliteTx::claims(const ClaimRange& range) {
  static const std::string kOut = range_sql("from_node", "to_node");
  static const std::string kIn = range_sql("to_node", "from_node");
  model::Node near;
  {
    TRY(auto self, db_.prepare("select kind, value from node where id = ?1"));
    self.bind(1, range.node);
    TRY(const bool there, self.step());
    if (!there) return std::vector<Claim>();
    near = {static_cast<model::NodeKind>(self.integer(0)), self.text(1)};
  }
  ClaimRange::Position at = range.after == nullptr ? ClaimRange::Position{} : *range.after;
  if (range.kind && at.kind < number(*range.kind)) at = {number(*range.kind), 0, 0};
  TRY(auto query, db_.prepare(range.incoming ? kIn : kOut));
  query.bind(1, range.node).bind(2, at.kind).bind(3, at.other).bind(4, at.source);
  query.bind(5, range.kind ? number(*range.kind) : INT64_MAX);
  query.bind(6, static_cast<std::int64_t>(range.limit));
  std::vector<Claim> out;
  for (;;) {
    TRY(const bool row, query.step());
    if (!row) break;
    Claim& claim = out.emplace_back(claim_at(query, 4));
    at = {query.integer(0), query.integer(1), claim.source};
    claim.relation.kind = static_cast<model::RelationKind>(at.kind);
    model::Node& far = range.incoming ? claim.relation.from : claim.relation.to;
    model::Node& here = range.incoming ? claim.relation.to : claim.relation.from;
    far = {static_cast<model::NodeKind>(query.integer(2)), query.text(3)};
    here = near;
  }
  if (range.after != nullptr) *range.after = at;
  return out;
}

Result<std::optional<Claim>> SqliteTx::find_claim(const model::Relation& relation,
                                                  std::int64_t source) {
  TRY(const std::int64_t from, node_id(relation.from));
  TRY(const std::int64_t to, node_id(relation.to));
  static const std::string kSql = fmt::format(
      "select {} from relation r where from_node = ?1 and kind = ?2 and to_node = ?3 and "
      "source = ?4",
      kClaimColumns);
  TRY(auto query, db_.prepare(kSql));
  query.bind(1, from).bind(2, number(relation.kind)).bind(3, to).bind(4, source);
  TRY(const bool row, query.step());
  if (!row) return std::optional<Claim>();
  Claim out = claim_at(query, 0);
  out.relation = relation;
  return std::optional<Claim>(std::move(out));
}

Result<bool> SqliteTx::stands(const RelationIds& r) {
  TRY(auto query, db_.prepare("select 1 from relation where from_node = ?1 and kind = ?2 "
                              "and to_node = ?3 and gone_at = 0 limit 1"));
  query.bind(1, r.from).bind(2, r.kind).bind(3, r.to);
  return query.step();
}

Status SqliteTx::count_degrees(const std::unordered_map<std::int64_t, std::int64_t>& changed) {
  std::vector<std::pair<std::int64_t, std::int64_t>> sorted(changed.begin(), changed.end());
  std::sort(sorted.begin(), sorted.end());
  TRY(auto count, db_.prepare("update node set degree = degree + ?1 where id = ?2"));
  for (const auto& [node, by] : sorted) {
    count.bind(1, by).bind(2, node);
    TRY_STATUS(count.run());
    count.reset();
  }
  return {};
}

Result<ClaimCounts> SqliteTx::add_claims(std::span<const Claim> rows) {
  std::vector<Pending> ends;
  ends.reserve(2 * rows.size());
  for (const Claim& row : rows) {
    for (const model::Node* node : {&row.relation.from, &row.relation.to}) {
      ends.push_back({identity_hash(number(node->kind), node->value), ends.size(),
                      number(node->kind), node->value});
    }
  }
  TRY_STATUS(give_identities(db_, kIdentity, ends));
  std::vector<RelationIds> relations(rows.size());
  for (const Pending& end : ends) {
    RelationIds& r = relations[end.index / 2];
    (end.index % 2 == 0 ? r.from : r.to) = end.key;
  }
  std::vector<std::size_t> order(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    order[i] = i;
    relations[i].kind = number(rows[i].relation.kind);
  }
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    const auto key = [&](std::size_t i) {  // equal claims stay in the order in which they came
      return std::tuple(relations[i].from, relations[i].kind, relations[i].to, i);
    };
    return key(a) < key(b);
  });
  ClaimCounts counts;
  std::unordered_map<std::int64_t, std::int64_t> degrees;
  TRY(auto put, db_.prepare(kPutClaim));
  for (const std::size_t i : order) {
    const RelationIds& r = relations[i];
    const Claim& row = rows[i];
    TRY(const bool stood, stands(r));
    ++(stood ? counts.merged : counts.added);
    if (!stood) {
      ++degrees[r.from];
      ++degrees[r.to];
    }
    put.bind(1, r.from).bind(2, r.kind).bind(3, r.to).bind(4, row.source);
    put.bind(5, row.first_seen.micros).bind(6, row.last_seen.micros).bind(7, row.confidence);
    put.bind(8, row.tlp ? static_cast<std::int64_t>(*row.tlp) : -1).bind(9, row.origin);
    put.bind(10, row.note).bind(11, row.run);
    TRY_STATUS(put.run());
    put.reset();
  }
  changes_ += static_cast<std::int64_t>(rows.size());
  TRY_STATUS(count_degrees(degrees));
  return counts;
}

Status SqliteTx::mark_gone(const RelationIds& r, std::int64_t source, Instant at,
                           std::unordered_map<std::int64_t, std::int64_t>& degrees) {
  {
    TRY(auto mark, db_.prepare("update relation set gone_at = ?1 where from_node = ?2 and "
                               "kind = ?3 and to_node = ?4 and source = ?5"));
    mark.bind(1, at.micros).bind(2, r.from).bind(3, r.kind).bind(4, r.to).bind(5, source);
    TRY_STATUS(mark.run());
  }
  ++changes_;
  TRY(const bool still, stands(r));
  if (still) return {};
  --degrees[r.from];
  --degrees[r.to];
  return {};
}

Result<bool> SqliteTx::withdraw_claim(const model::Relation& relation, std::int64_t source,
                                      Instant at) {
  TRY(const auto claim, find_claim(relation, source));
  if (!claim || claim->gone_at) return false;
  TRY(const std::int64_t from, node_id(relation.from));
  TRY(const std::int64_t to, node_id(relation.to));
  std::unordered_map<std::int64_t, std::int64_t> degrees;
  TRY_STATUS(mark_gone({from, number(relation.kind), to}, source, at, degrees));
  TRY_STATUS(count_degrees(degrees));
  return true;
}

Result<std::int64_t> SqliteTx::withdraw_claims(std::int64_t source, std::int64_t run, Instant at,
                                               std::size_t limit) {
  std::vector<RelationIds> gone;
  // Two ranges of the partial index, which holds only what stands.
  for (const char* sql : {"select from_node, kind, to_node from relation where source = ?1 and "
                          "run < ?2 and gone_at = 0 limit ?3",
                          "select from_node, kind, to_node from relation where source = ?1 and "
                          "run > ?2 and gone_at = 0 limit ?3"}) {
    TRY(auto query, db_.prepare(sql));
    query.bind(1, source).bind(2, run).bind(3, static_cast<std::int64_t>(limit - gone.size()));
    for (;;) {
      TRY(const bool row, query.step());
      if (!row) break;
      gone.push_back({query.integer(0), query.integer(1), query.integer(2)});
    }
  }
  std::unordered_map<std::int64_t, std::int64_t> degrees;
  for (const RelationIds& r : gone) TRY_STATUS(mark_gone(r, source, at, degrees));
  TRY_STATUS(count_degrees(degrees));
  return static_cast<std::int64_t>(gone.size());
}

Result<std::int64_t> SqliteTx::count_ended_claims(Instant before) {
  TRY(auto query, db_.prepare("select count(*) from relation where gone_at > 0 and gone_at < ?1"));
  query.bind(1, before.micros);
  TRY_STATUS(query.step());
  return query.integer(0);
}

Result<std::int64_t> SqliteTx::purge_claims(Instant before, std::size_t limit) {
  struct Row {
    RelationIds relation;
    std::int64_t source = 0;
  };
  std::vector<Row> rows;
  {
    TRY(auto query, db_.prepare("select from_node, kind, to_node, source from relation "
                                "where gone_at > 0 and gone_at < ?1 limit ?2"));
    query.bind(1, before.micros).bind(2, static_cast<std::int64_t>(limit));
    for (;;) {
      TRY(const bool row, query.step());
      if (!row) break;
      rows.push_back({{query.integer(0), query.integer(1), query.integer(2)}, query.integer(3)});
    }
  }
  TRY(auto drop, db_.prepare("delete from relation where from_node = ?1 and kind = ?2 and "
                             "to_node = ?3 and source = ?4"));
  std::set<std::int64_t> ends;
  for (const Row& row : rows) {
    drop.bind(1, row.relation.from).bind(2, row.relation.kind).bind(3, row.relation.to);
    TRY_STATUS(drop.bind(4, row.source).run());
    drop.reset();
    ends.insert({row.relation.from, row.relation.to});
  }
  TRY(auto related, db_.prepare("select 1 from relation where from_node = ?1 union all "
                                "select 1 from relation where to_node = ?1 limit 1"));
  std::vector<std::int64_t> alone;
  for (const std::int64_t node : ends) {
    related.bind(1, node);
    TRY(const bool some, related.step());
    related.reset();
    if (!some) alone.push_back(node);
  }
  TRY_STATUS(drop_identities(db_, kIdentity, alone));
  changes_ += static_cast<std::int64_t>(rows.size());
  return static_cast<std::int64_t>(rows.size());
}

}  // namespace tocsin::store
