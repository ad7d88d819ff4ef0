#include <benchmark/benchmark.h>

#include "base/crypto/hash.h"

namespace {

void sha256(benchmark::State& state) {
  const std::string text(static_cast<std::size_t>(state.range(0)), 'x');
  for (auto _ : state) benchmark::DoNotOptimize(tocsin::crypto::sha256(text));
  state.SetBytesProcessed(state.iterations() * state.range(0));
}
BENCHMARK(sha256)->Arg(40)->Arg(1024)->Arg(65536);

void sm3(benchmark::State& state) {
  const std::string text(static_cast<std::size_t>(state.range(0)), 'x');
  for (auto _ : state) benchmark::DoNotOptimize(tocsin::crypto::sm3(text));
  state.SetBytesProcessed(state.iterations() * state.range(0));
}
BENCHMARK(sm3)->Arg(40)->Arg(65536);

}  // namespace
