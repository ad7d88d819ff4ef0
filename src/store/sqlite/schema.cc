#include "store/sqlite/schema.h"

#include <array>

#include <fmt/format.h>

#include "store/collections.h"

namespace tocsin::store {
namespace {

/// A collection that came after the database was made gets its tables when it is next opened.
std::string documents_schema() {
  std::string sql;
  for (const auto table : tables()) {
    sql += fmt::format(
        "create table if not exists {0} (id text primary key, body text not null, keys text not "
        "null);"
        "create table if not exists {0}_key (name text not null, key text not null, id text not "
        "null,"
        " primary key (name, key, id)) without rowid;",
        table);
  }
  return sql;
}

/// Migration N brings version N to N+1. Released steps are never edited.
std::string migration(std::int64_t version, Instant now) {
  constexpr const char* kBase = R"sql(
    create table journal (
      seq integer primary key, time integer not null, hash text not null,
      threat text not null, entry text not null);
    create index journal_threat on journal (threat, seq) where threat <> '';
    create table merkle_node (
      level integer not null, position integer not null, hash blob not null,
      primary key (level, position)) without rowid;
    create table cursor (consumer text primary key, seq integer not null) without rowid;
    create table counter (name text primary key, value integer not null) without rowid;
    create table remembered (
      key text primary key, answer text not null, at integer not null) without rowid;
    -- Indicators are appended in order of arrival and never change: a batch writes few pages. Only
    -- the small table beside it is written at random; its key is 63 bits of SHA-256 over kind and
    -- value, and a collision takes the next free key.
    create table indicator (id integer primary key, kind integer not null, value text not null);
    create table indicator_hash (hash integer primary key, indicator integer not null);
    create table sighting (
      indicator integer not null, source integer not null, first_seen integer not null,
      last_seen integer not null, confidence integer not null, original text, label text,
      primary key (indicator, source)) without rowid;
    create index sighting_source on sighting (source, indicator);
  )sql";
  // Remembered answers are forgotten by age, except the keys that the hub made for an import.
  constexpr const char* kAnswersByAge = R"sql(
    create index remembered_at on remembered (at) where at > 0;
    update remembered set at = 0 where key like '%:import:imp\_%' escape '\';
  )sql";
  // What a source says besides the indicator, and whether its latest complete list still says it.
  constexpr const char* kSightingsEnd = R"sql(
    alter table sighting add column tlp integer not null default -1;
    alter table sighting add column valid_until integer not null default 0;
    alter table sighting add column context integer not null default 0;
    alter table sighting add column run integer not null default 0;
    alter table sighting add column gone_at integer not null default 0;
  )sql";
  // Nodes have a table of their own: what a source names only as the other end of a relation is not
  // sighted by anybody, and must not reach the match snapshot.
  constexpr const char* kGraph = R"sql(
    create table node (
      id integer primary key, kind integer not null, value text not null,
      degree integer not null default 0);
    create table node_hash (hash integer primary key, node integer not null);
    create table relation (
      from_node integer not null, kind integer not null, to_node integer not null,
      source integer not null, first_seen integer not null, last_seen integer not null,
      confidence integer not null, tlp integer not null, origin text, note text,
      run integer not null, gone_at integer not null default 0,
      primary key (from_node, kind, to_node, source)) without rowid;
    create index relation_to on relation (to_node, kind, from_node, source);
    create index relation_source on relation (source, run) where gone_at = 0;
  )sql";
  // All labels of a row are kept in one column, between separators that no old label may contain.
  constexpr const char* kManyLabels = R"sql(
    update sighting set label = replace(label, char(31), ' ') where instr(label, char(31)) > 0;
  )sql";
  // An entry stays the text that was hashed: what it is about is read from there.
  constexpr const char* kJournalBySubject = R"sql(
    create index journal_subject on journal (json_extract(entry, '$.subject'), seq);
  )sql";
  switch (version) {
    case 0:
      return kBase;
    case 1:
      return kAnswersByAge;
    case 2:
      return kSightingsEnd;
    case 3:
      return kGraph;
    case 4:
      return kManyLabels;
    case 5:
      // The retention floor counts from when a row was written: for older rows from now on. Ids
      // are not taken back and rows go away, so both are counted from here on.
      return fmt::format(
          "alter table sighting add column written_at integer not null default {};"
          "create index relation_gone on relation (gone_at) where gone_at > 0;"
          "insert into counter (name, value) select '#indicator.newest', coalesce(max(id), 0)"
          " from indicator;"
          "insert into counter (name, value) select '#indicator.rows', count(*) from indicator;"
          "insert into counter (name, value) select '#node.newest', coalesce(max(id), 0) from node;"
          "insert into counter (name, value) select '#node.rows', count(*) from node;",
          now.micros);
    case 6:
      return kJournalBySubject;
    default:
      return {};
  }
}

constexpr std::int64_t kNewest = 7;

}  // namespace

Status migrate(Connection& connection, Instant now) {
  TRY_STATUS(connection.execute("begin immediate"));
  std::int64_t version = 0;
  {
    TRY(auto query, connection.prepare("pragma user_version"));
    TRY_STATUS(query.step());
    version = query.integer(0);
  }
  if (version > kNewest) {
    return fail(Code::kConflict,
                fmt::format("the database has schema {}, this program knows {}", version, kNewest));
  }
  for (; version < kNewest; ++version) {
    TRY_STATUS(connection.execute(migration(version, now).c_str()));
    TRY_STATUS(connection.execute(fmt::format("pragma user_version = {}", version + 1).c_str()));
  }
  TRY_STATUS(connection.execute(documents_schema().c_str()));
  return connection.execute("commit");
}

}  // namespace tocsin::store
