// What an import calls bad becomes threats of the classes of article 2 (W17-01).
#include "hub/import_submission.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace tocsin::hub {
namespace {

using model::IndicatorKind;
using model::ThreatClass;

TEST(ImportSubmission, EveryKindHasAClassAndASubtypeOfIt_W17_01) {
  for (int k = 0; k < model::kIndicatorKinds; ++k) {
    const auto c = category_of(static_cast<IndicatorKind>(k));
    const auto& allowed = model::subtypes(c.threat_class);
    EXPECT_NE(std::find(allowed.begin(), allowed.end(), c.subtype), allowed.end()) << c.subtype;
  }
}

TEST(ImportSubmission, DigestsAndAppsAreMaliciousPrograms_W17_01) {
  for (const auto kind : {IndicatorKind::kMd5, IndicatorKind::kSha1, IndicatorKind::kSha256,
                          IndicatorKind::kSm3, IndicatorKind::kApp}) {
    EXPECT_EQ(category_of(kind).threat_class, ThreatClass::kMalware) << name(kind);
  }
  EXPECT_EQ(category_of(IndicatorKind::kUrl).subtype, "malicious-url");
  EXPECT_EQ(category_of(IndicatorKind::kWildcardDomain).subtype, "malicious-domain");
  EXPECT_EQ(category_of(IndicatorKind::kIpv6Prefix).subtype, "malicious-ip");
  EXPECT_EQ(category_of(IndicatorKind::kUrl).threat_class, ThreatClass::kMaliciousResource);
}

TEST(ImportSubmission, ATitleNamesTheIndicatorAndNotItsParent) {
  const model::Indicator below{IndicatorKind::kDomain, "bad.shop.example"};
  EXPECT_EQ(case_title("feed", below, 1), "feed: bad[.]shop[.]example");
  EXPECT_EQ(case_title("", below, 1), "bad[.]shop[.]example") << "the public sees no source";
  EXPECT_EQ(case_title("feed", below, 4), "feed: bad[.]shop[.]example +3");
}

}  // namespace
}  // namespace tocsin::hub
