// The feeds of the import benchmark: the real ones where they are at hand, else a generated set of
// the same shape.
#pragma once

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "base/file.h"

namespace tocsin::bench {

struct FeedFile {
  std::string source;
  std::string name;
  std::string bytes;
};

/// About 700,000 lines: domains, addresses and URLs in the proportions of the real feeds, every
/// twentieth line a repetition. Always the same bytes.
inline std::vector<FeedFile> generated_feeds() {
  std::vector<FeedFile> out = {{"generated-trails", "trails.txt", {}},
                               {"generated-hosts", "hosts.txt", {}},
                               {"generated-addresses", "addresses.txt", {}}};
  std::uint64_t state = 88172645463325252ULL;
  const auto next = [&](std::uint64_t below) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state % below;
  };
  const auto domain = [&] {
    std::string label;
    for (std::uint64_t n = 6 + next(12); n > 0; --n) label += static_cast<char>('a' + next(26));
    return label + (next(3) == 0 ? ".cdn" : "") + ".example";
  };
  const auto address = [&] {
    std::string text = std::to_string(1 + next(223));
    for (int i = 0; i < 3; ++i) text += "." + std::to_string(next(256));
    return text;
  };
  std::string last = domain();
  for (int i = 0; i < 440'000; ++i) {
    if (i % 20 != 0) last = next(10) == 0 ? "http://" + address() + "/" + domain() : domain();
    out[0].bytes += last + "\n";
  }
  for (int i = 0; i < 140'000; ++i) out[1].bytes += domain() + "\n";
  for (int i = 0; i < 120'000; ++i) {
    out[2].bytes += address() + "\t" + std::to_string(1 + next(9)) + "\n";
  }
  return out;
}

inline std::vector<FeedFile> real_feeds(const std::filesystem::path& data) {
  std::vector<FeedFile> out;
  const auto add = [&](const std::string& source, const std::filesystem::path& path) {
    auto bytes = read_file(path);
    if (!bytes) std::abort();
    out.push_back({source, path.filename().string(), std::move(*bytes)});
  };
  std::vector<std::filesystem::path> trails;
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(data / "feeds" / "maltrail")) {
    if (entry.path().extension() == ".txt") trails.push_back(entry.path());
  }
  std::sort(trails.begin(), trails.end());
  for (const auto& path : trails) add("maltrail", path);
  add("stevenblack", data / "feeds" / "domains" / "stevenblack.domains.txt");
  add("ipsum", data / "feeds" / "ip" / "ipsum.txt");
  return out;
}

/// One file a source: how a feed that is one download arrives.
inline std::vector<FeedFile> joined(const std::vector<FeedFile>& files) {
  std::vector<FeedFile> out;
  for (const auto& file : files) {
    if (out.empty() || out.back().source != file.source) {
      out.push_back({file.source, file.source + ".txt", {}});
    }
    out.back().bytes += file.bytes;
    if (!out.back().bytes.ends_with('\n')) out.back().bytes += '\n';
  }
  return out;
}

inline std::vector<FeedFile> load_feeds() {
  const char* shared = std::getenv("TOCSIN_SHARED");
  if (shared != nullptr) return real_feeds(std::filesystem::path(shared) / "data");
  std::fprintf(stderr,
               "*** TOCSIN_SHARED is not set: these are GENERATED feeds, not the real ones ***\n");
  return generated_feeds();
}

}  // namespace tocsin::bench
