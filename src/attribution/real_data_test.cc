// Acceptance on real data sets, found through TOCSIN_SHARED; strings and addresses only, nothing is
// asked of the network (W17-23).
#include <cmath>
#include <cstdlib>
#include <map>
#include <random>

#include "attribution/attribution_fixture.h"
#include "attribution/words.h"
#include "base/file.h"

namespace tocsin::attribution {
namespace {

class RealData : public testing::Test {
 protected:
  void SetUp() override {
    const char* shared = std::getenv("TOCSIN_SHARED");
    if (shared == nullptr) GTEST_SKIP() << "TOCSIN_SHARED is not set: no real data sets";
    folder_ = std::filesystem::path(shared) / "data" / "china";
  }
  std::string text(const std::string& path) { return read_file(folder_ / path).value(); }
  std::shared_ptr<const DataSet> set(ReferenceKind kind, const std::string& name,
                                     const std::string& path) {
    return data_set(kind, name, text(path), "2026-06-17");
  }
  std::vector<std::shared_ptr<const DataSet>> countries() {
    return {set(ReferenceKind::kIpCountry, "v4", "ip/asn-country-ipv4.csv"),
            set(ReferenceKind::kIpCountry, "v6", "ip/asn-country-ipv6-CN-HK-MO-TW.csv")};
  }
  ReferenceData with(std::vector<std::shared_ptr<const DataSet>> sets) {
    return {std::move(sets), match::PublicSuffixes::system().value()};
  }
  std::filesystem::path folder_;
};

/// A few addresses of a prefix: its ends and some inside.
std::vector<match::Address> samples(const match::Prefix& prefix, std::mt19937_64& random) {
  std::vector<match::Address> out = {prefix.first(), prefix.last()};
  for (int i = 0; i < 3; ++i) {
    match::Address inside = prefix.first();
    for (int bit = prefix.bits; bit < 128; ++bit) {
      if ((random() & 1) != 0) {
        inside.bytes[static_cast<std::size_t>(bit / 8)] |=
            static_cast<std::uint8_t>(0x80 >> (bit % 8));
      }
    }
    out.push_back(inside);
  }
  return out;
}

TEST_F(RealData, EveryPrefixOfAnOperatorResolvesToItAndToTheMainland) {
  const std::vector<std::string> names = {"cernet",   "cernet6", "chinanet", "chinanet6",
                                          "cmcc",     "cmcc6",   "cstnet",   "drpeng",
                                          "googlecn", "unicom",  "unicom6"};
  auto sets = countries();
  for (const auto& n : names) {
    sets.push_back(set(ReferenceKind::kIpOperator, n, "operators/" + n + ".txt"));
    EXPECT_EQ(sets.back()->info.refused, 0) << n;
  }
  EXPECT_FALSE(
      read_reference({ReferenceKind::kIpOperator, "drpeng6"}, text("operators/drpeng6.txt")))
      << "the published list is empty";
  const auto data = with(std::move(sets));
  std::mt19937_64 random(7);
  for (const auto& n : names) {
    const std::string key = operator_of(n).key;
    std::int64_t asked = 0;
    double weight = 0;  // in addresses, each sample for its share of the prefix
    double mainland = 0;
    const std::string list = text("operators/" + n + ".txt");
    for (const auto line : split(list, '\n')) {
      const auto prefix = match::parse_prefix(line);
      if (!prefix) continue;
      for (const auto& address : samples(*prefix, random)) {
        const auto e = data.enrich(indicator(match::to_string(address)));
        const bool found = std::any_of(e.facts.begin(), e.facts.end(), [&](const Fact& f) {
          return f.what == FactKind::kOperator && f.value == key;
        });
        ASSERT_TRUE(found) << n << " " << match::to_string(address);
        ++asked;
        const double share = std::ldexp(1.0, 128 - prefix->bits);
        weight += share;
        mainland += value_of(e, FactKind::kCountry) == "CN" ? share : 0;
      }
    }
    ASSERT_GT(asked, 0) << n;
    const double share = mainland / weight;
    RecordProperty(n + "_mainland", std::to_string(share));
    std::printf("  %-10s %7lld addresses, %.2f %% in CN\n", n.c_str(),
                static_cast<long long>(asked), share * 100);
    // Lists are by routing, countries by registration: the two differ at the edges.
    EXPECT_GE(share, n == "googlecn" ? 0.9 : 0.98) << n;
  }
}

TEST_F(RealData, RowsOfTheTablesAreAllUnderstood) {
  struct Expected {
    ReferenceKind kind;
    const char* path;
    std::int64_t lines;
  };
  for (const auto& e :
       {Expected{ReferenceKind::kIpCountry, "ip/asn-country-ipv4.csv", 141822},
        Expected{ReferenceKind::kIpCountry, "ip/asn-country-ipv6-CN-HK-MO-TW.csv", 3252},
        Expected{ReferenceKind::kIpAsn, "ip/cn-asn-ipv4.csv", 17732},
        Expected{ReferenceKind::kAsn, "ip/cn-asn-list.csv", 860},
        Expected{ReferenceKind::kIpProvince, "ip/ip2region-cn-province-isp.csv", 63299},
        Expected{ReferenceKind::kPhoneRegion, "phone/geocoding_zh_86.txt", 130165},
        Expected{ReferenceKind::kPhoneCarrier, "phone/carrier_zh_86.txt", 81},
        Expected{ReferenceKind::kPhoneCarrier, "phone/carrier_en_86.txt", 84}}) {
    const auto s = set(e.kind, "x", e.path);
    const auto& i = s->info;
    std::printf("  %-42s %7lld rows %3lld refused %4lld ignored %7lld runs %8lld bytes\n", e.path,
                static_cast<long long>(i.rows), static_cast<long long>(i.refused),
                static_cast<long long>(i.ignored), static_cast<long long>(i.segments),
                static_cast<long long>(i.memory));
    EXPECT_EQ(i.refused, 0) << e.path << ": " << (i.refusals.empty() ? "" : i.refusals[0].original);
    EXPECT_EQ(i.rows + i.ignored, e.lines) << e.path;
  }
}

TEST_F(RealData, AddressSpaceOfTheRegionsIsWhatThePublisherCounts) {
  std::map<std::string, std::int64_t> space;
  const auto v4 = set(ReferenceKind::kIpCountry, "v4", "ip/asn-country-ipv4.csv");
  const auto& starts = v4->v4.starts();
  for (std::size_t i = 0; i < starts.size(); ++i) {
    const auto hit = v4->v4.find(starts[i]);
    if (hit) space[v4->values[hit->value]] += std::int64_t{hit->last} - hit->first + 1;
  }
  EXPECT_EQ(space["CN"], 342'947'584);
  EXPECT_EQ(space["HK"], 15'574'592);
  EXPECT_EQ(space["TW"], 35'739'136);
  EXPECT_EQ(space["MO"], 339'712);
}

TEST_F(RealData, HongKongMacaoAndTaiwanAreNeverAProvince) {
  auto sets = countries();
  sets.push_back(set(ReferenceKind::kIpProvince, "p", "ip/ip2region-cn-province-isp.csv"));
  const auto data = with(std::move(sets));
  std::int64_t seen = 0;
  const std::string table = text("ip/asn-country-ipv4.csv");
  for (const auto line : split(table, '\n')) {
    const auto parts = split(line, ',');
    if (parts.size() != 3 || (parts[2] != "HK" && parts[2] != "MO" && parts[2] != "TW")) continue;
    const auto e = data.enrich(indicator(parts[0]));
    ASSERT_EQ(value_of(e, FactKind::kCountry), parts[2]) << parts[0];
    ASSERT_EQ(e.find(FactKind::kProvince), nullptr) << parts[0];
    ++seen;
  }
  EXPECT_GT(seen, 1000);
}

TEST_F(RealData, TelephoneNumbersInEverySpelling) {
  const auto data = with({set(ReferenceKind::kPhoneRegion, "r", "phone/geocoding_zh_86.txt"),
                          set(ReferenceKind::kPhoneCarrier, "c", "phone/carrier_zh_86.txt")});
  for (const auto* text : {"13800138000", "+86 138 0013 8000", "008613800138000", "013800138000"}) {
    const auto e = data.enrich(indicator(text, IndicatorKind::kPhone));
    EXPECT_EQ(value_of(e, FactKind::kPhoneOperator), "cmcc") << text;
    EXPECT_EQ(value_of(e, FactKind::kPhoneRegion), "北京市") << text;
    EXPECT_EQ(value_of(e, FactKind::kProvince), "11") << text;
    EXPECT_NE(e.facts.at(0).caveat->zh.find("携号转网"), std::string::npos);
  }
  EXPECT_EQ(
      value_of(data.enrich(indicator("0571-88888888", IndicatorKind::kPhone)), FactKind::kProvince),
      "33");
  for (const auto* text : {"95588", "96110", "4008123123", "10086", "12321"}) {
    const auto e = data.enrich(indicator(text, IndicatorKind::kPhone));
    EXPECT_TRUE(e.facts.empty()) << text;
  }
}

TEST_F(RealData, TheLongestPrefixOfEveryLineAnswers) {
  const auto regions = set(ReferenceKind::kPhoneRegion, "r", "phone/geocoding_zh_86.txt");
  std::map<std::string, std::string, std::less<>> lines;
  const std::string file = text("phone/geocoding_zh_86.txt");
  for (const auto line : split(file, '\n')) {
    const auto bar = line.find('|');
    if (line.starts_with('#') || bar == std::string_view::npos) continue;
    lines.emplace(line.substr(0, bar), trim(line.substr(bar + 1)));
  }
  std::mt19937_64 random(11);
  for (const auto& [prefix, place] : lines) {
    std::string number = prefix;
    while (number.size() < 13) number.push_back(static_cast<char>('0' + random() % 10));
    std::string expected;
    for (std::size_t n = number.size(); n > 0 && expected.empty(); --n) {
      const auto at = lines.find(std::string_view(number).substr(0, n));
      if (at != lines.end()) expected = at->second;
    }
    ASSERT_EQ(regions->of_number(number), std::string_view(expected)) << number;
  }
}

TEST_F(RealData, NamesBelowProvincesOfCn) {
  const auto data = with({set(ReferenceKind::kSuffixes, "psl", "psl/public_suffix_list.dat")});
  const auto e = data.enrich(indicator("a.x.gd.cn"));
  EXPECT_EQ(value_of(e, FactKind::kRegistrableDomain), "x.gd.cn");
  EXPECT_EQ(e.facts.at(0).data_set, "suffixes:psl");
  EXPECT_EQ(data.enrich(indicator("gd.cn")).find(FactKind::kRegistrableDomain), nullptr);
  EXPECT_EQ(value_of(data.enrich(indicator("www.evil.com.cn")), FactKind::kRegistrableDomain),
            "evil.com.cn");
}

TEST_F(RealData, DatabasesSayWhatTheirSourceSays) {
  const auto compare = [&](const std::string& stem, ReferenceKind kind, auto value_in) {
    const auto s = set(kind, "m", "maxmind-test/" + stem + ".mmdb");
    EXPECT_EQ(s->info.form, "mmdb");
    const Json source = Json::parse(text("maxmind-test/" + stem + ".json")).value();
    std::size_t compared = 0;
    for (const auto& item : source.items()) {
      for (const auto& [network, record] : item.members()) {
        const std::string expected = value_in(record);
        const auto prefix = match::parse_prefix(network);
        if (expected.empty() || !prefix) continue;
        const auto said = s->of_address(prefix->first());
        ASSERT_TRUE(said) << network;
        ASSERT_EQ(split(said->value, '\t')[0], expected) << network;
        ++compared;
      }
    }
    EXPECT_GT(compared, 100U) << stem;
  };
  compare("GeoLite2-ASN-Test", ReferenceKind::kIpAsn, [](const Json& r) {
    const auto n = r["autonomous_system_number"].as_int();
    return n == 0 ? "" : std::to_string(n);
  });
  compare("GeoLite2-Country-Test", ReferenceKind::kIpCountry,
          [](const Json& r) { return r["country"].str("iso_code"); });
}

TEST_F(RealData, EveryDatabaseIsReadOrRefused) {
  for (const auto& file : std::filesystem::directory_iterator(folder_ / "maxmind-test")) {
    if (file.path().extension() != ".mmdb") continue;
    const auto s = read_reference({ReferenceKind::kIpAsn, "m"}, read_file(file.path()).value());
    EXPECT_TRUE(s || !s.error().message_zh.empty()) << file.path();
  }
}

}  // namespace
}  // namespace tocsin::attribution
