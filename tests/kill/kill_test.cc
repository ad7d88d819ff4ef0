// A process that writes is killed with SIGKILL at random moments, many times on one database. After
// each kill: everything it acknowledged is there, nothing is half done, chain and tree verify.
//
// TOCSIN_KILL_SECONDS sets the length (20), TOCSIN_KILL_SEED repeats a run.
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <random>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/crypto/hash.h"
#include "base/text.h"
#include "journal/merkle.h"
#include "store/merkle_nodes.h"
#include "store/sqlite/sqlite_store.h"

namespace tocsin::store {
namespace {

constexpr std::string_view kTable = "source";
constexpr int kWriters = 2;

std::string id_of(std::int64_t n) { return fmt::format("{:012}", n); }

/// Of different sizes, so that a transaction touches one page or several.
std::string body_of(std::int64_t n) {
  return fmt::format("{}:{}", n, std::string(static_cast<std::size_t>(n * 37 % 5000), 'x'));
}

/// One numbered change: documents with keys, a sighting, a counter, a cursor, and the journal entry
/// that says what the documents are.
Result<std::int64_t> write_one(Store& store) {
  return store.write([](WriteTx& tx) -> Result<std::int64_t> {
    TRY(const std::int64_t n, tx.next_number("kill"));
    const std::string body = body_of(n);
    TRY_STATUS(tx.put_document(kTable, id_of(n), body, {{"number", id_of(n)}}));
    // And one that is replaced again and again, whose old key must go with its old body.
    TRY_STATUS(tx.put_document(kTable, "last", id_of(n), {{"last", id_of(n)}}));
    Change change;
    change.actor = "usr_kill";
    change.action = "kill.written";
    change.subject = id_of(n);
    change.data = Json::object({{"n", n}, {"digest", crypto::sha256_hex(body)}});
    TRY(const auto seq, tx.append(change));
    std::vector<Sighting> rows = {
        {{model::IndicatorKind::kDomain, fmt::format("n{}.example", n)}, 1, {n}, {n}, 50, "", {}}};
    TRY_STATUS(tx.add_sightings(rows));
    TRY_STATUS(tx.set_cursor("kill", seq));
    return n;
  });
}

/// Never returns: writes, and acknowledges each number after its commit, until it is killed.
[[noreturn]] void child(const std::filesystem::path& path, int acknowledgements) {
  const SystemClock clock;
  auto store = open_sqlite(path, clock);
  if (!store) ::_exit(2);
  const auto work = [&] {
    for (;;) {
      const auto n = write_one(**store);
      if (!n) ::_exit(3);
      if (::write(acknowledgements, &*n, sizeof *n) != sizeof *n) ::_exit(4);
    }
  };
  std::vector<std::thread> threads;
  for (int i = 1; i < kWriters; ++i) threads.emplace_back(work);
  work();
  ::_exit(0);
}

/// Lets a child write for that long, kills it, returns the numbers it acknowledged.
std::vector<std::int64_t> run_and_kill(const std::filesystem::path& path,
                                       std::chrono::microseconds life) {
  std::array<int, 2> ends{};
  EXPECT_EQ(::pipe(ends.data()), 0);
  const pid_t pid = ::fork();
  if (pid == 0) {
    ::close(ends[0]);
    child(path, ends[1]);
  }
  ::close(ends[1]);
  std::thread reaper([&] {
    std::this_thread::sleep_for(life);
    ::kill(pid, SIGKILL);
  });
  std::vector<std::int64_t> acknowledged;
  for (;;) {  // a full pipe must not stop the writer, so it is read while the child lives
    std::int64_t n = 0;
    const auto got = ::read(ends[0], &n, sizeof n);
    if (got < 0 && errno == EINTR) continue;
    if (got != sizeof n) break;
    acknowledged.push_back(n);
  }
  ::close(ends[0]);
  reaper.join();
  int status = 0;
  EXPECT_EQ(::waitpid(pid, &status, 0), pid);
  EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL)
      << "the child ended by itself, status " << status;
  return acknowledged;
}

/// What was verified so far; each round adds the entries that are new.
struct Verified {
  journal::Tip tip;
  journal::Frontier frontier;
  std::int64_t numbers = 0;
};

/// Entry `e` is the next number, and its document, key and sighting are there and agree.
Status verify_entry(ReadTx& tx, const journal::Entry& e, Verified& known) {
  const std::int64_t n = ++known.numbers;
  EXPECT_EQ(e.data["n"].as_int(), n) << "a number was lost or given twice";
  EXPECT_EQ(e.subject, id_of(n));
  TRY(const auto body, tx.get_document(kTable, id_of(n)));
  EXPECT_TRUE(body) << "entry " << n << " without its document";
  EXPECT_EQ(crypto::sha256_hex(body.value_or("")), e.data.str("digest")) << n;
  TRY(const auto by_key,
      tx.find_documents(kTable, {"number", id_of(n), id_of(n), {}, {}, 2, false}));
  EXPECT_EQ(by_key.size(), 1U) << n;
  TRY(const auto seen,
      tx.find_indicator({model::IndicatorKind::kDomain, fmt::format("n{}.example", n)}));
  EXPECT_TRUE(seen && seen->sightings.size() == 1) << n;
  TRY_STATUS(journal::follow(known.tip, e));
  journal::Digest digest{};
  EXPECT_TRUE(crypto::from_hex(e.hash, digest));
  return known.frontier.append(journal::leaf_hash(digest));
}

Status verify(ReadTx& tx, Verified& known) {
  for (;;) {
    TRY(const auto page, tx.journal(known.tip.seq, 500));
    if (page.empty()) break;
    for (const auto& e : page) TRY_STATUS(verify_entry(tx, e, known));
  }
  const std::uint64_t size = known.tip.seq;
  TRY(const auto length, tx.last_sequence());
  EXPECT_EQ(length, size);
  const MerkleNodes nodes(tx);
  TRY(const auto root, journal::root_at(nodes, size));
  EXPECT_EQ(root, known.frontier.root());
  if (size > 0) {
    TRY(const auto proof, journal::inclusion_proof(nodes, size - 1, size));
    journal::Digest digest{};
    EXPECT_TRUE(crypto::from_hex(known.tip.hash, digest));
    EXPECT_TRUE(journal::verify_inclusion(journal::leaf_hash(digest), size - 1, size, proof, root));
  }
  // Nothing beyond the journal: no document, key, sighting or cursor of a change that was undone.
  TRY(const auto keys, tx.count_documents(kTable, "number", "", "~"));
  EXPECT_EQ(keys, known.numbers);
  TRY(const auto beyond, tx.scan_documents(kTable, id_of(known.numbers), 2));
  EXPECT_EQ(beyond.size(), known.numbers == 0 ? 0U : 1U) << "only `last` sorts behind";
  TRY(const auto indicators, tx.count_indicators());
  EXPECT_EQ(indicators, known.numbers);
  TRY(const auto cursor, tx.cursor("kill"));
  EXPECT_EQ(cursor, size);
  if (known.numbers > 0) {
    TRY(const auto last, tx.find_documents(kTable, {"last", "", "~", {}, {}, 9, false}));
    EXPECT_EQ(last.size(), 1U) << "an old key outlived its document";
    TRY(const auto body, tx.get_document(kTable, "last"));
    EXPECT_EQ(body, id_of(known.numbers));
  }
  return {};
}

class Kill : public testing::Test {
 protected:
  void SetUp() override {
    folder_ =
        std::filesystem::temp_directory_path() / ("tocsin-kill-" + std::to_string(::getpid()));
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
    const char* seed = std::getenv("TOCSIN_KILL_SEED");
    seed_ = seed != nullptr ? static_cast<unsigned>(std::atoi(seed)) : std::random_device{}();
    random_.seed(seed_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::chrono::microseconds up_to(int micros) {
    return std::chrono::microseconds(std::uniform_int_distribution<int>(0, micros)(random_));
  }

  /// Opens what the child left behind and verifies what is new in it. The store is closed again
  /// before the next fork: SQLite's connections must not cross one.
  void check(const std::filesystem::path& path, Verified& known) {
    const SystemClock clock;
    auto store = open_sqlite(path, clock);
    ASSERT_TRUE(store) << store.error().message;
    const Status done = (*store)->read([&](ReadTx& tx) { return verify(tx, known); });
    ASSERT_TRUE(done) << done.error().message;
  }

  std::filesystem::path folder_;
  unsigned seed_ = 0;
  std::mt19937 random_;
};

TEST_F(Kill, EverythingAcknowledgedSurvivesAndNothingIsHalfDone) {
  const char* set = std::getenv("TOCSIN_KILL_SECONDS");
  const std::chrono::seconds budget(set != nullptr ? std::atoi(set) : 20);
  const auto end = std::chrono::steady_clock::now() + budget;
  const auto path = folder_ / "hub.db";
  Verified known;
  int rounds = 0;
  std::int64_t acknowledged = 0;
  while (std::chrono::steady_clock::now() < end && !HasFailure()) {
    SCOPED_TRACE(fmt::format("seed {} round {}", seed_, rounds));
    // Mostly short lives: opening, recovery and the first writes are where a crash hurts most.
    const auto numbers = run_and_kill(path, up_to(rounds % 4 == 0 ? 250'000 : 60'000));
    check(path, known);
    for (const auto n : numbers) {
      EXPECT_LE(n, known.numbers) << "acknowledged, and lost";
      acknowledged = std::max(acknowledged, n);
    }
    ++rounds;
  }
  Verified whole;  // once more from the first entry: no round may have touched the past
  check(path, whole);
  EXPECT_EQ(whole.tip, known.tip);
  EXPECT_GE(rounds, 20) << "the machine is too slow for the budget";
  std::printf("killed %d times; %lld changes, %lld acknowledged; seed %u\n", rounds,
              static_cast<long long>(known.numbers), static_cast<long long>(acknowledged), seed_);
}

TEST_F(Kill, ADatabaseThatWasBeingMadeCanBeMadeAgain) {
  for (int round = 0; round < 40 && !HasFailure(); ++round) {
    SCOPED_TRACE(fmt::format("seed {} round {}", seed_, round));
    const auto path = folder_ / fmt::format("new-{}.db", round);
    const auto numbers = run_and_kill(path, up_to(12'000));
    Verified known;
    check(path, known);
    for (const auto n : numbers) EXPECT_LE(n, known.numbers);
  }
}

}  // namespace
}  // namespace tocsin::store
