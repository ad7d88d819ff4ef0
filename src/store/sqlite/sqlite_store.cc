#include "store/sqlite/sqlite_store.h"

#include <atomic>
#include <condition_variable>
#include <mutex>

#include "store/sqlite/fair_mutex.h"
#include "store/sqlite/readers.h"
#include "store/sqlite/schema.h"
#include "store/sqlite/transaction.h"

namespace tocsin::store {
namespace {

/// Undoes the open transaction unless it was committed, also when the body threw: the one writer
/// must never be left inside a transaction.
class Undo {
 public:
  explicit Undo(Connection& db) : db_(db) {}
  ~Undo() {
    // A failed rollback leaves nothing either: the next begin would report it.
    if (open_) static_cast<void>(db_.execute("rollback"));
  }
  Undo(const Undo&) = delete;
  Undo& operator=(const Undo&) = delete;
  void committed() { open_ = false; }

 private:
  Connection& db_;
  bool open_ = true;
};

class SqliteStore final : public Store {
 public:
  SqliteStore(std::filesystem::path path, std::unique_ptr<Connection> writer, const Clock& clock)
      : path_(std::move(path)),
        clock_(clock),
        sql_(make_table_sql()),
        writer_(std::move(writer)),
        readers_(path_) {}

  Status write_with(const std::function<Status(WriteTx&)>& body) override {
    std::uint64_t length = 0;
    {
      const std::lock_guard lock(writer_mutex_);
      TRY_STATUS(writer_->execute("begin immediate"));
      Undo undo(*writer_);
      TRY_STATUS(attempt(body, length));
      undo.committed();
    }
    {
      const std::lock_guard lock(length_mutex_);
      length_ = std::max(length_, length);
    }
    longer_.notify_all();
    return {};
  }

  Status read_with(const std::function<Status(ReadTx&)>& body) override {
    return readers_.with([&](Connection& connection) -> Status {
      SqliteTx tx(connection, sql_, clock_);
      return body(tx);
    });
  }

  std::uint64_t wait_journal(std::uint64_t after, std::chrono::milliseconds wait) override {
    std::unique_lock lock(length_mutex_);
    const auto woken = wakes_;
    longer_.wait_for(lock, wait, [&] { return length_ > after || wakes_ != woken; });
    return length_;
  }

  void wake() override {
    {
      const std::lock_guard lock(length_mutex_);
      ++wakes_;
    }
    longer_.notify_all();
  }

  std::map<std::string, std::int64_t> statistics() override {
    std::map<std::string, std::int64_t> out;
    std::error_code ec;
    const auto size = [&](const std::string& suffix) {
      const auto bytes = std::filesystem::file_size(path_.string() + suffix, ec);
      return ec ? 0 : static_cast<std::int64_t>(bytes);
    };
    out["database_bytes"] = size("");
    out["wal_bytes"] = size("-wal");
    // Pages that purged rows left behind; the next rows take them, so the file need not grow.
    const auto free = readers_.with([](Connection& db) -> Result<std::int64_t> {
      TRY(auto query, db.prepare("select f.freelist_count * p.page_size "
                                 "from pragma_freelist_count f, pragma_page_size p"));
      TRY_STATUS(query.step());
      return query.integer(0);
    });
    if (free) out["free_bytes"] = *free;
    return out;
  }

  Status load_length() {
    return read_with([this](ReadTx& tx) -> Status {
      TRY(length_, tx.last_sequence());
      return {};
    });
  }

 private:
  Status attempt(const std::function<Status(WriteTx&)>& body, std::uint64_t& length) {
    SqliteTx tx(*writer_, sql_, clock_);
    TRY_STATUS(body(tx));
    if (tx.unjournaled()) {
      return fail(Code::kInternal, "documents were changed without a journal entry", {}, "T05-22");
    }
    TRY(length, tx.last_sequence());
    return writer_->execute("commit");
  }

  const std::filesystem::path path_;
  const Clock& clock_;
  const SqlByTable sql_;
  FairMutex writer_mutex_;
  std::unique_ptr<Connection> writer_;
  Readers readers_;
  std::mutex length_mutex_;
  std::condition_variable longer_;
  std::uint64_t length_ = 0;
  std::uint64_t wakes_ = 0;
};

}  // namespace

Result<std::unique_ptr<Store>> open_sqlite(const std::filesystem::path& path, const Clock& clock) {
  TRY(auto writer, Connection::open(path, Connection::Mode::kWriter));
  TRY_STATUS(migrate(*writer, clock.now()));
  auto store = std::make_unique<SqliteStore>(path, std::move(writer), clock);
  TRY_STATUS(store->load_length());
  return std::unique_ptr<Store>(std::move(store));
}

}  // namespace tocsin::store
