// The embedded full-text index: the contract, and what only a file can get wrong.
#include "store/sqlite/text_index.h"

#include <sqlite3.h>

#include "base/file.h"
#include "store/contract_text.h"

namespace tocsin::store {
namespace {

constexpr const char* kFile = "search.db";

TextBackend sqlite_text() {
  return {"sqlite", [](const std::filesystem::path& folder) {
            return open_sqlite_text(folder / kFile, {"a", "b"});
          }};
}

INSTANTIATE_TEST_SUITE_P(Sqlite, TextContract, testing::Values(sqlite_text()));

class SqliteText : public TextContract {};
INSTANTIATE_TEST_SUITE_P(Sqlite, SqliteText, testing::Values(sqlite_text()));

TEST_P(SqliteText, AFileThatCannotBeReadIsMadeAnew) {
  put("1", {"x"});
  index_.reset();
  ASSERT_TRUE(write_file(folder_ / kFile, std::string(8192, 'x')));
  reopen();
  EXPECT_EQ(ids(text({"x"})), Words{});
  put("1", {"x"});
  EXPECT_EQ(ids(text({"x"})), Words{"1"});
}

TEST_P(SqliteText, AnotherLayoutIsMadeAnew) {
  ASSERT_TRUE(index_->put({"a", {{"1", {"x"}, {}}}, {{"offset", "7"}}}));
  index_.reset();
  sqlite3* db = nullptr;
  ASSERT_EQ(sqlite3_open((folder_ / kFile).c_str(), &db), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(db, "pragma user_version = 1000", nullptr, nullptr, nullptr), SQLITE_OK);
  sqlite3_close(db);
  reopen();
  EXPECT_EQ(index_->note("offset").value(), "") << "who fills it begins again";
}

}  // namespace
}  // namespace tocsin::store
