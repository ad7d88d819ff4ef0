// Small reference data of our own making: documentation ranges and made-up prefixes.
#pragma once

#include <gtest/gtest.h>

#include "attribution/enrich.h"
#include "attribution/reader.h"
#include "match/canonical.h"

namespace tocsin::attribution {

using model::IndicatorKind;
using model::ReferenceKind;

inline std::shared_ptr<const DataSet> data_set(ReferenceKind kind, const std::string& name,
                                               std::string_view text,
                                               const std::string& date = "2026-03-01") {
  auto set = read_reference({kind, name}, text);
  EXPECT_TRUE(set) << set.error().message;
  set->info.data_date = date;
  return std::make_shared<const DataSet>(std::move(*set));
}

inline std::vector<std::shared_ptr<const DataSet>> sample_sets() {
  return {
      data_set(ReferenceKind::kIpCountry, "country",
               "192.0.2.0,192.0.2.127,CN\n192.0.2.128,192.0.2.255,HK\n"
               "198.51.100.0,198.51.100.255,TW\n2001:db8::,2001:db8:ffff::,CN\n"),
      data_set(ReferenceKind::kIpAsn, "asn",
               "192.0.2.0,192.0.2.127,64500,\"Example, Ltd.\"\n"
               "198.51.100.0,198.51.100.255,64501,\n"),
      data_set(ReferenceKind::kAsn, "asn-names", "asn,org,size\n64501,\"Other\",3\n"),
      data_set(ReferenceKind::kIpProvince, "province",
               "start,end,province,city,isp\n192.0.2.0,192.0.2.63,广东省,广州市,电信\n"
               "192.0.2.64,192.0.2.127,内蒙古,0,联通\n192.0.2.128,192.0.2.255,香港,0,0\n"
               "198.51.100.0,198.51.100.255,台湾省,0,0\n203.0.113.0,203.0.113.255,广东省,0,0\n"),
      data_set(ReferenceKind::kIpOperator, "chinanet", "192.0.2.0/25\n"),
      data_set(ReferenceKind::kIpOperator, "unicom6", "2001:db8::/40\n"),
      data_set(ReferenceKind::kIpHosting, "cdn-a", "192.0.2.32/27\n"),
      data_set(ReferenceKind::kPhoneRegion, "region", "861380013|北京市\n86571|浙江省杭州市\n"),
      data_set(ReferenceKind::kPhoneCarrier, "carrier", "86138|中国移动\n"),
  };
}

inline ReferenceData sample_data() {
  return {sample_sets(), match::PublicSuffixes::system().value()};
}

inline model::Indicator indicator(std::string_view text,
                                  std::optional<IndicatorKind> hint = std::nullopt) {
  auto made = match::canonical(text, hint);
  EXPECT_TRUE(made) << text;
  return *made;
}

inline std::string value_of(const Enrichment& e, FactKind what) {
  const Fact* fact = e.find(what);
  return fact == nullptr ? "" : fact->value;
}

}  // namespace tocsin::attribution
