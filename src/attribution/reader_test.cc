// Files of reference data: each form, what is refused and why, and the way to disk and back.
#include "attribution/reader.h"

#include "attribution/attribution_fixture.h"
#include "attribution/rows.h"

namespace tocsin::attribution {
namespace {

TEST(Reader, EveryLineIsARowARefusalOrIgnored) {
  const auto set = read_reference({ReferenceKind::kIpAsn, "x"},
                                  "# comment\n"
                                  "192.0.2.0,192.0.2.127,64500,\"Example, \"\"Ltd.\"\"\"\r\n"
                                  "192.0.2.128\t192.0.2.255\n"
                                  "198.51.100.255,198.51.100.0,64501,x\n"
                                  "198.51.100.0,2001:db8::,64501,x\n"
                                  "198.51.100.0,198.51.100.255,many,x\n"
                                  "198.51.100.0,198.51.100.255,0,Not routed\n"
                                  "\n"
                                  "203.0.113.0,203.0.113.255,64502,\"open\n");
  ASSERT_TRUE(set) << set.error().message;
  const auto& info = set->info;
  EXPECT_EQ(info.rows, 1);
  EXPECT_EQ(info.ignored, 3);
  EXPECT_EQ(info.refused, 5);
  EXPECT_EQ(info.form, "csv");
  std::vector<std::string> codes;
  for (const auto& r : info.refusals) {
    codes.push_back(std::to_string(r.line) + " " + r.code);
    EXPECT_FALSE(r.reason.zh.empty());
    EXPECT_FALSE(r.reason.en.empty());
  }
  EXPECT_EQ(codes,
            (std::vector<std::string>{"3 columns", "4 order", "5 family", "6 asn", "9 columns"}));
  EXPECT_EQ(set->of_address(*match::parse_address("192.0.2.7"))->value, "64500\tExample, \"Ltd.\"");
}

TEST(Reader, TabsAsIptoasnWritesThem) {
  const auto set = read_reference({ReferenceKind::kIpAsn, "x"},
                                  "192.0.2.0\t192.0.2.255\t64500\tCN\tEXAMPLE-AS\n"
                                  "2001:db8::\t2001:db8::ffff\t64501\tHK\tOTHER\n");
  ASSERT_TRUE(set);
  EXPECT_EQ(set->info.form, "tsv");
  EXPECT_EQ(set->of_address(*match::parse_address("192.0.2.7"))->value, "64500\tEXAMPLE-AS");
  EXPECT_EQ(set->of_address(*match::parse_address("2001:db8::1"))->value, "64501\tOTHER");
}

TEST(Reader, AListOfPrefixesSaysItsName) {
  const auto set = read_reference({ReferenceKind::kIpOperator, "chinanet"},
                                  "192.0.2.0/24\n198.51.100.7\n2001:db8::/32 # note\n"
                                  "192.0.2.1/24\nnonsense\n");
  ASSERT_TRUE(set);
  EXPECT_EQ(set->info.rows, 3);
  EXPECT_EQ(set->info.refusals[0].code, "host-bits");
  EXPECT_EQ(set->info.refusals[1].code, "prefix");
  EXPECT_EQ(set->of_address(*match::parse_address("198.51.100.7"))->value, "chinanet");
  EXPECT_FALSE(set->of_address(*match::parse_address("198.51.100.8")));
  const auto country = read_reference({ReferenceKind::kIpCountry, "CN"}, "192.0.2.0/24\n");
  ASSERT_TRUE(country);
  EXPECT_EQ(country->of_address(*match::parse_address("192.0.2.1"))->value, "CN");
  const auto unnamed = read_reference({ReferenceKind::kIpCountry, "china"}, "192.0.2.0/24\n");
  ASSERT_FALSE(unnamed);
  EXPECT_NE(unnamed.error().message.find("ISO 3166"), std::string::npos);
}

TEST(Reader, AnEmptyFileIsRefused) {
  for (const auto text : {"", "# only a comment\n", "\n\n", "start,end,asn,org\n"}) {
    const auto set = read_reference({ReferenceKind::kIpAsn, "x"}, text);
    ASSERT_FALSE(set) << text;
    EXPECT_EQ(set.error().rule, "empty");
    EXPECT_FALSE(set.error().message_zh.empty());
  }
}

TEST(Reader, NumberPrefixesMatchTheLongestThatTheNumberHas) {
  const auto set = data_set(ReferenceKind::kPhoneRegion, "x",
                            "8610|北京市\n861380013|北京市\n86138|某省\n1234567890123456|x\n86|\n");
  EXPECT_EQ(set->info.rows, 3);
  EXPECT_EQ(set->info.refused, 1) << "sixteen digits";
  EXPECT_EQ(set->info.ignored, 1) << "a prefix that says nothing";
  EXPECT_EQ(set->of_number("8613800138000"), "北京市");
  EXPECT_EQ(set->of_number("8613900138000"), std::nullopt);
  EXPECT_EQ(set->of_number("8613811138000"), "某省");
  EXPECT_EQ(set->of_number("86138001"), std::nullopt) << "could be either: too short to tell";
}

TEST(Reader, ProvincesAreKnownByTheirFirstCharacters) {
  const auto set = read_reference({ReferenceKind::kIpProvince, "x"},
                                  "start,end,province,city,isp\n"
                                  "192.0.2.0,192.0.2.0,0,0,0\n192.0.2.1,192.0.2.1,某省,0,0\n"
                                  "192.0.2.2,192.0.2.2,广西,0,移动\n");
  ASSERT_TRUE(set);
  EXPECT_EQ(set->info.rows, 1);
  EXPECT_EQ(set->info.ignored, 2);
  EXPECT_EQ(set->info.refusals.at(0).code, "province");
}

TEST(Reader, WhatIsSavedComesBack) {
  for (const auto& set : sample_sets()) {
    const std::string bytes = save(*set);
    const auto back = load(bytes);
    ASSERT_TRUE(back) << set->info.name;
    EXPECT_EQ(save(*back), bytes);
    for (const std::size_t cut :
         {std::size_t{0}, std::size_t{7}, std::size_t{15}, bytes.size() / 2, bytes.size() - 1}) {
      EXPECT_FALSE(load(std::string_view(bytes).substr(0, cut))) << cut;
    }
    EXPECT_FALSE(load(bytes + "x"));
  }
}

TEST(Reader, ASuffixListIsKeptWhole) {
  const auto set = data_set(ReferenceKind::kSuffixes, "psl", "example\nco.example\n");
  ASSERT_TRUE(set->suffixes);
  EXPECT_EQ(set->info.rows, 2);
  const auto back = load(save(*set));
  ASSERT_TRUE(back);
  EXPECT_EQ(back->suffixes->registrable("a.b.co.example"), "b.co.example");
}

TEST(Rows, ColumnsFollowTheirQuotes) {
  EXPECT_EQ(*columns_of(R"(a,"b,c",,"d""e")", ','),
            (std::vector<std::string>{"a", "b,c", "", "d\"e"}));
  EXPECT_FALSE(columns_of("\"open", ','));
  EXPECT_FALSE(columns_of(std::string(kMaxReferenceColumns, ','), ','));
}

}  // namespace
}  // namespace tocsin::attribution
