// The journal, its Merkle nodes, cursors, counters and remembered answers.
#include <algorithm>

#include <fmt/format.h>

#include "store/sqlite/transaction.h"

namespace tocsin::store {
namespace {

Result<std::vector<journal::Entry>> read_entries(Statement& query) {
  std::vector<journal::Entry> out;
  for (;;) {
    TRY(const bool row, query.step());
    if (!row) return out;
    TRY(const Json json, Json::parse(query.view(0)));
    TRY(out.emplace_back(), journal::from_json(json));
  }
}

/// Entries of a part of the journal, (?1, ?2), whose action begins with ?3 and not with ?4.
std::string entries_where(std::string_view condition, std::string_view direction) {
  return fmt::format(
      "select seq, entry from journal where {0} seq > ?1 and seq < ?2"
      " and substr(json_extract(entry, '$.action'), 1, length(?3)) = ?3"
      " and (?4 = '' or substr(json_extract(entry, '$.action'), 1, length(?4)) <> ?4)"
      " order by seq {1} limit ?5",
      condition, direction);
}

/// The same about one subject, ?6, or of the case that it is: each is read along an index of its
/// own, in order, so that a page costs a page however long the journal is.
std::string entries_about(std::string_view direction) {
  return fmt::format(
      "select seq, entry from (select * from ({}) union select * from ({})) order by seq {} "
      "limit ?5",
      entries_where("json_extract(entry, '$.subject') = ?6 and", direction),
      entries_where("threat = ?6 and threat <> '' and", direction), direction);
}

}  // namespace

Result<JournalLook> SqliteTx::find_journal(const JournalFind& find) {
  TRY(const auto last, last_sequence());
  // The part that is looked at, both ends left out.
  std::uint64_t low = find.descending ? 0 : find.after;
  std::uint64_t high = find.descending && find.after > 0 ? find.after : last + 1;
  JournalLook out;
  if (low >= high) return out;
  const bool all = !find.subject.empty() || high - low <= kJournalReach;
  if (!all && find.descending) low = high - kJournalReach - 1;
  if (!all && !find.descending) high = low + kJournalReach + 1;
  const std::string_view direction = find.descending ? "desc" : "asc";
  const std::string sql =
      "select entry, seq from (" +
      (find.subject.empty() ? entries_where("", direction) : entries_about(direction)) + ")";
  TRY(auto query, db_.prepare(sql));
  query.bind(1, static_cast<std::int64_t>(low)).bind(2, static_cast<std::int64_t>(high));
  query.bind(3, find.action).bind(4, find.without);
  query.bind(5, static_cast<std::int64_t>(find.limit));
  if (!find.subject.empty()) query.bind(6, find.subject);
  TRY(out.entries, read_entries(query));
  if (out.entries.size() == find.limit) {
    out.next = out.entries.empty() ? 0 : out.entries.back().seq;
  } else if (!all) {
    // The end that was cut off, one step before what was not looked at.
    out.next = find.descending ? low + 1 : high - 1;
  }
  return out;
}

Result<std::vector<journal::Entry>> SqliteTx::journal(std::uint64_t after, std::size_t limit) {
  TRY(auto query, db_.prepare("select entry from journal where seq > ?1 order by seq limit ?2"));
  query.bind(1, static_cast<std::int64_t>(after)).bind(2, static_cast<std::int64_t>(limit));
  return read_entries(query);
}

Result<std::vector<journal::Entry>> SqliteTx::journal_of_threat(std::string_view threat) {
  TRY(auto query,
      db_.prepare("select entry from journal where threat = ?1 and threat <> '' order by seq"));
  query.bind(1, threat);
  return read_entries(query);
}

Result<std::uint64_t> SqliteTx::last_sequence() {
  TRY(auto query, db_.prepare("select coalesce(max(seq), 0) from journal"));
  TRY_STATUS(query.step());
  return static_cast<std::uint64_t>(query.integer(0));
}

Result<std::optional<std::string>> SqliteTx::merkle_node(std::uint64_t level, std::uint64_t index) {
  TRY(auto query, db_.prepare("select hash from merkle_node where level = ?1 and position = ?2"));
  query.bind(1, static_cast<std::int64_t>(level)).bind(2, static_cast<std::int64_t>(index));
  TRY(const bool row, query.step());
  if (!row) return std::optional<std::string>();
  return std::optional<std::string>(query.text(0));
}

Result<std::uint64_t> SqliteTx::append(const Change& change) {
  journal::Tip tip;
  {
    TRY(auto query, db_.prepare("select seq, time, hash from journal order by seq desc limit 1"));
    TRY(const bool row, query.step());
    if (row) {
      tip = {static_cast<std::uint64_t>(query.integer(0)), {query.integer(1)}, query.text(2)};
    }
  }
  journal::Entry draft;
  draft.time = clock_.now();
  draft.actor = change.actor;
  draft.org = change.organization;
  draft.action = change.action;
  draft.subject = change.subject;
  draft.threat = change.threat;
  draft.basis = change.basis;
  draft.before = change.before;
  draft.data = change.data;
  TRY(const journal::Entry entry, journal::append(tip, std::move(draft)));
  const std::string text = journal::to_json(entry).canonical();
  TRY(auto insert, db_.prepare("insert into journal (seq, time, hash, threat, entry) "
                               "values (?1, ?2, ?3, ?4, ?5)"));
  insert.bind(1, static_cast<std::int64_t>(entry.seq)).bind(2, entry.time.micros);
  insert.bind(3, entry.hash).bind(4, entry.threat).bind(5, text);
  TRY_STATUS(insert.run());
  TRY_STATUS(append_merkle(entry.seq - 1, entry.hash));
  ++entries_;
  return entry.seq;
}

Result<std::uint64_t> SqliteTx::cursor(std::string_view consumer) {
  TRY(auto query, db_.prepare("select seq from cursor where consumer = ?1"));
  query.bind(1, consumer);
  TRY(const bool row, query.step());
  return row ? static_cast<std::uint64_t>(query.integer(0)) : 0U;
}

Status SqliteTx::set_cursor(std::string_view consumer, std::uint64_t sequence) {
  TRY(auto query, db_.prepare("insert into cursor (consumer, seq) values (?1, ?2) "
                              "on conflict (consumer) do update set seq = excluded.seq"));
  return query.bind(1, consumer).bind(2, static_cast<std::int64_t>(sequence)).run();
}

Result<std::optional<std::string>> SqliteTx::remembered(std::string_view key) {
  TRY(auto query, db_.prepare("select answer from remembered where key = ?1"));
  query.bind(1, key);
  TRY(const bool row, query.step());
  if (!row) return std::optional<std::string>();
  return std::optional<std::string>(query.text(0));
}

Status SqliteTx::remember(std::string_view key, std::string_view answer, Instant now) {
  TRY(auto query, db_.prepare("insert into remembered (key, answer, at) values (?1, ?2, ?3)"));
  return query.bind(1, key).bind(2, answer).bind(3, now.micros).run();
}

// Answers kept for good have `at` 0, before every other one.
Result<bool> SqliteTx::remembers(Instant before) {
  TRY(auto query, db_.prepare("select 1 from remembered where at > 0 and at < ?1 limit 1"));
  query.bind(1, before.micros);
  return query.step();
}

Result<std::int64_t> SqliteTx::forget(Instant before, std::size_t limit) {
  TRY(auto query, db_.prepare("delete from remembered where key in (select key from remembered "
                              "where at > 0 and at < ?1 order by at limit ?2)"));
  TRY_STATUS(query.bind(1, before.micros).bind(2, static_cast<std::int64_t>(limit)).run());
  return db_.changes();
}

Result<std::int64_t> SqliteTx::next_number(std::string_view counter) {
  TRY(auto query, db_.prepare("insert into counter (name, value) values (?1, 1) on conflict (name) "
                              "do update set value = value + 1 returning value"));
  query.bind(1, counter);
  TRY_STATUS(query.step());
  const std::int64_t value = query.integer(0);
  TRY_STATUS(query.run());  // the statement must reach its end to take effect
  return value;
}

}  // namespace tocsin::store
