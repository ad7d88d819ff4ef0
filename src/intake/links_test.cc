// What formats say of two things at once becomes relations, within bounds (A13-08).
#include <algorithm>

#include "intake/test_reading.h"

namespace tocsin::intake {
namespace {

std::vector<std::string> links_of(const Outcome& run) {
  std::vector<std::string> out;
  for (const Link& link : run.out.links) {
    out.push_back(link.relation.from.key() + " " + std::string(name(link.relation.kind)) + " " +
                  link.relation.to.key());
  }
  std::sort(out.begin(), out.end());
  EXPECT_EQ(run.counters.links, static_cast<std::int64_t>(out.size()));
  return out;
}

using Lines = std::vector<std::string>;

const std::string kMd5(32, 'a');
const std::string kSha256(64, 'b');

TEST(Links, OneEventOfN6NamesWhatStandsTogether) {
  const auto run =
      read(Format::kN6, R"({"category":"malurl","name":"SomeBot","fqdn":"evil.example",)"
                        R"("url":"http://evil.example/x","md5":")" +
                            kMd5 + R"(","address":[{"ip":"192.0.2.1"}]})");
  EXPECT_EQ(links_of(run), (Lines{"domain:evil.example resolves-to ipv4:192.0.2.1",
                                  "md5:" + kMd5 + " of-family malware-family:somebot",
                                  "url:http://evil.example/x downloads md5:" + kMd5,
                                  "url:http://evil.example/x hosted-on ipv4:192.0.2.1"}));
  EXPECT_EQ(run.counters.items, 1) << "the items are what they were";
}

TEST(Links, ADestinationCountsOnlyWhereAnInfectedHostSpeaks) {
  const auto event = [](const char* type) {
    return R"({"__type":"Event","classification.type":")" + std::string(type) +
           R"(","source.ip":"198.51.100.7","destination.ip":"203.0.113.9"})";
  };
  EXPECT_EQ(links_of(read(Format::kIntelmq, event("infected-system"))),
            (Lines{"ipv4:198.51.100.7 communicates-with ipv4:203.0.113.9"}));
  EXPECT_EQ(links_of(read(Format::kIntelmq, event("scanner"))), Lines{})
      << "who was scanned is somebody's sensor";
}

TEST(Links, AMispObjectHoldsItsAttributesTogether) {
  const std::string event = R"({"Event":{"info":"x","Attribute":[
    {"type":"domain|ip","value":"pair.example|192.0.2.5","to_ids":true},
    {"type":"domain","value":"alone.example","to_ids":true,
     "Tag":[{"name":"misp-galaxy:malpedia=\"Some Bot\""}]}],
   "Object":[{"name":"url","Attribute":[
      {"type":"url","value":"http://o.example/x","to_ids":true},
      {"type":"ip-dst","value":"192.0.2.6","to_ids":true},
      {"type":"md5","value":")" +
                            kMd5 + R"(","to_ids":true},
      {"type":"sha256","value":")" +
                            kSha256 + R"(","to_ids":true}]}]}})";
  EXPECT_EQ(links_of(read(Format::kMisp, event)),
            (Lines{"domain:alone.example of-family malware-family:some bot",
                   "domain:pair.example resolves-to ipv4:192.0.2.5",
                   "sha256:" + kSha256 + " same-file md5:" + kMd5,
                   "url:http://o.example/x downloads sha256:" + kSha256,
                   "url:http://o.example/x hosted-on ipv4:192.0.2.6"}));
}

TEST(Links, AnObjectOfManyValuesDoesNotBecomeItsSquare) {
  std::string attributes;
  for (int i = 0; i < 100; ++i) {
    attributes += attributes.empty() ? "" : ",";
    attributes += R"({"type":"domain","value":"n)" + std::to_string(i) +
                  R"(.example"},{"type":"ip-dst","value":"192.0.2.)" + std::to_string(i) + R"("})";
  }
  const auto run =
      read(Format::kMisp,
           R"({"Event":{"info":"x","Object":[{"name":"list","Attribute":[)" + attributes + "]}]}}");
  EXPECT_EQ(run.counters.items, 200);
  EXPECT_EQ(run.counters.links, 256) << "not ten thousand";
}

TEST(Links, StixRelationshipsAndReferences) {
  const auto id = [](const char* type, int n) {
    return std::string(type) + "--00000000-0000-4000-8000-00000000000" + std::to_string(n);
  };
  const std::string bundle =
      R"({"type":"bundle","id":"bundle--00000000-0000-4000-8000-000000000000","objects":[
  {"type":"relationship","id":")" +
      id("relationship", 1) + R"(","relationship_type":"indicates",
   "source_ref":")" +
      id("indicator", 2) + R"(","target_ref":")" + id("malware", 3) +
      R"(","object_marking_refs":["marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003"]},
  {"type":"indicator","id":")" +
      id("indicator", 2) +
      R"(","pattern_type":"stix","pattern":"[domain-name:value = 'c2.example']"},
  {"type":"malware","id":")" +
      id("malware", 3) + R"(","name":"Some Bot","is_family":true},
  {"type":"domain-name","id":")" +
      id("domain-name", 4) + R"(","value":"c2.example",
   "resolves_to_refs":[")" +
      id("ipv4-addr", 5) + R"("]},
  {"type":"ipv4-addr","id":")" +
      id("ipv4-addr", 5) + R"(","value":"192.0.2.8"},
  {"type":"threat-actor","id":")" +
      id("threat-actor", 6) + R"(","name":"Night Owl"},
  {"type":"relationship","id":")" +
      id("relationship", 7) + R"(","relationship_type":"authored-by",
   "source_ref":")" +
      id("malware", 3) + R"(","target_ref":")" + id("threat-actor", 6) + R"("},
  {"type":"relationship","id":")" +
      id("relationship", 8) + R"(","relationship_type":"uses",
   "source_ref":")" +
      id("threat-actor", 6) + R"(","target_ref":")" + id("malware", 9) + R"("}]})";
  const auto run = read(Format::kStix, bundle);
  EXPECT_EQ(links_of(run), (Lines{"domain:c2.example of-family malware-family:some bot",
                                  "domain:c2.example resolves-to ipv4:192.0.2.8",
                                  "group:Night Owl makes malware-family:some bot"}))
      << "what is not here is not guessed";
  const auto marked = std::find_if(run.out.links.begin(), run.out.links.end(), [](const Link& l) {
    return l.relation.kind == model::RelationKind::kOfFamily;
  });
  ASSERT_NE(marked, run.out.links.end());
  EXPECT_EQ(marked->tlp, Tlp::kAmberStrict);
}

TEST(Links, OfEachStixObjectTheNewestVersionSpeaks) {
  const std::string ends = R"({"type":"domain-name","id":"domain-name--1","value":"d.example"},
    {"type":"malware","id":"malware--2","modified":"2026-02-01T00:00:00Z","name":"New Name"},
    {"type":"malware","id":"malware--2","modified":"2026-01-01T00:00:00Z","name":"Old Name"},)";
  const auto stated = [](const char* modified, const char* word) {
    return R"({"type":"relationship","id":"relationship--3","modified":")" + std::string(modified) +
           R"(","relationship_type":")" + word +
           R"(","source_ref":"domain-name--1","target_ref":"malware--2"})";
  };
  const std::string late = stated("2026-02-01T00:00:00Z", "of-family");
  const std::string early = stated("2026-01-01T00:00:00Z", "downloads");
  for (const std::string& both : {late + "," + early, early + "," + late}) {
    const auto run = read(Format::kStix, "[" + ends + both + "]");
    EXPECT_EQ(links_of(run), (Lines{"domain:d.example of-family malware-family:new name"}));
  }
}

TEST(Links, WhatCannotStandInARelationIsCounted) {
  const auto run = read(Format::kN6, R"({"category":"phish","fqdn":"evil.example","md5":"xyz",)"
                                     R"("address":[{"ip":"192.0.2.300"}]})");
  EXPECT_TRUE(run.out.links.empty());
  EXPECT_EQ(run.counters.unlinked, 2);
}

}  // namespace
}  // namespace tocsin::intake
