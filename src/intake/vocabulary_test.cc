// Labels of sources in words (W17-08): MISP's taxonomies and galaxies.
#include "intake/vocabulary.h"

#include <cstdlib>
#include <filesystem>
#include <unistd.h>

#include <gtest/gtest.h>

#include "base/file.h"
#include "store/sqlite/sqlite_store.h"

namespace tocsin::intake {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kTaxonomy =
    R"({"namespace":"tlp","version":1,"predicates":[{"value":"red","expanded":"(TLP:RED) for the eyes of recipients"},{"value":"mood","expanded":"Mood"}],
"values":[{"predicate":"mood","entry":[{"value":"Good","expanded":"In good mood","description":"d"},{"value":"good"}]}]})";
constexpr std::string_view kGalaxy =
    R"({"type":"zoo","values":[{"value":"Zebra","description":"stripes","meta":{"synonyms":["Quagga"]}}]})";

class VocabularyTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / ("tocsin-vocabulary-" + std::to_string(::getpid()));
    fs::remove_all(folder_);
    fs::create_directories(folder_);
    auto opened = store::open_sqlite(folder_ / "hub.db", clock_);
    ASSERT_TRUE(opened);
    store_ = std::move(*opened);
  }
  void TearDown() override { fs::remove_all(folder_); }

  VocabularyOutcome import(std::string_view json) {
    const auto done = import_vocabulary(*store_, json, {"usr_a", "org_a", {}, ""}, {});
    EXPECT_TRUE(done) << done.error().message;
    return done.value_or(VocabularyOutcome{});
  }
  Result<Term> term(std::string_view tag) {
    return store_->read([&](store::ReadTx& tx) { return find_term(tx, tag); });
  }
  std::uint64_t journal() {
    return store_->read([](store::ReadTx& tx) { return tx.last_sequence(); }).value();
  }

  fs::path folder_;
  FakeClock clock_{parse_instant("2026-04-01T00:00:00Z").value()};
  std::unique_ptr<store::Store> store_;
};

TEST_F(VocabularyTest, TagsAreKnownInWords) {
  EXPECT_EQ(import(kTaxonomy).added, 3) << "a tag that differs only in case is one";
  EXPECT_EQ(import(kGalaxy).added, 1);
  EXPECT_EQ(term("TLP:Red")->title.zh, "仅限指定接收人");
  EXPECT_EQ(term("tlp:mood=\"good\"")->title.en, "In good mood");
  EXPECT_EQ(term("misp-galaxy:zoo=\"zebra\"")->description, "stripes");
  EXPECT_EQ(term("quagga")->tag, "misp-galaxy:zoo=\"Zebra\"");
  EXPECT_EQ(term("horse").error().code, Code::kNotFound);
}

TEST_F(VocabularyTest, TheSameAgainWritesNothingAndANewEditionReplaces) {
  import(kTaxonomy);
  import(kGalaxy);
  const auto before = journal();
  const auto same = import(kTaxonomy);
  EXPECT_EQ(same.added + same.changed + same.removed, 0);
  EXPECT_EQ(journal(), before);
  const auto next =
      import(R"({"namespace":"tlp","predicates":[{"value":"red","expanded":"other"}]})");
  EXPECT_EQ(next.changed, 1);
  EXPECT_EQ(next.removed, 2);
  EXPECT_FALSE(term("tlp:mood"));
  EXPECT_TRUE(term("misp-galaxy:zoo=\"zebra\"")) << "another vocabulary stays";
}

TEST_F(VocabularyTest, WhatIsNoVocabularyIsRefusedAtItsPlace) {
  EXPECT_EQ(read_vocabulary(R"({"namespace":"x","predicates":[{"value":"a"},{}]})").error().field,
            "predicates[1]");
  EXPECT_EQ(read_vocabulary(R"({"type":"x","values":[{}]})").error().field, "values[0]");
  for (const std::string_view bad : {"{}", "[]", "{", R"({"type":"string","list":[]})"}) {
    EXPECT_FALSE(read_vocabulary(bad)) << bad;
  }
}

TEST_F(VocabularyTest, RealVocabularies) {
  const char* shared = std::getenv("TOCSIN_SHARED");
  if (shared == nullptr) GTEST_SKIP() << "TOCSIN_SHARED is not set: no real vocabularies to read";
  const fs::path root = fs::path(shared) / "data/misp";
  int taxonomies = 0;
  int clusters = 0;
  std::int64_t words = 0;
  for (const auto& entry : fs::recursive_directory_iterator(root / "taxonomies")) {
    if (entry.path().filename() != "machinetag.json") continue;
    ++taxonomies;
    words += import(*read_file(entry.path())).terms;
  }
  for (const auto& entry : fs::directory_iterator(root / "galaxy-clusters")) {
    ++clusters;
    import(*read_file(entry.path()));
  }
  EXPECT_EQ(taxonomies, 138);
  EXPECT_EQ(clusters, 10);
  EXPECT_EQ(term("tlp:amber+strict")->title.zh, "仅限接收方组织内部");
  const auto known = term("apt1");
  ASSERT_TRUE(known);
  EXPECT_EQ(known->vocabulary, "galaxy:threat-actor");
  EXPECT_EQ(words, 5477) << "as counted without our code";
}

}  // namespace
}  // namespace tocsin::intake
