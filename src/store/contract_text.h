// Contract: the full-text index.
#pragma once

#include <algorithm>
#include <filesystem>
#include <functional>
#include <thread>
#include <unistd.h>

#include <gtest/gtest.h>

#include "store/text_index.h"

namespace tocsin::store {

/// Opens (or opens again) the index that lives in a folder.
struct TextBackend {
  std::string name;
  std::function<Result<std::unique_ptr<TextIndex>>(const std::filesystem::path& folder)> open;
};

inline void PrintTo(const TextBackend& backend, std::ostream* out) { *out << backend.name; }

/// The index is opened with the collections `a` and `b`.
class TextContract : public testing::TestWithParam<TextBackend> {
 protected:
  using Words = std::vector<std::string>;

  void SetUp() override {
    folder_ =
        std::filesystem::temp_directory_path() / ("tocsin-text-" + std::to_string(::getpid()));
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
    reopen();
  }
  void TearDown() override {
    index_.reset();
    std::filesystem::remove_all(folder_);
  }
  void reopen() {
    index_.reset();
    auto opened = GetParam().open(folder_);
    ASSERT_TRUE(opened) << opened.error().message;
    index_ = std::move(*opened);
  }
  void put(const std::string& id, Words words, Words keys = {}, const std::string& in = "a") {
    const Status done = index_->put({in, {{id, std::move(words), std::move(keys)}}, {}});
    ASSERT_TRUE(done) << done.error().message;
  }
  static TextTerm text(Words words, bool prefix = false) {
    return {false, std::move(words), prefix};
  }
  static TextTerm key(std::string value, bool prefix = false) {
    return {true, {std::move(value)}, prefix};
  }
  Words ids(const TextQuery& query, const std::string& in = "a") {
    const auto found = index_->find(in, query);
    EXPECT_TRUE(found) << (found ? "" : found.error().message);
    Words out;
    if (found) {
      for (const auto& hit : *found) out.push_back(hit.id);
    }
    return out;
  }
  Words ids(const TextTerm& term) { return ids(TextQuery{{{term}}, {}, 0, 100}); }

  std::filesystem::path folder_;
  std::unique_ptr<TextIndex> index_;
};

TEST_P(TextContract, WordsPhrasesAndPrefixesAreFoundNewestFirst) {
  put("1", {"evil", "example"});
  put("2", {"example", "evil"});
  put("3", {"evil", "www", "example"});
  EXPECT_EQ(ids(text({"evil"})), (Words{"3", "2", "1"}));
  EXPECT_EQ(ids(text({"evil", "example"})), Words{"1"}) << "side by side, in this order";
  EXPECT_EQ(ids(text({"evi"})), Words{}) << "whole words";
  EXPECT_EQ(ids(text({"evi"}, true)), (Words{"3", "2", "1"}));
  EXPECT_EQ(ids(text({"evil", "w"}, true)), Words{"3"}) << "the last word may go on";
}

TEST_P(TextContract, KeysAreNoWordsAndWordsNoKeys) {
  put("1", {"state"}, {"state:open", "word"});
  EXPECT_EQ(ids(key("state:open")), Words{"1"});
  EXPECT_EQ(ids(text({"word"})), Words{});
  EXPECT_EQ(ids(key("state")), Words{});
  EXPECT_EQ(ids(key("state:", true)), Words{"1"});
}

TEST_P(TextContract, AnyBytesAreKeptApart) {
  const Words strange = {"a b", "a\"b", "a*b",          "A",    "a", "+", "_",
                         "OR",  "(",    "\xe9\x92\x93", "a+20b"};
  for (const auto& word : strange) put(word, {word}, {word});
  for (const auto& word : strange) {
    EXPECT_EQ(ids(text({word})), Words{word});
    EXPECT_EQ(ids(key(word)), Words{word});
  }
  EXPECT_EQ(ids(text({"\xe9\x92"}, true)), Words{"\xe9\x92\x93"}) << "a prefix is of bytes";
}

TEST_P(TextContract, GroupsAndExclusions) {
  put("1", {"x"}, {"s:1", "c:1"});
  put("2", {"x"}, {"s:2", "c:1"});
  put("3", {"x"}, {"s:3", "c:2"});
  EXPECT_EQ(ids({{{key("s:1"), key("s:3")}, {text({"x"})}}, {}, 0, 100}), (Words{"3", "1"}));
  EXPECT_EQ(ids({{{text({"x"})}}, {key("s:1"), key("s:2")}, 0, 100}), Words{"3"});
  EXPECT_EQ(ids({{}, {key("c:1")}, 0, 100}), Words{"3"}) << "of all, without these";
  EXPECT_EQ(ids({{}, {}, 0, 100}), (Words{"3", "2", "1"}));
}

TEST_P(TextContract, KeysetPagingVisitsEachOnce) {
  for (int i = 0; i < 23; ++i) put(std::to_string(i), {"x"});
  TextQuery query{{{text({"x"})}}, {}, 0, 5};
  Words seen;
  for (int page = 0; page < 10; ++page) {
    const auto hits = index_->find("a", query);
    ASSERT_TRUE(hits);
    if (hits->empty()) break;
    ASSERT_LE(hits->size(), 5U);
    for (const auto& hit : *hits) seen.push_back(hit.id);
    query.after = hits->back().position;
    put("late" + std::to_string(page), {"x"});  // comes before what was read
  }
  ASSERT_EQ(seen.size(), 23U);
  EXPECT_EQ(seen.front(), "22");
  EXPECT_EQ(seen.back(), "0");
}

TEST_P(TextContract, TheOldestFirstIsTheSameBackwards) {
  for (int i = 0; i < 23; ++i) put(std::to_string(i), {"x"}, {i % 2 == 0 ? "even" : "odd"});
  TextQuery query{{{text({"x"})}}, {key("odd")}, 0, 5, true};
  Words seen;
  for (int page = 0; page < 10; ++page) {
    const auto hits = index_->find("a", query);
    ASSERT_TRUE(hits);
    if (hits->empty()) break;
    for (const auto& hit : *hits) seen.push_back(hit.id);
    query.after = hits->back().position;
    put("0", {"x", std::to_string(page)}, {"even"});  // a replaced one keeps its place
  }
  query = {{{text({"x"})}}, {key("odd")}, 0, 100};
  Words newest = ids(query);
  std::reverse(newest.begin(), newest.end());
  EXPECT_EQ(seen, newest);
  EXPECT_EQ(seen.size(), 12U);
}

TEST_P(TextContract, AReplacedDocumentKeepsItsPlaceAndLosesItsWords) {
  put("1", {"old"});
  put("2", {"other"});
  put("1", {"new", "other"});
  put("1", {"new", "other"});  // the same again
  EXPECT_EQ(ids(text({"old"})), Words{});
  EXPECT_EQ(ids(text({"other"})), (Words{"2", "1"}));
  EXPECT_EQ(index_->count("a").value(), 2);
  put("1", {});
  EXPECT_EQ(ids(text({"new"})), Words{});
  EXPECT_EQ(index_->count("a").value(), 1);
  put("never", {});
  EXPECT_EQ(index_->count("a").value(), 1);
}

TEST_P(TextContract, CollectionsAreApartAndKnown) {
  put("1", {"x"}, {}, "a");
  put("2", {"x"}, {}, "b");
  EXPECT_EQ(ids({{{text({"x"})}}, {}, 0, 9}, "b"), Words{"2"});
  const auto none = index_->find("c", {});
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, Code::kInvalid);
  EXPECT_FALSE(none.error().message_zh.empty());
}

TEST_P(TextContract, ATermWithoutWordsIsRefusedInBothLanguages) {
  for (const TextTerm& term : {text({}), text({""}), key("")}) {
    const auto found = index_->find("a", {{{term}}, {}, 0, 9});
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().code, Code::kInvalid);
    EXPECT_FALSE(found.error().message_zh.empty());
  }
  EXPECT_FALSE(index_->find("a", {{{}}, {}, 0, 9})) << "one of nothing";
}

TEST_P(TextContract, NotesComeWithTheDocumentsAndOutliveARestart) {
  EXPECT_EQ(index_->note("offset").value(), "");
  ASSERT_TRUE(index_->put({"a", {{"1", {"x"}, {}}}, {{"offset", "7"}}}));
  EXPECT_FALSE(index_->put({"none", {{"1", {"x"}, {}}}, {{"offset", "8"}}}));
  EXPECT_EQ(index_->note("offset").value(), "7") << "a batch is taken whole or not at all";
  reopen();
  EXPECT_EQ(index_->note("offset").value(), "7");
  EXPECT_EQ(ids(text({"x"})), Words{"1"});
  ASSERT_TRUE(index_->clear());
  EXPECT_EQ(index_->note("offset").value(), "");
  EXPECT_EQ(ids({{}, {}, 0, 9}), Words{});
}

TEST_P(TextContract, WhatADocumentCountsAsFollowsIt) {
  using Counts = std::map<std::string, std::int64_t>;
  const auto put_counted = [&](const std::string& id, std::int64_t day, const std::string& value,
                               Words groups, Words regions) {
    const TextTally tally{std::move(groups), std::move(regions), {{day, "class", value}}};
    ASSERT_TRUE(index_->put({"a", {{id, {"x"}, {}, tally}}, {}}));
  };
  const auto count = [&](Words groups, const std::string& region = "", std::int64_t first = 0,
                         std::int64_t last = 100) {
    return index_->tallied({"class", std::move(groups), region, first, last}).value();
  };
  put_counted("1", 10, "m", {"*", "u1"}, {"51"});
  put_counted("2", 11, "m", {"*", "u2"}, {"51", "44"});
  put_counted("3", 12, "n", {"*", "u1"}, {});
  EXPECT_EQ(count({"*"}), (Counts{{"m", 2}, {"n", 1}}));
  EXPECT_EQ(count({"*"}, "51"), (Counts{{"m", 2}})) << "in two regions, and once in all";
  EXPECT_EQ(count({"*"}, "44"), (Counts{{"m", 1}}));
  EXPECT_EQ(count({"u1", "u2"}), (Counts{{"m", 2}, {"n", 1}})) << "groups are added up";
  EXPECT_EQ(count({"*"}, "", 11, 11), (Counts{{"m", 1}}));
  EXPECT_EQ(count({"nobody"}), Counts{});
  EXPECT_EQ(count({}), Counts{});
  put_counted("2", 30, "n", {"*"}, {});
  EXPECT_EQ(count({"*"}), (Counts{{"m", 1}, {"n", 2}})) << "replaced, it counts as it is now";
  EXPECT_EQ(count({"*"}, "44"), Counts{});
  const auto days = index_->tallied_by_day({"class", {"*", "u1"}, "", 0, 12}).value();
  EXPECT_EQ(days, (std::map<std::int64_t, Counts>{{10, {{"m", 2}}}, {12, {{"n", 2}}}}));
  EXPECT_FALSE(index_->put({"none", {{"4", {"x"}, {}, {{"*"}, {}, {{1, "class", "q"}}}}}, {}}));
  put("1", {});
  reopen();
  EXPECT_EQ(count({"*"}), (Counts{{"n", 2}})) << "what is gone does not count";
  ASSERT_TRUE(index_->clear());
  EXPECT_EQ(count({"*"}), Counts{});
  put_counted("5", 10, "m", {"*"}, {});
  EXPECT_EQ(count({"*"}), (Counts{{"m", 1}}));
}

TEST_P(TextContract, ReadersAndAWriterDoNotDisturbEachOther) {
  std::thread writer([&] {
    for (int i = 0; i < 200; ++i) put(std::to_string(i), {"x"});
  });
  std::size_t most = 0;
  for (int i = 0; i < 200; ++i) {
    const std::size_t now = ids({{{text({"x"})}}, {}, 0, 1000}).size();
    EXPECT_GE(now, most) << "what was seen stays";
    most = now;
  }
  writer.join();
  EXPECT_EQ(ids({{{text({"x"})}}, {}, 0, 1000}).size(), 200U);
}

}  // namespace tocsin::store
