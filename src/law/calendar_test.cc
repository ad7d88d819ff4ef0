#include "law/calendar.h"

#include <cstdlib>
#include <filesystem>

#include <gtest/gtest.h>

#include "base/file.h"
#include "law/library.h"

namespace tocsin::law {
namespace {

Date day(const char* text) { return parse_date(text).value(); }

Json year_file(int year, const std::string& off, const std::string& work) {
  const std::string text = R"({"kind":"calendar-year","year":)" + std::to_string(year) +
                           R"(,"source":{"zh":"通知","en":"notice"},"papers":[],"holidays":[)"
                           R"({"name":{"zh":"节","en":"Feast"},"off":[)" +
                           off + R"(],"work":[)" + work + "]}]}";
  return Json::parse(text).value();
}

class EmbeddedCalendar : public testing::Test {
 protected:
  std::shared_ptr<const Library> library = Library::load_embedded().value();
  const Calendar& calendar = library->calendar();
};

TEST_F(EmbeddedCalendar, CountsTheWorkingDaysOfAYear) {
  EXPECT_EQ(calendar.working_days_in(2018), 250);
  EXPECT_EQ(calendar.working_days_in(2020), 249);
  EXPECT_EQ(calendar.working_days_in(2024), 251);
  EXPECT_EQ(calendar.working_days_in(2025), 248);
  EXPECT_EQ(calendar.working_days_in(2026), 248);
}

TEST_F(EmbeddedCalendar, KnowsEveryYearFrom2007To2026) {
  for (int year = 2007; year <= 2026; ++year) EXPECT_TRUE(calendar.announced(year)) << year;
  EXPECT_FALSE(calendar.announced(2027));
  EXPECT_EQ(calendar.last_announced_year(), 2026);
  EXPECT_FALSE(calendar.source(2026).zh.empty());
}

TEST_F(EmbeddedCalendar, DoesNotTrustTheWeekday) {
  EXPECT_EQ(calendar.day(day("2012-01-29")).kind, DayKind::kMakeUp);   // a Sunday
  EXPECT_EQ(calendar.day(day("2026-02-16")).kind, DayKind::kHoliday);  // a Monday
  EXPECT_EQ(calendar.day(day("2026-03-01")).kind, DayKind::kWeekend);
  EXPECT_EQ(calendar.day(day("2026-03-02")).kind, DayKind::kWorking);
}

TEST_F(EmbeddedCalendar, TakesDaysFromTheNoticeOfTheNeighbourYear) {
  EXPECT_TRUE(calendar.day(day("2011-12-31")).working());   // Saturday, notice for 2012
  EXPECT_FALSE(calendar.day(day("2018-12-31")).working());  // Monday, notice for 2019
}

// 2026-12-25 + 10: Monday-to-Friday counting says 2027-01-08, but 1 January is off by statute.
TEST_F(EmbeddedCalendar, KeepsStatutoryDaysOffBeforeTheNotice) {
  const Walk walk = calendar.add_working_days(day("2026-12-25"), 10).value();
  EXPECT_EQ(walk.last, day("2027-01-11"));
  EXPECT_TRUE(walk.provisional);
  EXPECT_FALSE(calendar.day(day("2027-05-02")).working());
  EXPECT_FALSE(calendar.day(day("2028-10-03")).working());
}

TEST_F(EmbeddedCalendar, AnImportedYearMakesTheResultFinal) {
  Calendar copy = calendar;
  const std::string before = copy.version();
  ASSERT_TRUE(copy.add_year(year_file(2027, R"("2026-12-31/2027-01-03")", R"("2027-01-09")")));
  const Walk walk = copy.add_working_days(day("2026-12-25"), 10).value();
  // 28-30 December, 4-9 January (the 9th a make-up Saturday), 11 January.
  EXPECT_EQ(walk.last, day("2027-01-11"));
  EXPECT_EQ(walk.days.size(), 17U);
  EXPECT_FALSE(walk.provisional);
  EXPECT_NE(copy.version(), before);
}

TEST_F(EmbeddedCalendar, RefusesLengthsOutOfRange) {
  EXPECT_FALSE(calendar.add_working_days(day("2026-01-01"), 0));
  EXPECT_FALSE(calendar.add_working_days(day("2026-01-01"), 2001));
  EXPECT_FALSE(calendar.add_working_days(day("8999-12-31"), 2000));
}

TEST(Calendar, TheLaterNoticeWinsInWhateverOrder) {
  for (const bool forward : {true, false}) {
    Calendar c;
    const Json a = year_file(2026, R"("2026-12-30")", "");
    const Json b = year_file(2027, R"("2027-01-01")", R"("2026-12-30")");
    ASSERT_TRUE(c.add_year(forward ? a : b));
    ASSERT_TRUE(c.add_year(forward ? b : a));
    EXPECT_EQ(c.day(day("2026-12-30")).kind, DayKind::kMakeUp);
  }
}

TEST(Calendar, AReplacedYearLeavesNothingBehind) {
  Calendar c;
  ASSERT_TRUE(c.add_year(year_file(2026, R"("2026-03-02")", "")));
  ASSERT_TRUE(c.add_year(year_file(2026, R"("2026-03-03")", "")));
  EXPECT_TRUE(c.day(day("2026-03-02")).working());
  EXPECT_FALSE(c.day(day("2026-03-03")).working());
}

TEST(Calendar, RefusesBadFilesNamingThePlace) {
  Calendar c;
  const auto field = [&](const Json& file) {
    const auto added = c.add_year(file);
    return added ? std::string("accepted") : added.error().field;
  };
  EXPECT_EQ(field(year_file(2026, R"("2026-02-30")", "")), "holidays[0].off");
  EXPECT_EQ(field(year_file(2026, R"("2026-01-02/2026-01-01")", "")), "holidays[0].off");
  EXPECT_EQ(field(year_file(2026, R"("2026-01-01/2026-12-31")", "")), "holidays[0].off");
  EXPECT_EQ(field(year_file(2026, R"("2024-01-01")", "")), "holidays[0].off");
  EXPECT_EQ(field(year_file(2026, R"("2026-01-01")", R"("2026-01-01")")), "holidays[0].work");
  EXPECT_EQ(field(Json::parse(R"({"kind":"calendar-year","year":2027,"source":{"zh":"a","en":"b"},
                                  "papers":[],"holidays":[]})")
                      .value()),
            "holidays");
}

// Optional: every day against an independent public data set.
TEST_F(EmbeddedCalendar, AgreesWithThePublishedDays) {
  const char* shared = std::getenv("TOCSIN_SHARED");
  if (shared == nullptr) GTEST_SKIP() << "TOCSIN_SHARED is not set: no independent data to compare";
  int compared = 0;
  for (int year = 2007; year <= 2026; ++year) {
    const auto path =
        std::filesystem::path(shared) / "data/china/holidays" / (std::to_string(year) + ".json");
    const Json file = Json::parse(read_file(path).value()).value();
    for (const Json& item : file["days"].items()) {
      const Date date = day(item.str("date").c_str());
      EXPECT_EQ(calendar.day(date).working(), !item["isOffDay"].as_bool()) << item.str("date");
      ++compared;
    }
  }
  EXPECT_EQ(compared, 678);
}

}  // namespace
}  // namespace tocsin::law
