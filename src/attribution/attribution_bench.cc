// Look-ups, building and loading of tables of national size. The tables are made here: as many
// ranges as the public table of countries has, with random borders. Budget: 1 microsecond a
// look-up.
#include <random>

#include <benchmark/benchmark.h>

#include "attribution/enrich.h"
#include "attribution/reader.h"
#include "attribution/responsible.h"
#include "match/canonical.h"

namespace {

using namespace tocsin;
using namespace tocsin::attribution;

constexpr std::size_t kRanges = 142'000;

std::string country_table() {
  static const std::string table = [] {
    std::mt19937 random(3);
    std::string out;
    std::uint32_t at = 1U << 24;
    const char* names[] = {"CN", "HK", "TW", "MO", "US", "DE", "JP"};
    for (std::size_t i = 0; i < kRanges; ++i) {
      const std::uint32_t last = at + 256U * (1 + random() % 64) - 1;
      out += match::to_string(address_of(at)) + "," + match::to_string(address_of(last)) + "," +
             names[random() % 7] + "\n";
      at = last + 1 + 256U * (random() % 16);
    }
    return out;
  }();
  return table;
}

DataSet made(model::ReferenceKind kind, const char* name, std::string_view text) {
  auto set = read_reference({kind, name}, text).value();
  set.info.data_date = "2026-01-01";
  return set;
}

std::string phone_table() {
  std::string out = "8610|北京市\n";
  for (int i = 0; i < 110'000; ++i) {
    out +=
        "861" + std::to_string(300'000 + i * 6) + "|" + (i % 3 == 0 ? "山东省" : "江苏省") + "\n";
  }
  return out;
}

void BM_ImportCountries(benchmark::State& state) {
  const std::string table = country_table();
  for (auto _ : state) {
    auto set = read_reference({model::ReferenceKind::kIpCountry, "x"}, table);
    benchmark::DoNotOptimize(set);
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kRanges));
}

void BM_LoadCountries(benchmark::State& state) {
  const auto set = made(model::ReferenceKind::kIpCountry, "x", country_table());
  const std::string bytes = save(set);
  for (auto _ : state) {
    auto back = load(bytes);
    benchmark::DoNotOptimize(back);
  }
  state.counters["file_bytes"] = static_cast<double>(bytes.size());
  state.counters["memory_bytes"] = static_cast<double>(set.info.memory);
  state.counters["bytes_a_range"] =
      static_cast<double>(set.info.memory) / static_cast<double>(kRanges);
}

void BM_Address(benchmark::State& state) {
  const auto set = made(model::ReferenceKind::kIpCountry, "x", country_table());
  std::mt19937 random(5);
  std::vector<match::Address> asked(4096);
  for (auto& a : asked) a = address_of(static_cast<std::uint32_t>(random()));
  std::size_t i = 0;
  for (auto _ : state) {
    auto said = set.of_address(asked[++i % asked.size()]);
    benchmark::DoNotOptimize(said);
  }
  state.SetItemsProcessed(state.iterations());
}

void BM_Number(benchmark::State& state) {
  const auto set = made(model::ReferenceKind::kPhoneRegion, "x", phone_table());
  std::size_t i = 0;
  std::vector<std::string> asked;
  for (int n = 0; n < 4096; ++n)
    asked.push_back("861" + std::to_string(3'000'000'000 + n * 1'600'000LL));
  for (auto _ : state) {
    auto said = set.of_number(asked[++i % asked.size()]);
    benchmark::DoNotOptimize(said);
  }
  state.SetItemsProcessed(state.iterations());
  state.counters["bytes_a_prefix"] = static_cast<double>(set.info.memory) / 110'001.0;
}

std::vector<std::shared_ptr<const DataSet>> sets() {
  std::string networks;
  std::mt19937 random(9);
  for (std::uint32_t i = 0; i < 17'000; ++i) {
    const std::uint32_t at = (1U << 24) + i * 65536U;
    networks += match::to_string(address_of(at)) + "," + match::to_string(address_of(at + 65535)) +
                "," + std::to_string(1 + random() % 60'000) + ",\"A network, Ltd.\"\n";
  }
  const auto keep = [](DataSet set) { return std::make_shared<const DataSet>(std::move(set)); };
  return {keep(made(model::ReferenceKind::kIpCountry, "c", country_table())),
          keep(made(model::ReferenceKind::kIpAsn, "a", networks)),
          keep(made(model::ReferenceKind::kIpOperator, "chinanet", "1.0.0.0/8\n36.0.0.0/8\n"))};
}

void BM_EnrichAddress(benchmark::State& state) {
  const ReferenceData data(sets(), match::PublicSuffixes::system().value());
  const auto indicator = match::canonical("36.1.2.3").value();
  for (auto _ : state) {
    auto e = data.enrich(indicator);
    benchmark::DoNotOptimize(e);
  }
  state.SetItemsProcessed(state.iterations());
}

void BM_Responsible(benchmark::State& state) {
  const ReferenceData data(sets(), match::PublicSuffixes::system().value());
  std::vector<model::Responsibility> entries;
  for (std::uint32_t i = 0; i < 10'000; ++i) {
    model::Responsibility r;
    r.id = "rsp_" + std::to_string(i);
    r.key_kind = model::ResponsibilityKey::kCidr;
    r.key = match::to_string(match::Prefix{address_of((36U << 24) + i * 256U), 120});
    r.organization = "org_a";
    r.from = {1};
    entries.push_back(r);
  }
  model::Organization o;
  o.id = "org_a";
  o.code = "op-a";
  const Directory directory(std::move(entries), {o});
  const auto indicator = match::canonical("36.1.2.3").value();
  for (auto _ : state) {
    auto answer = directory.responsible(indicator, data, data.enrich(indicator), {5});
    benchmark::DoNotOptimize(answer);
  }
  state.SetItemsProcessed(state.iterations());
}

BENCHMARK(BM_ImportCountries)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_LoadCountries)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_Address);
BENCHMARK(BM_Number);
BENCHMARK(BM_EnrichAddress);
BENCHMARK(BM_Responsible);

}  // namespace
