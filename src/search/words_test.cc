#include "search/words.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tocsin::search {
namespace {

using testing::ElementsAre;

TEST(Words, ChineseIsCutIntoPairsAndTheLastCharacterAlone) {
  EXPECT_THAT(cut("钓鱼网站").all, ElementsAre("钓鱼", "鱼网", "网站", "站"));
  EXPECT_THAT(cut("站").all, ElementsAre("站"));
  EXPECT_THAT(cut("钓鱼，网站").all, ElementsAre("钓鱼", "鱼", "网站", "站"));
  EXPECT_EQ(cut("见 钓鱼网").open_run, 3U);
  EXPECT_EQ(cut("钓鱼 site").open_run, 0U);
}

TEST(Words, LatinIsFoldedInCaseAndWidth) {
  EXPECT_THAT(cut("Mirai ＭＩＲＡＩ Straße").all, ElementsAre("mirai", "mirai", "strasse"));
  EXPECT_THAT(cut("ЗЛОЙ").all, ElementsAre("злой"));
}

TEST(Words, IdentifiersAreTheirParts) {
  EXPECT_THAT(cut("https://www.evil.example/a-b?q=1").all,
              ElementsAre("https", "www", "evil", "example", "a", "b", "q", "1"));
  EXPECT_THAT(cut("T-2026-000001").all, ElementsAre("t", "2026", "000001"));
  EXPECT_THAT(cut("CVE-2026-1234").all, ElementsAre("cve", "2026", "1234"));
}

TEST(Words, DefangedSpellingsAreTheSameWords) {
  const auto plain = cut("http://evil.example/x").all;
  for (const char* text : {"hxxp://evil[.]example/x", "hxxp[:]//evil[dot]example/x"}) {
    EXPECT_EQ(cut(text).all, plain) << text;
  }
  EXPECT_EQ(cut("user[at]evil.example").all, cut("user@evil.example").all);
}

TEST(Words, MixedTextKeepsItsOrder) {
  EXPECT_THAT(cut("访问evil.example网站").all,
              ElementsAre("访问", "问", "evil", "example", "网站", "站"));
}

TEST(Words, LimitsHoldAndBrokenBytesAreNoWords) {
  EXPECT_EQ(cut(std::string(1000, 'a')).all.front().size(), kLongestWord);
  EXPECT_EQ(cut("a b c d e", 3).all.size(), 3U);
  EXPECT_EQ(cut("网网网网网网", 3).all.size(), 3U);
  EXPECT_THAT(cut("a\xff\xfe b").all, ElementsAre("a", "b"));
  EXPECT_TRUE(cut("，。 - [.] \xe3\x80\x80").all.empty());
}

}  // namespace
}  // namespace tocsin::search
