#include "intake/misp_feed.h"

#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/crypto/hash.h"
#include "intake/collect.h"

namespace tocsin::intake {
namespace {

using testing::ElementsAre;

std::string event(std::string_view domain, std::string_view tag) {
  return R"({"Event":{"uuid":"e","timestamp":"1780000000","Tag":[{"name":")" + std::string(tag) +
         R"("}],"Attribute":[{"type":"domain","value":")" + std::string(domain) +
         R"(","to_ids":"1"},{"type":"hostname","value":"context.example","to_ids":false}]}})";
}

struct Fed {
  misp_feed::Packed packed;
  Collected out;
  Counters counters;
  std::vector<std::string> refused() const {
    std::vector<std::string> list;
    for (const auto& r : out.refusals) list.push_back(r.original + " " + r.code);
    return list;
  }
};

/// Packs the folder and reads the stream in pieces of an odd size.
Fed feed(const std::vector<misp_feed::Entry>& entries,
         const std::map<std::string, std::string>& folder) {
  Fed run;
  std::string stream;
  const auto packed = misp_feed::pack(
      entries,
      [&](const std::string& file) -> Result<std::string> {
        const auto found = folder.find(file);
        if (found == folder.end()) return fail(Code::kNotFound, "no " + file);
        return found->second;
      },
      [&](std::string_view bytes) { stream += bytes; });
  EXPECT_TRUE(packed.has_value());
  if (packed) run.packed = *packed;
  EXPECT_EQ(sniff(stream), Format::kMispFeed);
  const auto reader = make_reader(Format::kMispFeed, {}, run.out);
  for (std::size_t i = 0; i < stream.size(); i += 7) {
    EXPECT_TRUE(reader->feed(std::string_view(stream).substr(i, 7)).has_value());
  }
  EXPECT_TRUE(reader->finish().has_value());
  run.counters = reader->counters();
  EXPECT_EQ(run.counters.lines, run.counters.items + run.counters.refused);
  return run;
}

TEST(MispFeed, ManifestAsMap) {
  auto entries = misp_feed::read_manifest(
      R"({"b":{"timestamp":"20","info":"x"},"a":{"timestamp":10},"gone":{"timestamp":"5"}})");
  ASSERT_TRUE(entries.has_value());
  const auto run = feed(*entries, {{"a.json", event("a.example", "tlp:green")},
                                   {"b.json", "[" + event("b.example", "PAP:RED") + "]"}});
  EXPECT_THAT(run.packed.missing, ElementsAre("gone"));
  EXPECT_EQ(run.packed.events, 2);
  EXPECT_THAT(run.refused(), ElementsAre("gone missing-event"));
  ASSERT_EQ(run.out.items.size(), 4U);
  EXPECT_EQ(run.out.items[0].indicator.value, "a.example");
  EXPECT_EQ(run.out.items[0].tlp, Tlp::kGreen);
  EXPECT_TRUE(run.out.items[0].actionable);
  EXPECT_FALSE(run.out.items[1].actionable) << "to_ids decides";
  EXPECT_EQ(run.out.items[2].tlp, Tlp::kRed) << "what may not be acted on may not be shared";
}

TEST(MispFeed, ManifestAsListWithDigests) {
  const std::string good = event("a.example", "tlp:white");
  auto entries = misp_feed::read_manifest(
      R"([{"uuid":"a","filename":"one.json","md5":")" + crypto::md5_hex(good) +
      R"(","timestamp":"9"},{"uuid":"b","filename":"two.json","md5":"00"},
         {"uuid":"c","filename":"old.json","timestamp":1},{"uuid":"c","filename":"new.json","timestamp":2},
         {"uuid":"d","filename":"cut.json"}])");
  ASSERT_TRUE(entries.has_value());
  const auto run = feed(*entries, {{"one.json", good},
                                   {"two.json", good},
                                   {"old.json", event("old.example", "")},
                                   {"new.json", event("new.example", "")},
                                   {"cut.json", R"({"Event":{"info":)"}});
  EXPECT_THAT(run.refused(), testing::UnorderedElementsAre("b bad-digest", "d not-misp"));
  ASSERT_EQ(run.out.items.size(), 4U);
  EXPECT_EQ(run.out.items[0].indicator.value, "new.example");
  EXPECT_EQ(run.out.items[2].indicator.value, "a.example");
}

TEST(MispFeed, HashesInBothForms) {
  auto entries = misp_feed::read_manifest(R"({"a":{},"b":{}})");
  ASSERT_TRUE(entries.has_value());
  misp_feed::read_hashes("d41d8cd98f00b204e9800998ecf8427e,a\r\n", *entries);
  EXPECT_EQ(entries->at(0).md5, "");
  misp_feed::read_hashes("a.json,ABCD,ef01\nother.json,12,34\n", *entries);
  EXPECT_EQ(entries->at(0).md5, "abcd");
  EXPECT_EQ(entries->at(1).md5, "");
}

TEST(MispFeed, ManifestsThatCannotBeUsed) {
  for (const std::string_view bad :
       {"", "1", "{", R"([{"uuid":"a","filename":"../../etc/passwd"}])", R"([{"filename":"x"}])",
        R"({".hidden":{}})"}) {
    const auto entries = misp_feed::read_manifest(bad);
    ASSERT_FALSE(entries.has_value()) << bad;
    EXPECT_EQ(entries.error().rule, "bad-manifest");
  }
}

}  // namespace
}  // namespace tocsin::intake
