// Acceptance over real files of other platforms, through TOCSIN_SHARED; strings only.
#include <chrono>
#include <cstdlib>
#include <filesystem>

#include <gtest/gtest.h>

#include "base/file.h"
#include "base/json.h"
#include "intake/collect.h"
#include "intake/misp_feed.h"
#include "intake/write/writer.h"

namespace tocsin::intake {
namespace {

namespace fs = std::filesystem;

class EventFeeds : public testing::Test {
 protected:
  void SetUp() override {
    const char* shared = std::getenv("TOCSIN_SHARED");
    if (shared == nullptr) GTEST_SKIP() << "TOCSIN_SHARED is not set: no real reports to read";
    root_ = fs::path(shared) / "data";
  }
  fs::path root_;
};

struct Outcome {
  Collected out;
  Counters counters;
};

Outcome read(Format format, std::string_view bytes, const Options& options = {}) {
  Outcome run;
  const auto reader = make_reader(format, options, run.out);
  EXPECT_TRUE(reader->feed(bytes).has_value()) << options.file_name;
  EXPECT_TRUE(reader->finish().has_value()) << options.file_name;
  run.counters = reader->counters();
  EXPECT_EQ(run.counters.lines, run.counters.items + run.counters.refused) << options.file_name;
  return run;
}

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

TEST_F(EventFeeds, EveryShadowserverReportIsReadWithoutASchema) {
  int files = 0;
  Counters all;
  int victims = 0;
  for (const auto& entry : fs::directory_iterator(root_ / "feeds/shadowserver-samples")) {
    if (entry.path().extension() != ".csv") continue;
    Options options;
    options.file_name = entry.path().filename().string();
    const auto bytes = read_file(entry.path());
    ASSERT_TRUE(bytes.has_value());
    const auto run = read(Format::kShadowserver, *bytes, options);
    ++files;
    all.lines += run.counters.lines;
    all.items += run.counters.items;
    all.refused += run.counters.refused;
    for (const Item& item : run.out.items) {
      EXPECT_TRUE(item.first_seen) << options.file_name;
      EXPECT_FALSE(item.labels.empty()) << options.file_name;
      victims += item.actionable ? 0 : 1;
    }
    for (const Refusal& r : run.out.refusals) {
      std::printf("  %s line %lld: %s\n", options.file_name.c_str(), static_cast<long long>(r.line),
                  r.code.c_str());
    }
  }
  std::printf("shadowserver: %d reports, %lld lines, %lld items (%d context only), %lld refused\n",
              files, static_cast<long long>(all.lines), static_cast<long long>(all.items), victims,
              static_cast<long long>(all.refused));
  EXPECT_EQ(files, 46);
  EXPECT_EQ(all.lines, 353 - 46);  // one header each
}

TEST_F(EventFeeds, ShadowserverAndIntelmqLinesASecond) {
  const auto bytes = read_file(root_ / "feeds/shadowserver-samples/event4_microsoft_sinkhole.csv");
  ASSERT_TRUE(bytes.has_value());
  const std::string head = bytes->substr(0, bytes->find('\n') + 1);
  const std::string rows = bytes->substr(head.size());
  std::string many = head;
  while (many.size() < (16U << 20)) many += rows;
  Options options;
  options.file_name = "event4_microsoft_sinkhole.csv";
  auto start = std::chrono::steady_clock::now();
  const auto run = read(Format::kShadowserver, many, options);
  std::printf("shadowserver: %lld lines, %.0f lines/s\n",
              static_cast<long long>(run.counters.lines),
              static_cast<double>(run.counters.lines) / seconds_since(start));
  for (const auto& [form, format] :
       {std::pair{OutForm::kIntelmq, Format::kIntelmq}, std::pair{OutForm::kN6, Format::kN6}}) {
    std::string events;
    for (const Item& item : run.out.items) {
      if (const auto line = out_item(form, item, "bench")) events += *line;
    }
    start = std::chrono::steady_clock::now();
    const auto again = read(format, events);
    std::printf("%s: %lld lines, %.0f lines/s\n", std::string(name(form)).c_str(),
                static_cast<long long>(again.counters.lines),
                static_cast<double>(again.counters.lines) / seconds_since(start));
    EXPECT_EQ(again.counters.items, run.counters.items);
  }
}

TEST_F(EventFeeds, EventsOfIntelmqsOwnFixture) {
  const auto bytes = read_file(root_ / "feeds/intelmq-fixtures/cznic/example_proki.json");
  ASSERT_TRUE(bytes.has_value());
  const auto json = Json::parse(*bytes);
  ASSERT_TRUE(json.has_value());
  const auto count = static_cast<std::int64_t>((*json)["data"].items().size());
  const auto run = read(Format::kIntelmq, (*json)["data"].dump());
  EXPECT_GT(count, 0);
  EXPECT_EQ(run.counters.lines, count);
  EXPECT_EQ(run.counters.refused, 0);
}

TEST_F(EventFeeds, MispFeedFolderWhole) {
  const fs::path folder = root_ / "misp/feed-layout";
  auto entries = misp_feed::read_manifest(*read_file(folder / "manifest.json"));
  ASSERT_TRUE(entries.has_value());
  EXPECT_EQ(entries->size(), 79U);
  misp_feed::read_hashes(*read_file(folder / "hashes.csv"), *entries);
  std::string stream;
  const auto packed = misp_feed::pack(
      *entries, [&](const std::string& file) { return read_file(folder / file); },
      [&](std::string_view bytes) { stream += bytes; });
  ASSERT_TRUE(packed.has_value());
  EXPECT_EQ(packed->events, 79);
  EXPECT_TRUE(packed->missing.empty());
  EXPECT_TRUE(packed->different.empty());
  const auto start = std::chrono::steady_clock::now();
  const auto run = read(Format::kMispFeed, stream);
  const double took = seconds_since(start);
  std::int64_t actionable = 0;
  for (const Item& item : run.out.items) {
    actionable += item.actionable ? 1 : 0;
    EXPECT_EQ(item.tlp, Tlp::kClear);  // every event of this feed is tlp:white
  }
  std::printf(
      "misp feed: 79 events, %lld items (%lld actionable), %lld refused, %.0f attributes/s\n",
      static_cast<long long>(run.counters.items), static_cast<long long>(actionable),
      static_cast<long long>(run.counters.refused),
      static_cast<double>(run.counters.lines + run.counters.comments) / took);
}

}  // namespace
}  // namespace tocsin::intake
