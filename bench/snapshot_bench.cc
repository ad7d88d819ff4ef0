// The match snapshot at national size: bytes an indicator, build, open, look-ups of names and
// addresses, and a swap under load; beside it a flat hash map of 64-bit hashes doing the same walk
// over suffixes, and the machine's own limit. Usage: bench_snapshot [--size 10m] [--lookups]
// [folder for the files]; --lookups leaves out swap, delta and other builds.
#include <atomic>
#include <charconv>
#include <optional>
#include <span>
#include <string_view>
#include <thread>

#include "base/log.h"
#include "match/snapshot/delta.h"
#include "match/snapshot/holder.h"
#include "snapshot_scale.h"

namespace {

using namespace tocsin;
using namespace tocsin::bench;

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

/// `10m`, `100m`: millions. Nothing for anything else.
std::optional<std::uint64_t> millions(std::string_view text) {
  if (!text.ends_with('m')) return std::nullopt;
  const char* const last = text.data() + text.size() - 1;
  std::uint64_t out = 0;
  const auto [end, error] = std::from_chars(text.data(), last, out);
  if (error != std::errc() || end != last || out == 0 || out > 1000) return std::nullopt;
  return out * 1'000'000;
}

struct Wanted {
  std::uint64_t count = 10'000'000;
  bool only_lookups = false;
  std::filesystem::path folder = std::filesystem::temp_directory_path();
};

std::optional<Wanted> wanted(std::span<char*> args) {
  Wanted out;
  for (std::size_t i = 1; i < args.size(); ++i) {
    const std::string_view arg = args[i];
    if (arg == "--size" && i + 1 < args.size()) {
      const auto count = millions(args[++i]);
      if (!count) return std::nullopt;
      out.count = *count;
    } else if (arg == "--lookups") {
      out.only_lookups = true;
    } else if (arg.starts_with('-')) {
      return std::nullopt;
    } else {
      out.folder = arg;
    }
  }
  return out;
}

}  // namespace

int main(int argc, char** argv) {
  const auto asked = wanted({argv, static_cast<std::size_t>(argc)});
  if (!asked) {
    fmt::print(stderr, "usage: {} [--size 10m] [--lookups] [folder for the files]\n", argv[0]);
    return 2;
  }
  const auto& [count, only_lookups, folder] = *asked;
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
    if (!copy) measure_memory(*snapshot, count, result);
  }
  measure_flat_map(count, result);
  if (!only_lookups) {
    measure_swap(path, count, result);
    measure_delta(path, folder, count, result);
    build(folder, "snapshot_every_ref", count, 0, true, result);
  }
  const std::string size = count == 10'000'000 ? "" : fmt::format("_{}m", count / 1'000'000);
  save("bench_snapshot" + size, result);
  return 0;
}
