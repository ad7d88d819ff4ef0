// A delta leads from its base to exactly the next snapshot, and nowhere else.
#include "match/snapshot/delta.h"

#include "base/file.h"
#include "match/snapshot/snapshot_fixture.h"

namespace tocsin::match::snapshot {
namespace {

class Delta : public SnapshotTest {
 protected:
  static std::vector<Row> rows(int from, int to) {
    std::vector<Row> out;
    for (int i = from; i < to; ++i) {
      const std::string n = std::to_string(i);
      out.push_back(row(K::kDomain, "n" + n + ".example", static_cast<std::uint64_t>(i % 3)));
      if (i % 4 == 0) out.push_back(row(K::kWildcardDomain, "*.n" + n + ".example"));
      if (i % 5 == 0) out.push_back(row(K::kUrl, "http://u" + n + ".example/a/"));
      if (i % 5 == 0) out.push_back(row(K::kUrl, "https://u" + n + ".example/a/"));
      out.push_back(
          row(K::kIpv4, "10.1." + std::to_string(i / 256) + "." + std::to_string(i % 256)));
      if (i % 7 == 0)
        out.push_back(row(K::kIpv4Prefix, "10." + std::to_string(i % 250) + ".0.0/16"));
      if (i % 9 == 0) out.push_back(row(K::kIpv6Prefix, "2001:db8:" + n + "::/48"));
      out.push_back(row(K::kMd5, std::string(28, 'a') + std::to_string(1000 + i)));
    }
    return out;
  }
  /// Makes and applies; the result must be the next file byte for byte.
  DeltaSummary there(const Snapshot& base, const Snapshot& next, const std::string& next_name) {
    const auto made = make_delta(base, next, at("delta"));
    EXPECT_TRUE(made.has_value()) << (made ? "" : made.error().message);
    const auto applied = apply_delta(base, at("delta"), at("applied"));
    EXPECT_TRUE(applied.has_value()) << (applied ? "" : applied.error().message);
    EXPECT_TRUE(bytes("applied") == bytes(next_name));
    return *made;
  }
};

TEST_F(Delta, LeadsToTheSameBytes) {
  std::vector<Row> old_rows = rows(0, 1000);
  std::vector<Row> new_rows = rows(20, 1010);
  new_rows[5].state = State::kListed;
  BuildOptions later = options();
  later.list_version = 8;
  later.sources.push_back("feed-d");
  const auto base = build("base", old_rows);
  const auto next = build("next", new_rows, later);
  const DeltaSummary summary = there(*base, *next, "next");
  EXPECT_EQ(summary.kept + summary.added, next->size());
  EXPECT_EQ(summary.kept + summary.removed, base->size());
  EXPECT_LT(summary.added, 100U);
  EXPECT_LT(summary.bytes, bytes("next").size() / 4);
}

TEST_F(Delta, FromAndToNothingAndAcrossShapesAndSeeds) {
  const auto empty = build("empty", {});
  const auto small = build("small", rows(0, 10));
  const auto large = build("large", rows(0, 3000));  // more buckets: tables are written whole
  BuildOptions other = options();
  other.seed[0] ^= 1;
  const auto reseeded = build("reseeded", rows(0, 10), other);
  there(*empty, *small, "small");
  there(*small, *empty, "empty");
  there(*small, *large, "large");
  there(*large, *small, "small");
  EXPECT_EQ(there(*small, *reseeded, "reseeded").added, small->size());
  EXPECT_EQ(there(*small, *small, "small").added, 0U);
}

TEST_F(Delta, RefusesAnotherBaseAndDamage) {
  const auto base = build("base", rows(0, 100));
  const auto next = build("next", rows(0, 110));
  ASSERT_TRUE(make_delta(*base, *next, at("delta")).has_value());
  const auto wrong = apply_delta(*next, at("delta"), at("applied"));
  EXPECT_EQ(wrong.error().code, Code::kConflict);
  EXPECT_FALSE(wrong.error().message_zh.empty());
  const std::string good = bytes("delta");
  for (std::size_t at_byte = 0; at_byte < good.size(); at_byte += 31) {
    std::string bad = good;
    bad[at_byte] = static_cast<char>(bad[at_byte] ^ 4);
    ASSERT_TRUE(write_file(at("bad"), bad).has_value());
    EXPECT_FALSE(apply_delta(*base, at("bad"), at("applied")).has_value()) << at_byte;
  }
  for (const std::size_t size : {1UL, 20UL, good.size() - 1}) {
    ASSERT_TRUE(write_file(at("bad"), good.substr(0, size)).has_value());
    EXPECT_FALSE(apply_delta(*base, at("bad"), at("applied")).has_value());
  }
  EXPECT_FALSE(std::filesystem::exists(at("applied")));
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_), {}), 4);  // no leftovers
}

}  // namespace
}  // namespace tocsin::match::snapshot
