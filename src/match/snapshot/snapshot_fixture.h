// What the tests of snapshots share: a folder that goes away, and snapshots built from rows.
#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <unistd.h>
#include <vector>

#include <gtest/gtest.h>

#include "match/snapshot/builder.h"

namespace tocsin::match::snapshot {

using K = model::IndicatorKind;

class SnapshotTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = (std::filesystem::temp_directory_path() / "tocsin-snapshot-XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::filesystem::path at(const std::string& name) const { return folder_ / name; }

  static BuildOptions options() {
    BuildOptions out;
    out.list_version = 7;
    out.created = Instant{1'700'000'000'000'000};
    out.seed = {9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 1, 2, 3, 4, 5, 6};
    out.sources = {"feed-a", "feed-b", "来源丙"};
    return out;
  }

  Result<BuildSummary> try_build(const std::string& name, const std::vector<Row>& rows,
                                 BuildOptions how = options()) const {
    Builder builder(at(name), std::move(how));
    for (const Row& row : rows) TRY_STATUS(builder.add(row));
    return builder.finish();
  }
  std::shared_ptr<const Snapshot> build(const std::string& name, const std::vector<Row>& rows,
                                        BuildOptions how = options()) const {
    const auto built = try_build(name, rows, std::move(how));
    EXPECT_TRUE(built.has_value()) << (built ? "" : built.error().message);
    auto opened = Snapshot::open(at(name));
    EXPECT_TRUE(opened.has_value()) << (opened ? "" : opened.error().message);
    return *opened;
  }
  std::string bytes(const std::string& name) const {
    std::ifstream in(at(name), std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  }
  static Row row(K kind, std::string value, std::uint64_t ref = 0) {
    Row out;
    out.indicator = {kind, std::move(value)};
    out.confidence = 50;
    out.sources = 1;
    out.ref = ref;
    return out;
  }
  static Answer ask(const Snapshot& snapshot, const model::Indicator& indicator) {
    const auto query = Query::of(indicator);
    EXPECT_TRUE(query.has_value());
    return snapshot.lookup_one(*query);
  }

  std::filesystem::path folder_;
};

}  // namespace tocsin::match::snapshot
