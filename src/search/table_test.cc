#include "search/table.h"

#include <gtest/gtest.h>

namespace tocsin::search {
namespace {

TEST(Table, ACaseIsOneLineInTheOrderOfTheHeader) {
  const auto shown = Json::parse(R"({"number":"T-2026-000001","state":"approved","class":"malware",
    "certainty":"actual","title":"=HYPERLINK(\"http://evil.example\"), \"now\"",
    "provinces":["51","44"],"tlp":"amber","indicators":[{"kind":"domain","value":"a.example"},
    {"kind":"phone","value":"+8613800138000"}]})");
  ASSERT_TRUE(shown);
  EXPECT_EQ(csv_header(Place::kCases),
            "number,state,class,subtype,certainty,title,discovered_at,submitted_at,provinces,"
            "indicators,tlp\n");
  EXPECT_EQ(csv_row(Place::kCases, *shown),
            "T-2026-000001,approved,malware,,actual,"
            "\"'=HYPERLINK(\"\"http://evil.example\"\"), \"\"now\"\"\",,,51 44,"
            "domain:a.example phone:+8613800138000,amber\n");
}

TEST(Table, NumbersKeepTheirSignAndFormulasLoseTheirPower) {
  const auto row = [](const char* value) {
    return csv_row(Place::kIndicators, Json::object({{"value", value}}));
  };
  EXPECT_EQ(row("+8613800138000"), ",+8613800138000,,,,,\n");
  EXPECT_EQ(row("@SUM(A1)"), ",'@SUM(A1),,,,,\n");
  EXPECT_EQ(row("-1+1"), ",'-1+1,,,,,\n");
}

TEST(Table, EveryPlaceHasAHeader) {
  for (std::size_t p = 0; p < enum_names(Place{}).size(); ++p) {
    const auto place = static_cast<Place>(p);
    const auto commas = [](const std::string& line) {
      return std::count(line.begin(), line.end(), ',');
    };
    EXPECT_GT(commas(csv_header(place)), 2) << name(place);
    EXPECT_EQ(commas(csv_header(place)), commas(csv_row(place, Json::object()))) << name(place);
  }
}

}  // namespace
}  // namespace tocsin::search
