// Who is named as responsible, in which order, and who is not (W17-03, W17-23).
#include "attribution/responsible.h"

#include "attribution/attribution_fixture.h"

namespace tocsin::attribution {
namespace {

using model::Responsibility;
using model::ResponsibilityEffect;
using model::ResponsibilityKey;

constexpr Instant kNow{1'800'000'000'000'000};

class Responsible : public testing::Test {
 protected:
  Responsible() {
    for (const auto* code : {"telecom", "unicom", "cloud", "registry", "wechat"}) {
      model::Organization o;
      o.id = std::string("org_") + code;
      o.code = code;
      o.title = {code, code};
      o.contacts = {{"leader", "Wang", "1", "", {}}, {"contact", "Li", "2", "", {}}};
      organizations.push_back(o);
    }
  }
  Responsibility& entry(ResponsibilityKey kind, std::string_view key, std::string_view who,
                        ResponsibilityEffect effect = ResponsibilityEffect::kAssigns) {
    Responsibility r;
    r.id = "rsp_" + std::to_string(entries.size());
    r.effect = effect;
    r.key_kind = kind;
    r.key = canonical_key(kind, key).value();
    r.organization = "org_" + std::string(who);
    r.from = {1};
    r.by = {"usr_1", "org_1", {static_cast<std::int64_t>(entries.size()) + 1}, "because"};
    entries.push_back(r);
    return entries.back();
  }
  Answer ask(std::string_view text, std::optional<IndicatorKind> hint = std::nullopt) {
    const Directory directory(entries, organizations);
    const auto data = sample_data();
    const auto i = indicator(text, hint);
    return directory.responsible(i, data, data.enrich(i), kNow);
  }

  std::vector<Responsibility> entries;
  std::vector<model::Organization> organizations;
};

std::vector<std::string> codes(const Answer& a) {
  std::vector<std::string> out;
  for (const auto& c : a.candidates) out.push_back(c.code.empty() ? "?" + c.title.en : c.code);
  return out;
}

TEST_F(Responsible, WithoutEntriesTheImportedNamesAreShown) {
  const auto a = ask("192.0.2.1");
  EXPECT_EQ(a.suggested, "");
  EXPECT_EQ(codes(a), (std::vector<std::string>{"?AS64500 Example, Ltd.", "?China Telecom"}));
  EXPECT_EQ(a.candidates[0].why, Why::kAsn);
  EXPECT_EQ(a.candidates[0].data_set, "ip-asn:asn");
  EXPECT_EQ(a.candidates[0].as_of, "2026-03-01");
  EXPECT_EQ(a.provinces, std::vector<std::string>{"44"});
  EXPECT_TRUE(a.provinces_are_hints);
}

TEST_F(Responsible, TheMostSpecificEntryWinsAndBeatsImports) {
  entry(ResponsibilityKey::kOperator, "电信", "telecom");
  entry(ResponsibilityKey::kAsn, "AS64500", "unicom");
  entry(ResponsibilityKey::kCidr, "192.0.2.0/24", "registry");
  entry(ResponsibilityKey::kCidr, "192.0.2.0/28", "cloud");
  EXPECT_EQ(codes(ask("192.0.2.1")),
            (std::vector<std::string>{"cloud", "registry", "unicom", "telecom"}));
  EXPECT_EQ(codes(ask("192.0.2.20")), (std::vector<std::string>{"registry", "unicom", "telecom"}));
  const auto a = ask("192.0.2.1:443");
  EXPECT_EQ(a.suggested, "cloud");
  EXPECT_EQ(a.candidates[0].certainty, Certainty::kStated);
  EXPECT_EQ(a.candidates[0].contact->name, "Li") << "the contact before the leader";
  EXPECT_EQ(a.candidates[2].why, Why::kAsn);
  EXPECT_EQ(a.candidates[3].why, Why::kAssignedRange);
}

TEST_F(Responsible, EveryKindOfIndicatorHasItsKeys) {
  entry(ResponsibilityKey::kDomain, "evil.example", "cloud");
  entry(ResponsibilityKey::kDomain, "cn", "registry");
  entry(ResponsibilityKey::kPlatform, "wechat", "wechat");
  entry(ResponsibilityKey::kApp, "com.example", "wechat");
  entry(ResponsibilityKey::kPhone, "+86 138", "telecom");
  entry(ResponsibilityKey::kPhone, "1065", "unicom");
  entry(ResponsibilityKey::kCidr, "2001:db8::/32", "cloud");
  EXPECT_EQ(ask("https://a.b.evil.example/x").suggested, "cloud");
  EXPECT_EQ(ask("a.b.evil.example/x").candidates[0].why, Why::kRegistrableDomain);
  EXPECT_EQ(ask("user@evil.example").suggested, "cloud");
  EXPECT_EQ(ask("*.evil.example").suggested, "cloud");
  EXPECT_EQ(ask("[2001:db8::1]:443").suggested, "cloud");
  EXPECT_EQ(ask("x.gd.cn").candidates[0].why, Why::kRegistrar);
  EXPECT_EQ(ask("notevil.example").suggested, "") << "a name is not its neighbour";
  EXPECT_EQ(ask("wechat:somebody", IndicatorKind::kAccount).suggested, "wechat");
  EXPECT_EQ(ask("com.example.game", IndicatorKind::kApp).suggested, "wechat");
  EXPECT_EQ(ask("13800138000", IndicatorKind::kPhone).suggested, "telecom");
  EXPECT_EQ(ask("10657551234", IndicatorKind::kSmsPort).suggested, "unicom");
}

TEST_F(Responsible, AnOperatorByNumberPrefixCarriesTheCaveat) {
  entry(ResponsibilityKey::kOperator, "中国移动", "telecom");
  const auto a = ask("13800138000", IndicatorKind::kPhone);
  EXPECT_EQ(a.suggested, "telecom");
  EXPECT_EQ(a.candidates[0].why, Why::kPhonePrefix);
  EXPECT_EQ(a.candidates[0].certainty, Certainty::kHint);
  ASSERT_TRUE(a.candidates[0].caveat);
  EXPECT_NE(a.candidates[0].caveat->zh.find("携号转网"), std::string::npos);
}

TEST_F(Responsible, WhoSaidNotOursIsNotAskedAgainAndTheNextIs) {
  entry(ResponsibilityKey::kAsn, "64500", "cloud");
  entry(ResponsibilityKey::kOperator, "chinanet", "telecom");
  EXPECT_EQ(ask("192.0.2.1").suggested, "cloud");
  entry(ResponsibilityKey::kIndicator, "192.0.2.1", "cloud", ResponsibilityEffect::kNotOurs);
  const auto a = ask("192.0.2.1");
  EXPECT_EQ(a.suggested, "telecom");
  ASSERT_EQ(a.denied.size(), 1U);
  EXPECT_EQ(a.denied[0].code, "cloud");
  EXPECT_EQ(ask("192.0.2.2").suggested, "cloud") << "only that indicator was denied";
  entries.back().suppressed = model::Act{"usr_2", "org_miit", {9}, "it is theirs"};
  EXPECT_EQ(ask("192.0.2.1").suggested, "cloud");
}

TEST_F(Responsible, WhoIsNotToBeNotifiedIsShownButNotSuggested) {
  entry(ResponsibilityKey::kAsn, "64500", "cloud");
  entry(ResponsibilityKey::kOperator, "chinanet", "telecom");
  entry(ResponsibilityKey::kCidr, "192.0.2.0/26", "cloud", ResponsibilityEffect::kDoNotNotify);
  const auto a = ask("192.0.2.1");
  EXPECT_EQ(a.suggested, "telecom");
  EXPECT_TRUE(a.candidates[0].inhibited);
  EXPECT_EQ(a.candidates[0].inhibition, "because");
  EXPECT_EQ(ask("192.0.2.100").suggested, "cloud");
  entry(ResponsibilityKey::kAny, "", "telecom", ResponsibilityEffect::kDoNotNotify);
  EXPECT_EQ(ask("192.0.2.1").suggested, "");
}

TEST_F(Responsible, EntriesHaveTheirTime) {
  entry(ResponsibilityKey::kCidr, "192.0.2.0/24", "cloud").until = {kNow.micros};
  EXPECT_EQ(ask("192.0.2.1").suggested, "") << "ended at this very moment";
  entries.back().until = {};
  entries.back().from = {kNow.micros + 1};
  EXPECT_EQ(ask("192.0.2.1").suggested, "") << "not yet";
  entries.back().from = kNow;
  EXPECT_EQ(ask("192.0.2.1").suggested, "cloud");
  entries.back().suppressed = model::Act{"usr_2", "org_miit", {9}, "dispute"};
  entries.back().suppressed_until = {kNow.micros + 1};
  EXPECT_EQ(ask("192.0.2.1").suggested, "");
  entries.back().suppressed_until = kNow;
  EXPECT_EQ(ask("192.0.2.1").suggested, "cloud") << "the suppression has run out";
  organizations[2].active = false;
  EXPECT_EQ(ask("192.0.2.1").suggested, "");
}

TEST_F(Responsible, OfTwoEntriesForOneKeyTheLaterIsBelieved) {
  entry(ResponsibilityKey::kCidr, "192.0.2.0/24", "cloud");
  entry(ResponsibilityKey::kCidr, "192.0.2.0/24", "unicom");
  EXPECT_EQ(ask("192.0.2.1").suggested, "unicom");
}

TEST_F(Responsible, ProvincesFollowTheOrganisation) {
  entry(ResponsibilityKey::kCidr, "192.0.2.0/24", "cloud");
  organizations[2].provinces = {"33"};
  const auto a = ask("192.0.2.1");
  EXPECT_EQ(a.provinces, std::vector<std::string>{"33"});
  EXPECT_FALSE(a.provinces_are_hints);
}

TEST(Keys, AreCanonical) {
  EXPECT_EQ(canonical_key(ResponsibilityKey::kCidr, "192.0.2.0/255.255.255.0").value(),
            "192.0.2.0/24");
  EXPECT_EQ(canonical_key(ResponsibilityKey::kCidr, "192.0.2.7").value(), "192.0.2.7/32");
  EXPECT_EQ(canonical_key(ResponsibilityKey::kDomain, "EVIL[.]Example").value(), "evil.example");
  EXPECT_EQ(canonical_key(ResponsibilityKey::kIndicator, "hxxp://evil[.]example").value(),
            "url:http://evil.example/");
  EXPECT_EQ(canonical_key(ResponsibilityKey::kPhone, "+86 138-0013").value(), "861380013");
  for (const auto& [kind, text] :
       {std::pair(ResponsibilityKey::kCidr, "192.0.2.1/24"),
        std::pair(ResponsibilityKey::kCidr, "x"), std::pair(ResponsibilityKey::kAsn, "0"),
        std::pair(ResponsibilityKey::kDomain, "*.evil.example"),
        std::pair(ResponsibilityKey::kPhone, "abc"), std::pair(ResponsibilityKey::kPlatform, ""),
        std::pair(ResponsibilityKey::kAny, "x")}) {
    const auto key = canonical_key(kind, text);
    ASSERT_FALSE(key) << text;
    EXPECT_EQ(key.error().field, "key");
  }
}

}  // namespace
}  // namespace tocsin::attribution
