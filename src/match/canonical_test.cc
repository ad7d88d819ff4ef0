// W17-01, W17-15: variants of one indicator become one; nothing is widened; nothing is guessed.
#include "match/canonical.h"

#include <cstdlib>
#include <fstream>

#include <gtest/gtest.h>

#include "match/refang.h"

namespace tocsin::match {
namespace {

using K = model::IndicatorKind;

struct Case {
  std::string_view text;
  K kind;
  std::string_view value;
};

TEST(Canonical, DetectsKindAndFormWithoutHint) {
  const Case cases[] = {
      {"Evil.Example.", K::kDomain, "evil.example"},
      {"  evil[.]example ", K::kDomain, "evil.example"},
      {"evil(dot)example", K::kDomain, "evil.example"},
      {"evil\\.example", K::kDomain, "evil.example"},
      {"_dmarc.evil.example", K::kDomain, "_dmarc.evil.example"},
      {"r3---sn-abc.evil.example", K::kDomain, "r3---sn-abc.evil.example"},
      {"trail-.evil.example", K::kDomain, "trail-.evil.example"},
      {"测试.example", K::kDomain, "xn--0zwm56d.example"},
      {"测试。example", K::kDomain, "xn--0zwm56d.example"},
      {"XN--0ZWM56D.example", K::kDomain, "xn--0zwm56d.example"},
      {"faß.example", K::kDomain, "xn--fa-hia.example"},
      {"*.evil.example", K::kWildcardDomain, "*.evil.example"},
      {".evil.example", K::kWildcardDomain, "*.evil.example"},
      {"||evil.example^", K::kDomain, "evil.example"},
      {"||evil.example^$all", K::kDomain, "evil.example"},
      {"||evil.example/a^", K::kHostPath, "evil.example/a"},
      {"192.0.2.1", K::kIpv4, "192.0.2.1"},
      {"192.0.2[.]1", K::kIpv4, "192.0.2.1"},
      {"2001:DB8:0:0:0:0:0:1", K::kIpv6, "2001:db8::1"},
      {"[2001:db8::1]", K::kIpv6, "2001:db8::1"},
      {"[2001:db8::1]:443", K::kEndpoint, "[2001:db8::1]:443"},
      {"[0:0:0:0:0:ffff:c000:0201]:53", K::kEndpoint, "192.0.2.1:53"},
      {"::ffff:192.0.2.1", K::kIpv4, "192.0.2.1"},
      {"192.0.2.77/24", K::kIpv4Prefix, "192.0.2.0/24"},
      {"192.0.2.0/255.255.255.0", K::kIpv4Prefix, "192.0.2.0/24"},
      {"192.0.2.1/32", K::kIpv4, "192.0.2.1"},
      {"2001:db8::1/128", K::kIpv6, "2001:db8::1"},
      {"2001:db8:1::/33", K::kIpv6Prefix, "2001:db8::/33"},
      {"::ffff:192.0.2.0/120", K::kIpv4Prefix, "192.0.2.0/24"},
      {"192.0.2.1:8080", K::kEndpoint, "192.0.2.1:8080"},
      {"Evil.example:080", K::kEndpoint, "evil.example:80"},
      {"hxxps[:]//Evil[.]example:443", K::kUrl, "https://evil.example/"},
      {"hxxp[:]//evil.example", K::kUrl, "http://evil.example/"},
      {"hXXp://evil.example/a/./b/../c#frag", K::kUrl, "http://evil.example/a/c"},
      {"meow://evil.example/x", K::kUrl, "http://evil.example/x"},
      {"http://u:p@evil.example/%7Ea%2f?q=%e4#x", K::kUrl, "http://evil.example/~a%2F?q=%E4"},
      {"http://evil.example/100%/a b", K::kUrl, "http://evil.example/100%25/a%20b"},
      {"http://3221225985/x", K::kUrl, "http://192.0.2.1/x"},
      {"http://0xC0.0.0x2.1/x", K::kUrl, "http://192.0.2.1/x"},
      {"http://0xC0.0.0x2.0x1．/x", K::kUrl, "http://192.0.2.1/x"},
      {"http://[::ffff:192.0.2.1]:80/", K::kUrl, "http://192.0.2.1/"},
      {"tcp://192.0.2.1:4444", K::kUrl, "tcp://192.0.2.1:4444/"},
      {"evil.example/Path?q=1", K::kHostPath, "evil.example/Path?q=1"},
      {"192.0.2.1:81/bot.arm", K::kHostPath, "192.0.2.1:81/bot.arm"},
      {"User.Name@Evil.example", K::kEmail, "user.name@evil.example"},
      {"user[at]evil[.]example", K::kEmail, "user@evil.example"},
      {"D41D8CD98F00B204E9800998ECF8427E", K::kMd5, "d41d8cd98f00b204e9800998ecf8427e"},
      {"da39a3ee5e6b4b0d3255bfef95601890afd80709", K::kSha1,
       "da39a3ee5e6b4b0d3255bfef95601890afd80709"},
      {"+86 138 0013 8000", K::kPhone, "+8613800138000"},
      {"+1 (212) 555-0100", K::kPhone, "+12125550100"},
      {"zone[0-9a-z]{0,}\\.example", K::kPattern, "zone[0-9a-z]{0,}\\.example"},
      {"(a|b)[0-9]+\\.(com|xyz)", K::kPattern, "(a|b)[0-9]+\\.(com|xyz)"},
      {"/gate.php?id=", K::kPattern, "/gate.php?id="},
  };
  for (const Case& c : cases) {
    const auto found = canonical(c.text);
    ASSERT_TRUE(found.has_value()) << c.text << ": " << found.error().message;
    EXPECT_EQ(model::name(found->kind), model::name(c.kind)) << c.text;
    EXPECT_EQ(found->value, c.value) << c.text;
    const auto again = canonical(found->value, found->kind);
    ASSERT_TRUE(again.has_value()) << found->value << ": " << again.error().message;
    EXPECT_EQ(*again, *found) << c.text;
  }
}

TEST(Canonical, RefusesWithAReason) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"", "empty"},
      {"free", "single-label"},
      {"*.tk", "single-label"},
      {"evil..example", "empty-label"},
      {"192.0.2.256", "numeric-tld"},
      {"192.0.2.01", "numeric-tld"},
      {"fe80::1%eth0", "zone"},
      {"2001:db8::zz", "bad-address"},
      {"192.0.2.1/99", "ambiguous-prefix"},
      {"192.0.2.1:70000", "bad-port"},
      {"13800138000", "ambiguous-digits"},
      {"@@||good.example^", "exception-rule"},
      {"||evil.example^$third-party", "conditional-rule"},
      {"good.example##.banner", "cosmetic-rule"},
      {"two words", "bad-character"},
      {"@evil.example", "bad-email"},
      {"evil.example\x01", "control-character"},
      {"evil\xff.example", "bad-utf8"},
      {"http://localhost/x", "single-label"},
  };
  for (const auto& [text, rule] : cases) {
    const auto found = canonical(text);
    ASSERT_FALSE(found.has_value()) << text << " -> " << found->value;
    EXPECT_EQ(found.error().rule, rule) << text;
    EXPECT_FALSE(found.error().message_zh.empty());
  }
}

TEST(Canonical, HintsDecideAndMismatchesAreRefused) {
  EXPECT_EQ(canonical("evil.example", K::kUrl)->value, "evil.example/");
  EXPECT_EQ(canonical("192.0.2.1/24", K::kUrl)->value, "192.0.2.1/24");
  EXPECT_EQ(canonical(std::string(64, 'A'), K::kSm3)->kind, K::kSm3);
  EXPECT_FALSE(canonical("192.0.2.1", K::kDomain));
  EXPECT_FALSE(canonical("evil.example", K::kIpv4));
  EXPECT_EQ(canonical("192.0.2.0/24", K::kIpv4)->kind, K::kIpv4Prefix);
  EXPECT_FALSE(canonical("abcd", K::kMd5));
  EXPECT_EQ(canonical("com.Evil.App@AA:" + std::string(38, 'b'), K::kApp)->value,
            "com.Evil.App@aa" + std::string(38, 'b'));
  EXPECT_EQ(canonical("WeChat: abc_1", K::kAccount)->value, "wechat:abc_1");
  EXPECT_EQ(canonical("foo.bar", K::kPattern)->kind, K::kPattern);
}

TEST(Canonical, ChineseTelephoneNumbers) {
  const Case cases[] = {
      {"13800138000", K::kPhone, "+8613800138000"},
      {"+86 138-0013-8000", K::kPhone, "+8613800138000"},
      {"008613800138000", K::kPhone, "+8613800138000"},
      {"8613800138000", K::kPhone, "+8613800138000"},
      {"1795113800138000", K::kPhone, "+8613800138000"},
      {"013800138000", K::kPhone, "+8613800138000"},
      {"１３８００１３８０００", K::kPhone, "+8613800138000"},
      {"0571-88888888", K::kPhone, "+8657188888888"},
      {"(0571)8888888", K::kPhone, "+865718888888"},
      {"+86 571 88888888", K::kPhone, "+8657188888888"},
      {"010-61234567", K::kPhone, "+861061234567"},
      {"+861061234567", K::kPhone, "+861061234567"},
      {"010-12321", K::kPhone, "+861012321"},
      {"400-810-0000", K::kPhone, "+864008100000"},
      {"95588", K::kPhone, "+8695588"},
      {"10086", K::kPhone, "+8610086"},
      {"10101234", K::kPhone, "+8610101234"},
      {"1440012345678", K::kPhone, "+861440012345678"},
      {"10690123456789", K::kSmsPort, "10690123456789"},
      {"+8610690123456789", K::kSmsPort, "10690123456789"},
      {"00 852 2345 6789", K::kPhone, "+85223456789"},
  };
  for (const Case& c : cases) {
    const auto found = canonical(c.text, K::kPhone);
    ASSERT_TRUE(found.has_value()) << c.text;
    EXPECT_EQ(found->value, c.value) << c.text;
    EXPECT_EQ(found->kind, c.kind) << c.text;
    EXPECT_EQ(*canonical(found->value, found->kind), *found) << c.text;
  }
  for (const std::string_view bad :
       {"12", "88888888", "1380013800", "0000", "+0123456789", "abc"}) {
    EXPECT_FALSE(canonical(bad, K::kPhone)) << bad;
  }
  EXPECT_EQ(canonical("95588", K::kSmsPort)->value, "95588");
}

TEST(Canonical, NotesTellWhatWasDone) {
  EXPECT_EQ(canonicalize("192.0.2.77/24")->notes, kHostBits);
  EXPECT_EQ(canonicalize("192.0.2.0/24")->notes, 0U);
  EXPECT_EQ(canonicalize("||evil.example^")->notes, kCoversBelow);
  EXPECT_EQ(canonicalize("evil[.]example")->notes, kRefanged);
  EXPECT_EQ(canonicalize("http://a@evil.example/")->notes, kUserinfo);
  EXPECT_EQ(canonicalize("xn--999999999a.example")->notes, kOddPunycode);
  EXPECT_EQ(describe_notes(kHostBits | kIdn).size(), 2U);
}

TEST(Refang, RoundTripWithDefang) {
  for (const std::string_view value :
       {"evil.example", "192.0.2.1", "http://evil.example/a.b?c=(.)", "user@evil.example",
        "[2001:db8::1]:443", "evil.example/a/(dot)/x", "https://evil.example/%5B.%5D@"}) {
    EXPECT_EQ(refang(defang(value)), value);
  }
}

TEST(HostOf, EveryKind) {
  for (const std::string_view text :
       {"http://evil.example:81/a:b", "evil.example:80", "evil.example/a", "x@evil.example",
        "*.evil.example", "evil.example"}) {
    EXPECT_EQ(host_of(*canonical(text)), "evil.example") << text;
  }
  EXPECT_EQ(host_of(*canonical("http://[2001:db8::1]:81/")), "2001:db8::1");
}

}  // namespace
}  // namespace tocsin::match
