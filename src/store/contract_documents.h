// Contract: documents, their keys, cursors, counters, remembered answers.
#pragma once

#include "store/collections.h"
#include "store/contract_suite.h"

namespace tocsin::store {

TEST_P(StoreContract, DocumentIsPutReplacedAndErased) {
  EXPECT_FALSE(read([](ReadTx& tx) { return tx.get_document(kTable, "a"); }));
  put("a", "one");
  EXPECT_EQ(read([](ReadTx& tx) { return tx.get_document(kTable, "a"); }), "one");
  put("a", "two");
  EXPECT_EQ(read([](ReadTx& tx) { return tx.get_document(kTable, "a"); }), "two");
  const Status erased = store_->write([](WriteTx& tx) -> Status {
    TRY_STATUS(tx.erase_document(kTable, "a"));
    TRY_STATUS(tx.append(change_of("a")));
    return {};
  });
  ASSERT_TRUE(erased) << erased.error().message;
  EXPECT_FALSE(read([](ReadTx& tx) { return tx.get_document(kTable, "a"); }));
}

TEST_P(StoreContract, ErasingAlsoDropsTheKeysAndMissingDocumentsMayBeErased) {
  put("a", "one", {{"k", "x"}});
  const Status erased = store_->write([](WriteTx& tx) -> Status {
    TRY_STATUS(tx.erase_document(kTable, "a"));
    TRY_STATUS(tx.erase_document(kTable, "never"));
    TRY_STATUS(tx.append(change_of("a")));
    return {};
  });
  ASSERT_TRUE(erased) << erased.error().message;
  EXPECT_TRUE(ids({"k", "", "~", {}, {}, 10}).empty());
  EXPECT_TRUE(read([](ReadTx& tx) { return tx.scan_documents(kTable, "", 10); }).empty());
}

TEST_P(StoreContract, BodiesAndKeysAreBytes) {
  const std::string body("{\"t\":\"\xe5\xa8\x81\xe8\x83\x81 ' \\u0000 \0 end\"}", 29);
  put("a", body, {{"k", "it's \"quoted\" %_ \xe5\xa8\x81"}});
  EXPECT_EQ(read([](ReadTx& tx) { return tx.get_document(kTable, "a"); }), body);
  const std::string key = "it's \"quoted\" %_ \xe5\xa8\x81";
  EXPECT_EQ(ids({"k", key, key, {}, {}, 10}), std::vector<std::string>{"a"});
}

TEST_P(StoreContract, TablesAreApart) {
  for (const auto table : tables()) {
    const Status done = store_->write([&](WriteTx& tx) -> Status {
      TRY_STATUS(tx.put_document(table, "same", std::string(table), {{"k", "same"}}));
      TRY_STATUS(tx.append(change_of("same")));
      return {};
    });
    ASSERT_TRUE(done) << table << ": " << done.error().message;
  }
  for (const auto table : tables()) {
    EXPECT_EQ(read([&](ReadTx& tx) { return tx.get_document(table, "same"); }), table);
    EXPECT_EQ(read([&](ReadTx& tx) { return tx.count_documents(table, "k", "", "~"); }), 1);
  }
}

TEST_P(StoreContract, RangeOfKeysIncludesBothEnds) {
  for (const char* k : {"a", "b", "c", "d"}) put(std::string("id-") + k, "{}", {{"k", k}});
  put("other", "{}", {{"another-index", "b"}});
  EXPECT_EQ(ids({"k", "b", "c", {}, {}, 10}), (std::vector<std::string>{"id-b", "id-c"}));
  EXPECT_EQ(ids({"k", "b", "b", {}, {}, 10}), (std::vector<std::string>{"id-b"}));
  EXPECT_EQ(ids({"k", "c", "b", {}, {}, 10}), (std::vector<std::string>{}));
  EXPECT_EQ(ids({"k", "", "~", {}, {}, 10, true}),
            (std::vector<std::string>{"id-d", "id-c", "id-b", "id-a"}));
  EXPECT_EQ(read([](ReadTx& tx) { return tx.count_documents(kTable, "k", "b", "d"); }), 3);
  EXPECT_EQ(read([](ReadTx& tx) { return tx.count_documents(kTable, "none", "", "~"); }), 0);
}

TEST_P(StoreContract, KeysetPagingVisitsEachOnceUpwardsAndDownwards) {
  // Many documents share a key, so that pages end inside a run of equal keys.
  for (int i = 0; i < 23; ++i) {
    put("id-" + std::to_string(100 + i), "{}", {{"k", "v" + std::to_string(i / 5)}});
  }
  for (const bool down : {false, true}) {
    Find query{"k", "v0", "v9", {}, {}, 4, down};
    std::vector<std::string> seen;
    for (int page = 0; page < 20; ++page) {
      const auto rows = read([&](ReadTx& tx) { return tx.find_documents(kTable, query); });
      if (rows.empty()) break;
      ASSERT_LE(rows.size(), query.limit);
      for (const auto& row : rows) seen.push_back(row.key + "/" + row.id);
      query.after_key = rows.back().key;
      query.after_id = rows.back().id;
    }
    EXPECT_EQ(seen.size(), 23U);
    auto sorted = seen;
    std::sort(sorted.begin(), sorted.end());
    EXPECT_EQ(std::unique(sorted.begin(), sorted.end()), sorted.end()) << "a row came twice";
    if (down) std::reverse(seen.begin(), seen.end());
    EXPECT_TRUE(std::is_sorted(seen.begin(), seen.end())) << "order is (key, id)";
  }
}

TEST_P(StoreContract, PagingSurvivesChangesBetweenPages) {
  for (const char* k : {"a", "c", "e", "g"}) put(std::string("id-") + k, "{}", {{"k", k}});
  const auto first =
      read([](ReadTx& tx) { return tx.find_documents(kTable, {"k", "", "~", {}, {}, 2}); });
  put("id-b", "{}", {{"k", "b"}});  // behind the reader
  put("id-d", "{}", {{"k", "d"}});  // ahead of it
  EXPECT_EQ(ids({"k", "", "~", first.back().key, first.back().id, 9}),
            (std::vector<std::string>{"id-d", "id-e", "id-g"}));
}

TEST_P(StoreContract, ReplacedKeysDisappear) {
  put("a", "{}", {{"state", "open"}, {"tag", "x"}, {"tag", "y"}});
  put("a", "{}", {{"state", "closed"}, {"tag", "y"}, {"tag", "z"}});
  EXPECT_TRUE(ids({"state", "open", "open", {}, {}, 9}).empty());
  EXPECT_TRUE(ids({"tag", "x", "x", {}, {}, 9}).empty());
  EXPECT_EQ(ids({"state", "closed", "closed", {}, {}, 9}), std::vector<std::string>{"a"});
  EXPECT_EQ(ids({"tag", "y", "z", {}, {}, 9}), (std::vector<std::string>{"a", "a"}));
}

TEST_P(StoreContract, RepeatedAndEmptyKeysAreOneAndNone) {
  put("a", "{}", {{"k", "x"}, {"k", "x"}, {"empty", ""}});
  EXPECT_EQ(read([](ReadTx& tx) { return tx.count_documents(kTable, "k", "x", "x"); }), 1);
  EXPECT_EQ(read([](ReadTx& tx) { return tx.count_documents(kTable, "empty", "", "~"); }), 0);
}

TEST_P(StoreContract, ScanGoesByIdAfterTheGivenOne) {
  for (const char* id : {"c", "a", "d", "b"}) put(id, std::string("body-") + id);
  const auto first = read([](ReadTx& tx) { return tx.scan_documents(kTable, "", 2); });
  ASSERT_EQ(first.size(), 2U);
  EXPECT_EQ(first[0].id, "a");
  EXPECT_EQ(first[1].body, "body-b");
  const auto rest = read([](ReadTx& tx) { return tx.scan_documents(kTable, "b", 9); });
  ASSERT_EQ(rest.size(), 2U);
  EXPECT_EQ(rest[0].id, "c");
  EXPECT_EQ(rest[1].id, "d");
}

TEST_P(StoreContract, ScanGoesBackwardsBeforeTheGivenOne) {
  for (const char* id : {"c", "a", "d", "b", "\xe9\x92\x93"}) put(id, std::string("body-") + id);
  const auto first = read([](ReadTx& tx) { return tx.scan_documents_down(kTable, "", 2); });
  ASSERT_EQ(first.size(), 2U);
  EXPECT_EQ(first[0].id, "\xe9\x92\x93");
  EXPECT_EQ(first[1].body, "body-d");
  const auto rest = read([](ReadTx& tx) { return tx.scan_documents_down(kTable, "c", 9); });
  ASSERT_EQ(rest.size(), 2U);
  EXPECT_EQ(rest[0].id, "b");
  EXPECT_EQ(rest[1].id, "a");
}

TEST_P(StoreContract, AWriterSeesItsOwnChanges) {
  const Status done = store_->write([](WriteTx& tx) -> Status {
    TRY_STATUS(tx.put_document(kTable, "a", "one", {{"k", "x"}}));
    TRY(const auto body, tx.get_document(kTable, "a"));
    EXPECT_EQ(body, "one");
    TRY(const auto found, tx.find_documents(kTable, {"k", "x", "x", {}, {}, 9}));
    EXPECT_EQ(found.size(), 1U);
    TRY(const auto seq, tx.append(change_of("a")));
    TRY(const auto last, tx.last_sequence());
    EXPECT_EQ(seq, last);
    return {};
  });
  ASSERT_TRUE(done) << done.error().message;
}

TEST_P(StoreContract, CursorsAreKeptByName) {
  EXPECT_EQ(read([](ReadTx& tx) { return tx.cursor("lists"); }), 0U);
  ASSERT_TRUE(store_->write([](WriteTx& tx) -> Status {
    TRY_STATUS(tx.set_cursor("lists", 7));
    return tx.set_cursor("mail", 3);
  }));
  ASSERT_TRUE(store_->write([](WriteTx& tx) { return tx.set_cursor("lists", 9); }));
  reopen();
  EXPECT_EQ(read([](ReadTx& tx) { return tx.cursor("lists"); }), 9U);
  EXPECT_EQ(read([](ReadTx& tx) { return tx.cursor("mail"); }), 3U);
}

TEST_P(StoreContract, AnswersAreRememberedOnce) {
  EXPECT_FALSE(read([](ReadTx& tx) { return tx.remembered("k"); }));
  ASSERT_TRUE(store_->write([&](WriteTx& tx) { return tx.remember("k", "first", clock_.now()); }));
  EXPECT_FALSE(store_->write([&](WriteTx& tx) { return tx.remember("k", "2nd", clock_.now()); }))
      << "a remembered answer is never overwritten";
  reopen();
  EXPECT_EQ(read([](ReadTx& tx) { return tx.remembered("k"); }), "first");
}

TEST_P(StoreContract, AnswersAreForgottenByAgeUnlessKeptForGood) {
  const Instant start = clock_.now();
  ASSERT_TRUE(store_->write([&](WriteTx& tx) -> Status {
    TRY_STATUS(tx.remember("for good", "a", {}));
    for (int i = 0; i < 5; ++i) {
      TRY_STATUS(tx.remember("k" + std::to_string(i), "a", start.plus(std::chrono::hours(i))));
    }
    return {};
  }));
  const Instant before = start.plus(std::chrono::hours(3));
  const auto forget = [&](std::size_t limit) {
    return store_->write([&](WriteTx& tx) { return tx.forget(before, limit); }).value();
  };
  EXPECT_FALSE(read([&](ReadTx& tx) { return tx.remembers(start); }));
  EXPECT_TRUE(read([&](ReadTx& tx) { return tx.remembers(before); }));
  EXPECT_EQ(forget(2), 2) << "no more than asked for, the oldest first";
  EXPECT_FALSE(read([](ReadTx& tx) { return tx.remembered("k1"); }));
  EXPECT_TRUE(read([](ReadTx& tx) { return tx.remembered("k2"); }));
  EXPECT_EQ(forget(100), 1);
  EXPECT_EQ(forget(100), 0);
  EXPECT_FALSE(read([&](ReadTx& tx) { return tx.remembers(before); }));
  reopen();
  EXPECT_TRUE(read([](ReadTx& tx) { return tx.remembered("k3"); })) << "young enough";
  EXPECT_TRUE(read([](ReadTx& tx) { return tx.remembered("for good"); }));
  EXPECT_TRUE(store_->write([&](WriteTx& tx) { return tx.remember("k0", "new", start); }))
      << "a forgotten key is free again";
}

TEST_P(StoreContract, CountersHaveNoGaps) {
  const auto next = [&](bool keep) {
    std::int64_t number = 0;
    static_cast<void>(store_->write([&](WriteTx& tx) -> Status {
      TRY(number, tx.next_number("T:2026"));
      if (!keep) return fail(Code::kRefused, "undone");
      return {};
    }));
    return number;
  };
  EXPECT_EQ(next(true), 1);
  EXPECT_EQ(next(false), 2) << "seen, but undone";
  EXPECT_EQ(next(true), 2) << "an undone number is given again";
  reopen();
  EXPECT_EQ(next(true), 3);
  const auto other = store_->write([](WriteTx& tx) { return tx.next_number("T:2027"); });
  EXPECT_EQ(other.value(), 1) << "each counter has its own row of numbers";
}

}  // namespace tocsin::store
