#include "store/sqlite/connection.h"

#include <sqlite3.h>

namespace tocsin::store {
namespace {

tl::unexpected<Error> sqlite_error(sqlite3* db, const char* what) {
  const int code = sqlite3_errcode(db) & 0xff;
  const Code kind = code == SQLITE_CORRUPT || code == SQLITE_NOTADB ? Code::kCorrupt
                    : code == SQLITE_BUSY || code == SQLITE_LOCKED  ? Code::kOverloaded
                                                                    : Code::kInternal;
  return fail(kind, std::string(what) + ": " + sqlite3_errmsg(db), {}, "sqlite");
}

}  // namespace

Statement::~Statement() {
  if (stmt_ != nullptr) reset();
}

Statement& Statement::bind(int position, std::int64_t value) {
  ASSERT(sqlite3_bind_int64(stmt_, position, value) == SQLITE_OK);
  return *this;
}

Statement& Statement::bind(int position, std::string_view value) {
  // An empty view may have no address, which SQLite would read as NULL.
  const char* data = value.empty() ? "" : value.data();
  ASSERT(sqlite3_bind_text64(stmt_, position, data, value.size(), SQLITE_STATIC, SQLITE_UTF8) ==
         SQLITE_OK);
  return *this;
}

Statement& Statement::bind_blob(int position, std::string_view value) {
  const char* data = value.empty() ? "" : value.data();
  ASSERT(sqlite3_bind_blob64(stmt_, position, data, value.size(), SQLITE_STATIC) == SQLITE_OK);
  return *this;
}

Result<bool> Statement::step() {
  switch (sqlite3_step(stmt_)) {
    case SQLITE_ROW:
      return true;
    case SQLITE_DONE:
      return false;
    default:
      return sqlite_error(db_, sqlite3_sql(stmt_));
  }
}

Status Statement::run() {
  for (;;) {
    TRY(const bool row, step());
    if (!row) return {};
  }
}

void Statement::reset() {
  sqlite3_reset(stmt_);
  sqlite3_clear_bindings(stmt_);
}

std::int64_t Statement::integer(int column) const { return sqlite3_column_int64(stmt_, column); }

std::string Statement::text(int column) const { return std::string(view(column)); }

std::string_view Statement::view(int column) const {
  const auto* data = static_cast<const char*>(sqlite3_column_blob(stmt_, column));
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(stmt_, column));
  return data == nullptr ? std::string_view() : std::string_view(data, size);
}

Result<std::unique_ptr<Connection>> Connection::open(const std::filesystem::path& path, Mode mode) {
  sqlite3* db = nullptr;
  const int flags =
      SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE |
      (mode == Mode::kWriter ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY);
  const int rc = sqlite3_open_v2(path.c_str(), &db, flags, nullptr);
  auto connection = std::unique_ptr<Connection>(new Connection(db));
  if (rc != SQLITE_OK) return sqlite_error(db, ("cannot open " + path.string()).c_str());
  sqlite3_busy_timeout(db, 10'000);
  TRY_STATUS(
      connection->execute("pragma cache_size = -65536; pragma temp_store = memory;"
                          "pragma mmap_size = 268435456; pragma foreign_keys = on"));
  if (mode == Mode::kWriter) {
    // FULL: an acknowledged commit survives a power cut, not only a killed process.
    TRY_STATUS(
        connection->execute("pragma journal_mode = wal; pragma synchronous = full;"
                            "pragma wal_autocheckpoint = 16000"));
  } else {
    TRY_STATUS(connection->execute("pragma query_only = on"));
  }
  return connection;
}

Connection::~Connection() {
  for (const auto& [sql, stmt] : cache_) sqlite3_finalize(stmt);
  sqlite3_close(db_);
}

Status Connection::execute(const char* sql) {
  if (sqlite3_exec(db_, sql, nullptr, nullptr, nullptr) != SQLITE_OK) return sqlite_error(db_, sql);
  return {};
}

Result<Statement> Connection::prepare(std::string_view sql) {
  if (const auto known = cache_.find(sql); known != cache_.end()) {
    return Statement(db_, known->second);
  }
  sqlite3_stmt* stmt = nullptr;
  if (sqlite3_prepare_v3(db_, sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT,
                         &stmt, nullptr) != SQLITE_OK) {
    return sqlite_error(db_, std::string(sql).c_str());
  }
  cache_.emplace(sql, stmt);
  return Statement(db_, stmt);
}

std::int64_t Connection::changes() const { return sqlite3_changes64(db_); }

}  // namespace tocsin::store
