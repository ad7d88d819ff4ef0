// W17-01, W17-15: one spelling for the bytes of a payload, and what is no payload literal.
#include "match/literal.h"

#include <gtest/gtest.h>

#include "match/canonical.h"

namespace tocsin::match {
namespace {

constexpr auto kKind = model::IndicatorKind::kLiteral;

std::string canonical_of(std::string_view text) {
  const auto found = canonical(text, kKind);
  return found ? found->value : found.error().rule;
}

TEST(Literal, ManySpellingsBecomeOne) {
  const std::string wanted = R"("GET /gate.php|0d 0a|")";
  for (const char* spelling :
       {R"("GET /gate.php|0d 0a|")", R"(GET /gate.php|0D0A|)", R"(content:"GET /gate.php|0D 0a|";)",
        R"(  content: "|47 45 54|| 20 |/gate.php|0d||0a|" )", R"("GET /gate.php|0d 0a|";)"}) {
    EXPECT_EQ(canonical_of(spelling), wanted) << spelling;
  }
  EXPECT_EQ(canonical_of(R"(a\"b\\c\;d\:e)"), R"("a|22|b|5c|c|3b|d|3a|e")");
  EXPECT_EQ(canonical_of("http://evil"), R"("http|3a|//evil")");
  EXPECT_EQ(canonical_of("中奖"), R"("|e4 b8 ad e5 a5 96|")");
  EXPECT_EQ(parse_literal("中奖")->bytes, "中奖");
}

TEST(Literal, CaseIsSaidOnlyWhereItMatters) {
  EXPECT_EQ(canonical_of(R"(content:"User-Agent|3A 20|EVIL"; nocase;)"),
            R"("user-agent|3a| evil" nocase)");
  EXPECT_EQ(canonical_of(R"("EVIL" nocase)"), R"("evil" nocase)");
  EXPECT_EQ(canonical_of(R"("|45 56 49 4c|" nocase)"), R"("evil" nocase)");
  EXPECT_EQ(canonical_of(R"("1234" nocase)"), R"("1234")");
  EXPECT_EQ(canonical_of(R"("EVIL")"), R"("EVIL")");
}

TEST(Literal, CanonicalIsAFixedPointForAllBytes) {
  for (int nocase = 0; nocase < 2; ++nocase) {
    for (int first = 0; first < 256; ++first) {
      std::string bytes;
      for (int i = 0; i < 6; ++i) bytes.push_back(static_cast<char>(first + i * 37));
      const std::string text = to_string(Literal{bytes, false}) + (nocase != 0 ? " nocase" : "");
      const auto literal = parse_literal(text);
      ASSERT_TRUE(literal.has_value()) << text;
      const std::string form = to_string(*literal);
      EXPECT_EQ(canonical_of(form), form);
      if (nocase == 0) {
        EXPECT_EQ(literal->bytes, bytes);
      }
    }
  }
}

TEST(Literal, RefusalsSayWhy) {
  const std::pair<std::string, const char*> cases[] = {
      {"abc", "literal-too-short"},
      {R"("|0d 0a|")", "literal-too-short"},
      {R"("|00 00 00 00 00|")", "literal-too-common"},
      {R"("aAaA" nocase)", "literal-too-common"},
      {std::string(255, 'a') + "b", "literal-too-long"},
      {R"(content:"evil"; offset:4;)", "conditional-literal"},
      {R"("evil" nocase; http_uri)", "conditional-literal"},
      {R"(content:!"evil";)", "negated-literal"},
      {R"("evil)", "bad-literal"},
      {R"(ev"il)", "bad-literal"},
      {"evil|0d", "bad-literal"},
      {"evil|0|", "bad-literal"},
      {"evil|0 d|", "bad-literal"},
      {"evil||", "bad-literal"},
      {"evil|0g|", "bad-literal"},
      {"evil\\", "bad-literal"},
      {"evil\\x", "bad-literal"},
      {"content:evil", "bad-literal"}};
  for (const auto& [text, rule] : cases) {
    const auto refused = canonical(text, kKind);
    ASSERT_FALSE(refused.has_value()) << text;
    EXPECT_EQ(refused.error().rule, rule) << text;
    EXPECT_FALSE(refused.error().message_zh.empty());
  }
}

TEST(Literal, IsOnlyGuessedFromARule) {
  EXPECT_EQ(canonical(R"(content:"evil|00|";)")->kind, kKind);
  EXPECT_EQ(canonical("evil.example")->kind, model::IndicatorKind::kDomain);
  EXPECT_FALSE(canonical(R"("evil.example")").has_value());
}

}  // namespace
}  // namespace tocsin::match
