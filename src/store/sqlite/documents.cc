// Documents and their index keys.
#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "store/collections.h"
#include "store/sqlite/transaction.h"

namespace tocsin::store {
namespace {

// Separators inside the `keys` column; neither can stand in a key (they are control characters).
constexpr char kField = '\x1f';
constexpr char kRecord = '\x1e';
/// No id comes behind it: 0xff is no byte of UTF-8.
constexpr std::string_view kBehindAll = "\xff";

std::string pack(const std::vector<IndexKey>& keys) {
  std::string out;
  for (const auto& k : keys) out += k.index + kField + k.key + kRecord;
  return out;
}

std::vector<IndexKey> unpack(std::string_view text) {
  std::vector<IndexKey> out;
  for (const auto record : split(text, kRecord)) {
    const auto field = record.find(kField);
    if (field == std::string_view::npos) continue;
    out.push_back({std::string(record.substr(0, field)), std::string(record.substr(field + 1))});
  }
  return out;
}

}  // namespace

SqlByTable make_table_sql() {
  SqlByTable out;
  for (const auto t : tables()) {
    const auto find = [&](const char* range, const char* order) {
      return fmt::format(
          "select d.id, d.body, k.key from {0}_key k join {0} d on d.id = k.id "
          "where k.name = ?1 and {1} order by k.key {2}, k.id {2} limit ?6",
          t, range, order);
    };
    out[t] = TableSql{
        fmt::format("select body, keys from {} where id = ?1", t),
        fmt::format("select id, body from {} where id > ?1 order by id limit ?2", t),
        fmt::format("select id, body from {} where id < ?1 order by id desc limit ?2", t),
        find("k.key >= ?2 and k.key <= ?3", "asc"),
        find("k.key >= ?2 and k.key <= ?3", "desc"),
        find("(k.key, k.id) > (?4, ?5) and k.key <= ?3", "asc"),
        find("(k.key, k.id) < (?4, ?5) and k.key >= ?2", "desc"),
        fmt::format("select count(*) from {}_key where name = ?1 and key >= ?2 and key <= ?3", t),
        fmt::format("insert into {} (id, body, keys) values (?1, ?2, ?3) on conflict (id) do "
                    "update set body = excluded.body, keys = excluded.keys",
                    t),
        fmt::format("delete from {} where id = ?1", t),
        fmt::format("insert into {}_key (name, key, id) values (?1, ?2, ?3)", t),
        fmt::format("delete from {}_key where name = ?1 and key = ?2 and id = ?3", t)};
  }
  return out;
}

const TableSql& SqliteTx::sql(std::string_view table) const {
  const auto found = sql_.find(table);
  ASSERT(found != sql_.end());
  return found->second;
}

Result<std::optional<std::string>> SqliteTx::get_document(std::string_view table,
                                                          std::string_view id) {
  TRY(auto query, db_.prepare(sql(table).get.c_str()));
  query.bind(1, id);
  TRY(const bool row, query.step());
  if (!row) return std::optional<std::string>();
  return std::optional<std::string>(query.text(0));
}

Result<std::vector<Stored>> SqliteTx::scan_documents(std::string_view table,
                                                     std::string_view after_id, std::size_t limit) {
  return scanned(sql(table).scan_up, after_id, limit);
}

Result<std::vector<Stored>> SqliteTx::scan_documents_down(std::string_view table,
                                                          std::string_view before_id,
                                                          std::size_t limit) {
  return scanned(sql(table).scan_down, before_id.empty() ? kBehindAll : before_id, limit);
}

Result<std::vector<Stored>> SqliteTx::scanned(const std::string& statement, std::string_view from,
                                              std::size_t limit) {
  TRY(auto query, db_.prepare(statement.c_str()));
  query.bind(1, from).bind(2, static_cast<std::int64_t>(limit));
  std::vector<Stored> out;
  for (;;) {
    TRY(const bool row, query.step());
    if (!row) return out;
    out.push_back({query.text(0), query.text(1), {}});
  }
}

Result<std::vector<Stored>> SqliteTx::find_documents(std::string_view table, const Find& find) {
  const TableSql& s = sql(table);
  // Statements of their own for later pages: only then does SQLite go straight to the place, which
  // matters when a million documents share one key.
  const bool later = !find.after_key.empty() &&
                     (find.descending ? find.after_key <= find.to : find.after_key >= find.from);
  const std::string& text =
      find.descending ? (later ? s.more_down : s.find_down) : (later ? s.more_up : s.find_up);
  TRY(auto query, db_.prepare(text.c_str()));
  query.bind(1, find.index)
      .bind(2, find.from)
      .bind(3, find.to)
      .bind(4, find.after_key)
      .bind(5, find.after_id)
      .bind(6, static_cast<std::int64_t>(find.limit));
  std::vector<Stored> out;
  for (;;) {
    TRY(const bool row, query.step());
    if (!row) return out;
    out.push_back({query.text(0), query.text(1), query.text(2)});
  }
}

Result<std::int64_t> SqliteTx::count_documents(std::string_view table, std::string_view index,
                                               std::string_view from, std::string_view to) {
  TRY(auto query, db_.prepare(sql(table).count.c_str()));
  query.bind(1, index).bind(2, from).bind(3, to);
  TRY_STATUS(query.step());
  return query.integer(0);
}

Status SqliteTx::put_document(std::string_view table, std::string_view id, std::string_view body,
                              std::vector<IndexKey> keys) {
  const TableSql& s = sql(table);
  std::erase_if(keys, [](const IndexKey& k) { return k.key.empty(); });
  std::sort(keys.begin(), keys.end());
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  for (const auto& k : keys) {
    if (k.key.find_first_of("\x1e\x1f") != std::string::npos) {
      return fail_bi(Code::kInvalid, "control characters are not allowed here",
                     "此处不允许控制字符", k.index);
    }
  }
  std::vector<IndexKey> old;
  {
    TRY(auto query, db_.prepare(s.get.c_str()));
    query.bind(1, id);
    TRY(const bool row, query.step());
    if (row) old = unpack(query.view(1));
  }
  const auto apply = [&](const std::string& statement, const std::vector<IndexKey>& from,
                         const std::vector<IndexKey>& except) -> Status {
    for (const auto& k : from) {
      if (std::binary_search(except.begin(), except.end(), k)) continue;
      TRY(auto change, db_.prepare(statement.c_str()));
      TRY_STATUS(change.bind(1, k.index).bind(2, k.key).bind(3, id).run());
    }
    return {};
  };
  TRY_STATUS(apply(s.drop_key, old, keys));
  TRY_STATUS(apply(s.add_key, keys, old));
  const std::string packed = pack(keys);
  TRY(auto query, db_.prepare(s.put.c_str()));
  TRY_STATUS(query.bind(1, id).bind(2, body).bind(3, packed).run());
  ++changes_;
  return {};
}

Status SqliteTx::erase_document(std::string_view table, std::string_view id) {
  TRY_STATUS(put_document(table, id, "", {}));
  TRY(auto query, db_.prepare(sql(table).erase.c_str()));
  return query.bind(1, id).run();
}

}  // namespace tocsin::store
