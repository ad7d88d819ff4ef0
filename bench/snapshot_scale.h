// What the rates of a snapshot are read by, measured in the same run: a flat hash map doing the
// same walk, and how often this machine can read a random line of memory at all.
#pragma once

#include <sys/mman.h>

#include <boost/unordered/unordered_flat_map.hpp>

#include "snapshot_rows.h"

namespace tocsin::bench {

/// The usual way: 64-bit hashes of names in a flat map, suffix by suffix, one by one. It may take
/// strangers for a listed name, and has no records.
inline void measure_flat_map(std::uint64_t count, Json& out) {
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

/// Random lines of memory read in batches of 64, each fetched ahead: what a table of `bytes` can be
/// asked at most, whatever stands in it.
inline double line_reads(std::size_t bytes, bool huge_pages) {
  void* at = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (at == MAP_FAILED) std::exit(1);
  ::madvise(at, bytes, huge_pages ? MADV_HUGEPAGE : MADV_NOHUGEPAGE);
  auto* words = static_cast<std::uint64_t*>(at);
  const std::uint64_t lines = bytes / 64;
  for (std::uint64_t i = 0; i < lines; ++i) words[i * 8] = i;
  constexpr std::size_t kReads = 8'000'000;
  std::uint64_t sum = 0;
  const double out = rate(kReads, [&] {
    std::array<std::uint64_t, 64> next;
    for (std::uint64_t i = 0; i < kReads; i += next.size()) {
      for (std::size_t k = 0; k < next.size(); ++k) {
        next[k] = mixed(i + k) % lines * 8;
        __builtin_prefetch(words + next[k]);
      }
      for (const std::uint64_t n : next) sum += words[n];
    }
  });
  ::munmap(at, bytes);
  if (sum == 0) std::exit(1);  // the reads must not be optimised away
  return out;
}

/// Lines that one question needs: a directory and tags for each suffix that can be listed.
inline double lines_a_name(const ss::Snapshot& snapshot, const std::vector<std::string>& texts) {
  const ss::Hashes hashes(snapshot.header().seed);
  const std::uint64_t depths = snapshot.image().table(ss::TableId::kNames).depths;
  std::uint64_t probes = 0;
  for (const std::string& text : texts) {
    int labels = 0;
    ss::for_each_suffix(hashes.names(), ss::Hashes::kBefore, text, [&](std::size_t, std::uint64_t) {
      probes += ss::in_depths(depths, ++labels) ? 1 : 0;
    });
  }
  return 2 * static_cast<double>(probes) / static_cast<double>(texts.size());
}

inline void measure_memory(const ss::Snapshot& snapshot, std::uint64_t count, Json& result) {
  std::uint64_t bytes = 0;
  for (const ss::Part part : {ss::Part::kDirectory, ss::Part::kTags}) {
    bytes += snapshot.image().section(ss::section_of(ss::TableId::kNames, part)).size();
  }
  const double lines = lines_a_name(snapshot, name_queries(100'000, count, 10));
  const double small = line_reads(bytes, false);
  const double huge = line_reads(bytes, true);
  fmt::print(
      "memory: random lines of {} MiB (directory and tags of names), fetched ahead: {:.0f} M/s on "
      "4 KiB pages, {:.0f} on huge ones; a name needs {:.1f}: at most {:.1f} and {:.1f} M "
      "names/s\n",
      bytes >> 20, small, huge, lines, small / lines, huge / lines);
  result.set("memory", Json::object({{"bytes", bytes},
                                     {"lines_m_s", small},
                                     {"lines_huge_m_s", huge},
                                     {"lines_a_name", lines}}));
}

}  // namespace tocsin::bench
