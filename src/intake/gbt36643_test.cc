// GB/T 36643-2018: indicators and observations in the shapes that the public text shows.
#include <gmock/gmock.h>

#include "intake/test_reading.h"

namespace tocsin::intake {
namespace {

using testing::ElementsAre;

TEST(Gbt36643, IndicatorsAndWhatWasOnlyObserved) {
  const std::string_view text = R"({"observations":[
 {"id":"observation-00000000000000000000000000000001","timestamp":"2026-01-02T00:00:00Z","title":"seen","object":[{"relationship":"related","value":[
   {"constraint":"equal","object_type":"dns","record":"seen.example","name_server":"ns.example","dns_type":"A"},
   {"object_type":"file","md5":"d41d8cd98f00b204e9800998ecf8427e"}]}]},
 {"id":"observation-00000000000000000000000000000002","object":{"value":{"object_type":"dns","record":"b.example"}}}],
"indicators":{"id":"indicator-00000000000000000000000000000003","type":"c2-server","title":"two","valid_from":"2026-01-02T00:00:00Z","valid_to":"2027-01-02T00:00:00Z",
  "observable":[{"idref":"observation-00000000000000000000000000000002"}],
  "composite_indicator_expression":[{"value":"b.example","type":"domain","source_ref":"x","created_time":"2026-01-01"},{"value":"m","type":"mutex"}]},
"campaigns":[{"id":"campaign-00000000000000000000000000000004"}]})";
  EXPECT_EQ(sniff(text), Format::kGbt36643);
  const auto run = read(Format::kGbt36643, text);
  EXPECT_THAT(run.values(),
              ElementsAre("domain seen.example", "md5 d41d8cd98f00b204e9800998ecf8427e",
                          "domain b.example"));
  EXPECT_THAT(run.codes(), ElementsAre("3 unsupported-type"));
  EXPECT_EQ(run.counters.comments, 2) << "the indicator speaks for its observation; a campaign";
  EXPECT_FALSE(run.out.items[0].actionable) << "observed, not indicated";
  const Item& item = run.out.items[2];
  EXPECT_TRUE(item.actionable);
  EXPECT_THAT(item.labels, ElementsAre("c2-server"));
  EXPECT_EQ(to_utc(item.valid_until), "2027-01-02T00:00:00.000Z");
  EXPECT_EQ(item.foreign_id, "indicator-00000000000000000000000000000003");
}

TEST(Gbt36643, WhatIsNoneOfItIsRefusedAtItsPlace) {
  EXPECT_EQ(read(Format::kGbt36643, R"({"a":1})").status.error().rule, "not-gbt36643");
  const auto broken = read(Format::kGbt36643, R"([{"id":"indicator-1",])");
  EXPECT_EQ(broken.status.error().rule, "bad-json");
  EXPECT_FALSE(broken.status.error().field.empty());
}

}  // namespace
}  // namespace tocsin::intake
