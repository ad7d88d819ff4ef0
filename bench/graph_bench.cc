// A graph of a million relations with a skewed degree: how fast it fills, what a query of two hops
// costs, and beside it the same query without the bound on fan-out, which is what correlation
// without a border does. Usage: bench_graph [relations [work folder]]
#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "graph/walk.h"
#include "machine.h"
#include "store/sqlite/sqlite_store.h"

namespace {

using namespace tocsin;
using namespace tocsin::bench;

constexpr std::size_t kBatch = 5'000;
constexpr std::int64_t kCrowdDegree = 100'000;
constexpr int kCrowds = 3;
constexpr int kRounds = 1'000;
constexpr int kNaiveRounds = 40;  // each may take seconds

model::Node domain(std::int64_t n) {
  return {model::node_kind(model::IndicatorKind::kDomain), fmt::format("h{}.bench.example", n)};
}
model::Node address(std::int64_t n) {
  return {model::node_kind(model::IndicatorKind::kIpv4),
          fmt::format("{}.{}.{}.{}", 10 + (n >> 24), (n >> 16) & 255, (n >> 8) & 255, n & 255)};
}

/// Steps through all numbers below a power of two in an order that looks like none.
std::int64_t scattered(std::int64_t n, std::int64_t below) {
  return static_cast<std::int64_t>((static_cast<std::uint64_t>(n) * 2654435761ULL) %
                                   static_cast<std::uint64_t>(below));
}

/// Relation n of the graph: three addresses that a hundred thousand names share each (a sinkhole, a
/// parking page, a public front), the rest spread so that few names share one.
store::Claim relation(std::int64_t n, std::int64_t all) {
  store::Claim out;
  const std::int64_t names = all / 2;
  const std::int64_t crowded = std::min(kCrowds * kCrowdDegree, all / 2);
  const bool crowd = n < crowded;
  out.relation.from = domain(scattered(n, names));
  out.relation.kind = model::RelationKind::kResolvesTo;
  out.relation.to = crowd ? address(n % kCrowds) : address(16 + scattered(n * 7 + 3, names));
  out.source = 1 + n % 5;
  out.first_seen = {1'770'000'000'000'000};
  out.last_seen = out.first_seen;
  return out;
}

Json fill(store::Store& store, std::int64_t all) {
  const auto start = Steady::now();
  const double cpu = cpu_seconds();
  std::int64_t added = 0;
  std::vector<store::Claim> batch;
  for (std::int64_t n = 0; n < all;) {
    batch.clear();
    for (; n < all && batch.size() < kBatch; ++n) batch.push_back(relation(n, all));
    const auto counts = must(store.write([&](store::WriteTx& tx) -> Result<store::ClaimCounts> {
      TRY_STATUS(tx.append({"system:bench", "", "bench.batch", "", "", {}, {}, {}}));
      return tx.add_claims(batch);
    }),
                             "fill");
    added += counts.added;
  }
  const double wall = seconds_since(start);
  const double used = cpu_seconds() - cpu;
  fmt::print("fill: {} relations, {:.0f}/s wall, {:.0f}/s CPU\n", added,
             static_cast<double>(all) / wall, static_cast<double>(all) / used);
  return Json::object({{"claims", all},
                       {"relations", added},
                       {"wall_s", wall},
                       {"per_wall_s", static_cast<double>(all) / wall},
                       {"per_cpu_s", static_cast<double>(all) / used}});
}

Json queries(store::Store& store, const char* what, std::int64_t names, int rounds,
             const graph::Limits& limits) {
  const SystemClock clock;
  std::vector<double> times;
  std::int64_t nodes = 0;
  std::int64_t most = 0;
  std::int64_t cut = 0;
  for (int round = 0; round < rounds; ++round) {
    // Names as an analyst meets them: most of them stand at a crowd, as in real life.
    const model::Node start = domain(scattered(round * 37 + 11, names));
    const auto before = Steady::now();
    const auto picture = must(store.read([&](store::ReadTx& tx) {
      graph::Reader reader(
          tx, [](const store::Claim&) -> Result<bool> { return true; }, {}, limits.fan_out);
      return graph::walk(reader, clock, start, limits);
    }),
                              "query");
    times.push_back(seconds_since(before) * 1000);
    const auto found = static_cast<std::int64_t>(picture.places.size());
    nodes += found;
    most = std::max(most, found);
    cut += picture.cuts.empty() ? 0 : 1;
  }
  std::sort(times.begin(), times.end());
  const auto at = [&](double share) {
    return times[static_cast<std::size_t>(share * static_cast<double>(times.size() - 1))];
  };
  fmt::print("{:<28} p50 {:>9.3f} ms  p99 {:>9.3f} ms  nodes {:>8.1f} on average, {} at most\n",
             what, at(0.5), at(0.99), static_cast<double>(nodes) / rounds, most);
  return Json::object({{"rounds", rounds},
                       {"p50_ms", at(0.5)},
                       {"p99_ms", at(0.99)},
                       {"nodes_average", static_cast<double>(nodes) / rounds},
                       {"nodes_most", most},
                       {"answers_cut", cut}});
}

}  // namespace

int main(int argc, char** argv) {
  if (wants_usage(argc, argv, "[relations [work folder]]")) return 2;
  const std::int64_t all = argc > 1 ? to_int(argv[1]).value_or(0) : 1'000'000;
  if (all < 1'000) return 2;
  const auto folder = std::filesystem::path(argc > 2 ? argv[2] : "/var/tmp") /
                      ("tocsin-graph-" + std::to_string(::getpid()));
  std::filesystem::create_directories(folder);
  const SystemClock clock;
  Json result = machine_facts(clock);
  {
    auto store = must(store::open_sqlite(folder / "graph.db", clock), "open");
    result.set("fill", fill(*store, all));
    const std::int64_t names = all / 2;
    const std::chrono::seconds long_time{600};
    result.set("two_hops", queries(*store, "2 hops, fan-out 1,000", names, kRounds, {}));
    result.set("four_hops", queries(*store, "4 hops, fan-out 1,000", names, kRounds,
                                    {.hops = 4, .nodes = 5000}));
    result.set("two_hops_naive", queries(*store, "2 hops, no bound", names, kNaiveRounds,
                                         {.hops = 2,
                                          .nodes = static_cast<std::size_t>(4 * all),
                                          .fan_out = INT64_MAX - 1,
                                          .time = long_time}));
  }
  result.set("database_bytes",
             static_cast<std::int64_t>(std::filesystem::file_size(folder / "graph.db")));
  std::filesystem::remove_all(folder);
  save("bench_graph", result);
  return 0;
}
