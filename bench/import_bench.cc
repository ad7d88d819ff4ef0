// Whole feeds through the importer into a fresh database with durable settings, and beside it, in
// the same run, what bounds it: the disk, the parser, and SQLite doing nothing but inserting.
// Usage: bench_import [work folder]
#include <fcntl.h>
#include <filesystem>

#include <fmt/format.h>
#include <sqlite3.h>

#include "base/crypto/hash.h"
#include "exchange/stix/importer.h"
#include "feeds.h"
#include "intake/importer.h"
#include "intake/write/writer.h"
#include "machine.h"
#include "store/sqlite/sqlite_store.h"

namespace {

using namespace tocsin;
using namespace tocsin::bench;

constexpr std::size_t kPiece = 64U << 10;
constexpr std::size_t kBatchRows = 5'000;

/// Time of one stage, wall and processor.
class Stage {
 public:
  Json done(std::int64_t lines, std::initializer_list<std::pair<const char*, Json>> more = {}) {
    const double wall = seconds_since(start_);
    const double cpu = cpu_seconds() - cpu_;
    Json out = Json::object({{"lines", lines},
                             {"wall_s", wall},
                             {"cpu_s", cpu},
                             {"lines_per_wall_s", static_cast<double>(lines) / wall},
                             {"lines_per_cpu_s", static_cast<double>(lines) / cpu}});
    for (const auto& [key, value] : more) out.set(key, value);
    return out;
  }

 private:
  Steady::time_point start_ = Steady::now();
  double cpu_ = cpu_seconds();
};

struct Totals {
  std::int64_t lines = 0;
  std::int64_t imported = 0;
  std::int64_t merged = 0;
  std::int64_t refused = 0;
};

Totals import_all(store::Store& store, const Clock& clock, IdSource& ids,
                  const std::vector<FeedFile>& files, bool with_digest) {
  Totals sum;
  for (const auto& file : files) {
    intake::ImportRequest request;
    request.source = file.source;
    request.file_name = file.name;
    request.format = intake::Format::kPlain;
    request.by = {"usr_bench", "org_bench", {}, {}};
    if (with_digest) request.digest = crypto::sha256_hex(file.bytes);
    auto importer = must(intake::Importer::start(store, clock, ids, request), "start");
    for (std::size_t i = 0; i < file.bytes.size(); i += kPiece) {
      must(importer->feed(std::string_view(file.bytes).substr(i, kPiece)), "feed");
    }
    const auto run = must(importer->finish(), "finish");
    if (run.imported + run.merged + run.refused != run.lines) std::abort();
    sum.lines += run.lines;
    sum.imported += run.imported;
    sum.merged += run.merged;
    sum.refused += run.refused;
  }
  return sum;
}

std::int64_t indicators(store::Store& store) {
  return must(store.read([](store::ReadTx& tx) { return tx.count_indicators(); }), "count");
}

/// The real thing: an import, and the same files once more as a new download.
Json import_stage(const std::filesystem::path& folder, const std::vector<FeedFile>& files,
                  const char* what) {
  const SystemClock clock;
  IdSource ids(clock);
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  auto store = must(store::open_sqlite(folder / "import.db", clock), "open");
  reset_peak();
  Stage first;
  const Totals t = import_all(*store, clock, ids, files, true);
  const Json imported = first.done(t.lines, {{"imported", t.imported},
                                             {"merged", t.merged},
                                             {"refused", t.refused},
                                             {"peak_rss_mib", memory_mib("VmHWM")}});
  const std::int64_t known = indicators(*store);
  if (known != t.imported) std::abort();
  Stage second;
  const Totals again = import_all(*store, clock, ids, files, false);
  const Json repeated = second.done(again.lines, {{"imported", again.imported}});
  if (again.imported != 0 || indicators(*store) != known) std::abort();
  store.reset();  // the last connection moves the log into the database
  Json out =
      Json::object({{"runs", static_cast<std::int64_t>(files.size())},
                    {"first", imported},
                    {"again", repeated},
                    {"database_bytes",
                     static_cast<std::int64_t>(std::filesystem::file_size(folder / "import.db"))}});
  std::filesystem::remove_all(folder);
  fmt::print(
      "{:<28} {:>7} lines  {:>8.0f}/s wall  {:>8.0f}/s CPU  peak {:.0f} MiB; again {:>8.0f}/s "
      "CPU; {} MiB on disk\n",
      what, t.lines, imported["lines_per_wall_s"].as_double(),
      imported["lines_per_cpu_s"].as_double(), imported["peak_rss_mib"].as_double(),
      repeated["lines_per_cpu_s"].as_double(), out["database_bytes"].as_int() >> 20);
  return out;
}

/// Keeps values for the stages that only store.
struct Kept final : intake::Sink {
  std::vector<model::Indicator> values;
  bool keep = false;
  std::int64_t bytes = 0;
  void item(intake::Item&& item) override {
    bytes += static_cast<std::int64_t>(item.indicator.value.size());
    if (keep) values.push_back(std::move(item.indicator));
  }
  void refusal(intake::Refusal&& /*unused*/) override {}
  void warning(intake::Warning&& /*unused*/) override {}
};

std::int64_t parse_all(const std::vector<FeedFile>& files, Kept& sink) {
  std::int64_t lines = 0;
  for (const auto& file : files) {
    const auto reader = intake::make_reader(intake::Format::kPlain, {}, sink);
    intake::Decoder decoder(*reader);
    for (std::size_t i = 0; i < file.bytes.size(); i += kPiece) {
      must(decoder.feed(std::string_view(file.bytes).substr(i, kPiece)), "parse");
    }
    must(decoder.finish(), "parse");
    lines += reader->counters().lines;
  }
  return lines;
}

Json parse_stage(const std::vector<FeedFile>& files) {
  Stage stage;
  Kept sink;
  const std::int64_t lines = parse_all(files, sink);
  Json out = stage.done(lines);
  fmt::print("{:<28} {:>7} lines  {:>8.0f}/s wall  {:>8.0f}/s CPU\n", "limit: parse + canonical",
             lines, out["lines_per_wall_s"].as_double(), out["lines_per_cpu_s"].as_double());
  return out;
}

/// As many bytes as the database has, in as many pieces as the import has commits.
Json disk_stage(const std::filesystem::path& folder, std::int64_t lines, std::int64_t bytes) {
  std::filesystem::create_directories(folder);
  const auto pieces = static_cast<std::size_t>(lines) / kBatchRows + 1;
  const std::string piece(static_cast<std::size_t>(bytes) / pieces + 1, 'x');
  const std::string path = (folder / "raw").string();
  Stage stage;
  const int fd = ::open(path.c_str(), O_CREAT | O_WRONLY | O_TRUNC, 0600);
  for (std::size_t i = 0; i < pieces; ++i) {
    if (::write(fd, piece.data(), piece.size()) != static_cast<ssize_t>(piece.size())) std::abort();
    if (::fsync(fd) != 0) std::abort();
  }
  ::close(fd);
  Json out = stage.done(lines, {{"bytes", bytes}});
  std::filesystem::remove_all(folder);
  fmt::print("{:<28} {:>7} lines  {:>8.0f}/s wall  ({} MiB, fsync a batch)\n",
             "limit: write + fsync", lines, out["lines_per_wall_s"].as_double(), bytes >> 20);
  return out;
}

/// SQLite with nothing to do but append rows: no log, no flush, no key, no second table.
Json insert_stage(const std::filesystem::path& folder, const std::vector<FeedFile>& files) {
  Kept sink;
  sink.keep = true;
  parse_all(files, sink);
  std::filesystem::create_directories(folder);
  sqlite3* db = nullptr;
  sqlite3_stmt* insert = nullptr;
  const auto run = [&](const char* sql) {
    if (sqlite3_exec(db, sql, nullptr, nullptr, nullptr) != SQLITE_OK) std::abort();
  };
  Stage stage;
  if (sqlite3_open((folder / "plain.db").c_str(), &db) != SQLITE_OK) std::abort();
  run("pragma journal_mode = off; pragma synchronous = off;"
      "create table t (kind integer, value text, first_seen integer, last_seen integer)");
  sqlite3_prepare_v2(db, "insert into t values (?1, ?2, ?3, ?4)", -1, &insert, nullptr);
  std::size_t rows = 0;
  for (const auto& i : sink.values) {
    if (rows % kBatchRows == 0) run(rows == 0 ? "begin" : "commit; begin");
    ++rows;
    sqlite3_bind_int64(insert, 1, static_cast<std::int64_t>(i.kind));
    sqlite3_bind_text64(insert, 2, i.value.data(), i.value.size(), SQLITE_STATIC, SQLITE_UTF8);
    sqlite3_bind_int64(insert, 3, 1'770'000'000'000'000);
    sqlite3_bind_int64(insert, 4, 1'770'000'000'000'000);
    if (sqlite3_step(insert) != SQLITE_DONE) std::abort();
    sqlite3_reset(insert);
  }
  run("commit");
  sqlite3_finalize(insert);
  sqlite3_close(db);
  Json out = stage.done(static_cast<std::int64_t>(rows));
  std::filesystem::remove_all(folder);
  fmt::print("{:<28} {:>7} lines  {:>8.0f}/s wall  {:>8.0f}/s CPU\n", "limit: plain SQLite insert",
             rows, out["lines_per_wall_s"].as_double(), out["lines_per_cpu_s"].as_double());
  return out;
}

/// Indicators as STIX objects or MISP attributes, as our own export writes them: one document.
std::string document_of(intake::OutForm form, const std::vector<FeedFile>& files) {
  constexpr std::size_t kItems = 100'000;
  Kept sink;
  sink.keep = true;
  parse_all(files, sink);
  if (sink.values.size() > kItems) sink.values.resize(kItems);
  std::vector<intake::Item> items;
  for (auto& value : sink.values) {
    intake::Item item;
    item.indicator = std::move(value);
    item.first_seen = {1'770'000'000'000'000};
    item.labels = {"c2-server"};
    item.tlp = intake::Tlp::kAmber;
    items.push_back(std::move(item));
  }
  std::int64_t left_out = 0;
  return intake::out_document(form, items, "bench", {1'770'000'000'000'000}, left_out);
}

template <typename Run>
void feed_pieces(Run& run, std::string_view bytes) {
  for (std::size_t i = 0; i < bytes.size(); i += kPiece)
    must(run.feed(bytes.substr(i, kPiece)), "feed");
}

/// A document into a fresh hub: as a feed, and for STIX also into a collection that keeps every
/// object byte for byte.
Json document_stage(const std::filesystem::path& folder, const std::vector<FeedFile>& files,
                    intake::OutForm form, bool keep_objects) {
  const std::string bytes = document_of(form, files);
  const SystemClock clock;
  IdSource ids(clock);
  std::filesystem::create_directories(folder);
  auto store = must(store::open_sqlite(folder / "documents.db", clock), "open");
  reset_peak();
  std::int64_t imported = 0;
  std::int64_t lines = 0;
  Stage stage;
  if (keep_objects) {
    exchange::stix::ImportRequest request;
    request.collection.id = "bench";
    request.collection.alias = "bench";
    request.collection.number = 1;
    request.source = "bench";
    request.by = {"usr_bench", "org_bench", {}, {}};
    exchange::stix::Importer importer(*store, clock, ids, request);
    feed_pieces(importer, bytes);
    const auto result = must(importer.finish(), "finish");
    imported = result.imported + result.merged;
    lines = result.counts.objects;
  } else {
    intake::ImportRequest request;
    request.source = "bench";
    request.format = intake::format_named(intake::name(form));
    request.by = {"usr_bench", "org_bench", {}, {}};
    auto importer = must(intake::Importer::start(*store, clock, ids, request), "start");
    feed_pieces(*importer, bytes);
    const auto run = must(importer->finish(), "finish");
    imported = run.imported + run.merged;
    lines = run.lines;
  }
  Json out = stage.done(lines, {{"imported", imported},
                                {"bytes", static_cast<std::int64_t>(bytes.size())},
                                {"peak_rss_mib", memory_mib("VmHWM")}});
  store.reset();
  std::filesystem::remove_all(folder);
  const std::string what =
      std::string(intake::name(form)) + (keep_objects ? ", objects kept too" : ", as a feed");
  fmt::print("{:<28} {:>7} items  {:>8.0f}/s wall  {:>8.0f}/s CPU  {} MiB, peak {:.0f} MiB\n", what,
             lines, out["lines_per_wall_s"].as_double(), out["lines_per_cpu_s"].as_double(),
             bytes.size() >> 20U, out["peak_rss_mib"].as_double());
  return out;
}

}  // namespace

int main(int argc, char** argv) {
  if (wants_usage(argc, argv, "[work folder]")) return 2;
  const std::filesystem::path work = std::filesystem::path(argc > 1 ? argv[1] : "/var/tmp") /
                                     ("tocsin-import-" + std::to_string(::getpid()));
  const SystemClock clock;
  Json result = machine_facts(clock);
  const auto files = load_feeds();
  const auto feeds = joined(files);
  std::int64_t bytes = 0;
  for (const auto& file : files) bytes += static_cast<std::int64_t>(file.bytes.size());
  result.set("feeds", std::getenv("TOCSIN_SHARED") != nullptr ? "real" : "generated");
  result.set("feed_bytes", bytes);
  const Json whole = import_stage(work, feeds, "import, one run a source");
  result.set("one_run_a_source", whole);
  if (files.size() > feeds.size()) {
    result.set("one_run_a_file", import_stage(work, files, "import, one run a file"));
  }
  result.set("limit_parse", parse_stage(feeds));
  result.set("limit_disk",
             disk_stage(work, whole["first"]["lines"].as_int(), whole["database_bytes"].as_int()));
  result.set("limit_insert", insert_stage(work, feeds));
  save("bench_import", result);
  Json documents = machine_facts(clock);
  documents.set("feeds", result["feeds"]);
  documents.set("stix_feed", document_stage(work, feeds, intake::OutForm::kStix, false));
  documents.set("stix_collection", document_stage(work, feeds, intake::OutForm::kStix, true));
  documents.set("misp_feed", document_stage(work, feeds, intake::OutForm::kMisp, false));
  save("bench_documents", documents);
  return 0;
}
