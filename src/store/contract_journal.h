// Contract: transactions, the journal's chain and Merkle tree, waiting, concurrency.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <stdexcept>
#include <thread>

#include "journal/merkle.h"
#include "store/contract_suite.h"
#include "store/merkle_nodes.h"

namespace tocsin::store {

/// Chain, stored nodes, root and every inclusion and consistency proof agree.
inline void expect_provable(Store& store) {
  const Status done = store.read([](ReadTx& tx) -> Status {
    TRY(const auto size, tx.last_sequence());
    journal::Tip tip;
    journal::Frontier frontier;
    std::vector<journal::Digest> leaves;
    std::vector<journal::Digest> roots = {journal::empty_root()};
    std::uint64_t after = 0;
    for (;;) {
      TRY(const auto page, tx.journal(after, 50));
      if (page.empty()) break;
      for (const auto& entry : page) {
        TRY_STATUS(journal::follow(tip, entry));
        journal::Digest digest{};
        EXPECT_TRUE(crypto::from_hex(entry.hash, digest));
        leaves.push_back(journal::leaf_hash(digest));
        TRY_STATUS(frontier.append(leaves.back()));
        roots.push_back(frontier.root());
      }
      after = page.back().seq;
    }
    EXPECT_EQ(leaves.size(), size);
    const MerkleNodes nodes(tx);
    TRY(const auto root, journal::root_at(nodes, size));
    EXPECT_EQ(root, frontier.root());
    for (std::uint64_t i = 0; i < size; ++i) {
      TRY(const auto inside, journal::inclusion_proof(nodes, i, size));
      EXPECT_TRUE(journal::verify_inclusion(leaves[i], i, size, inside, root)) << i;
      TRY(const auto grown, journal::consistency_proof(nodes, i + 1, size));
      EXPECT_TRUE(journal::verify_consistency(i + 1, roots[i + 1], size, root, grown)) << i;
    }
    return {};
  });
  EXPECT_TRUE(done) << done.error().message;
}

TEST_P(StoreContract, RollbackLeavesNothing) {
  put("kept", "one", {{"k", "x"}});
  std::vector<Sighting> rows = {
      {{model::IndicatorKind::kDomain, "evil.example"}, 1, clock_.now(), clock_.now(), 50, "", {}}};
  const Status undone = store_->write([&](WriteTx& tx) -> Status {
    TRY_STATUS(tx.put_document(kTable, "kept", "two", {{"k", "y"}}));
    TRY_STATUS(tx.put_document(kTable, "new", "{}", {{"k", "z"}}));
    TRY_STATUS(tx.append(change_of("new")));
    TRY_STATUS(tx.set_cursor("c", 5));
    TRY_STATUS(tx.remember("r", "answer", clock_.now()));
    TRY_STATUS(tx.next_number("n"));
    TRY_STATUS(tx.add_sightings(rows));
    return fail(Code::kRefused, "no");
  });
  ASSERT_FALSE(undone);
  EXPECT_EQ(undone.error().code, Code::kRefused) << "the body's own error comes back";
  EXPECT_EQ(length(), 1U);
  EXPECT_EQ(read([](ReadTx& tx) { return tx.get_document(kTable, "kept"); }), "one");
  EXPECT_EQ(ids({"k", "", "~", {}, {}, 9}), std::vector<std::string>{"kept"});
  EXPECT_EQ(read([](ReadTx& tx) { return tx.cursor("c"); }), 0U);
  EXPECT_FALSE(read([](ReadTx& tx) { return tx.remembered("r"); }));
  EXPECT_EQ(read([](ReadTx& tx) { return tx.count_indicators(); }), 0);
  append(3);
  expect_provable(*store_);
}

TEST_P(StoreContract, AnExceptionInTheBodyIsUndoneAndTheStoreGoesOn) {
  put("kept", "one");
  EXPECT_THROW(static_cast<void>(store_->write([](WriteTx& tx) -> Status {
                 TRY_STATUS(tx.put_document(kTable, "new", "{}", {}));
                 TRY_STATUS(tx.append(change_of("new")));
                 throw std::runtime_error("a bug in a caller");
               })),
               std::runtime_error);
  EXPECT_EQ(length(), 1U);
  put("after", "{}");
  EXPECT_EQ(length(), 2U);
  EXPECT_FALSE(read([](ReadTx& tx) { return tx.get_document(kTable, "new"); }));
  EXPECT_THROW(static_cast<void>(store_->read(
                   [](ReadTx&) -> Status { throw std::runtime_error("in a reader"); })),
               std::runtime_error);
  EXPECT_EQ(length(), 2U);
}

TEST_P(StoreContract, ChangesWithoutJournalAreRefused_T05_22) {
  std::vector<Sighting> rows = {
      {{model::IndicatorKind::kDomain, "evil.example"}, 1, clock_.now(), clock_.now(), 50, "", {}}};
  const std::vector<std::function<Status(WriteTx&)>> bodies = {
      [](WriteTx& tx) { return tx.put_document(kTable, "a", "{}", {}); },
      [](WriteTx& tx) { return tx.erase_document(kTable, "kept"); },
      [&](WriteTx& tx) -> Status {
        TRY_STATUS(tx.add_sightings(rows));
        return {};
      }};
  put("kept", "one");
  for (const auto& body : bodies) {
    const Status done = store_->write_with(body);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, Code::kInternal);
  }
  EXPECT_EQ(length(), 1U);
  EXPECT_FALSE(read([](ReadTx& tx) { return tx.get_document(kTable, "a"); }));
  EXPECT_TRUE(read([](ReadTx& tx) { return tx.get_document(kTable, "kept"); }));
  EXPECT_EQ(read([](ReadTx& tx) { return tx.count_indicators(); }), 0);
}

TEST_P(StoreContract, JournalKeepsWhatTheChangeSaid_lifecycle6) {
  Change c = change_of("tsk_1", "thr_1");
  c.before = Json::object({{"state", "approved"}});
  c.data = Json::object({{"state", "notified"}, {"note", "中文 ' \" \\ \n"}});
  ASSERT_TRUE(store_->write([&](WriteTx& tx) { return tx.append(c); }));
  const auto all = read([](ReadTx& tx) { return tx.journal(0, 10); });
  ASSERT_EQ(all.size(), 1U);
  const auto& e = all.front();
  EXPECT_EQ(e.seq, journal::kFirstSeq);
  EXPECT_EQ(e.time, clock_.now());
  EXPECT_EQ(e.actor, c.actor);
  EXPECT_EQ(e.org, c.organization);
  EXPECT_EQ(e.action, c.action);
  EXPECT_EQ(e.subject, c.subject);
  EXPECT_EQ(e.threat, c.threat);
  EXPECT_EQ(e.basis, c.basis);
  EXPECT_EQ(e.before.canonical(), c.before.canonical());
  EXPECT_EQ(e.data.canonical(), c.data.canonical());
  EXPECT_EQ(e.prev, journal::kGenesis);
}

TEST_P(StoreContract, JournalIsReadInOrderFromAnyPointAndByCase) {
  for (int i = 1; i <= 9; ++i) {
    const auto threat = i % 3 == 0 ? "" : i % 3 == 1 ? "thr_a" : "thr_b";
    ASSERT_TRUE(store_->write(
        [&](WriteTx& tx) { return tx.append(change_of("s" + std::to_string(i), threat)); }));
  }
  const auto page = read([](ReadTx& tx) { return tx.journal(4, 3); });
  ASSERT_EQ(page.size(), 3U);
  EXPECT_EQ(page.front().seq, 5U);
  EXPECT_EQ(page.back().subject, "s7");
  EXPECT_TRUE(read([](ReadTx& tx) { return tx.journal(9, 3); }).empty());
  const auto mine = read([](ReadTx& tx) { return tx.journal_of_threat("thr_a"); });
  ASSERT_EQ(mine.size(), 3U);
  EXPECT_EQ(mine[0].seq, 1U);
  EXPECT_EQ(mine[2].seq, 7U);
  EXPECT_TRUE(read([](ReadTx& tx) { return tx.journal_of_threat(""); }).empty());
}

/// Sequence numbers of every look, from the first to the last.
inline std::vector<std::uint64_t> found_in(Store& store, JournalFind find) {
  std::vector<std::uint64_t> out;
  do {
    const auto look = store.read([&](ReadTx& tx) { return tx.find_journal(find); });
    if (!look) {
      ADD_FAILURE() << look.error().message;
      return out;
    }
    EXPECT_LE(look->entries.size(), find.limit);
    for (const auto& entry : look->entries) out.push_back(entry.seq);
    find.after = look->next;
  } while (find.after != 0);
  return out;
}

TEST_P(StoreContract, TheJournalIsSearchedBothWays_T05_22) {
  const std::vector<std::array<const char*, 3>> said = {
      {"thr_a", "", "threat.submitted"},   {"ses_1", "", "session.opened"},
      {"tsk_1", "thr_a", "task.notified"}, {"ses_1", "", "session.ended"},
      {"tsk_1", "thr_a", "task.verified"}, {"thr_b", "", "threat.submitted"},
      {"thr_a", "thr_a", "threat.closed"}, {"usr_1", "", "sessions-are-not-this"}};
  for (const auto& [subject, threat, action] : said) {
    Change c = change_of(subject, threat);
    c.action = action;
    ASSERT_TRUE(store_->write([&](WriteTx& tx) { return tx.append(c); }));
  }
  using Numbers = std::vector<std::uint64_t>;
  for (const std::size_t limit : {1U, 2U, 3U, 100U}) {
    const auto found = [&](JournalFind find) {
      find.limit = limit;
      Numbers up = found_in(*store_, find);
      find.descending = true;
      Numbers down = found_in(*store_, find);
      std::reverse(down.begin(), down.end());
      EXPECT_EQ(up, down) << "both ways say the same";
      return up;
    };
    EXPECT_EQ(found({}), (Numbers{1, 2, 3, 4, 5, 6, 7, 8}));
    EXPECT_EQ(found({.subject = "tsk_1"}), (Numbers{3, 5}));
    EXPECT_EQ(found({.subject = "thr_a"}), (Numbers{1, 3, 5, 7})) << "a case with all of its parts";
    EXPECT_EQ(found({.action = "task."}), (Numbers{3, 5}));
    EXPECT_EQ(found({.without = "session."}), (Numbers{1, 3, 5, 6, 7, 8}));
    EXPECT_EQ(found({.subject = "thr_a", .action = "t", .without = "task."}), (Numbers{1, 7}));
    EXPECT_EQ(found({.subject = "nobody"}), Numbers{});
    EXPECT_EQ(found({.subject = "' or 1=1 --"}), Numbers{});
    EXPECT_EQ(found({.action = "%"}), Numbers{});
  }
  EXPECT_EQ(found_in(*store_, {.after = 5}), (Numbers{6, 7, 8}));
  EXPECT_EQ(found_in(*store_, {.after = 3, .descending = true}), (Numbers{2, 1}));
  EXPECT_EQ(found_in(*store_, {.after = 99}), Numbers{});
}

TEST_P(StoreContract, ALookAtALongJournalIsBounded) {
  const auto many = kJournalReach + 10;
  ASSERT_TRUE(store_->write([&](WriteTx& tx) -> Status {
    for (std::uint64_t i = 0; i < many; ++i) TRY_STATUS(tx.append(change_of("x")));
    return {};
  }));
  Change rare = change_of("y");
  rare.action = "rare.act";
  ASSERT_TRUE(store_->write([&](WriteTx& tx) { return tx.append(rare); }));
  const JournalFind find{.action = "rare."};
  const auto first = read([&](ReadTx& tx) { return tx.find_journal(find); });
  EXPECT_TRUE(first.entries.empty());
  EXPECT_EQ(first.next, kJournalReach) << "it says where to go on";
  EXPECT_EQ(found_in(*store_, find), std::vector<std::uint64_t>{many + 1});
  const JournalFind none{.action = "never.", .descending = true};
  EXPECT_EQ(read([&](ReadTx& tx) { return tx.find_journal(none); }).next, 12U);
  EXPECT_TRUE(found_in(*store_, none).empty());
}

TEST_P(StoreContract, AClockThatRunsBackwardsDoesNotBreakTheChain) {
  append(1);
  clock_.set(at("2020-01-01"));
  append(2);
  expect_provable(*store_);
}

TEST_P(StoreContract, AContentThatCannotBeHashedIsRefused) {
  Change c = change_of("a");
  c.data = Json::object({{"number", 0.5}});
  EXPECT_FALSE(store_->write([&](WriteTx& tx) { return tx.append(c); }));
  EXPECT_EQ(length(), 0U);
}

TEST_P(StoreContract, ChainAndTreeAreProvableForEveryEntry) {
  append(77);
  const Status several = store_->write([](WriteTx& tx) -> Status {
    for (int i = 0; i < 20; ++i) TRY_STATUS(tx.append(change_of("batch")));
    return {};
  });
  ASSERT_TRUE(several);
  EXPECT_EQ(length(), 97U);
  expect_provable(*store_);
  reopen();
  append(4);
  EXPECT_EQ(length(), 101U);
  expect_provable(*store_);
}

TEST_P(StoreContract, ReopeningKeepsEverything) {
  put("a", "one", {{"k", "x"}});
  append(5);
  reopen();
  EXPECT_EQ(length(), 6U);
  EXPECT_EQ(read([](ReadTx& tx) { return tx.get_document(kTable, "a"); }), "one");
  EXPECT_EQ(ids({"k", "x", "x", {}, {}, 9}), std::vector<std::string>{"a"});
  EXPECT_EQ(store_->wait_journal(0, std::chrono::milliseconds(0)), 6U)
      << "the length is known before the first write";
}

TEST_P(StoreContract, AReaderStaysOnItsSnapshotWhileAWriterCommits) {
  put("a", "one", {{"k", "x"}});
  const Status done = store_->read([&](ReadTx& tx) -> Status {
    TRY(const auto before, tx.last_sequence());
    put("a", "two", {{"k", "y"}});  // a reader never holds a writer up
    TRY(const auto after, tx.last_sequence());
    EXPECT_EQ(before, after);
    TRY(const auto body, tx.get_document(kTable, "a"));
    EXPECT_EQ(body, "one");
    TRY(const auto moved, tx.find_documents(kTable, {"k", "y", "y", {}, {}, 9}));
    EXPECT_TRUE(moved.empty());
    return {};
  });
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_EQ(length(), 2U);
}

TEST_P(StoreContract, AReaderDoesNotSeeAnOpenTransactionNorWaitForIt) {
  put("a", "one");
  const Status done = store_->write([&](WriteTx& tx) -> Status {
    TRY_STATUS(tx.put_document(kTable, "a", "two", {}));
    TRY_STATUS(tx.append(change_of("a")));
    EXPECT_EQ(read([](ReadTx& r) { return r.get_document(kTable, "a"); }), "one");
    return {};
  });
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_EQ(read([](ReadTx& tx) { return tx.get_document(kTable, "a"); }), "two");
}

TEST_P(StoreContract, WaitEndsWithTheNextEntryATimeoutOrAWake) {
  append(1);
  EXPECT_EQ(store_->wait_journal(0, std::chrono::seconds(20)), 1U) << "longer already";
  EXPECT_EQ(store_->wait_journal(1, std::chrono::milliseconds(5)), 1U) << "the time was over";

  std::atomic<std::uint64_t> seen = 0;
  std::thread waiter([&] { seen = store_->wait_journal(1, std::chrono::seconds(20)); });
  append(1);
  waiter.join();
  EXPECT_EQ(seen, 2U);

  std::atomic<bool> woken = false;
  std::thread sleeper([&] {
    static_cast<void>(store_->wait_journal(2, std::chrono::seconds(20)));
    woken = true;
  });
  // The sleeper may not be asleep yet: a stop repeats its wake until everybody is out.
  for (int i = 0; i < 2000 && !woken; ++i) {
    store_->wake();
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  EXPECT_TRUE(woken);
  sleeper.join();
}

TEST_P(StoreContract, AnUndoneWriteDoesNotLengthenTheJournalForWaiters) {
  static_cast<void>(store_->write([](WriteTx& tx) -> Status {
    TRY_STATUS(tx.append(change_of("a")));
    return fail(Code::kRefused, "no");
  }));
  EXPECT_EQ(store_->wait_journal(0, std::chrono::milliseconds(5)), 0U);
}

TEST_P(StoreContract, WritersQueueAndReadersAlwaysSeeWholeTransactions) {
  constexpr int kWriters = 4;
  constexpr int kEach = 40;
  std::atomic<int> running = kWriters;
  std::atomic<int> torn = 0;
  std::atomic<int> failed = 0;
  std::vector<std::thread> threads;
  for (int w = 0; w < kWriters; ++w) {
    threads.emplace_back([&, w] {
      for (int i = 0; i < kEach; ++i) {
        const std::string id = std::to_string(w) + "-" + std::to_string(i);
        const Status done = store_->write([&](WriteTx& tx) -> Status {
          TRY(const auto number, tx.next_number("n"));
          TRY_STATUS(tx.put_document(kTable, id, std::to_string(number), {{"k", id}}));
          TRY_STATUS(tx.append(change_of(id)));
          return {};
        });
        if (!done) ++failed;
      }
      --running;
    });
  }
  for (int r = 0; r < 3; ++r) {
    threads.emplace_back([&] {
      while (running > 0) {
        const Status done = store_->read([&](ReadTx& tx) -> Status {
          TRY(const auto entries, tx.last_sequence());
          TRY(const auto documents, tx.count_documents(kTable, "k", "", "~"));
          if (static_cast<std::uint64_t>(documents) != entries) ++torn;
          return {};
        });
        if (!done) ++failed;
      }
    });
  }
  for (auto& t : threads) t.join();
  EXPECT_EQ(failed, 0);
  EXPECT_EQ(torn, 0) << "a reader saw a document without its entry, or the other way round";
  EXPECT_EQ(length(), static_cast<std::uint64_t>(kWriters * kEach));
  std::vector<std::int64_t> numbers;
  const auto rows = read([](ReadTx& tx) { return tx.scan_documents(kTable, "", 1000); });
  for (const auto& row : rows) numbers.push_back(std::stoll(row.body));
  std::sort(numbers.begin(), numbers.end());
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    ASSERT_EQ(numbers[i], static_cast<std::int64_t>(i + 1)) << "a number twice, or a gap";
  }
  expect_provable(*store_);
}

}  // namespace tocsin::store
