// The SQLite backend: the contract, and what only this backend can get wrong.
#include "store/sqlite/sqlite_store.h"

#include <atomic>
#include <thread>

#include <sqlite3.h>

#include "base/crypto/hash.h"
#include "base/file.h"
#include "store/contract_documents.h"
#include "store/contract_journal.h"
#include "store/contract_purge.h"
#include "store/contract_relations.h"
#include "store/contract_sightings.h"
#include "store/contract_suite.h"

namespace tocsin::store {
namespace {

constexpr const char* kFile = "hub.db";

Backend sqlite_backend() {
  return {"sqlite", [](const std::filesystem::path& folder, const Clock& clock) {
            return open_sqlite(folder / kFile, clock);
          }};
}

INSTANTIATE_TEST_SUITE_P(Sqlite, StoreContract, testing::Values(sqlite_backend()));
INSTANTIATE_TEST_SUITE_P(Sqlite, SightingsContract, testing::Values(sqlite_backend()));
INSTANTIATE_TEST_SUITE_P(Sqlite, RelationsContract, testing::Values(sqlite_backend()));
INSTANTIATE_TEST_SUITE_P(Sqlite, PurgeContract, testing::Values(sqlite_backend()));
INSTANTIATE_TEST_SUITE_P(Sqlite, PurgeClaimsContract, testing::Values(sqlite_backend()));

class SqliteStore : public PurgeContract {
 protected:
  /// Undoes the step from version 5 to 6.
  static constexpr const char* kBeforeJournalSearch = "drop index journal_subject";
  static constexpr const char* kBeforePurges =
      "drop index journal_subject; alter table sighting drop column written_at; drop index if "
      "exists relation_gone;"
      "delete from counter where name like '#%';";
  /// The one number that a query gives, past the store.
  std::int64_t number(const std::string& query) {
    sqlite3* db = nullptr;
    EXPECT_EQ(sqlite3_open((folder_ / kFile).c_str(), &db), SQLITE_OK);
    std::int64_t out = 0;
    const auto take = [](void* into, int, char** values, char**) {
      *static_cast<std::int64_t*>(into) = std::strtoll(values[0], nullptr, 10);
      return 0;
    };
    EXPECT_EQ(sqlite3_exec(db, query.c_str(), take, &out, nullptr), SQLITE_OK) << query;
    sqlite3_close(db);
    return out;
  }
  /// The schema this program writes.
  std::int64_t version() { return number("pragma user_version"); }
  /// Changes the file behind the store's back.
  void sql(const std::string& text) {
    sqlite3* db = nullptr;
    ASSERT_EQ(sqlite3_open((folder_ / kFile).c_str(), &db), SQLITE_OK);
    char* message = nullptr;
    EXPECT_EQ(sqlite3_exec(db, text.c_str(), nullptr, nullptr, &message), SQLITE_OK)
        << text << ": " << (message != nullptr ? message : "");
    sqlite3_free(message);
    sqlite3_close(db);
  }
};
INSTANTIATE_TEST_SUITE_P(Sqlite, SqliteStore, testing::Values(sqlite_backend()));

TEST_P(SqliteStore, ASchemaOfANewerProgramIsRefused) {
  put("a", "one");
  store_.reset();
  const auto mine = version();
  sql("pragma user_version = 1000");
  const auto opened = open_sqlite(folder_ / kFile, clock_);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, Code::kConflict);
  EXPECT_NE(opened.error().message.find("1000"), std::string::npos);
  sql("pragma user_version = " + std::to_string(mine));
  reopen();
  EXPECT_EQ(read([](ReadTx& tx) { return tx.get_document(kTable, "a"); }), "one")
      << "the refusal changed nothing";
}

TEST_P(SqliteStore, SightingsFromBeforeTheyHadTermsAreKept) {
  add({sighting("a.example", 1, "2026-01-02", "2026-01-05")});
  store_.reset();
  sql(kBeforePurges);
  for (const char* column : {"tlp", "valid_until", "context", "run", "gone_at"}) {
    sql("alter table sighting drop column " + std::string(column));
  }
  sql("drop table relation; drop table node_hash; drop table node");
  sql("pragma user_version = 2");
  reopen();
  const auto seen = find("a.example").sightings.at(0);
  EXPECT_EQ(seen.last_seen, at("2026-01-05"));
  EXPECT_FALSE(seen.tlp);
  EXPECT_TRUE(seen.stands(at("2026-01-06")));
}

TEST_P(SqliteStore, TheOneLabelOfAnOlderSightingIsKept) {
  auto row = sighting("a.example", 1, "2026-01-02", "2026-01-05");
  row.labels = {"before"};
  add({row});
  store_.reset();
  sql("update sighting set label = 'a' || char(31) || 'b'");
  sql(kBeforePurges);
  sql("pragma user_version = 4");
  reopen();
  EXPECT_EQ(find("a.example").sightings.at(0).labels, std::vector<std::string>{"a b"})
      << "it was one label, and it stays one";
}

TEST_P(SqliteStore, RowsFromBeforeTheyHadAnAgeCountFromTheUpdate_T05_21) {
  add({until("a.example", 1, at("2020-01-01")), until("b.example", 1, at("2020-01-01"))});
  store_.reset();
  sql(kBeforePurges);
  sql("pragma user_version = 5");
  clock_.advance(std::chrono::hours(24 * 100));
  reopen();
  EXPECT_EQ(count(), 2);
  EXPECT_TRUE(ended(clock_.now()).empty());
  EXPECT_EQ(ended(clock_.now().plus(std::chrono::seconds(1))).size(), 2U);
  EXPECT_EQ(add({until("c.example", 1, {})}).imported, 1);
  EXPECT_EQ(find("c.example").id, 3);
}

TEST_P(SqliteStore, AJournalFromBeforeItWasSearchedIsFoundBySubject) {
  append(3);
  store_.reset();
  sql(kBeforeJournalSearch);
  sql("pragma user_version = 6");
  reopen();
  EXPECT_EQ(number("select count(*) from sqlite_master where name = 'journal_subject'"), 1);
  const auto all = read([](ReadTx& tx) { return tx.journal(0, 1); });
  const auto found =
      read([&](ReadTx& tx) { return tx.find_journal({.subject = all.at(0).subject}); });
  ASSERT_FALSE(found.entries.empty());
  EXPECT_EQ(found.entries.front().hash, all.at(0).hash);
}

TEST_P(SqliteStore, ADatabaseFromBeforeAKindOfDocumentGetsItsTables) {
  put("a", "one");
  store_.reset();
  sql("drop table responsibility; drop table responsibility_key");
  reopen();
  ASSERT_TRUE(store_->read([](ReadTx& tx) { return scan<model::Responsibility>(tx); }));
  EXPECT_EQ(read([](ReadTx& tx) { return tx.get_document(kTable, "a"); }), "one");
}

TEST_P(SqliteStore, AFileThatIsNoDatabaseIsReported) {
  store_.reset();
  std::filesystem::remove_all(folder_);
  std::filesystem::create_directories(folder_);
  ASSERT_TRUE(write_file(folder_ / kFile, std::string(8192, 'x')));
  const auto opened = open_sqlite(folder_ / kFile, clock_);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, Code::kCorrupt);
}

TEST_P(SqliteStore, AFolderThatDoesNotExistIsReported) {
  EXPECT_FALSE(open_sqlite(folder_ / "none" / kFile, clock_));
}

/// The key of an indicator, computed here a second time on purpose.
std::int64_t key_of(std::string_view domain) {
  std::string input(1, static_cast<char>(model::IndicatorKind::kDomain));
  input += domain;
  const auto digest = crypto::sha256(input);
  std::uint64_t key = 0;
  for (std::size_t b = 0; b < 8; ++b) key = (key << 8) | digest[b];
  return static_cast<std::int64_t>(key >> 1);
}

TEST_P(SqliteStore, TwoIndicatorsWithTheSameKeyStayApart) {
  // A stranger sits on the key of a.example, and another one on the key behind it.
  const auto kind = std::to_string(static_cast<int>(model::IndicatorKind::kDomain));
  for (int step = 0; step < 2; ++step) {
    const std::string id = std::to_string(step + 1);
    sql("insert into indicator values (" + id + ", " + kind + ", 'stranger" + id + ".example');" +
        "insert into indicator_hash values (" + std::to_string(key_of("a.example") + step) + ", " +
        id + ")");
  }
  sql("insert or replace into counter values ('#indicator.newest', 2), ('#indicator.rows', 2)");
  EXPECT_EQ(add({sighting("a.example", 1, "2026-01-01", "2026-01-02")}).imported, 1);
  EXPECT_EQ(add({sighting("a.example", 1, "2026-01-01", "2026-01-03")}).merged, 1);
  EXPECT_EQ(read([](ReadTx& tx) { return tx.count_indicators(); }), 3);
  const auto record = find("a.example");
  EXPECT_EQ(record.first_seen, at("2026-01-01"));
  EXPECT_EQ(record.last_seen, at("2026-01-03"));
  ASSERT_EQ(record.sightings.size(), 1U);
  std::int64_t after = 0;
  const auto listed = read([&](ReadTx& tx) { return tx.sightings_of_source(1, after, 10); });
  ASSERT_EQ(listed.size(), 1U);
  EXPECT_EQ(listed[0].indicator.value, "a.example");
}

TEST_P(SqliteStore, WhoWasPushedBehindAPurgedKeyMovesUp) {
  const Instant end = clock_.now().plus(std::chrono::hours(1));
  add({until("a.example", 1, end)});
  // Two whose place was taken when they came lie behind it; a third one has a gap before it.
  const auto key = [](int step) { return std::to_string(key_of("a.example") + step); };
  sql("insert into indicator values (2, 99, 'x'), (3, 99, 'y'), (4, 99, 'z');"
      "insert into indicator_hash values (" +
      key(1) + ", 2), (" + key(2) + ", 3), (" + key(4) + ", 4)");
  EXPECT_EQ(purge({"a.example"}, end.plus(std::chrono::hours(1))).indicators, 1);
  const auto at_key = [&](int step) {
    return number("select coalesce(sum(indicator), 0) from indicator_hash where hash = " +
                  key(step));
  };
  EXPECT_EQ(at_key(0), 2);
  EXPECT_EQ(at_key(1), 3);
  EXPECT_EQ(at_key(2), 0);
  EXPECT_EQ(at_key(4), 4);
}

TEST_P(SqliteStore, AChangedJournalLineIsNoticed_T05_22) {
  append(9);
  store_.reset();
  sql("update journal set entry = replace(entry, 's3', 's4') where entry like '%\"s3\"%'");
  reopen();
  const Status checked = store_->read([](ReadTx& tx) -> Status {
    TRY(const auto entries, tx.journal(0, 100));
    journal::Tip tip;
    for (const auto& e : entries) TRY_STATUS(journal::follow(tip, e));
    return {};
  });
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().code, Code::kCorrupt);
  EXPECT_EQ(checked.error().field, "entry 4");
}

TEST_P(SqliteStore, AHoleInTheMerkleTreeIsNoticed) {
  append(7);
  store_.reset();
  sql("delete from merkle_node where level = 0 and position = 6");
  reopen();
  const auto seq = store_->write([](WriteTx& tx) { return tx.append(change_of("x")); });
  ASSERT_FALSE(seq);
  EXPECT_EQ(seq.error().code, Code::kCorrupt);
  EXPECT_EQ(length(), 7U);
}

TEST_P(SqliteStore, SizeOnDiskIsKnown) {
  put("a", "one");
  EXPECT_GT(store_->statistics().at("database_bytes") + store_->statistics().at("wal_bytes"), 0);
}

TEST_P(SqliteStore, KeysMayNotHoldTheSeparators) {
  const Status done = store_->write([](WriteTx& tx) -> Status {
    TRY_STATUS(tx.append(change_of("x")));
    return tx.put_document(kTable, "a", "{}",
                           {{"k",
                             "a\x1f"
                             "b"}});
  });
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, Code::kInvalid);
  EXPECT_EQ(length(), 0U);
}

// An import writes batch after batch without a pause. Whoever comes meanwhile is next, not last.
TEST_P(SqliteStore, AWriterWaitsForThoseBeforeItNotForThoseAfter) {
  std::atomic<bool> stop = false;
  std::atomic<int> batches = 0;
  std::thread import([&] {
    while (!stop) {
      EXPECT_TRUE(store_->write([&](WriteTx& tx) -> Status {
        ++batches;
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
        TRY_STATUS(tx.append(change_of("batch")));
        return {};
      }));
    }
  });
  constexpr int kActs = 30;
  int overtaken = 0;
  std::chrono::steady_clock::duration worst{};
  for (int i = 0; i < kActs; ++i) {
    const int before = batches;
    while (batches == before) std::this_thread::yield();  // a batch has just begun
    const int begun = batches;
    const auto asked = std::chrono::steady_clock::now();
    EXPECT_TRUE(store_->write([&](WriteTx& tx) {
      overtaken += batches - begun;
      worst = std::max(worst, std::chrono::steady_clock::now() - asked);
      return tx.append(change_of("act"));
    }));
  }
  stop = true;
  import.join();
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(worst).count();
  std::printf("%d batches began while %d acts waited; worst wait %lld ms\n", overtaken, kActs,
              static_cast<long long>(ms));
  // One batch may begin between asking and taking a place in the queue.
  EXPECT_LE(overtaken, 2 * kActs);
}

}  // namespace
}  // namespace tocsin::store
