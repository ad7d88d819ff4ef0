// The match snapshot at national size: bytes an indicator, build, open, look-ups of names and
// addresses, and a swap under load; beside it a flat hash map of 64-bit hashes doing the same walk
// over suffixes. Usage: bench_snapshot [millions of indicators] [folder for the files]
#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <thread>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>
#include <fmt/format.h>

#include "base/log.h"
#include "machine.h"
#include "match/snapshot/builder.h"
#include "match/snapshot/delta.h"
#include "match/snapshot/holder.h"

namespace {

using namespace tocsin;
using namespace tocsin::bench;
namespace ss = match::snapshot;
using K = model::IndicatorKind;

template <typename T>
T must(Result<T> result, const char* what) {
  if (!result) {
    fmt::print(stderr, "{}: {}\n", what, result.error().message);
    std::exit(1);
  }
  return std::move(*result);
}

/// SplitMix64: the same numbers on every machine.
std::uint64_t mixed(std::uint64_t x) {
  x += 0x9e3779b97f4a7c15ULL;
  x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ x >> 27) * 0x94d049bb133111ebULL;
  return x ^ x >> 31;
}

constexpr std::array<std::string_view, 8> kEnds = {".example",     ".com.example", ".net.example",
                                                   ".cn.example",  ".org.example", ".top.example",
                                                   ".xyz.example", ".test"};

/// 12 to 30 bytes, two to four labels.
std::string domain_name(std::uint64_t number) {
  std::uint64_t r = mixed(number);
  std::string out;
  if ((r & 3) == 0) out = "login.";
  r >>= 2;
  const int letters = 6 + static_cast<int>(r & 7);
  r >>= 3;
  for (int i = 0; i < letters; ++i, r /= 26) out.push_back(static_cast<char>('a' + r % 26));
  out += std::to_string(number % 10000);
  out += kEnds[mixed(number ^ 77) & 7];
  return out;
}

std::string hex_text(std::uint64_t number, std::size_t digits) {
  std::string out;
  for (std::uint64_t part = 0; out.size() < digits; ++part) {
    out += fmt::format("{:016x}", mixed(number * 8 + part));
  }
  out.resize(digits);
  return out;
}

std::uint32_t ipv4(std::uint64_t number) {
  return static_cast<std::uint32_t>(mixed(number ^ 0x4444444444444444ULL));
}

match::Address address_of(std::uint32_t number) {
  match::Address out;
  out.bytes[10] = out.bytes[11] = 0xff;
  for (std::size_t i = 0; i < 4; ++i) {
    out.bytes[12 + i] = static_cast<std::uint8_t>(number >> (24 - 8 * i));
  }
  return out;
}

match::Address address6(std::uint64_t number) {
  match::Address out;
  const std::uint64_t r = mixed(number ^ 0x6666666666666666ULL);
  out.bytes = {0x20, 0x01, 0x0d, 0xb8};
  for (std::size_t i = 0; i < 8; ++i) {
    out.bytes[4 + i] = static_cast<std::uint8_t>(r >> (8 * i));
  }
  out.bytes[15] = 1;
  return out;
}

match::Prefix cut(match::Address address, int bits) {
  for (int bit = bits; bit < 128; ++bit) {
    auto& byte = address.bytes[static_cast<std::size_t>(bit / 8)];
    byte = static_cast<std::uint8_t>(byte & ~(0x80 >> (bit % 8)));
  }
  return {address, bits};
}

/// Of ten: six names (one of twelve a wildcard), two IPv4 addresses, 0.3 IPv6 and prefixes, one
/// URL, 0.7 digests, accounts and numbers.
model::Indicator indicator(std::uint64_t number) {
  const std::uint64_t kind = mixed(number ^ 0x1234567) % 1000;
  if (kind < 50) return {K::kWildcardDomain, "*." + domain_name(number)};
  if (kind < 600) return {K::kDomain, domain_name(number)};
  if (kind < 800) return {K::kIpv4, to_string(address_of(ipv4(number)))};
  if (kind < 810) return {K::kIpv6, to_string(address6(number))};
  if (kind < 820) {
    const int bits = 96 + 18 + static_cast<int>(mixed(number) % 12);
    return {K::kIpv4Prefix, to_string(cut(address_of(ipv4(number)), bits))};
  }
  if (kind < 830) {
    return {K::kIpv6Prefix, to_string(cut(address6(number), 40 + static_cast<int>(number % 24)))};
  }
  if (kind < 930) {
    return {K::kUrl, (number % 2 ? "http://" : "https://") + domain_name(number) + "/" +
                         hex_text(number, 8) + (number % 3 ? "/gate.php" : "/")};
  }
  if (kind < 950) return {K::kMd5, hex_text(number, 32)};
  if (kind < 960) return {K::kSha1, hex_text(number, 40)};
  if (kind < 990) return {K::kSha256, hex_text(number, 64)};
  if (kind < 995) return {K::kEmail, "user" + std::to_string(number) + "@" + domain_name(number)};
  return {K::kPhone, "+86139" + std::to_string(10000000 + number % 90000000)};
}

ss::Row row(std::uint64_t number, bool every_ref) {
  const std::uint64_t r = mixed(number ^ 0xabcdef);
  ss::Row out;
  out.indicator = indicator(number);
  out.state = r % 100 == 0   ? ss::State::kListed
              : r % 500 == 1 ? ss::State::kLifted
                             : ss::State::kKnown;
  out.confidence = 10 * static_cast<int>(r >> 8 & 7) + 20;
  out.sources = std::uint64_t{1} << (r >> 16 & 7) | std::uint64_t{1} << (r >> 24 & 7);
  // What is listed or lifted has a case; of the rest the store knows more under its value.
  if (every_ref || out.state != ss::State::kKnown) out.ref = number + 1;
  return out;
}

struct Timer {
  Steady::time_point start = Steady::now();
  double cpu = cpu_seconds();
  double wall_s() const { return seconds_since(start); }
  double cpu_s() const { return cpu_seconds() - cpu; }
};

std::filesystem::path build(const std::filesystem::path& folder, const char* name,
                            std::uint64_t count, std::uint64_t changed, bool every_ref,
                            Json& result) {
  ss::BuildOptions options;
  options.list_version = changed;
  options.created = Instant{1};
  options.seed = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
  for (int i = 0; i < 8; ++i) options.sources.push_back("source-" + std::to_string(i));
  const auto path = folder / name;
  // Making the rows is not the builder's work: it is measured alone and taken off.
  const Timer making;
  std::size_t bytes = 0;
  for (std::uint64_t i = 0; i < count; ++i) bytes += row(i, every_ref).indicator.value.size();
  const double made = making.cpu_s();
  reset_peak();
  const Timer timer;
  ss::Builder builder(path, options);
  for (std::uint64_t i = 0; i < count; ++i) {
    const auto added = builder.add(row(i < changed ? count + i : i, every_ref));
    if (!added) std::exit((fmt::print(stderr, "{}\n", added.error().message), 1));
  }
  const auto summary = must(builder.finish(), "build");
  const double cpu = timer.cpu_s() - made;
  const auto& h = summary.header;
  const auto size_of = [&](ss::TableId id) {
    double sum = 0;
    for (int p = 0; p < ss::kPartsPerTable; ++p) {
      sum += static_cast<double>(
          h.sections[static_cast<std::size_t>(ss::section_of(id, static_cast<ss::Part>(p)))].bytes);
    }
    return sum;
  };
  double side = 0;  // what every indicator has beside its table
  for (int p = 0; p < ss::kSharedSections; ++p) {
    side += static_cast<double>(
        h.sections[static_cast<std::size_t>(ss::section_of(static_cast<ss::Shared>(p)))].bytes);
  }
  const double n = static_cast<double>(h.indicators);
  const double names = static_cast<double>(h.tables[0].entries);
  const double per_name = size_of(ss::TableId::kNames) / names + side / n;
  const double per_any = static_cast<double>(h.file_bytes) / n;
  fmt::print(
      "{}: {} indicators, {} MiB, {:.2f} B a domain, {:.2f} B an indicator (values {:.1f}); "
      "build {:.2f} s CPU, {:.2f} s wall with making rows, peak {:.0f} MiB; {} attributes\n",
      name, h.indicators, h.file_bytes >> 20, per_name, per_any,
      static_cast<double>(bytes) / static_cast<double>(count), cpu, timer.wall_s(),
      memory_mib("VmHWM"), h.attributes);
  result.set(name, Json::object({{"indicators", h.indicators},
                                 {"file_bytes", h.file_bytes},
                                 {"bytes_a_domain", per_name},
                                 {"bytes_an_indicator", per_any},
                                 {"build_cpu_s", cpu},
                                 {"peak_mib", memory_mib("VmHWM")}}));
  return path;
}

/// Names as a resolver sees them: `hits` of a thousand lie on the list, half of these below a
/// listed name.
std::vector<std::string> name_queries(std::size_t count, std::uint64_t listed, unsigned hits) {
  std::vector<std::string> out;
  for (std::uint64_t i = 0; out.size() < count; ++i) {
    std::uint64_t r = mixed(i ^ 0x777);
    if (r % 1000 >= hits) {
      out.push_back((r >> 20 & 1 ? "www." : "") + domain_name(listed * 3 + r % 100'000'000));
      continue;
    }
    for (;;) {
      r = mixed(r);
      const model::Indicator found = indicator(r % listed);
      if (found.kind == K::kDomain) out.push_back(found.value);
      if (found.kind == K::kWildcardDomain) out.push_back("a" + found.value.substr(1));
      if (found.kind == K::kDomain || found.kind == K::kWildcardDomain) break;
    }
  }
  return out;
}

template <typename Work>
double rate(std::size_t queries, Work work) {
  double best = 0;
  for (int round = 0; round < 3; ++round) {
    const Timer timer;
    work();
    best = std::max(best, static_cast<double>(queries) / timer.cpu_s() / 1e6);
  }
  return best;
}

void measure_names(const ss::Snapshot& snapshot, std::uint64_t count, unsigned hits, Json& out) {
  constexpr std::size_t kQueries = 2'000'000;
  const auto texts = name_queries(kQueries, count, hits);
  std::vector<std::string_view> names(texts.begin(), texts.end());
  std::vector<ss::Answer> answers(kQueries);
  const double batched = rate(kQueries, [&] {
    for (std::size_t i = 0; i < kQueries; i += 64) {
      const std::size_t n = std::min<std::size_t>(64, kQueries - i);
      snapshot.lookup_names({&names[i], n}, {&answers[i], n});
    }
  });
  const auto found = std::count_if(answers.begin(), answers.end(),
                                   [](const ss::Answer& a) { return static_cast<bool>(a); });
  std::size_t sum = 0;
  const double single = rate(kQueries, [&] {
    for (const auto& name : names) sum += snapshot.lookup_one(ss::Query::domain(name)).hits;
  });
  fmt::print("  names, {:4.1f} % hits: batched {:5.2f} M/s, one by one {:5.2f} M/s\n",
             100.0 * static_cast<double>(found) / kQueries, batched, single);
  out.set(fmt::format("names_{}_per_mille", hits),
          Json::object({{"batched_m_s", batched}, {"single_m_s", single}, {"found", found}}));
}

void measure_ipv4(const ss::Snapshot& snapshot, std::uint64_t count, unsigned hits, Json& out) {
  constexpr std::size_t kQueries = 4'000'000;
  std::vector<std::uint32_t> addresses;
  for (std::uint64_t i = 0; addresses.size() < kQueries; ++i) {
    std::uint64_t r = mixed(i ^ 0x999);
    if (r % 1000 >= hits) {
      addresses.push_back(static_cast<std::uint32_t>(mixed(r)));
      continue;
    }
    do {
      r = mixed(r);
    } while (mixed(r % count ^ 0x1234567) % 1000 < 600 ||
             mixed(r % count ^ 0x1234567) % 1000 >= 800);
    addresses.push_back(ipv4(r % count));
  }
  std::vector<ss::Answer> answers(kQueries);
  const double batched = rate(kQueries, [&] { snapshot.lookup_ipv4(addresses, answers); });
  const auto found = std::count_if(answers.begin(), answers.end(),
                                   [](const ss::Answer& a) { return static_cast<bool>(a); });
  fmt::print("  IPv4,  {:4.1f} % found: batched {:5.1f} M/s\n",
             100.0 * static_cast<double>(found) / kQueries, batched);
  out.set(fmt::format("ipv4_{}_per_mille", hits),
          Json::object({{"batched_m_s", batched}, {"found", found}}));
}

struct Pauses {
  double median_us;
  double worst_us;
  std::int64_t batches;
};

/// Times every batch of 64 names while `beside` runs in another thread.
template <typename Beside>
Pauses pauses(ss::SnapshotHolder& holder, const std::vector<std::string_view>& names,
              Beside beside) {
  std::atomic<bool> stop{false};
  std::vector<double> took;
  took.reserve(4'000'000);
  std::thread reading([&] {
    ss::SnapshotHolder::Reader reader(holder);
    std::array<ss::Answer, 64> answers;
    for (std::size_t i = 0; !stop; i = (i + 64) % (names.size() - 64)) {
      const auto start = Steady::now();
      reader.get().lookup_names({&names[i], 64}, answers);
      took.push_back(seconds_since(start) * 1e6);
    }
  });
  beside();
  stop = true;
  reading.join();
  std::sort(took.begin(), took.end());
  return {took[took.size() / 2], took.back(), static_cast<std::int64_t>(took.size())};
}

/// The worst batch of a reader in two seconds: alone, beside a thread that only computes, and
/// beside one that opens a snapshot and swaps it in again and again.
void measure_swap(const std::filesystem::path& path, std::uint64_t count, Json& result) {
  const auto texts = name_queries(200'000, count, 10);
  const std::vector<std::string_view> names(texts.begin(), texts.end());
  ss::SnapshotHolder holder(must(ss::Snapshot::open(path), "open"));
  const auto until = [](auto work) {
    const Timer timer;
    std::int64_t rounds = 0;
    while (timer.wall_s() < 2) rounds += work();
    return rounds;
  };
  std::int64_t swaps = 0;
  std::uint64_t sum = 0;
  const Pauses busy = pauses(holder, names, [&] {
    until([&] {
      for (std::uint64_t i = 0; i < 100'000; ++i) sum += mixed(sum + i);
      return 1;
    });
  });
  const Pauses swapped = pauses(holder, names, [&] {
    swaps = until([&] {
      holder.swap(must(ss::Snapshot::open(path), "open"));
      return 1;
    });
  });
  fmt::print(
      "batches of 64 names: median {:.1f} us, worst {:.0f} us beside a busy thread; beside {} "
      "swaps median {:.1f} us, worst {:.0f} us ({:x})\n",
      busy.median_us, busy.worst_us, swaps, swapped.median_us, swapped.worst_us, sum & 1);
  // What it costs a reader to be at the newest: our reader, and the standard library's way.
  constexpr std::size_t kLooks = 20'000'000;
  ss::SnapshotHolder::Reader reader(holder);
  const double ours = rate(kLooks, [&] {
    for (std::size_t i = 0; i < kLooks; ++i) sum += reader.get().size();
  });
  std::atomic<std::shared_ptr<const ss::Snapshot>> shared(must(ss::Snapshot::open(path), "open"));
  const double standard = rate(kLooks, [&] {
    for (std::size_t i = 0; i < kLooks; ++i) sum += shared.load()->size();
  });
  fmt::print("taking the newest snapshot: {:.1f} ns, by std::atomic<shared_ptr> {:.1f} ns ({:x})\n",
             1e3 / ours, 1e3 / standard, sum & 1);
  result.set("swap", Json::object({{"swaps", swaps},
                                   {"take_ns", 1e3 / ours},
                                   {"atomic_shared_ptr_ns", 1e3 / standard},
                                   {"median_us", swapped.median_us},
                                   {"worst_us", swapped.worst_us},
                                   {"without_median_us", busy.median_us},
                                   {"without_worst_us", busy.worst_us}}));
}

/// One of a hundred indicators is exchanged for a new one.
void measure_delta(const std::filesystem::path& path, const std::filesystem::path& folder,
                   std::uint64_t count, Json& result) {
  const auto next_path = build(folder, "snapshot_next", count, count / 100, false, result);
  const auto base = must(ss::Snapshot::open(path), "open");
  const auto next = must(ss::Snapshot::open(next_path), "open");
  Timer timer;
  const auto made = must(ss::make_delta(*base, *next, folder / "delta"), "delta");
  const double make_s = timer.cpu_s();
  timer = Timer();
  const auto applied = ss::apply_delta(*base, folder / "delta", folder / "applied");
  if (!applied) std::exit((fmt::print(stderr, "{}\n", applied.error().message), 1));
  const double apply_s = timer.cpu_s();
  timer = Timer();
  if (!base->verify()) std::exit(1);
  const double verify_s = timer.cpu_s();
  fmt::print(
      "delta: {} added, {} removed, {} KiB; made in {:.2f} s CPU, applied in {:.2f}; all "
      "checksums of a snapshot {:.2f}\n",
      made.added, made.removed, made.bytes >> 10, make_s, apply_s, verify_s);
  result.set("delta", Json::object({{"added", made.added},
                                    {"removed", made.removed},
                                    {"bytes", made.bytes},
                                    {"make_cpu_s", make_s},
                                    {"apply_cpu_s", apply_s},
                                    {"verify_cpu_s", verify_s}}));
}

/// The usual way: 64-bit hashes of names in a flat map, suffix by suffix, one by one. It may take
/// strangers for a listed name, and has no records.
void measure_flat_map(std::uint64_t count, Json& out) {
  const ss::Hashes hashes(ss::Seed{1});
  const auto walk = [&](std::string_view name, auto visit) {
    ss::for_each_suffix(hashes.names(), ss::Hashes::kBefore, name,
                        [&](std::size_t, std::uint64_t hash) { visit(hash); });
  };
  const double before = memory_mib("VmRSS");
  boost::unordered_flat_map<std::uint64_t, std::uint32_t> map;
  for (std::uint64_t i = 0; i < count; ++i) {
    const auto one = indicator(i);
    if (one.kind != K::kDomain && one.kind != K::kWildcardDomain) continue;
    const std::string_view name =
        std::string_view(one.value).substr(one.kind == K::kWildcardDomain ? 2 : 0);
    std::uint64_t last = 0;
    walk(name, [&](std::uint64_t hash) { last = hash; });
    map.emplace(last, static_cast<std::uint32_t>(i));
  }
  const double bytes = (memory_mib("VmRSS") - before) * 1048576 / static_cast<double>(map.size());
  for (const unsigned hits : {10U, 500U}) {
    constexpr std::size_t kQueries = 2'000'000;
    const auto texts = name_queries(kQueries, count, hits);
    std::size_t found = 0;
    const double speed = rate(kQueries, [&] {
      for (const std::string& text : texts) {
        walk(text, [&](std::uint64_t hash) { found += map.count(hash); });
      }
    });
    fmt::print("  flat map of {} names, {:.1f} B each, {} per mille hits: {:5.2f} M/s\n",
               map.size(), bytes, hits, speed);
    out.set(fmt::format("flat_map_{}_per_mille", hits),
            Json::object({{"m_s", speed}, {"bytes_a_name", bytes}}));
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (wants_usage(argc, argv, "[millions of indicators] [folder for the files]")) return 2;
  const std::uint64_t count = (argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 10) * 1'000'000;
  const std::filesystem::path folder = argc > 2 ? argv[2] : std::filesystem::temp_directory_path();
  Json result = machine_facts(SystemClock());
  const auto path = build(folder, "snapshot", count, 0, false, result);
  for (const bool copy : {false, true}) {
    const Timer timer;
    const auto snapshot = must(ss::Snapshot::open(path, {.copy = copy}), "open");
    const double opened = timer.wall_s();
    fmt::print("{}: open {:.4f} s\n", copy ? "copied to huge pages" : "mapped", opened);
    Json out = Json::object({{"open_s", opened}});
    measure_names(*snapshot, count, 10, out);
    measure_names(*snapshot, count, 500, out);
    measure_ipv4(*snapshot, count, 10, out);
    measure_ipv4(*snapshot, count, 500, out);
    result.set(copy ? "copied" : "mapped", std::move(out));
  }
  measure_flat_map(count, result);
  measure_swap(path, count, result);
  measure_delta(path, folder, count, result);
  build(folder, "snapshot_every_ref", count, 0, true, result);
  save("bench_snapshot", result);
  return 0;
}
