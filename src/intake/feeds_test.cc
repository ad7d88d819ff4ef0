// Acceptance over real feeds: nothing lost, kinds as counted by an independent rule, five forms of
// one list are one, compressed is plain. Data is found through TOCSIN_SHARED; strings only.
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <set>

#include <gtest/gtest.h>

#include "base/file.h"
#include "base/json.h"
#include "intake/collect.h"
#include "intake/decode.h"

namespace tocsin::intake {
namespace {

namespace fs = std::filesystem;

class Feeds : public testing::Test {
 protected:
  void SetUp() override {
    const char* shared = std::getenv("TOCSIN_SHARED");
    if (shared == nullptr) GTEST_SKIP() << "TOCSIN_SHARED is not set: no real feeds to read";
    root_ = fs::path(shared) / "data";
  }
  fs::path root_;
};

struct Outcome {
  Collected out;
  Counters counters;
  Status status;
  std::string format;

  std::set<std::string> values() const {
    std::set<std::string> all;
    for (const Item& item : out.items) all.insert(item.indicator.value);
    return all;
  }
};

Outcome read(const fs::path& path, std::optional<Format> format = std::nullopt) {
  Outcome result;
  const auto bytes = read_file(path);
  EXPECT_TRUE(bytes.has_value()) << path;
  if (!bytes) return result;
  const Format chosen =
      format ? *format : sniff(std::string_view(*bytes).substr(0, 4096), path.filename().string());
  result.format = name(chosen);
  const auto reader = make_reader(chosen, {}, result.out);
  Decoder decoder(*reader);
  result.status = decoder.feed(*bytes);
  if (result.status) result.status = decoder.finish();
  result.counters = reader->counters();
  EXPECT_EQ(result.counters.lines, result.counters.items + result.counters.refused) << path;
  return result;
}

/// Why pieces were refused: `code count`, for the table that a run prints.
using Reasons = std::map<std::string, int>;
void count(const Outcome& result, Reasons& reasons) {
  for (const Refusal& refusal : result.out.refusals) ++reasons[refusal.code];
}
void print(const char* what, const Reasons& reasons) {
  for (const auto& [code, n] : reasons)
    std::printf("  %s refused: %-20s %d\n", what, code.c_str(), n);
}

TEST_F(Feeds, EveryListIsAccountedFor) {
  Reasons reasons;
  const auto oracle = Json::parse(*read_file(root_ / "feeds/expected-feeds.json"));
  ASSERT_TRUE(oracle.has_value());
  int files = 0;
  int exact = 0;
  std::int64_t lines = 0;
  std::int64_t refused = 0;
  for (const auto& [file, expected] : (*oracle)["files"].members()) {
    const Outcome result = read(root_ / file);
    count(result, reasons);
    ++files;
    lines += result.counters.lines;
    refused += result.counters.refused;
    EXPECT_TRUE(result.status.has_value()) << file;
    // A CSV header line is a data line to the oracle, which knows no CSV.
    const std::int64_t header = result.format == "csv" ? 1 : 0;
    EXPECT_EQ(result.counters.lines + header, expected["data_lines"].as_int())
        << file << " as " << result.format;
    // Case folding, canonical spelling and refusals can only make fewer of them.
    const auto unique = static_cast<std::int64_t>(result.values().size());
    const std::int64_t want = expected["unique"].as_int();
    EXPECT_LE(unique, want) << file;
    if (unique == want) {
      ++exact;
    } else if (want - unique > header + 2) {
      std::printf("  unique %6lld of %6lld, refused %5lld  %s\n", static_cast<long long>(unique),
                  static_cast<long long>(want), static_cast<long long>(result.counters.refused),
                  file.c_str());
    }
  }
  std::printf("%d lists, %lld data lines, %lld refused; unique count equal in %d lists\n", files,
              static_cast<long long>(lines), static_cast<long long>(refused), exact);
  print("lists", reasons);
  EXPECT_EQ(files, 1355);
  EXPECT_EQ(lines, 960'026);
  EXPECT_EQ(refused, 66);
  EXPECT_EQ(exact, 1332);
}

TEST_F(Feeds, FiveFormsOfUrlhausAreOneList) {
  const fs::path folder = root_ / "feeds/urlhaus-multiformat";
  const auto hosts = read(folder / "urlhaus-filter-hosts.txt").values();
  EXPECT_EQ(hosts.size(), 2689U);
  for (const std::string form : {"rpz", "dnsmasq", "unbound", "bind"}) {
    const Outcome result = read(folder / ("urlhaus-filter-" + form + ".conf"));
    EXPECT_EQ(result.format, form);
    EXPECT_EQ(result.counters.refused, 0) << form;
    EXPECT_EQ(result.values(), hosts) << form;
  }
  std::set<std::string> domains;
  for (const Item& item : read(folder / "urlhaus-filter-domains.txt").out.items) {
    if (item.indicator.kind == model::IndicatorKind::kDomain) domains.insert(item.indicator.value);
  }
  EXPECT_EQ(domains, hosts);
}

TEST_F(Feeds, CompressedIsPlain) {
  const fs::path folder = root_ / "feeds/urlhaus-multiformat";
  const auto plain = read(folder / "urlhaus-filter-online.txt", Format::kPlain).values();
  EXPECT_GT(plain.size(), 6000U);
  EXPECT_EQ(read(folder / "urlhaus-filter-online.txt.gz", Format::kPlain).values(), plain);
  EXPECT_EQ(read(folder / "urlhaus-filter-online.txt.zst", Format::kPlain).values(), plain);
}

TEST_F(Feeds, IpsumCountsAreConfidence) {
  const Outcome all = read(root_ / "feeds/ip/ipsum.txt");
  const Outcome three = read(root_ / "feeds/ip/ipsum_level3.txt");
  std::set<std::string> sure;
  for (const Item& item : all.out.items) {
    if (item.confidence >= 75) sure.insert(item.indicator.value);
  }
  EXPECT_EQ(sure, three.values());
}

TEST_F(Feeds, PatternsAreNeverDomains) {
  int patterns = 0;
  int domains = 0;
  for (const auto& entry : fs::recursive_directory_iterator(root_ / "feeds/maltrail")) {
    if (entry.path().extension() != ".txt") continue;
    for (const Item& item : read(entry.path(), Format::kPlain).out.items) {
      const bool pattern = item.indicator.kind == model::IndicatorKind::kPattern;
      patterns += pattern ? 1 : 0;
      domains += item.indicator.kind == model::IndicatorKind::kDomain ? 1 : 0;
      if (item.original.find_first_of("{\\") != std::string::npos) {
        EXPECT_TRUE(pattern) << item.original;
      }
    }
  }
  std::printf("maltrail: %d domains, %d patterns\n", domains, patterns);
  EXPECT_GT(domains, 330000);
}

TEST_F(Feeds, StixFoldersParse) {
  Reasons reasons;
  int files = 0;
  std::int64_t items = 0;
  std::int64_t refused = 0;
  for (const auto& entry : fs::recursive_directory_iterator(root_ / "stix")) {
    const auto extension = entry.path().extension();
    if (extension != ".json" && extension != ".stix2") continue;
    const Outcome result = read(entry.path(), Format::kStix);
    count(result, reasons);
    const std::string stem = entry.path().stem().string();
    if (stem == "invalid_braces" || stem == "invalid_comma") {
      ASSERT_FALSE(result.status.has_value()) << entry.path();
      EXPECT_NE(result.out.refusals.at(0).message.en.find("byte"), std::string::npos);
      continue;
    }
    ++files;
    items += result.counters.items;
    refused += result.counters.refused;
    if (stem == "pegasus") {
      EXPECT_GT(result.counters.items, 1400);
    }
  }
  std::printf("stix: %d files, %lld items, %lld refused\n", files, static_cast<long long>(items),
              static_cast<long long>(refused));
  print("stix", reasons);
  // Counted once more without our code: 1,897 comparisons of paths that name what can be blocked
  // (of them 7 addresses given as names, and one with a blank inside), 94 of other paths, 3
  // patterns with AND. Eleven files are JSON schemas, six are no JSON on purpose.
  EXPECT_EQ(files, 76);
  EXPECT_EQ(items, 1889);
  EXPECT_EQ(reasons, (Reasons{{"bad-character", 1},
                              {"bad-json", 6},
                              {"kind-mismatch", 7},
                              {"not-stix", 11},
                              {"unsupported-path", 94},
                              {"unsupported-pattern", 3}}));
}

TEST_F(Feeds, MispFoldersParse) {
  Reasons reasons;
  int files = 0;
  std::int64_t items = 0;
  std::int64_t actionable = 0;
  std::int64_t refused = 0;
  for (const std::string folder : {"events-eset", "events-pymisp", "feed-layout"}) {
    for (const auto& entry : fs::recursive_directory_iterator(root_ / "misp" / folder)) {
      if (entry.path().extension() != ".json") continue;
      const Outcome result = read(entry.path(), Format::kMisp);
      count(result, reasons);
      ++files;
      items += result.counters.items;
      refused += result.counters.refused;
      actionable += std::count_if(result.out.items.begin(), result.out.items.end(),
                                  [](const Item& item) { return item.actionable; });
    }
  }
  const Outcome big = read(root_ / "misp/stalkerware-misp_event.json", Format::kMisp);
  EXPECT_TRUE(big.status.has_value());
  EXPECT_EQ(big.counters.items, 4752);
  EXPECT_EQ(big.counters.refused, 0);
  std::printf("misp: %d files, %lld items (%lld actionable), %lld refused\n", files,
              static_cast<long long>(items), static_cast<long long>(actionable),
              static_cast<long long>(refused));
  print("misp", reasons);
  // Counted once more without our code: 4,807 pieces of types that can be blocked, 1,085 of them
  // for detection, and 2,583 attributes for detection of types that cannot.
  EXPECT_EQ(files, 127);
  EXPECT_EQ(items, 4802);
  EXPECT_EQ(actionable, 1081);
  EXPECT_EQ(reasons, (Reasons{{"bad-composite", 1},
                              {"kind-mismatch", 1},
                              {"not-misp", 5},
                              {"numeric-tld", 1},
                              {"single-label", 2},
                              {"unsupported-type", 2583}}));
}

/// Counts and forgets, as the store's front would.
struct Null final : Sink {
  std::int64_t n = 0;
  void item(Item&& item) override { n += static_cast<std::int64_t>(item.indicator.value.size()); }
  void refusal(Refusal&& /*unused*/) override {}
  void warning(Warning&& /*unused*/) override {}
};

TEST_F(Feeds, LinesASecond) {
  std::vector<std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(root_ / "feeds/maltrail")) {
    if (entry.path().extension() == ".txt") files.push_back(*read_file(entry.path()));
  }
  files.push_back(*read_file(root_ / "feeds/domains/stevenblack.domains.txt"));
  files.push_back(*read_file(root_ / "feeds/ip/ipsum.txt"));
  std::int64_t lines = 0;
  const auto start = std::chrono::steady_clock::now();
  for (const std::string& bytes : files) {
    Null sink;
    const auto reader = make_reader(Format::kPlain, {}, sink);
    Decoder decoder(*reader);
    for (std::size_t i = 0; i < bytes.size(); i += 65536) {
      ASSERT_TRUE(decoder.feed(std::string_view(bytes).substr(i, 65536)).has_value());
    }
    ASSERT_TRUE(decoder.finish().has_value());
    lines += reader->counters().lines;
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  std::printf("decode + read + canonical: %lld lines in %.2f s, %.0f lines/s\n",
              static_cast<long long>(lines), took.count(),
              static_cast<double>(lines) / took.count());
}

}  // namespace
}  // namespace tocsin::intake
