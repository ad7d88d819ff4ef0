// The importer keeps its books: every line counted once, the same file twice is once, and a run cut
// anywhere ends as if it had never been cut.
#include "intake/importer.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "base/crypto/hash.h"
#include "base/file.h"
#include "base/json.h"
#include "store/collections.h"
#include "store/sqlite/sqlite_store.h"

namespace tocsin::intake {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kPiece = 64U << 10;

/// Lines of all sorts: new ones, repeated ones, comments, spellings of the same name, nonsense.
std::string feed_of(int lines, const std::string& zone = "example") {
  std::string out = "# a feed\n";
  for (int i = 0; i < lines; ++i) {
    const std::string n = std::to_string(i % 7 == 6 ? i / 2 : i);
    if (i % 11 == 10) {
      out += "a..b" + n + "\n";
    } else if (i % 5 == 4) {
      out += "HXXP://H" + n + "[.]" + zone + "/x\n";
    } else if (i % 5 == 3) {
      out += "192.0." + std::to_string(i / 250 % 250) + "." + std::to_string(i % 250) + "\n";
    } else {
      out += "h" + n + "." + zone + "\n";
    }
    if (i % 1000 == 0) out += "\n# so far " + n + "\n";
  }
  return out;
}

class ImporterTest : public testing::Test {
 protected:
  void SetUp() override {
    const auto* info = testing::UnitTest::GetInstance()->current_test_info();
    folder_ = fs::temp_directory_path() /
              ("tocsin-importer-" + std::string(info->name()) + "-" + std::to_string(::getpid()));
    fs::remove_all(folder_);
    fs::create_directories(folder_);
    open("hub.db");
  }
  void TearDown() override {
    store_.reset();
    fs::remove_all(folder_);
  }

  void open(const std::string& file) {
    store_.reset();
    auto opened = store::open_sqlite(folder_ / file, clock_);
    ASSERT_TRUE(opened) << opened.error().message;
    store_ = std::move(*opened);
  }

  static ImportRequest request(const std::string& source, const std::string& bytes) {
    ImportRequest r;
    r.source = source;
    r.file_name = source + ".txt";
    r.format = Format::kPlain;
    r.digest = crypto::sha256_hex(bytes);
    r.by = {"usr_a", "org_a", {}, ""};
    return r;
  }

  std::unique_ptr<Importer> start(const ImportRequest& r) {
    auto started = Importer::start(*store_, clock_, ids_, r);
    EXPECT_TRUE(started) << (started ? "" : started.error().message);
    return started ? std::move(*started) : nullptr;
  }

  model::Import import(const ImportRequest& r, const std::string& bytes) {
    const auto run = start(r);
    for (std::size_t i = 0; i < bytes.size(); i += kPiece) {
      const Status fed = run->feed(std::string_view(bytes).substr(i, kPiece));
      EXPECT_TRUE(fed) << fed.error().message;
    }
    const auto record = run->finish();
    EXPECT_TRUE(record) << (record ? "" : record.error().message);
    if (!record) return {};
    EXPECT_EQ(record->imported + record->merged + record->refused, record->lines);
    return *record;
  }
  model::Import import(const std::string& source, const std::string& bytes) {
    return import(request(source, bytes), bytes);
  }

  template <typename F>
  auto read(F&& body) {
    auto result = store_->read(std::forward<F>(body));
    EXPECT_TRUE(result) << (result ? "" : result.error().message);
    return result.value();
  }

  std::uint64_t journal_length() {
    return read([](store::ReadTx& tx) { return tx.last_sequence(); });
  }
  std::int64_t indicators() {
    return read([](store::ReadTx& tx) { return tx.count_indicators(); });
  }

  /// Everything the base knows, as sorted text: what two databases are compared by.
  std::vector<std::string> content() {
    return read([](store::ReadTx& tx) -> Result<std::vector<std::string>> {
      std::vector<std::string> out;
      TRY(const auto sources, store::scan<model::Source>(tx));
      for (const auto& source : sources) {
        std::int64_t after = 0;
        for (;;) {
          TRY(const auto some, tx.sightings_of_source(source.number, after, 10'000));
          if (some.empty()) break;
          for (const auto& s : some) {
            TRY(const auto record, tx.find_indicator(s.indicator));
            EXPECT_TRUE(record) << s.indicator.value;
            if (!record) continue;
            std::string row = source.name + "|" + s.indicator.value + "|" + s.original + "|" +
                              std::string(s.label()) + "|" + std::to_string(s.confidence);
            for (const Instant t :
                 {s.first_seen, s.last_seen, record->first_seen, record->last_seen}) {
              row += "|" + std::to_string(t.micros);
            }
            out.push_back(std::move(row));
          }
        }
      }
      std::sort(out.begin(), out.end());
      return out;
    });
  }

  fs::path folder_;
  FakeClock clock_{parse_instant("2026-03-05T10:00:00+08:00").value()};
  IdSource ids_{clock_};
  std::unique_ptr<store::Store> store_;
};

TEST_F(ImporterTest, EveryLineIsCountedOnce) {
  const auto run = import("a",
                          "# one comment\nevil.example\nEVIL.example\nevil.example\n\n"
                          "192.0.2.1\na..b\nother.example\n");
  EXPECT_EQ(run.state, "done");
  EXPECT_EQ(run.format, "plain");
  EXPECT_EQ(run.lines, 6);
  EXPECT_EQ(run.imported, 3);
  EXPECT_EQ(run.merged, 2);
  ASSERT_EQ(run.refusals.size(), 1U);
  EXPECT_EQ(run.refusals[0].original, "a..b");
  EXPECT_FALSE(run.refusals[0].reason.zh.empty());
  EXPECT_EQ(run.finished, clock_.now());
  EXPECT_EQ(indicators(), 3);
}

TEST_F(ImporterTest, ManyBatchesAddUp) {
  const auto run = import("a", feed_of(65'000));
  EXPECT_EQ(run.lines, 65'000);
  EXPECT_GT(run.refused, 5'000);
  EXPECT_GT(run.merged, 1'000);
  EXPECT_EQ(indicators(), run.imported);
}

TEST_F(ImporterTest, TheSameFileAgainChangesNothing) {
  const std::string bytes = feed_of(30'000);
  const auto first = import("a", bytes);
  const auto before = content();
  const auto length = journal_length();
  clock_.advance(std::chrono::hours(1));
  const auto again = import("a", bytes);
  EXPECT_EQ(again.id, first.id);
  EXPECT_EQ(again.imported, first.imported);
  EXPECT_EQ(journal_length(), length) << "not even a journal entry";
  EXPECT_EQ(content(), before);
}

TEST_F(ImporterTest, TheSameLinesInANewFileImportNothing) {
  const std::string bytes = feed_of(30'000);
  const auto first = import("a", bytes);
  const auto rows = content().size();
  clock_.advance(std::chrono::hours(1));
  const auto again = import("a", bytes + "# fetched an hour later\n");
  EXPECT_NE(again.id, first.id);
  EXPECT_EQ(again.imported, 0);
  EXPECT_EQ(again.merged, first.imported + first.merged);
  EXPECT_EQ(again.refused, first.refused);
  EXPECT_EQ(content().size(), rows);
  const auto record = read([](store::ReadTx& tx) {
    return tx.find_indicator({model::IndicatorKind::kDomain, "h0.example"});
  });
  ASSERT_TRUE(record);
  EXPECT_EQ(record->last_seen, clock_.now()) << "but it was seen again";
  EXPECT_EQ(record->first_seen, clock_.now().plus(-std::chrono::hours(1)));
}

TEST_F(ImporterTest, TwoSourcesShareIndicatorsAndKeepTheirSightings) {
  const std::string bytes = feed_of(25'000);
  const auto first = import("a", bytes);
  clock_.advance(std::chrono::hours(1));
  const auto second = import("b", bytes + "only-b.example\n");
  EXPECT_EQ(second.imported, 1);
  EXPECT_EQ(indicators(), first.imported + 1);
  const auto record = read([](store::ReadTx& tx) {
    return tx.find_indicator({model::IndicatorKind::kDomain, "h0.example"});
  });
  ASSERT_TRUE(record);
  ASSERT_EQ(record->sightings.size(), 2U);
  EXPECT_LT(record->sightings[0].first_seen, record->sightings[1].first_seen);
}

TEST_F(ImporterTest, KindIsPartOfAnIndicator) {
  ImportRequest r = request("a", "x");
  r.options.kind = model::IndicatorKind::kPhone;
  EXPECT_EQ(import(r, "13800138000\n").imported, 1);
  r.digest = "other";
  r.options.kind = model::IndicatorKind::kBroadbandAccount;
  const auto run = import(r, "13800138000\n");
  EXPECT_EQ(run.imported, 1);
  EXPECT_EQ(indicators(), 2);
}

class CompleteLists : public ImporterTest {
 protected:
  model::Import take(const std::string& bytes, const std::string& source = "full") {
    clock_.advance(std::chrono::hours(1));
    auto r = request(source, bytes);
    r.complete = true;
    return import(r, bytes);
  }
  /// Names that this source still stands by.
  std::vector<std::string> standing(const std::string& source = "full") {
    return read([&](store::ReadTx& tx) -> Result<std::vector<std::string>> {
      std::vector<std::string> out;
      TRY(const auto found, store::find_one<model::Source>(tx, "name", source));
      std::int64_t after = 0;
      for (;;) {
        TRY(const auto page, tx.sightings_of_source(found->number, after, 3));
        if (page.empty()) break;
        for (const auto& s : page) {
          if (s.stands(clock_.now())) out.push_back(s.indicator.value);
        }
      }
      std::sort(out.begin(), out.end());
      return out;
    });
  }
  using Names = std::vector<std::string>;
};

TEST_F(CompleteLists, OneLineLessWithdrawsExactlyOne_W17_08) {
  take("a.example\nb.example\nc.example\n");
  import("other", "b.example\n");
  const auto run = take("a.example\nc.example\nd.example\n");
  EXPECT_EQ(run.withdrawn, 1);
  EXPECT_EQ(standing(), (Names{"a.example", "c.example", "d.example"}));
  EXPECT_EQ(standing("other"), Names{"b.example"}) << "what another source says stays";
  EXPECT_EQ(indicators(), 4) << "known ones are not forgotten";
}

TEST_F(CompleteLists, TheSameFileAgainChangesNothingUntilAnotherCameBetween) {
  const std::string first = "a.example\nb.example\n";
  take(first);
  const auto length = journal_length();
  take(first);
  EXPECT_EQ(journal_length(), length);
  take("a.example\nc.example\n");
  EXPECT_EQ(standing(), (Names{"a.example", "c.example"}));
  EXPECT_EQ(take(first).withdrawn, 1);
  EXPECT_EQ(standing(), (Names{"a.example", "b.example"}));
}

TEST_F(CompleteLists, ADoubtfulListWithdrawsNothing_W17_08) {
  const std::string full = "a.example\nb.example\nc.example\nd.example\n";
  take(full);
  EXPECT_EQ(take("# nothing today\n").withdrawn, 0);
  EXPECT_EQ(take("# Last modified: 2001-01-01T00:00:00Z\na.example\nb.example\n").withdrawn, 0);
  EXPECT_EQ(standing().size(), 4U);
  take(full);
  EXPECT_EQ(take("a.example\n").withdrawn, 0) << "shrunk by more than half";
  EXPECT_EQ(standing().size(), 4U);
  EXPECT_EQ(take("a.example # still\n").withdrawn, 3) << "said twice, it is taken at its word";
}

TEST_F(CompleteLists, TheEndOfASourcesWordIsKept) {
  const std::string bytes = "a.example\n";
  auto r = request("short", bytes);
  r.expiry.otherwise = std::chrono::hours(48);
  import(r, bytes);
  EXPECT_EQ(standing("short"), Names{"a.example"});
  clock_.advance(std::chrono::hours(49));
  EXPECT_EQ(standing("short"), Names{});
}

TEST_F(CompleteLists, AWordCountsFromTheImportWhereTheFeedsOwnDateIsOlder) {
  const std::string bytes =
      R"({"kind":"domain","value":"old.example","last_seen":"2019-01-01T00:00:00Z"})"
      "\n"
      R"({"kind":"domain","value":"told.example","valid_until":"2019-01-02T00:00:00Z"})"
      "\n";
  auto r = request("dated", bytes);
  r.format = Format::kNdjson;
  r.expiry.otherwise = std::chrono::hours(48);
  EXPECT_EQ(import(r, bytes).imported, 2);
  EXPECT_EQ(standing("dated"), Names{"old.example"})
      << "the feed itself says that the other is over";
  clock_.advance(std::chrono::hours(49));
  EXPECT_EQ(standing("dated"), Names{});
}

TEST_F(ImporterTest, AnEmptyFeedExpiresNothingAndWarnsOnce) {
  import("a", "evil.example\n");
  const auto before = content();
  const auto run = import("a", "# nothing today\n");
  EXPECT_EQ(run.state, "done");
  EXPECT_EQ(run.lines, 0);
  ASSERT_EQ(run.warnings.size(), 1U);
  EXPECT_TRUE(run.warnings[0].starts_with("empty-feed")) << run.warnings[0];
  EXPECT_EQ(content(), before);
}

std::vector<std::string> codes(const model::Import& run) {
  std::vector<std::string> out;
  for (const auto& w : run.warnings) out.push_back(w.substr(0, w.find(':')));
  return out;
}

TEST_F(ImporterTest, AStaleSourceIsTakenInAndFlagged_W17_08) {
  const auto dated = [](const std::string& day, const std::string& name) {
    return "# Last modified: " + day + "\n" + name + ".example\n";
  };
  clock_.set(parse_instant("2026-03-12T09:00:00+08:00").value());
  EXPECT_TRUE(codes(import("fresh", dated("2026-03-05T09:00:00+08:00", "a"))).empty())
      << "seven days are not more than seven days";
  const auto stale = import("stale", dated("2026-03-05T08:59:59+08:00", "b"));
  EXPECT_EQ(stale.state, "done");
  EXPECT_EQ(stale.imported, 1);
  EXPECT_EQ(codes(stale), std::vector<std::string>{"stale-feed"});
  const std::string bytes = dated("2026-03-05T08:59:59+08:00", "c");
  auto patient = request("patient", bytes);
  patient.stale_after = std::chrono::hours(30 * 24);
  EXPECT_TRUE(codes(import(patient, bytes)).empty());
  EXPECT_TRUE(codes(import("undated", "d.example\n")).empty());
}

TEST_F(ImporterTest, AShrunkenSourceExpiresNothingAndIsFlaggedInTheJournal_W17_08) {
  import("a", feed_of(100));
  import("b", feed_of(1000, "other"));  // another source's size says nothing
  const auto known = indicators();
  const auto half = import("a", feed_of(50));
  EXPECT_TRUE(codes(half).empty()) << "half is not less than half";
  const auto few = import("a", feed_of(20));
  EXPECT_EQ(few.state, "done");
  EXPECT_EQ(codes(few), std::vector<std::string>{"shrunken-feed"});
  EXPECT_EQ(indicators(), known);
  const auto entries = read([](store::ReadTx& tx) { return tx.journal(0, 1000); });
  int told = 0;
  for (const auto& e : entries) {
    if (!e.data.has("warnings")) continue;
    ++told;
    EXPECT_EQ(e.action, "import.finished");
    EXPECT_EQ(e.subject, few.id);
    EXPECT_EQ(e.data["warnings"].items().size(), 1U);
  }
  EXPECT_EQ(told, 1);
  EXPECT_TRUE(codes(import("a", feed_of(21))).empty()) << "compared with the run before it";
}

TEST_F(ImporterTest, OnlyTheFirstThousandRefusalsAreKept) {
  std::string bytes;
  for (int i = 0; i < 45'000; ++i) bytes += "a..b" + std::to_string(i) + "\n";
  const auto run = import("a", bytes);
  EXPECT_EQ(run.refused, 45'000);
  EXPECT_EQ(run.refusals.size(), 1000U);
}

TEST_F(ImporterTest, BrokenCompressionFailsTheRunAndSaysSo) {
  std::string bytes("\x1f\x8b\x08\x00", 4);
  bytes += std::string(10'000, 'x');
  const ImportRequest r = request("a", bytes);
  const auto run = start(r);
  const Status fed = run->feed(bytes);
  ASSERT_FALSE(fed);
  EXPECT_EQ(fed.error().code, Code::kCorrupt);
  const auto kept =
      read([&](store::ReadTx& tx) { return store::get<model::Import>(tx, run->progress().id); });
  EXPECT_EQ(kept.state, "failed");
  EXPECT_FALSE(kept.error.empty());
  EXPECT_NE(start(r)->progress().id, kept.id) << "a failed run is not resumed";
}

TEST_F(ImporterTest, EachBatchIsJournaledWithItsDigest) {
  import("a", feed_of(50'000));
  const auto entries = read([](store::ReadTx& tx) { return tx.journal(0, 100); });
  std::vector<std::string> digests;
  for (const auto& e : entries) {
    if (e.action == "import.batch" || e.action == "import.finished") {
      digests.push_back(e.data.str("digest"));
      EXPECT_EQ(digests.back().size(), 64U);
    }
  }
  EXPECT_GE(digests.size(), 3U);
  std::sort(digests.begin(), digests.end());
  EXPECT_EQ(std::unique(digests.begin(), digests.end()), digests.end());
}

TEST_F(ImporterTest, ARunThatIsDroppedResumesToTheSameEnd) {
  const std::string bytes = feed_of(90'000);
  const auto whole = import("a", bytes);
  const auto expected = content();
  for (const std::size_t cut :
       {std::size_t{1}, bytes.size() / 3, bytes.size() / 2, bytes.size() - 5}) {
    open("cut" + std::to_string(cut) + ".db");
    ASSERT_TRUE(start(request("a", bytes))->feed(std::string_view(bytes).substr(0, cut)));
    clock_.advance(std::chrono::minutes(5));  // must not show: the run keeps its own time
    const auto resumed = import("a", bytes);
    clock_.advance(-std::chrono::minutes(5));
    EXPECT_EQ(resumed.lines, whole.lines) << cut;
    EXPECT_EQ(resumed.imported, whole.imported) << cut;
    EXPECT_EQ(resumed.merged, whole.merged) << cut;
    EXPECT_EQ(resumed.refused, whole.refused) << cut;
    EXPECT_EQ(resumed.warnings, whole.warnings) << cut;
    EXPECT_EQ(content(), expected) << cut;
  }
}

TEST_F(ImporterTest, TwoRunsOfOneFileAtOnceDoNotCountTwice) {
  const std::string bytes = feed_of(50'000);
  const auto a = start(request("a", bytes));
  const auto b = start(request("a", bytes));
  ASSERT_TRUE(a->feed(bytes));
  const Status second = b->feed(bytes);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Code::kConflict);
  const auto done = a->finish();
  ASSERT_TRUE(done);
  EXPECT_EQ(done->lines, 50'000);
  EXPECT_EQ(indicators(), done->imported);
}

/// A child imports and is killed after it has fed `pieces`; 0: it comes to the end.
int killed_import(const fs::path& database, const ImportRequest& request, const std::string& bytes,
                  const Clock& clock, int pieces) {
  int channel[2];
  if (::pipe(channel) != 0) return -1;
  const pid_t child = ::fork();
  if (child == 0) {
    ::close(channel[0]);
    IdSource ids(clock);
    auto store = store::open_sqlite(database, clock);
    if (!store) ::_exit(2);
    auto run = Importer::start(**store, clock, ids, request);
    if (!run) ::_exit(3);
    for (std::size_t i = 0; i < bytes.size(); i += kPiece) {
      if (!(*run)->feed(std::string_view(bytes).substr(i, kPiece))) ::_exit(4);
      if (::write(channel[1], "p", 1) != 1) ::_exit(5);
    }
    ::_exit((*run)->finish() ? 0 : 6);
  }
  ::close(channel[1]);
  char byte = 0;
  for (int i = 0; (pieces == 0 || i < pieces) && ::read(channel[0], &byte, 1) == 1; ++i) continue;
  if (pieces > 0) ::kill(child, SIGKILL);
  int status = 0;
  ::waitpid(child, &status, 0);
  ::close(channel[0]);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

TEST_F(ImporterTest, KilledAgainAndAgainItEndsTheSame) {
  for (const int lines : {700, 20'001, 200'000}) {
    const std::string bytes = feed_of(lines);
    const int pieces = static_cast<int>(bytes.size() / kPiece) + 1;
    const ImportRequest r = request("a", bytes);
    open("whole" + std::to_string(lines) + ".db");
    const auto whole = import(r, bytes);
    const auto expected = content();
    store_.reset();  // no connection may be shared with a child
    const fs::path database = folder_ / ("killed" + std::to_string(lines) + ".db");
    for (int at = 1; at < pieces; at += std::max(1, pieces / 6)) {
      EXPECT_EQ(killed_import(database, r, bytes, clock_, at), 128 + SIGKILL);
    }
    EXPECT_EQ(killed_import(database, r, bytes, clock_, 0), 0);
    open(database.filename());
    const auto resumed = import(r, bytes);  // done already: only tells the counts
    EXPECT_EQ(resumed.lines, whole.lines);
    EXPECT_EQ(resumed.imported, whole.imported);
    EXPECT_EQ(resumed.merged, whole.merged);
    EXPECT_EQ(resumed.refused, whole.refused);
    EXPECT_EQ(content(), expected);
  }
}

/// Real lists through the whole path, against counts made by an independent rule.
TEST_F(ImporterTest, RealListsAreImportedWhole) {
  const char* shared = std::getenv("TOCSIN_SHARED");
  if (shared == nullptr) GTEST_SKIP() << "TOCSIN_SHARED is not set: no real feeds to import";
  const fs::path root = fs::path(shared) / "data";
  const auto oracle = Json::parse(*read_file(root / "feeds/expected-feeds.json"));
  ASSERT_TRUE(oracle);
  std::int64_t lines = 0;
  std::int64_t imported = 0;
  int files = 0;
  const auto each = [&](const auto& visit) {
    for (const auto& [file, expected] : (*oracle)["files"].members()) {
      const auto bytes = read_file(root / file);
      ASSERT_TRUE(bytes) << file;
      ImportRequest r = request(file.size() > 100 ? file.substr(file.size() - 100) : file, *bytes);
      r.file_name = fs::path(file).filename();
      r.format = std::nullopt;
      visit(file, expected, import(r, *bytes));
    }
  };
  each([&](const std::string& file, const Json& expected, const model::Import& run) {
    // A CSV header line is a data line to the oracle, which knows no CSV.
    const std::int64_t header = run.format == "csv" ? 1 : 0;
    EXPECT_EQ(run.lines + header, expected["data_lines"].as_int()) << file;
    EXPECT_EQ(run.state, "done") << file << ": " << run.error;
    ++files;
    lines += run.lines;
    imported += run.imported;
  });
  EXPECT_EQ(indicators(), imported);
  const auto length = journal_length();
  std::int64_t again = 0;
  each([&](const std::string&, const Json&, const model::Import& run) { again += run.imported; });
  EXPECT_EQ(again, imported) << "the records of the first time";
  EXPECT_EQ(journal_length(), length);
  EXPECT_EQ(indicators(), imported);
  std::printf("%d lists, %lld lines, %lld indicators\n", files, static_cast<long long>(lines),
              static_cast<long long>(imported));
  EXPECT_GT(files, 1000);
}

}  // namespace
}  // namespace tocsin::intake
