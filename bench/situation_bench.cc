// The situation over many cases of two years: how long counting takes beside indexing, how large
// the file becomes, and what an answer costs. Usage: bench_situation [cases [work folder]]
#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "case_rows.h"
#include "machine.h"
#include "situation/report.h"
#include "situation/tally.h"
#include "store/collections.h"
#include "store/sqlite/sqlite_store.h"
#include "store/sqlite/text_index.h"

namespace {

using namespace tocsin;
using namespace tocsin::bench;

constexpr int kRounds = 50;

Json measure(store::Store& store, store::TextIndex& index, const model::Organization& organization,
             situation::Period period, const std::string& province) {
  model::User user;
  user.id = "usr_bench";
  std::vector<double> times;
  std::size_t bytes = 0;
  for (int round = 0; round < kRounds; ++round) {
    const auto start = Steady::now();
    const auto found =
        must(situation::situation(store, index, {user, organization},
                                  {period, std::chrono::year(2026) / 12 / 31, province}),
             "situation");
    times.push_back(seconds_since(start) * 1000);
    bytes = model::to_json(found).dump().size();
  }
  std::sort(times.begin(), times.end());
  return Json::object({{"who", organization.code},
                       {"period", std::string(name(period))},
                       {"province", province},
                       {"p50_ms", times[times.size() / 2]},
                       {"p95_ms", times[times.size() * 95 / 100]},
                       {"answer_bytes", bytes}});
}

/// The same keys without counting anything.
search::Tallies no_tallies() {
  return {"none", [](store::ReadTx&) -> search::TallyOf {
            return [](search::Place, const search::Document&) -> Result<store::TextTally> {
              return store::TextTally{};
            };
          }};
}

Json index_all(store::Store& store, const Clock& clock, const std::filesystem::path& file,
               search::Tallies tallies) {
  const auto index = must(store::open_sqlite_text(file, search::collections()), "index");
  search::Indexer indexer(store, *index, clock, nullptr, std::move(tallies));
  const auto start = Steady::now();
  const double cpu = cpu_seconds();
  while (must(indexer.run_once(), "index") > 0) {
  }
  return Json::object(
      {{"seconds", seconds_since(start)},
       {"cpu_s", cpu_seconds() - cpu},
       {"file_mib", static_cast<std::int64_t>(std::filesystem::file_size(file) >> 20)}});
}

}  // namespace

int main(int argc, char** argv) {
  if (wants_usage(argc, argv, "[cases [work folder]]")) return 2;
  const std::int64_t all = argc > 1 ? to_int(argv[1]).value_or(0) : 200'000;
  if (all < 1'000) return 2;
  const auto folder = std::filesystem::path(argc > 2 ? argv[2] : "/var/tmp") /
                      ("tocsin-situation-" + std::to_string(::getpid()));
  std::filesystem::create_directories(folder);
  const SystemClock clock;
  Json result = machine_facts(clock);
  const auto say = [&](const char* what, Json json) {
    fmt::print("{}: {}\n", what, json.dump());
    std::fflush(stdout);
    result.set(what, std::move(json));
  };
  {
    const auto store = must(store::open_sqlite(folder / "tocsin.db", clock), "store");
    const auto start = Steady::now();
    fill(*store, all, 3);
    say("fill", Json::object({{"cases", all}, {"seconds", seconds_since(start)}}));
    say("index_only", index_all(*store, clock, folder / "plain.db", no_tallies()));
    say("index_and_count", index_all(*store, clock, folder / "counted.db", situation::tallies()));
    const auto index =
        must(store::open_sqlite_text(folder / "counted.db", search::collections()), "index");
    model::Organization ministry;
    ministry.code = "miit";
    ministry.type = model::OrganizationType::kMiit;
    Json answers = Json::array();
    for (const auto& who : {ministry, unit(0), unit(10)}) {
      for (const auto period : {situation::Period::kWeek, situation::Period::kYear}) {
        answers.push(measure(*store, *index, who, period, ""));
      }
    }
    answers.push(measure(*store, *index, ministry, situation::Period::kYear, "51"));
    say("answers", std::move(answers));
  }
  std::filesystem::remove_all(folder);
  save("bench_situation", result);
  return 0;
}
