// Connections for readers, kept for the next one.
#pragma once

#include <filesystem>
#include <memory>
#include <mutex>
#include <type_traits>
#include <vector>

#include "store/sqlite/connection.h"

namespace tocsin::store {

/// Thread safety: safe; each reader has a connection to itself.
class Readers {
 public:
  explicit Readers(std::filesystem::path path) : path_(std::move(path)) {}

  /// Runs `body` in a read transaction, on one snapshot.
  template <typename F>
  std::invoke_result_t<F, Connection&> with(F&& body) {
    TRY(auto connection, borrow());
    TRY_STATUS(connection->execute("begin"));
    auto done = body(*connection);
    const Status ended = connection->execute("rollback");
    if (ended) give_back(std::move(connection));
    return done;
  }

 private:
  Result<std::unique_ptr<Connection>> borrow() {
    {
      const std::lock_guard lock(mutex_);
      if (!kept_.empty()) {
        auto connection = std::move(kept_.back());
        kept_.pop_back();
        return connection;
      }
    }
    return Connection::open(path_, Connection::Mode::kReader);
  }

  void give_back(std::unique_ptr<Connection> connection) {
    constexpr std::size_t kKept = 16;
    const std::lock_guard lock(mutex_);
    if (kept_.size() < kKept) kept_.push_back(std::move(connection));
  }

  const std::filesystem::path path_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Connection>> kept_;
};

}  // namespace tocsin::store
