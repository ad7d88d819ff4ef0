#include "show.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tocsin::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

Json parsed(const char* text) { return Json::parse(text).value(); }

TEST(ShowAppeal, ALateOneIsToldToTheAppellant_W17_26) {
  const auto filed = [](const char* met) {
    Json a = parsed(R"({"number":"A-2026-000001","state":"filed","clocks":[{
      "clock":"appeal_file","start":"2026-02-13T10:00:00+08:00","due":"2026-03-06T00:00:00+08:00",
      "last_day":"2026-03-05","length":"10 working_day",
      "basis":{"rule_set":"miit-202","article":"10"}}]})");
    Json clocks = Json::array();
    Json clock = a["clocks"].items().front();
    clock.set("met_at", met);
    clocks.push(std::move(clock));
    a.set("clocks", std::move(clocks));
    return a;
  };
  EXPECT_THAT(show_appeal(filed("2026-03-05T23:59:59+08:00"), Lang::kEn), Not(HasSubstr("late:")));
  EXPECT_THAT(show_appeal(filed("2026-03-06T00:00:00+08:00"), Lang::kEn),
              HasSubstr("late: the appeal was due by 2026-03-05 24:00"));
  EXPECT_THAT(show_appeal(filed("2026-03-06T00:00:00+08:00"), Lang::kZh),
              HasSubstr("逾期：申诉应于 2026-03-05 24:00 前提出"));
}

TEST(ShowImport, AFileOfRefusalsIsDoubted) {
  const auto record = [](int imported, int refused) {
    return Json::object({{"id", "imp_1"},
                         {"format", "plain"},
                         {"state", "finished"},
                         {"lines", imported + refused},
                         {"imported", imported},
                         {"merged", 0},
                         {"refused", refused}});
  };
  EXPECT_THAT(show_import(record(10, 90), Lang::kEn), Not(HasSubstr("nine lines in ten")));
  EXPECT_THAT(show_import(record(9, 91), Lang::kEn), HasSubstr("more than nine lines in ten"));
  EXPECT_THAT(show_import(record(9, 91), Lang::kZh), HasSubstr("九成以上的行被拒绝"));
}

TEST(ShowThreat, AStopSaysHowManyHaveAgreedToOverrideIt) {
  const auto threat = [](const char* first, const char* second) {
    return parsed((std::string(R"({"number":"T-2026-000001","state":"identified","stops":[{
      "indicator":"domain:bank.example","list":"protected",
      "reason":{"zh":"受保护","en":"protected"},"first":)") +
                   first + R"(,"second":)" + second + "}]}")
                      .c_str());
  };
  EXPECT_THAT(show_threat(threat("{}", "{}"), Lang::kEn), Not(HasSubstr("overrid")));
  EXPECT_THAT(show_threat(threat(R"({"person":"usr_1"})", "{}"), Lang::kEn),
              HasSubstr("(override: 1 of 2 persons)"));
  EXPECT_THAT(show_threat(threat(R"({"person":"usr_1"})", R"({"person":"usr_2"})"), Lang::kEn),
              HasSubstr("(overridden)"));
}

TEST(ShowTask, SaysWhatMayComeNextAndWhatToType) {
  const Json task = parsed(R"({"number":"T-2026-000001-1","state":"notified","next":[
      {"to":"disposing","role":"disposer","article":"9"}]})");
  EXPECT_THAT(show_task(task, Lang::kEn), HasSubstr("tocsin ack T-2026-000001-1"));
  EXPECT_THAT(show_task(task, Lang::kZh), HasSubstr("第9条"));
}

TEST(ShowStops, NamesWhatTheGuardWillStop) {
  EXPECT_EQ(show_stops(parsed(R"({"stopped":0,"stops":[]})"), Lang::kEn), "");
  const Json stopped = parsed(R"({"stopped":1,"stops":[{
      "indicator":{"kind":"domain","value":"bank.example"},"list":"protected",
      "reason":{"zh":"受保护","en":"protected"}}]})");
  EXPECT_THAT(show_stops(stopped, Lang::kEn), HasSubstr("bank[.]example"));
  EXPECT_THAT(show_stops(stopped, Lang::kZh), HasSubstr("防误伤：批准时将拦停 1 个指标"));
}

}  // namespace
}  // namespace tocsin::cli
