// Days pass: every day a feed of new and of known indicators through the importer, the word of each
// ending after some days, then the purge. Once the horizon is reached (expiry and floor together),
// size and latency must stop growing.
// Usage: bench_retention [--days N] [--per-day N] [--expiry DAYS] [--floor DAYS] [--again PERCENT]
//                        [--no-purge] [--no-search] [--auto-vacuum none|incremental|full]
//                        [--folder DIR]
#include <algorithm>
#include <array>
#include <atomic>
#include <map>

#include <fmt/format.h>
#include <sqlite3.h>

#include "base/crypto/hash.h"
#include "intake/importer.h"
#include "intake/purge.h"
#include "machine.h"
#include "search/finder.h"
#include "situation/tally.h"
#include "store/sqlite/sqlite_store.h"
#include "store/sqlite/text_index.h"

namespace {

using namespace tocsin;
using namespace tocsin::bench;

constexpr std::size_t kPiece = 64U << 10;
constexpr std::chrono::hours kDay{24};

struct Plan {
  std::int64_t days = 12;
  std::int64_t per_day = 20'000;
  std::int64_t expiry = 3;
  std::int64_t floor = 2;
  std::int64_t again = 20;
  bool purge = true;
  bool search = true;
  /// `incremental` gives the free pages back after each purge, `full` in every commit.
  std::string auto_vacuum = "none";
  std::filesystem::path folder = "/var/tmp";
};

std::optional<Plan> plan_of(int argc, char** argv) {
  Plan out;
  const std::map<std::string, std::int64_t*> numbers = {{"--days", &out.days},
                                                        {"--per-day", &out.per_day},
                                                        {"--expiry", &out.expiry},
                                                        {"--floor", &out.floor},
                                                        {"--again", &out.again}};
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (word == "--no-purge") {
      out.purge = false;
    } else if (word == "--no-search") {
      out.search = false;
    } else if (word == "--auto-vacuum" && i + 1 < argc) {
      out.auto_vacuum = argv[++i];
      const std::string& how = out.auto_vacuum;
      if (how != "none" && how != "incremental" && how != "full") return std::nullopt;
    } else if (word == "--folder" && i + 1 < argc) {
      out.folder = argv[++i];
    } else if (const auto found = numbers.find(word); found != numbers.end() && i + 1 < argc) {
      const auto value = to_int(argv[++i]);
      if (!value || *value < 0) return std::nullopt;
      *found->second = *value;
    } else {
      return std::nullopt;
    }
  }
  return out.days > 0 && out.per_day > 0 && out.expiry > 0 ? std::optional(out) : std::nullopt;
}

std::uint64_t mixed(std::uint64_t n) {  // splitmix64
  n += 0x9e3779b97f4a7c15ULL;
  n = (n ^ (n >> 30)) * 0xbf58476d1ce4e5b9ULL;
  n = (n ^ (n >> 27)) * 0x94d049bb133111ebULL;
  return n ^ (n >> 31);
}

/// The n-th indicator there will ever be: names, a fifth addresses, a tenth URLs.
model::Indicator indicator_at(std::int64_t n) {
  std::uint64_t bits = mixed(static_cast<std::uint64_t>(n));
  if (n % 10 < 2) {
    return {model::IndicatorKind::kIpv4, fmt::format("{}.{}.{}.{}", 1 + bits % 200, bits >> 8 & 255,
                                                     bits >> 16 & 255, bits >> 24 & 255)};
  }
  std::string name;
  for (int i = 0; i < 11; ++i, bits /= 26) name += static_cast<char>('a' + bits % 26);
  name += ".example";
  if (n % 10 == 2) return {model::IndicatorKind::kUrl, "http://" + name + "/login"};
  return {model::IndicatorKind::kDomain, name};
}

/// Milliseconds of many tries.
class Latency {
 public:
  template <typename F>
  void time(F&& body) {
    const auto start = Steady::now();
    body();
    all_.push_back(seconds_since(start) * 1e3);
  }
  double at(double share) {
    if (all_.empty()) return 0;
    std::sort(all_.begin(), all_.end());
    return all_[std::min(all_.size() - 1, static_cast<std::size_t>(share * all_.size()))];
  }
  Json json() {
    return Json::object({{"p50_ms", at(0.5)}, {"p95_ms", at(0.95)}, {"max_ms", at(1)}});
  }

 private:
  std::vector<double> all_;
};

class Bench {
 public:
  explicit Bench(Plan plan)
      : plan_(std::move(plan)),
        folder_(plan_.folder / ("tocsin-retention-" + std::to_string(::getpid()))) {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
    // Only an empty file takes it.
    run_sql("pragma auto_vacuum = " + plan_.auto_vacuum + "; vacuum");
    store_ = must(store::open_sqlite(folder_ / "hub.db", clock_));
    index_ = must(store::open_sqlite_text(folder_ / "search.db", search::collections()));
    organization_.type = model::OrganizationType::kMiit;
  }
  ~Bench() {
    store_.reset();
    index_.reset();
    std::filesystem::remove_all(folder_);
  }
  Bench(const Bench&) = delete;

  Json run() {
    fmt::print(
        "{:>3} {:>9} {:>8} {:>8} {:>8} {:>8} {:>7} {:>7} {:>7} {:>9} {:>9} {:>9} {:>9} {:>9}\n",
        "day", "known", "purged", "db MiB", "free MiB", "text MiB", "import", "purge", "index",
        "look-up", "page", "search", "insert", "beside");
    Json days = Json::array();
    for (std::int64_t day = 1; day <= plan_.days; ++day) {
      clock_.advance(kDay);
      days.push(one_day(day));
    }
    return days;
  }

 private:
  Json one_day(std::int64_t day) {
    const std::string bytes = feed_of_the_day();
    auto start = Steady::now();
    import(bytes);
    const double import_s = seconds_since(start);
    start = Steady::now();
    Latency beside;
    intake::PurgeCounts gone;
    if (plan_.purge) gone = sweep(beside);
    if (plan_.auto_vacuum == "incremental") run_sql("pragma incremental_vacuum");
    const double purge_s = seconds_since(start);
    start = Steady::now();
    if (plan_.search) {
      search::Indexer indexer(*store_, *index_, clock_, nullptr, situation::tallies());
      while (must(indexer.run_once()) > 0) {
      }
    }
    const double index_s = seconds_since(start);
    return measured(day, gone, import_s, purge_s, index_s, beside);
  }

  /// Past the store, which has no such setting.
  void run_sql(const std::string& sql) {
    sqlite3* db = nullptr;
    if (sqlite3_open((folder_ / "hub.db").c_str(), &db) != SQLITE_OK) std::abort();
    sqlite3_busy_timeout(db, 60'000);
    if (sqlite3_exec(db, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
      std::fprintf(stderr, "%s: %s\n", sql.c_str(), sqlite3_errmsg(db));
      std::exit(1);
    }
    sqlite3_close(db);
  }

  std::string feed_of_the_day() {
    std::string out;
    const std::int64_t first = next_;
    const std::int64_t repeated = day_begin_ == first ? 0 : plan_.per_day * plan_.again / 100;
    for (std::int64_t i = 0; i < repeated; ++i) {
      out +=
          indicator_at(day_begin_ + static_cast<std::int64_t>(
                                        random() % static_cast<std::uint64_t>(first - day_begin_)))
              .value +
          "\n";
    }
    for (std::int64_t i = repeated; i < plan_.per_day; ++i)
      out += indicator_at(next_++).value + "\n";
    day_begin_ = first;
    return out;
  }

  void import(const std::string& bytes) {
    intake::ImportRequest request;
    request.source = "bench";
    request.file_name = "day.txt";
    request.format = intake::Format::kPlain;
    request.by = {"usr_bench", "org_bench", {}, {}};
    request.digest = crypto::sha256_hex(bytes);
    request.expiry.otherwise = kDay * plan_.expiry;
    auto importer = must(intake::Importer::start(*store_, clock_, ids_, request));
    for (std::size_t i = 0; i < bytes.size(); i += kPiece) {
      must(importer->feed(std::string_view(bytes).substr(i, kPiece)));
    }
    must(importer->finish());
  }

  /// Meanwhile somebody else writes one sighting at a time: how long does he wait?
  intake::PurgeCounts sweep(Latency& beside) {
    std::atomic<bool> over{false};
    std::thread other([&] {
      while (!over) {
        beside.time([&] { insert_one(); });
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
      }
    });
    const intake::PurgeOrder order = {clock_.now().plus(-kDay * plan_.floor),
                                      {"csl-2025", "2025", "23(3)", "T05-21"},
                                      "system:purge",
                                      ""};
    intake::PurgeCounts sum;
    intake::PurgeStep step;
    do {
      step = must(intake::purge_step(*store_, order, step.after));
      sum.indicators += step.counts.indicators;
      sum.sightings += step.counts.sightings;
    } while (!step.end);
    over = true;
    other.join();
    return sum;
  }

  void insert_one() {
    store::Sighting row;
    row.indicator = {model::IndicatorKind::kDomain,
                     "one" + std::to_string(inserted_++) + ".one.example"};
    row.source = 2;
    row.first_seen = row.last_seen = clock_.now();
    row.valid_until = clock_.now().plus(kDay);
    must(store_->write([&](store::WriteTx& tx) -> Status {
      TRY_STATUS(tx.add_sightings(std::vector{row}));
      return Status(tx.append({"usr_bench", "org_bench", "sighting.added", "one", "", {}, {}, {}})
                        .map([](std::uint64_t) {}));
    }));
  }

  Json measured(std::int64_t day, const intake::PurgeCounts& gone, double import_s, double purge_s,
                double index_s, Latency& beside) {
    Latency look_up;
    Latency page;
    Latency search;
    Latency insert;
    for (int i = 0; i < 2000; ++i) {  // of all there ever were: most are purged
      const auto one =
          indicator_at(static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(next_)));
      look_up.time(
          [&] { must(store_->read([&](store::ReadTx& tx) { return tx.find_indicator(one); })); });
    }
    const auto newest = must(store_->read([](store::ReadTx& tx) { return tx.newest_indicator(); }));
    for (int i = 0; i < 300; ++i) {
      auto after = static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(newest));
      page.time([&] {
        must(
            store_->read([&](store::ReadTx& tx) { return tx.sightings_of_source(1, after, 100); }));
      });
    }
    search::Finder finder(*store_, *index_, nullptr);
    for (int i = 0; plan_.search && i < 100; ++i) {
      const auto one = indicator_at(next_ - 1 - static_cast<std::int64_t>(random() % 1000)).value;
      const auto query = must(search::parse(
          i % 2 == 0 ? "indicator:" + one : "indicator:" + one.substr(0, 3) + "* kind:domain",
          search::Place::kIndicators));
      search.time([&] { must(finder.find({user_, organization_}, query, 20, "")); });
    }
    for (int i = 0; i < 100; ++i) insert.time([&] { insert_one(); });
    return reported(day, gone, {import_s, purge_s, index_s},
                    {&look_up, &page, &search, &insert, &beside});
  }

  Json reported(std::int64_t day, const intake::PurgeCounts& gone,
                const std::array<double, 3>& seconds, const std::array<Latency*, 5>& latency) {
    const auto size = store_->statistics();
    const auto known = must(store_->read([](store::ReadTx& tx) { return tx.count_indicators(); }));
    const auto text = static_cast<std::int64_t>(std::filesystem::file_size(folder_ / "search.db"));
    const auto mib = [](std::int64_t bytes) { return bytes >> 20; };
    fmt::print("{:>3} {:>9} {:>8} {:>8} {:>8} {:>8} {:>6.1f}s {:>6.1f}s {:>6.1f}s", day, known,
               gone.indicators, mib(size.at("database_bytes")), mib(size.at("free_bytes")),
               mib(text), seconds[0], seconds[1], seconds[2]);
    for (Latency* one : latency) fmt::print(" {:>4.2f}/{:<4.1f}", one->at(0.5), one->at(0.95));
    fmt::print("\n");
    std::fflush(stdout);
    return Json::object({{"day", day},
                         {"known", known},
                         {"purged", gone.indicators},
                         {"database_bytes", size.at("database_bytes")},
                         {"wal_bytes", size.at("wal_bytes")},
                         {"free_bytes", size.at("free_bytes")},
                         {"search_bytes", text},
                         {"import_s", seconds[0]},
                         {"purge_s", seconds[1]},
                         {"index_s", seconds[2]},
                         {"look_up", latency[0]->json()},
                         {"page", latency[1]->json()},
                         {"search", latency[2]->json()},
                         {"insert", latency[3]->json()},
                         {"insert_beside_purge", latency[4]->json()}});
  }

  std::uint64_t random() { return mixed(++drawn_); }

  const Plan plan_;
  const std::filesystem::path folder_;
  FakeClock clock_{parse_instant("2026-03-01T00:00:00+08:00").value()};
  IdSource ids_{clock_};
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<store::TextIndex> index_;
  model::User user_;
  model::Organization organization_;
  std::int64_t next_ = 0;       ///< number of the next indicator that nobody has seen
  std::int64_t day_begin_ = 0;  ///< first one that yesterday brought
  std::int64_t inserted_ = 0;
  std::uint64_t drawn_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  const auto plan = plan_of(argc, argv);
  if (!plan) {
    std::fprintf(stderr,
                 "usage: %s [--days N] [--per-day N] [--expiry DAYS] [--floor DAYS] "
                 "[--again PERCENT] [--no-purge] [--no-search] "
                 "[--auto-vacuum none|incremental|full] [--folder DIR]\n",
                 argv[0]);
    return 2;
  }
  Json result = machine_facts(SystemClock());
  result.set("days", plan->days);
  result.set("per_day", plan->per_day);
  result.set("expiry_days", plan->expiry);
  result.set("floor_days", plan->floor);
  result.set("again_percent", plan->again);
  result.set("auto_vacuum", plan->auto_vacuum);
  result.set("by_day", Bench(*plan).run());
  if (plan->purge && plan->search) save("bench_retention", result);
  return 0;
}
