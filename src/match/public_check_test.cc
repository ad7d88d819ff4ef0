// The scheme of docs/lookup.md, with its test vectors (W17-08, A13-12).
#include "match/public_check.h"

#include <gmock/gmock.h>

#include "match/canonical.h"

namespace tocsin::match {
namespace {

using testing::ElementsAre;

std::vector<std::string> asked(std::string_view text) {
  const auto indicator = canonical(text);
  EXPECT_TRUE(indicator) << text;
  return indicator ? expressions_for(*indicator) : std::vector<std::string>();
}

TEST(PublicCheck, TestVectors) {
  const std::pair<const char*, const char*> vectors[] = {
      {"EVIL[.]example.", "9c180de0cd699ee78897c47cfdb3e7ee1d75906e31b7746a4747dea536909837"},
      {"hxxp://evil.example/login?x=1",
       "42ab0985eb7f3f9a0e235b12b592c237a0ed01d2dc0f9cf26d84b22ed7edf90b"},
      {"192.0.2.7", "37dad677cf0b3997d0f5dd0d7889f84b11002e3ca73b0ae1bdb6d7e9b46fdb8a"},
      {"*.evil.example", "0c42bc4c54a86c344b13117f3acc3091ab88b251a56950dfd1f21b4385e1b4f9"},
      {"+86 138 0013 8000", "ec61f3c620a98bdead8c1f1f0ae747abd1b62a0c2dba4fd4bc22cf0d1d8653e5"},
  };
  for (const auto& [text, hash] : vectors) {
    const auto indicator = canonical(text);
    ASSERT_TRUE(indicator) << text;
    EXPECT_EQ(expression_hash(expression(*indicator)), hash) << text;
  }
}

TEST(PublicCheck, TheKindOfSpellingDoesNotMatter) {
  for (const char* text : {"http://evil.example/a", "https://evil.example/a", "evil.example/a"}) {
    EXPECT_EQ(asked(text).front(), "evil.example/a") << text;
  }
}

TEST(PublicCheck, ANameAsksForWhatCoversIt) {
  EXPECT_THAT(asked("a.www.evil.example"),
              ElementsAre("a.www.evil.example", "www.evil.example", "*.www.evil.example",
                          "evil.example", "*.evil.example"));
  EXPECT_THAT(asked("evil.example"), ElementsAre("evil.example"));
  EXPECT_THAT(asked("https://w.evil.example/a?b=1"),
              ElementsAre("w.evil.example/a?b=1", "w.evil.example/a", "w.evil.example",
                          "evil.example", "*.evil.example"));
  EXPECT_THAT(asked("http://192.0.2.7/a"), ElementsAre("192.0.2.7/a", "192.0.2.7"));
  std::string deep = "evil.example";
  for (int i = 0; i < 20; ++i) deep = "a." + deep;
  EXPECT_EQ(asked(deep).size(), kMostExpressions);
}

TEST(PublicCheck, FindGivesAllUnderAPrefixAndNothingElse) {
  PublicIndex index;
  std::vector<std::string> hashes;
  for (int i = 0; i < 3000; ++i) {
    const model::Indicator one{model::IndicatorKind::kDomain, "h" + std::to_string(i) + ".example"};
    index.add(one, Verdict::kReported);
    hashes.push_back(expression_hash(expression(one)));
  }
  const model::Indicator twice{model::IndicatorKind::kDomain, "h7.example"};
  index.add(twice, Verdict::kBlocked);
  index.finish();
  EXPECT_EQ(index.size(), hashes.size());
  std::size_t found = 0;
  for (std::size_t i = 0; i < hashes.size(); i += 50) {
    for (const std::size_t digits : {kShortestPrefix, kLongestPrefix}) {
      const std::string prefix = hashes[i].substr(0, digits);
      const auto entries = index.find(prefix);
      ASSERT_TRUE(entries);
      std::size_t expected = 0;
      for (const auto& h : hashes) expected += h.starts_with(prefix) ? 1 : 0;
      EXPECT_EQ(entries->size(), expected);
      for (const auto& e : *entries) EXPECT_TRUE(crypto::to_hex(e.hash).starts_with(prefix));
      found += entries->size();
    }
  }
  EXPECT_GE(found, 120U);
  const auto strong = index.find(expression_hash("h7.example").substr(0, 5));
  ASSERT_TRUE(strong);
  bool blocked = false;
  for (const auto& e : *strong) blocked = blocked || e.verdict == Verdict::kBlocked;
  EXPECT_TRUE(blocked) << "the stronger verdict stays";
}

TEST(PublicCheck, OnlyPrefixesOfTheAgreedLength) {
  PublicIndex index;
  index.finish();
  for (const char* bad : {"", "abc", "abcdef", "ABCD", "abcg", "ab cd"}) {
    EXPECT_FALSE(index.find(bad)) << bad;
  }
  EXPECT_TRUE(index.find("0000"));
  EXPECT_TRUE(index.find("fffff"));
}

}  // namespace
}  // namespace tocsin::match
