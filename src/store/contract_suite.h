// What every backend of the store must do. A backend's own test file includes the contract_*.h
// headers and instantiates the suite with a factory:
//   INSTANTIATE_TEST_SUITE_P(Sqlite, StoreContract, testing::Values(sqlite_backend()));
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unistd.h>
#include <vector>

#include <gtest/gtest.h>

#include "base/time.h"
#include "journal/entry.h"
#include "store/store.h"

namespace tocsin::store {

/// Opens (or opens again) the database that lives in a folder.
struct Backend {
  std::string name;
  std::function<Result<std::unique_ptr<Store>>(const std::filesystem::path& folder,
                                               const Clock& clock)>
      open;
};

inline void PrintTo(const Backend& backend, std::ostream* out) { *out << backend.name; }

/// Any table of the schema serves: the store does not look into bodies.
inline constexpr std::string_view kTable = "source";

inline Instant at(std::string_view text) { return parse_instant(text).value(); }

/// A change that only says it happened.
inline Change change_of(std::string subject, std::string threat = {}) {
  Change c;
  c.actor = "usr_test";
  c.organization = "org_test";
  c.action = "test.done";
  c.subject = std::move(subject);
  c.threat = std::move(threat);
  c.basis = {"miit-202", "2017", "6", "W17-08"};
  return c;
}

/// A fresh database a test, in a folder of its own that goes away with it.
class StoreContract : public testing::TestWithParam<Backend> {
 protected:
  void SetUp() override {
    const auto* info = testing::UnitTest::GetInstance()->current_test_info();
    std::string name = info->name();
    for (char& c : name) c = c == '/' ? '-' : c;
    folder_ = std::filesystem::temp_directory_path() /
              ("tocsin-store-" + name + "-" + std::to_string(::getpid()));
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
    reopen();
  }

  void TearDown() override {
    store_.reset();
    std::filesystem::remove_all(folder_);
  }

  void reopen() {
    store_.reset();
    auto opened = GetParam().open(folder_, clock_);
    ASSERT_TRUE(opened) << opened.error().message;
    store_ = std::move(*opened);
  }

  /// Puts one document in its own journaled transaction.
  void put(const std::string& id, const std::string& body, std::vector<IndexKey> keys = {}) {
    const Status done = store_->write([&](WriteTx& tx) -> Status {
      TRY_STATUS(tx.put_document(kTable, id, body, keys));
      TRY_STATUS(tx.append(change_of(id)));
      return {};
    });
    ASSERT_TRUE(done) << done.error().message;
  }

  /// Appends `n` entries, one transaction each.
  void append(int n) {
    for (int i = 0; i < n; ++i) {
      clock_.advance(std::chrono::milliseconds(7));
      const auto seq =
          store_->write([&](WriteTx& tx) { return tx.append(change_of("s" + std::to_string(i))); });
      ASSERT_TRUE(seq) << seq.error().message;
    }
  }

  /// Runs a read and unwraps it; a failed read fails the test.
  template <typename F>
  auto read(F&& body) {
    auto result = store_->read(std::forward<F>(body));
    EXPECT_TRUE(result) << (result ? "" : result.error().message);
    return result.value();
  }

  std::uint64_t length() {
    return read([](ReadTx& tx) { return tx.last_sequence(); });
  }

  std::vector<std::string> ids(const Find& query) {
    std::vector<std::string> out;
    const auto rows = read([&](ReadTx& tx) { return tx.find_documents(kTable, query); });
    for (const auto& row : rows) out.push_back(row.id);
    return out;
  }

  std::filesystem::path folder_;
  FakeClock clock_{at("2026-03-05T10:00:00+08:00")};
  std::unique_ptr<Store> store_;
};

}  // namespace tocsin::store
