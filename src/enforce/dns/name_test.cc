#include "enforce/dns/name.h"

#include <gtest/gtest.h>

namespace tocsin::enforce::dns {
namespace {

TEST(Name, TextAndWire) {
  EXPECT_EQ(Name::parse("Evil.Example.")->wire(), std::string("\x04"
                                                              "Evil\x07"
                                                              "Example\0",
                                                              14));
  EXPECT_EQ(Name::parse("a\\.b.c")->label_count(), 2U);
  EXPECT_EQ(Name::parse("a\\.b\\000.c")->text(), "a\\.b\\000.c");
  EXPECT_EQ(Name::parse(".")->text(), ".");
  EXPECT_TRUE(*Name::parse("EVIL.example") == *Name::parse("evil.EXAMPLE"));
}

TEST(Name, RefusesWhatDnsCannotCarry) {
  for (const char* bad : {"", "a..b", ".a", "a\\", "a\\25", "a\\256"}) {
    EXPECT_FALSE(Name::parse(bad)) << bad;
  }
  EXPECT_TRUE(Name::parse(std::string(63, 'a')));
  EXPECT_FALSE(Name::parse(std::string(64, 'a')));
  std::string longest;
  for (int i = 0; i < 4; ++i) longest += std::string(i < 3 ? 63 : 61, 'a') + ".";
  EXPECT_EQ(Name::parse(longest)->wire().size(), 255U);
  EXPECT_FALSE(Name::parse("a" + longest));
}

TEST(Name, DecodesPointersAndRefusesLoops) {
  const std::string message(
      "\x01"
      "a\x00\x01"
      "b\xc0\x00\xc0\x03",
      9);
  std::size_t pos = 3;
  EXPECT_EQ(Name::decode(message, pos)->text(), "b.a");
  EXPECT_EQ(pos, 7U);
  EXPECT_EQ(Name::decode(message, pos)->text(), "b.a");
  EXPECT_EQ(pos, 9U);
  const std::string self("\xc0\x00", 2);
  const std::string forward("\xc0\x02\x00", 3);
  const std::string loop(
      "\x01"
      "a\xc0\x00",
      4);
  const std::string odd("\x80\x00", 2);
  for (const std::string& bad : {self, forward, loop, odd}) {
    std::size_t at = 0;
    EXPECT_FALSE(Name::decode(bad, at));
  }
}

TEST(Name, Ancestry) {
  const Name zone = *Name::parse("hot.tocsin");
  EXPECT_TRUE(Name::parse("x.HOT.tocsin")->is_within(zone));
  EXPECT_TRUE(zone.is_within(zone));
  EXPECT_TRUE(zone.is_within(Name()));
  EXPECT_FALSE(Name::parse("xhot.tocsin")->is_within(zone));
  EXPECT_FALSE(Name::parse("tocsin")->is_within(zone));
}

}  // namespace
}  // namespace tocsin::enforce::dns
