// A large collection served by TAXII 2.1: filling it, one page at its beginning, middle and end,
// and pulling all of it, over HTTP on loopback. Beside it, in the same run, the reference server
// medallion with its in-memory backend, when TOCSIN_MEDALLION names its program (./dev test
// installs it into build/venv), at as many objects as it is given. Usage: bench_taxii [objects
// [medallion's objects [work folder]]]
#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "exchange/stix/importer.h"
#include "exchange/taxii/client.h"
#include "exchange/taxii/service.h"
#include "http/server.h"
#include "machine.h"
#include "process.h"
#include "store/collections.h"
#include "store/sqlite/sqlite_store.h"

namespace {

using namespace tocsin;
using namespace tocsin::bench;
namespace taxii = exchange::taxii;

constexpr std::size_t kPage = 1000;
constexpr int kRounds = 300;
constexpr int kTheirRounds = 3;  // each takes seconds

std::string object(std::int64_t n) {
  return fmt::format(
      R"({{"type":"indicator","spec_version":"2.1","id":"indicator--00000000-0000-4000-8000-{0:012}",)"
      R"("created":"2026-01-01T00:00:00.000Z","modified":"2026-01-01T00:00:00.000Z",)"
      R"("name":"domain host-{0}.bench.example","indicator_types":["malicious-activity"],)"
      R"("pattern":"[domain-name:value = 'host-{0}.bench.example']","pattern_type":"stix",)"
      R"("pattern_version":"2.1","valid_from":"2026-01-01T00:00:00Z","labels":["c2-server"],)"
      R"("object_marking_refs":["marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421"]}})",
      n);
}

/// The collection, filled through the importer as any document would be.
Json fill(store::Store& store, const Clock& clock, IdSource& ids,
          const model::ExchangeCollection& collection, std::int64_t objects) {
  reset_peak();
  const auto start = Steady::now();
  const double cpu = cpu_seconds();
  exchange::stix::Importer importer(store, clock, ids,
                                    {.collection = collection,
                                     .by = {"usr_bench", "org_bench", {}, {}},
                                     .basis = {},
                                     .source = "bench",
                                     .file_name = {},
                                     .limits = {},
                                     .whole = false,
                                     .envelope = false,
                                     .outcomes = false,
                                     .cursor = {},
                                     .position = 0});
  must(importer.feed(
           R"({"type":"bundle","id":"bundle--00000000-0000-4000-8000-000000000000","objects":[)"),
       "feed");
  std::uint64_t bytes = 0;
  for (std::int64_t n = 0; n < objects; ++n) {
    const std::string text = (n == 0 ? "" : ",") + object(n);
    bytes += text.size();
    must(importer.feed(text), "feed");
  }
  must(importer.feed("]}"), "feed");
  const auto result = must(importer.finish(), "finish");
  if (result.counts.added != objects || result.imported != objects) std::abort();
  const double wall = seconds_since(start);
  Json out =
      Json::object({{"objects", objects},
                    {"document_bytes", bytes},
                    {"wall_s", wall},
                    {"objects_per_wall_s", static_cast<double>(objects) / wall},
                    {"objects_per_cpu_s", static_cast<double>(objects) / (cpu_seconds() - cpu)},
                    {"peak_rss_mib", memory_mib("VmHWM")}});
  fmt::print("{:<34} {:>9.0f} objects/s  peak {:.0f} MiB, document {} MiB\n", "import",
             out["objects_per_wall_s"].as_double(), out["peak_rss_mib"].as_double(), bytes >> 20);
  return out;
}

Json percentiles(std::vector<double> ms) {
  std::sort(ms.begin(), ms.end());
  return Json::object({{"median_ms", ms[ms.size() / 2]},
                       {"p99_ms", ms[ms.size() * 99 / 100]},
                       {"rounds", static_cast<std::int64_t>(ms.size())}});
}

/// The same page again and again, from that place of the collection.
Json page_at(taxii::Client& client, const std::string& url, Instant after, int rounds,
             const char* who, const char* where) {
  std::vector<double> ms;
  for (int i = 0; i < rounds; ++i) {
    const auto start = Steady::now();
    const auto page = must(client.page(url, after, "", kPage), "page");
    ms.push_back(seconds_since(start) * 1000);
    if (page.body.size() < kPage * 100) std::abort();
  }
  Json out = percentiles(std::move(ms));
  fmt::print("{:<20} page, {:<8} {:>9.2f} ms median {:>9.2f} ms p99\n", who, where,
             out["median_ms"].as_double(), out["p99_ms"].as_double());
  return out;
}

/// Everything, page after page; counts ids, so that nothing is taken on trust.
Json pull_all(taxii::Client& client, const std::string& url, std::int64_t objects, const char* who,
              std::vector<Instant>& dates) {
  const auto start = Steady::now();
  std::int64_t got = 0;
  std::string next;
  dates.clear();
  for (;;) {
    const auto page = must(client.page(url, {}, next, kPage), "page");
    for (auto at = page.body.find("\"indicator--"); at != std::string::npos;
         at = page.body.find("\"indicator--", at + 1)) {
      ++got;
    }
    dates.push_back(page.last);
    if (!page.more) break;
    next = page.next;
  }
  const double wall = seconds_since(start);
  if (got != objects) {
    std::fprintf(stderr, "%s gave %lld of %lld objects\n", who, static_cast<long long>(got),
                 static_cast<long long>(objects));
    std::exit(1);
  }
  Json out = Json::object({{"objects", got},
                           {"wall_s", wall},
                           {"objects_per_wall_s", static_cast<double>(got) / wall}});
  fmt::print("{:<20} full pull      {:>9.0f} objects/s\n", who,
             out["objects_per_wall_s"].as_double());
  return out;
}

Json measure(taxii::Client& client, const std::string& url, std::int64_t objects, int rounds,
             const char* who) {
  std::vector<Instant> dates;
  Json out = Json::object({{"objects", objects}});
  out.set("pull", pull_all(client, url, objects, who, dates));
  const auto date = [&](std::size_t page) { return page == 0 ? Instant{} : dates[page - 1]; };
  out.set("begin", page_at(client, url, date(0), rounds, who, "begin"));
  out.set("middle", page_at(client, url, date(dates.size() / 2), rounds, who, "middle"));
  out.set("end", page_at(client, url, date(dates.size() - 1), rounds, who, "end"));
  return out;
}

taxii::Client client_for(const std::string& login) {
  taxii::PeerOptions peer;
  peer.login = login;
  peer.secret = "p";
  peer.http.timeout = std::chrono::minutes(10);
  return taxii::Client(std::move(peer), [](std::chrono::milliseconds) {});
}

Json tocsin_stage(const std::filesystem::path& folder, std::int64_t objects) {
  const SystemClock clock;
  IdSource ids(clock);
  std::filesystem::create_directories(folder);
  auto store = must(store::open_sqlite(folder / "taxii.db", clock), "open");
  model::ExchangeCollection collection;
  collection.id = "8c6af861-7b20-41ef-9b59-6344fd872a8f";
  collection.alias = "bench";
  collection.number = 1;
  collection.grants.push_back({"org_bench", true, true});
  must(store->write([&](store::WriteTx& tx) -> Status {
    TRY_STATUS(store::put(tx, collection));
    TRY_STATUS(tx.append({"usr_bench", "org_bench", "bench", "bench", "", {}, {}, {}}));
    return {};
  }),
       "collection");
  Json out = Json::object({{"import", fill(*store, clock, ids, collection, objects)}});
  taxii::ServiceOptions options;
  options.secret = "bench";
  const taxii::Service service(*store, clock, ids, std::move(options),
                               [](const http::Request&) -> Result<taxii::Caller> {
                                 taxii::Caller caller;
                                 caller.who.organization.id = "org_bench";
                                 caller.reads = true;
                                 return caller;
                               });
  auto server = must(http::Server::start({},
                                         [&](http::Request& request) {
                                           request.params["rest"] =
                                               request.path.substr(std::string("/taxii2/").size());
                                           return service.handle(request);
                                         }),
                     "server");
  auto client = client_for("u");
  const std::string url = taxii::collection_address(
      fmt::format("http://127.0.0.1:{}/taxii2/hub/", server->port()), collection.id);
  reset_peak();
  out.set("served", measure(client, url, objects, kRounds, "tocsin"));
  out.set("serving_peak_rss_mib", memory_mib("VmHWM"));
  server->stop();
  store.reset();
  out.set("database_bytes",
          static_cast<std::int64_t>(std::filesystem::file_size(folder / "taxii.db")));
  return out;
}

Json medallion_stage(const std::filesystem::path& folder, const std::string& program,
                     std::int64_t objects) {
  constexpr const char* kId = "91a7b528-80eb-42ed-a74d-c6fbd5a26116";
  Json list = Json::array();
  Json manifest = Json::array();
  for (std::int64_t n = 0; n < objects; ++n) {
    list.push(Json::parse(object(n)).value());
    const Instant added{1'764'000'000'000'000 + n};
    manifest.push(Json::object({{"id", fmt::format("indicator--00000000-0000-4000-8000-{:012}", n)},
                                {"date_added", exchange::stix::timestamp6(added)},
                                {"version", "2026-01-01T00:00:00.000Z"},
                                {"media_type", "application/stix+json;version=2.1"}}));
  }
  const std::string media = "application/taxii+json;version=2.1";
  const Json data = Json::object(
      {{"/discovery", Json::object({{"title", "m"},
                                    {"default", "http://localhost/api/"},
                                    {"api_roots", Json::array({"http://localhost/api/"})}})},
       {"api",
        Json::object({{"information", Json::object({{"title", "api"},
                                                    {"versions", Json::array({media})},
                                                    {"max_content_length", 10 << 20}})},
                      {"status", Json::array()},
                      {"collections",
                       Json::array({Json::object(
                           {{"id", kId},
                            {"title", "bench"},
                            {"can_read", true},
                            {"can_write", false},
                            {"media_types", Json::array({"application/stix+json;version=2.1"})},
                            {"objects", std::move(list)},
                            {"manifest", std::move(manifest)}})})}})}});
  peers::write_text(folder / "data.json", data.dump());
  const Json config =
      Json::object({{"backend", Json::object({{"module", "medallion.backends.memory_backend"},
                                              {"module_class", "MemoryBackend"},
                                              {"filename", (folder / "data.json").string()}})},
                    {"users", Json::object({{"u", "p"}})},
                    {"taxii", Json::object({{"max_page_size", kPage}})}});
  peers::write_text(folder / "config.json", config.dump());
  const int port = 20'000 + static_cast<int>(::getpid()) % 10'000;
  peers::Process server(
      {program, "--port", std::to_string(port), (folder / "config.json").string()},
      folder / "medallion.log");
  const std::string root = fmt::format("http://127.0.0.1:{}/", port);
  taxii::PeerOptions peer;
  peer.login = "u";
  peer.secret = "p";
  peer.attempts = 600;
  peer.longest_wait = std::chrono::milliseconds(100);
  peer.http.timeout = std::chrono::minutes(10);
  taxii::Client client(std::move(peer),
                       [](std::chrono::milliseconds time) { std::this_thread::sleep_for(time); });
  must(client.get(root + "api/"), "medallion");
  return measure(client, taxii::collection_address(root + "api/", kId), objects, kTheirRounds,
                 "medallion");
}

}  // namespace

int main(int argc, char** argv) {
  if (wants_usage(argc, argv, "[objects [medallion's objects [work folder]]]")) return 2;
  const std::int64_t objects = argc > 1 ? to_int(argv[1]).value_or(1'000'000) : 1'000'000;
  const std::int64_t theirs = argc > 2 ? to_int(argv[2]).value_or(1'000) : 1'000;
  const std::filesystem::path work = std::filesystem::path(argc > 3 ? argv[3] : "/var/tmp") /
                                     ("tocsin-taxii-" + std::to_string(::getpid()));
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  const SystemClock clock;
  Json result = machine_facts(clock);
  result.set("page_objects", kPage);
  result.set("tocsin", tocsin_stage(work, objects));
  if (const char* program = std::getenv("TOCSIN_MEDALLION")) {
    result.set("medallion", medallion_stage(work, program, theirs));
  } else {
    fmt::print("medallion: not measured, TOCSIN_MEDALLION does not name its program\n");
  }
  std::filesystem::remove_all(work);
  save("bench_taxii", result);
  return 0;
}
