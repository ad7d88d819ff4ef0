#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "intake/collect.h"
#include "intake/stix_pattern.h"

namespace tocsin::intake {
namespace {

using testing::ElementsAre;

struct Outcome {
  Collected out;
  Counters counters;
  Status status;
  std::vector<std::string> values() const {
    std::vector<std::string> list;
    for (const Item& item : out.items) {
      list.push_back(std::string(model::name(item.indicator.kind)) + " " + item.indicator.value);
    }
    return list;
  }
};

Outcome read(Format format, std::string_view text, const Options& options = {}) {
  Outcome run;
  const auto reader = make_reader(format, options, run.out);
  run.status = reader->feed(text);
  if (auto done = reader->finish(); run.status) run.status = std::move(done);
  run.counters = reader->counters();
  EXPECT_EQ(run.counters.lines, run.counters.items + run.counters.refused);
  return run;
}

TEST(StixPattern, WhatIsReadAndWhatIsRefused) {
  const auto two = parse_stix_pattern(
      "[domain-name:value = 'a.example' OR ipv4-addr:value='192.0.2.1'] OR [url:value = "
      "'http://it\\'s.example/']");
  ASSERT_TRUE(two.has_value());
  ASSERT_EQ(two->size(), 3U);
  EXPECT_EQ((*two)[2].value, "http://it's.example/");
  EXPECT_EQ(parse_stix_pattern("[file:hashes.'SHA-256' = 'x']")->at(0).path, "file:hashes.SHA-256");
  EXPECT_EQ(parse_stix_pattern("[ipv4-addr:value IN ('192.0.2.1', '192.0.2.2')]")->size(), 2U);
  EXPECT_EQ(parse_stix_pattern("[ipv4-addr:value ISSUBSET '192.0.2.0/24']")->size(), 1U);
  for (const std::string_view bad :
       {"[a:b = 'x' AND c:d = 'y']", "[a:b = 'x'] FOLLOWEDBY [a:b = 'y']", "[a:b LIKE 'x%']",
        "[a:b != 'x']", "[a:b = 'x'] WITHIN 5 SECONDS", "[a:b = 5]", "([a:b = 'x'])", "[a:b = 'x",
        "[NOT a:b = 'x']", "", "[]"}) {
    EXPECT_FALSE(parse_stix_pattern(bad)) << bad;
  }
}

TEST(Stix, BundleWithOddIndicators) {
  const auto run = read(Format::kStix, R"({"type":"bundle","id":"bundle--1","objects":[
    {"type":"marking-definition","id":"marking-definition--own","definition_type":"tlp","definition":{"tlp":"red"}},
    {"type":"indicator","id":"indicator--1","pattern_type":"stix","pattern":"[domain-name:value='a.example' OR url:value='http://b.example']",
     "confidence":85,"valid_from":"2026-01-02T03:04:05Z","valid_until":"2027-01-02T03:04:05Z","indicator_types":["malicious-activity"],
     "object_marking_refs":["marking-definition--f88d31f6-486f-44da-b317-01333bde0b82","marking-definition--own"]},
    {"type":"indicator","id":"indicator--2","pattern":"[process:name='x']"},
    {"type":"indicator","id":"indicator--3","pattern":"rule x {}","pattern_type":"yara"},
    {"type":"indicator","id":"indicator--4","revoked":true,"pattern":"[file:hashes.MD5='D41D8CD98F00B204E9800998ECF8427E']"},
    {"type":"domain-name","value":"c.example"}]})");
  EXPECT_TRUE(run.status.has_value());
  EXPECT_THAT(run.values(), ElementsAre("md5 d41d8cd98f00b204e9800998ecf8427e", "domain a.example",
                                        "url http://b.example/"))
      << "what is revoked comes first";
  EXPECT_EQ(run.counters.refused, 2);
  EXPECT_EQ(run.counters.comments, 2);
  EXPECT_EQ(run.out.items[1].tlp, Tlp::kRed);
  EXPECT_EQ(run.out.items[1].confidence, 85);
  EXPECT_EQ(run.out.items[1].foreign_id, "indicator--1");
  EXPECT_FALSE(run.out.items[1].taken_back);
  EXPECT_FALSE(run.out.items[0].actionable);
  EXPECT_TRUE(run.out.items[0].taken_back);
}

TEST(Stix, OfOneObjectTheNewestVersionCounts) {
  const auto version = [](const char* modified, const char* more) {
    return std::string(R"({"type":"indicator","id":"indicator--1","modified":")") + modified +
           R"(","pattern":"[domain-name:value='a.example']")" + more + "}";
  };
  const std::string older = version("2026-01-01T00:00:00.000Z", "");
  const std::string newer = version("2026-02-01T00:00:00.000Z", R"(,"revoked":true)");
  for (const std::string& text : {older + "," + newer, newer + "," + older}) {
    const auto run = read(Format::kStix, R"({"objects":[)" + text + "]}");
    ASSERT_EQ(run.counters.items, 1);
    EXPECT_EQ(run.counters.comments, 1);
    EXPECT_TRUE(run.out.items[0].taken_back);
  }
}

TEST(Stix, ListsSingleObjectsAndBrokenJson) {
  EXPECT_EQ(
      read(Format::kStix, R"([{"type":"indicator","pattern":"[domain-name:value='a.example']"}])")
          .counters.items,
      1);
  EXPECT_EQ(
      read(Format::kStix, R"({"type":"indicator","pattern":"[domain-name:value='a.example']"})")
          .counters.items,
      1);
  const auto broken = read(Format::kStix, R"({"type":"bundle",})");
  ASSERT_FALSE(broken.status.has_value());
  EXPECT_THAT(broken.out.refusals[0].message.en, testing::HasSubstr("byte 17"));
  EXPECT_FALSE(read(Format::kStix, "{}").status.has_value());
}

TEST(Documents, LargerThanTheLimit) {
  Options options;
  options.max_document_bytes = 10;
  const auto run = read(Format::kStix, R"({"type":"bundle","objects":[]})", options);
  EXPECT_EQ(run.status.error().code, Code::kTooLarge);
  EXPECT_EQ(run.counters.refused, 1);
}

constexpr std::string_view kEvent =
    R"({"info":"x","timestamp":"1513893921","Tag":[{"name":"tlp:green"},{"name":"botnet"}],
  "Attribute":[
    {"type":"domain","value":"a.example","to_ids":"1","uuid":"u1","comment":"c"},
    {"type":"domain|ip","value":"b.example|2001:db8::1","to_ids":true,"Tag":[{"name":"tlp:amber"}]},
    {"type":"ip-dst|port","value":"2001:db8::2|443","to_ids":true},
    {"type":"filename|sha256","value":"x.exe|AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","to_ids":false},
    {"type":"text","value":"words","to_ids":false},
    {"type":"regkey|value","value":"HKLM|x","to_ids":true},
    {"type":"filename|md5","value":"nobar","to_ids":true},
    {"type":"ip-src","value":"192.0.2.1","to_ids":true,"deleted":true}],
  "Object":[{"Attribute":[{"type":"md5","value":"d41d8cd98f00b204e9800998ecf8427e","to_ids":false}]}]})";

TEST(Misp, EveryWrappingSaysTheSame) {
  const std::string event(kEvent);
  for (const std::string& text :
       {"{\"Event\":" + event + "}", "{\"response\":[{\"Event\":" + event + "}]}",
        "{\"response\":{\"Event\":" + event + "}}", "[{\"Event\":" + event + "}]", event}) {
    const auto run = read(Format::kMisp, text);
    ASSERT_TRUE(run.status.has_value());
    EXPECT_THAT(run.values(), ElementsAre("ipv4 192.0.2.1", "domain a.example", "domain b.example",
                                          "ipv6 2001:db8::1", "endpoint [2001:db8::2]:443",
                                          "sha256 " + std::string(64, 'a'),
                                          "md5 d41d8cd98f00b204e9800998ecf8427e"));
    EXPECT_EQ(run.counters.refused, 2);
    EXPECT_EQ(run.counters.comments, 1);
    EXPECT_TRUE(run.out.items[0].taken_back) << "deleted";
    EXPECT_FALSE(run.out.items[0].actionable);
    EXPECT_TRUE(run.out.items[1].actionable);
    EXPECT_FALSE(run.out.items[1].taken_back);
    EXPECT_EQ(run.out.items[1].tlp, Tlp::kGreen);
    EXPECT_EQ(run.out.items[2].tlp, Tlp::kAmber);
    EXPECT_FALSE(run.out.items[5].actionable);
    EXPECT_THAT(run.out.items[1].labels, ElementsAre("botnet"));
    EXPECT_EQ(to_string(run.out.items[1].first_seen), "2017-12-22T06:05:21.000+08:00");
  }
}

TEST(Misp, WhatIsNoEvent) {
  EXPECT_FALSE(read(Format::kMisp, "{\"a\":1}").status.has_value());
  EXPECT_FALSE(read(Format::kMisp, "{").status.has_value());
  EXPECT_TRUE(read(Format::kMisp, "[]").status.has_value());
}

}  // namespace
}  // namespace tocsin::intake
