// A thin owner of one SQLite connection and its prepared statements.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace tocsin::store {

/// A prepared statement, borrowed from its connection's cache and reset when it goes out of scope.
class Statement {
 public:
  explicit Statement(sqlite3* db, sqlite3_stmt* stmt) : db_(db), stmt_(stmt) {}
  ~Statement();
  Statement(Statement&& other) noexcept : db_(other.db_), stmt_(other.stmt_) {
    other.stmt_ = nullptr;
  }
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;
  Statement& operator=(Statement&&) = delete;

  /// Parameters are numbered from 1. Texts must outlive the next step().
  Statement& bind(int position, std::int64_t value);
  Statement& bind(int position, std::string_view value);
  Statement& bind_blob(int position, std::string_view value);

  /// True when there is a row, false when done.
  Result<bool> step();
  /// Runs to the end; for statements without rows.
  Status run();
  /// Ready to be bound and run again.
  void reset();

  std::int64_t integer(int column) const;
  std::string text(int column) const;
  std::string_view view(int column) const;  ///< valid until the next step() or reset()

 private:
  sqlite3* db_;
  sqlite3_stmt* stmt_;
};

/// Thread safety: one thread at a time.
class Connection {
 public:
  enum class Mode { kWriter, kReader };
  static Result<std::unique_ptr<Connection>> open(const std::filesystem::path& path, Mode mode);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// Statements without parameters or rows: schema, pragmas, begin, commit.
  Status execute(const char* sql);
  /// A statement kept for the life of the connection, known by its text. Texts come from a bounded
  /// set: values are bound, never written into them.
  Result<Statement> prepare(std::string_view sql);
  std::int64_t changes() const;

 private:
  explicit Connection(sqlite3* db) : db_(db) {}
  sqlite3* db_;
  struct Hash : std::hash<std::string_view> {
    using is_transparent = void;
  };
  std::unordered_map<std::string, sqlite3_stmt*, Hash, std::equal_to<>> cache_;
};

}  // namespace tocsin::store
