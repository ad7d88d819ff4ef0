// Budget: at most 1 microsecond for plain ASCII names and IPv4 addresses.
#include <benchmark/benchmark.h>

#include "match/canonical.h"

namespace {

void run(benchmark::State& state, std::string_view text) {
  for (auto _ : state) {
    auto found = tocsin::match::canonicalize(text);
    benchmark::DoNotOptimize(found);
  }
}

void BM_Domain(benchmark::State& state) { run(state, "downloads.secure-login.evil.example"); }
void BM_Ipv4(benchmark::State& state) { run(state, "198.51.100.217"); }
void BM_Endpoint(benchmark::State& state) { run(state, "198.51.100.217:8443"); }
void BM_HostPath(benchmark::State& state) { run(state, "evil.example/panel/gate.php?id=1"); }
void BM_Url(benchmark::State& state) { run(state, "http://198.51.100.217:8080/bins/bot.arm7"); }
void BM_Sha256(benchmark::State& state) {
  run(state, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}
void BM_Punycode(benchmark::State& state) { run(state, "xn--0zwm56d.example"); }
void BM_Idn(benchmark::State& state) { run(state, "测试.example"); }

BENCHMARK(BM_Domain);
BENCHMARK(BM_Ipv4);
BENCHMARK(BM_Endpoint);
BENCHMARK(BM_HostPath);
BENCHMARK(BM_Url);
BENCHMARK(BM_Sha256);
BENCHMARK(BM_Punycode);
BENCHMARK(BM_Idn);

}  // namespace
