#include <benchmark/benchmark.h>

#include "journal/entry.h"
#include "journal/merkle.h"

namespace {

using namespace tocsin;
using namespace tocsin::journal;

void append_entry(benchmark::State& state) {
  Tip tip;
  Entry entry;
  entry.time = *parse_instant("2026-03-05");
  entry.actor = "usr_01J9Z0000000000000000000AA";
  entry.org = "org_01J9Z0000000000000000000AA";
  entry.action = "threat.submitted";
  entry.subject = "thr_01J9Z0000000000000000000AA";
  entry.threat = entry.subject;
  entry.basis = {"miit-202", "2018-01-01", "6", "W17-07"};
  entry.data = *Json::parse(R"({"kind":"domain","value":"c2.example.net","state":"submitted"})");
  for (auto _ : state) benchmark::DoNotOptimize(append(tip, entry));
}
BENCHMARK(append_entry);

void frontier_append(benchmark::State& state) {
  Frontier frontier;
  const Digest leaf = leaf_hash(Digest{});
  for (auto _ : state) benchmark::DoNotOptimize(frontier.append(leaf));
}
BENCHMARK(frontier_append);

void proof_of_a_million(benchmark::State& state) {
  MemoryNodes nodes;
  Frontier frontier;
  for (int i = 0; i < 1'000'000; ++i) (void)frontier.append(leaf_hash(Digest{}), &nodes);
  std::uint64_t i = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(inclusion_proof(nodes, i, frontier.size()));
    i = (i + 7919) % frontier.size();
  }
}
BENCHMARK(proof_of_a_million);

}  // namespace
