// What is said of an indicator, from where, and how sure (W17-23).
#include "attribution/enrich.h"

#include "attribution/attribution_fixture.h"
#include "attribution/malware_name.h"
#include "attribution/words.h"

namespace tocsin::attribution {
namespace {

TEST(Enrich, AnAddressHasNetworkCountryProvinceAndOperator) {
  const auto data = sample_data();
  const auto e = data.enrich(indicator("http://192.0.2.40:8080/x"));
  EXPECT_EQ(value_of(e, FactKind::kAsn), "64500");
  EXPECT_EQ(value_of(e, FactKind::kAsName), "Example, Ltd.");
  EXPECT_EQ(value_of(e, FactKind::kCountry), "CN");
  EXPECT_EQ(value_of(e, FactKind::kProvince), "44");
  EXPECT_EQ(value_of(e, FactKind::kCity), "广州市");
  EXPECT_EQ(value_of(e, FactKind::kAccessProvider), "chinanet");
  EXPECT_EQ(value_of(e, FactKind::kOperator), "chinanet");
  EXPECT_EQ(value_of(e, FactKind::kHosting), "cdn-a");
  for (const auto& fact : e.facts) {
    EXPECT_FALSE(fact.data_set.empty());
    EXPECT_EQ(fact.data_date, "2026-03-01");
  }
  EXPECT_EQ(e.find(FactKind::kProvince)->certainty, Certainty::kHint);
  EXPECT_TRUE(e.find(FactKind::kProvince)->caveat);
  EXPECT_EQ(e.find(FactKind::kCountry)->range, "192.0.2.0-192.0.2.127");
  EXPECT_EQ(value_of(data.enrich(indicator("2001:db8::7")), FactKind::kOperator), "unicom");
  EXPECT_EQ(value_of(data.enrich(indicator("192.0.2.70")), FactKind::kProvince), "15");
}

TEST(Enrich, HongKongMacaoAndTaiwanAreNoMainlandProvince) {
  const auto data = sample_data();
  for (const auto& [address, region] :
       {std::pair("192.0.2.200", "HK"), std::pair("198.51.100.9", "TW")}) {
    const auto e = data.enrich(indicator(address));
    EXPECT_EQ(value_of(e, FactKind::kCountry), region);
    EXPECT_EQ(e.find(FactKind::kProvince), nullptr) << address;
  }
  // Without a table of countries the province's name still tells the region.
  const ReferenceData alone(
      {data_set(ReferenceKind::kIpProvince, "p", "192.0.2.0,192.0.2.9,澳门,0,0\n")},
      match::PublicSuffixes::system().value());
  const auto e = alone.enrich(indicator("192.0.2.1"));
  EXPECT_EQ(value_of(e, FactKind::kCountry), "MO");
  EXPECT_EQ(e.find(FactKind::kProvince), nullptr);
}

TEST(Enrich, AProvinceNeverContradictsTheCountry) {
  auto sets = sample_sets();
  sets.push_back(data_set(ReferenceKind::kIpCountry, "more", "203.0.113.0,203.0.113.255,HK\n"));
  const ReferenceData data(std::move(sets), match::PublicSuffixes::system().value());
  const auto e = data.enrich(indicator("203.0.113.5"));
  EXPECT_EQ(value_of(e, FactKind::kCountry), "HK");
  EXPECT_EQ(e.find(FactKind::kProvince), nullptr);
}

TEST(Enrich, OfTwoDataSetsTheNewerAnswers) {
  auto sets = sample_sets();
  sets.push_back(
      data_set(ReferenceKind::kIpAsn, "newer", "192.0.2.0,192.0.2.255,64999,N\n", "2026-05-01"));
  const ReferenceData data(std::move(sets), match::PublicSuffixes::system().value());
  const auto e = data.enrich(indicator("192.0.2.1"));
  EXPECT_EQ(value_of(e, FactKind::kAsn), "64999");
  EXPECT_EQ(e.find(FactKind::kAsn)->data_set, "ip-asn:newer");
}

TEST(Enrich, APrefixHasWhatAllOfItHas) {
  const auto data = sample_data();
  EXPECT_EQ(value_of(data.enrich(indicator("192.0.2.0/26")), FactKind::kProvince), "44");
  const auto wide = data.enrich(indicator("192.0.2.0/24"));
  EXPECT_EQ(wide.find(FactKind::kProvince), nullptr);
  EXPECT_EQ(wide.find(FactKind::kCountry), nullptr);
}

TEST(Enrich, ANameHasItsRegistrablePart) {
  const auto data = sample_data();
  const auto e = data.enrich(indicator("a.b.x.gd.cn"));
  EXPECT_EQ(value_of(e, FactKind::kRegistrableDomain), "x.gd.cn");
  EXPECT_EQ(value_of(e, FactKind::kPublicSuffix), "gd.cn");
  const auto suffix = data.enrich(indicator("gd.cn"));
  EXPECT_EQ(suffix.find(FactKind::kRegistrableDomain), nullptr);
  EXPECT_EQ(
      value_of(data.enrich(indicator("user@mail.evil.example")), FactKind::kRegistrableDomain),
      "evil.example");
}

TEST(Enrich, ATelephonePrefixNamesTheOriginalOperatorAndSaysSo) {
  const auto data = sample_data();
  const auto e = data.enrich(indicator("+86 138 0013 8000"));
  EXPECT_EQ(value_of(e, FactKind::kPhoneOperator), "cmcc");
  EXPECT_EQ(value_of(e, FactKind::kPhoneRegion), "北京市");
  EXPECT_EQ(value_of(e, FactKind::kProvince), "11");
  for (const auto& fact : e.facts) {
    EXPECT_EQ(fact.certainty, Certainty::kHint);
    ASSERT_TRUE(fact.caveat);
    EXPECT_NE(fact.caveat->zh.find("携号转网"), std::string::npos);
  }
  EXPECT_EQ(
      value_of(data.enrich(indicator("0571-88888888", IndicatorKind::kPhone)), FactKind::kProvince),
      "33");
  for (const auto* text : {"10086", "95588", "4008123123", "110"}) {
    EXPECT_EQ(data.enrich(indicator(text, IndicatorKind::kPhone)).find(FactKind::kPhoneRegion),
              nullptr)
        << text;
  }
}

TEST(Enrich, AMalwareNameIsTakenApart) {
  const auto data = sample_data();
  const auto i = indicator("evil.example");
  const auto e = data.enrich(i, "A.Privacy.Emial.d");
  EXPECT_EQ(value_of(e, FactKind::kMalwareName), "a.privacy.emial.d");
  EXPECT_EQ(e.find(FactKind::kMalwareBehaviour)->title->zh, "隐私窃取");
  EXPECT_EQ(data.enrich(i, "phishing").find(FactKind::kMalwareName), nullptr);
}

TEST(MalwareName, HasFourPartsAndAnExtension) {
  const auto name = parse_malware_name("a.fraud.abc[v2].ab");
  ASSERT_TRUE(name);
  EXPECT_EQ(name->extension, "v2");
  EXPECT_EQ(name->variant, "ab");
  EXPECT_TRUE(parse_malware_name("zz.rogue.abc.a")) << "an unknown system is no error";
  for (const auto* text :
       {"", "a.privacy.emial", "a.spy.x.a", "a.privacy..a", "a.privacy.x.abcde", "a1.privacy.x.a",
        "a.privacy.x.a.b", "a.privacy.x[.a", "a.pri[x]vacy.y.a", "a.privacy.x[].a",
        "a.privacy.x.a[y]", "[x]a.privacy.x.a"}) {
    EXPECT_FALSE(parse_malware_name(text)) << text;
  }
}

TEST(Words, DivisionsAndOperators) {
  EXPECT_EQ(division_code("黑龙江省"), "23");
  EXPECT_EQ(division_code("广西壮族自治区"), "45");
  EXPECT_EQ(division_code("山东省济南市"), "37");
  EXPECT_EQ(division_code("山"), "");
  EXPECT_TRUE(is_mainland("44"));
  EXPECT_FALSE(is_mainland("71"));
  EXPECT_FALSE(is_mainland(""));
  EXPECT_EQ(operator_of("chinanet6").key, "chinanet");
  EXPECT_EQ(operator_of("China Telecom").key, "chinanet");
  EXPECT_EQ(operator_of("电信").key, "chinanet");
  EXPECT_EQ(operator_of("阿里云").key, "阿里云");
}

}  // namespace
}  // namespace tocsin::attribution
