#include "base/text.h"

#include <gtest/gtest.h>

#include "base/ids.h"

namespace tocsin {
namespace {

TEST(Text, Utf8RefusesOverlongSurrogatesAndCuts) {
  EXPECT_TRUE(is_utf8("警钟 tocsin \xf0\x9f\x94\x94"));
  for (const char* bad : {"\xc0\x80", "\xed\xa0\x80", "\xe8\xad", "\xff", "\xf5\x80\x80\x80"}) {
    EXPECT_FALSE(is_utf8(bad));
  }
}

TEST(Text, Base64RoundTrip) {
  for (const std::string& raw :
       std::initializer_list<std::string>{"", "a", "ab", "abc", "\xff\xfe\xfd\xfc"}) {
    EXPECT_EQ(*unbase64(base64(raw)), raw);
    EXPECT_EQ(*unbase64(base64url(raw)), raw);
    EXPECT_EQ(*unhex(hex(raw)), raw);
  }
  EXPECT_FALSE(unbase64("a!b"));
  EXPECT_FALSE(unbase64("a"));
}

TEST(Text, DefangNeverLeavesALink) {
  EXPECT_EQ(defang("https://evil.example/a.b"), "hxxps://evil[.]example/a[.]b");
  EXPECT_EQ(defang("a@evil.example"), "a[@]evil[.]example");
  EXPECT_EQ(defang("hxxp://evil[.]example"), "hxxp://evil[.]example");
  EXPECT_EQ(defang("\x1b[31mred\x07"), "\\x1b[31mred\\x07");
}

TEST(Ids, SortByTimeAndCountUpWithinAMillisecond) {
  FakeClock clock(*parse_instant("2026-01-02T03:04:05Z"));
  IdSource ids(clock);
  std::string last;
  for (int i = 0; i < 1000; ++i) {
    const std::string id = ids.make("thr");
    EXPECT_TRUE(is_id(id, "thr")) << id;
    EXPECT_LT(last, id);
    last = id;
  }
  clock.advance(std::chrono::milliseconds(1));
  EXPECT_LT(last, ids.make("thr"));
  EXPECT_FALSE(is_id("thr_short", "thr"));
}

}  // namespace
}  // namespace tocsin
