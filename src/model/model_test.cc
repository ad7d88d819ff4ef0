#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/actions.h"
#include "model/appeal.h"
#include "model/delivery.h"
#include "model/labels.h"
#include "model/list.h"
#include "model/notice.h"
#include "model/organization.h"
#include "model/province.h"
#include "model/reference.h"
#include "model/relapse.h"
#include "model/source.h"
#include "model/task.h"

namespace tocsin::model {
namespace {

TEST(Fields, RoundTripLosesNothing) {
  Task task;
  task.id = "tsk_1";
  task.state = TaskState::kVerified;
  task.measure = Measure::kStopService;
  task.indicators.push_back({IndicatorKind::kDomain, "evil.example", "evil[.]example"});
  task.feedback.push_back({{"usr_1", "org_1", {5}, "done"},
                           Outcome::kImpossible,
                           "half",
                           {"evd_1"},
                           false,
                           "not-ours"});
  task.phone_call = PhoneCall{{"usr_2", "org_2", {7}, ""}, "Li", "+8613800138000", "block it"};
  ClockFact clock;
  clock.clock = "dispose";
  clock.start = {1};
  clock.due = {2};
  clock.last_day = "2026-03-05";
  clock.length = "24h";
  clock.basis = {"miit-202", "1", "9", "W17-24"};
  clock.provisional = true;
  task.clocks.push_back(clock);
  const Json json = to_json(task);
  Task back;
  ASSERT_TRUE(from_json(json, back));
  EXPECT_EQ(to_json(back).dump(), json.dump());
}

TEST(Responsibility, IsInForceFromUntilAndWhileNotSetAside) {
  Responsibility r;
  r.from = {10};
  EXPECT_FALSE(r.in_force({9}));
  EXPECT_TRUE(r.in_force({10}));
  r.until = {20};
  EXPECT_TRUE(r.in_force({19}));
  EXPECT_FALSE(r.in_force({20}));
  r.suppressed = Act{"usr_1", "org_1", {12}, "dispute"};
  EXPECT_FALSE(r.in_force({15})) << "set aside for good";
  r.suppressed_until = {15};
  EXPECT_FALSE(r.in_force({14}));
  EXPECT_TRUE(r.in_force({15}));
  const Json json = to_json(r);
  Responsibility back;
  ASSERT_TRUE(from_json(json, back));
  EXPECT_EQ(to_json(back).dump(), json.dump());
}

TEST(Fields, ErrorsNameThePlace) {
  const auto json = Json::parse(R"({"indicators":[{"kind":"domain","value":7}]})");
  Threat threat;
  const auto read = from_json(*json, threat);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().field, "indicators[0].value");
  EXPECT_FALSE(read.error().message_zh.empty());
}

TEST(Fields, OneValueOfAnOlderDocumentIsAListOfOne) {
  const Json old = Json::parse(R"({"method":"dns-probe","evidence":"evd_1"})").value();
  Verification v;
  ASSERT_TRUE(from_json(old, v));
  EXPECT_EQ(v.evidence, std::vector<std::string>{"evd_1"});
  EXPECT_FALSE(from_json(Json::parse(R"({"evidence":7})").value(), v));
  EXPECT_FALSE(parse_request<Verification>(old)) << "a request says what it means";
}

TEST(User, ActsForOneOrganisationAtATime) {
  User u;  // as a document from before memberships
  ASSERT_TRUE(from_json(*Json::parse(R"({"id": "usr_1", "organization": "org_a",
      "roles": ["finder"], "training": [{"topic": "x"}]})"),
                        u));
  EXPECT_TRUE(u.memberships.empty());
  EXPECT_EQ(u.acting_for("")->organization, "org_a");
  EXPECT_FALSE(u.acting_for("org_b"));
  u.memberships = {{"org_b", {Role::kAdmin}, {}, {}},
                   {"org_c", {}, {}, *parse_instant("2026-03-01")}};
  const User b = *u.acting_for("org_b");
  EXPECT_EQ(b.organization, "org_b");
  EXPECT_TRUE(b.has(Role::kAdmin));
  EXPECT_FALSE(b.has(Role::kFinder));
  EXPECT_EQ(b.training.at(0).organization, "org_a") << "the first one's stays the first one's";
  for (const User& seen : {u, b}) {
    EXPECT_TRUE(seen.has_anywhere(Role::kAdmin) && seen.has_anywhere(Role::kFinder));
    EXPECT_TRUE(seen.belongs_to("org_a") && seen.belongs_to("org_b"));
    EXPECT_FALSE(seen.belongs_to("org_c")) << "was left";
  }
  EXPECT_FALSE(u.acting_for("org_c"));
}

TEST(Fields, RequestsRefuseUnknownMembers) {
  const auto read = parse_request<Appellant>(*Json::parse(R"({"name":"x","nmae":"y"})"));
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().field, "nmae");
}

TEST(Threat, EveryClassHasSubtypes) {  // W17-01
  for (int c = 0; c <= static_cast<int>(ThreatClass::kOther); ++c) {
    EXPECT_FALSE(subtypes(static_cast<ThreatClass>(c)).empty());
  }
}

/// The words of these enumerations that Chinese readers would meet in English.
template <typename... E>
std::vector<std::string> without_chinese() {
  std::vector<std::string> out;
  const auto look = [&](const std::vector<std::string_view>& words) {
    for (const auto word : words) {
      const std::string zh = label(word).zh;
      const bool chinese =
          std::any_of(zh.begin(), zh.end(), [](unsigned char c) { return c >= 0x80; });
      if (!chinese) out.emplace_back(word);
    }
  };
  (look(enum_names(E{})), ...);
  return out;
}

TEST(Labels, EveryWordOfTheModelHasChinese) {
  EXPECT_THAT((without_chinese<ThreatState, ThreatClass, Certainty, Measure, TaskState, Outcome,
                               AppealState, NoticeKind, IndicatorKind, OrganizationType, Role,
                               PointKind, ListOp, SourceKind, SourceHealth>()),
              ::testing::IsEmpty());
  for (int c = 0; c <= static_cast<int>(ThreatClass::kOther); ++c) {
    for (const auto word : subtypes(static_cast<ThreatClass>(c))) {
      EXPECT_NE(label(word).zh, word);
    }
  }
  for (const char* rung : {"approved", "dispatched", "received", "loaded", "effective"}) {
    EXPECT_NE(label(rung).zh, rung);
  }
}

/// The states of something whose steps in the journal are its states too.
template <typename E>
std::vector<std::string> unnamed_steps(const std::string& subject) {
  std::vector<std::string> out;
  for (const auto word : enum_names(E{})) {
    const std::string action = subject + "." + std::string(word);
    if (!action_names().contains(action)) out.push_back(action);
  }
  return out;
}

TEST(Labels, StepsThatAreStatesHaveNames) {
  EXPECT_THAT(unnamed_steps<DeliveryState>("delivery"), ::testing::IsEmpty());
  EXPECT_THAT(unnamed_steps<RelapseState>("relapse"), ::testing::IsEmpty());
  EXPECT_THAT(unnamed_steps<ListOp>("list"), ::testing::IsEmpty());
}

TEST(Labels, AStepOfTheJournalHasANameAndItsCode) {
  EXPECT_EQ(label("task.fed-back").zh, "反馈处置结果");
  EXPECT_EQ(action_names().at("task.fed-back").en, "result fed back");
  EXPECT_EQ(label("task.fed-back").en, "task.fed-back");
  EXPECT_EQ(label("no-such.step").zh, "no-such.step");
}

TEST(Province, TwoAndSixDigitsNameIt_W17_07) {
  for (const char* code : {"51", "510000", "510104"}) {
    EXPECT_EQ(province_of(code, "p", "W17-07").value(), "51") << code;
  }
  for (const char* code : {"", "5", "99", "990000", "5x", "51000", "5100000", "51-100", "51000x"}) {
    const auto refused = province_of(code, "p", "W17-07");
    ASSERT_FALSE(refused) << code;
    EXPECT_EQ(refused.error().field, "p");
    EXPECT_FALSE(refused.error().message_zh.empty());
  }
  EXPECT_EQ(provinces_of({"510000", "11"}, "p", "W17-07").value(),
            (std::vector<std::string>{"51", "11"}));
  EXPECT_FALSE(provinces_of({"51", "99"}, "p", "W17-07"));
}

TEST(Indicator, NamesRoundTrip) {
  for (const auto text : enum_names(IndicatorKind{})) {
    EXPECT_EQ(name(*indicator_kind(text)), text);
  }
  EXPECT_FALSE(indicator_kind("ip"));
}

}  // namespace
}  // namespace tocsin::model
