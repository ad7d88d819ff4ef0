#include "http/url.h"

#include <gtest/gtest.h>

namespace tocsin::http {
namespace {

TEST(Url, DecodesStrictly) {
  EXPECT_EQ(percent_decode("a%20b%2Fc%e4%b8%ad").value(), "a b/c中");
  EXPECT_EQ(percent_decode("").value(), "");
  for (const char* bad : {"%", "%4", "%zz", "a%2", "%00", "%ff", "%c0%af", "%ed%a0%80"}) {
    const auto result = percent_decode(bad);
    ASSERT_FALSE(result) << bad;
    EXPECT_EQ(result.error().code, Code::kInvalid);
    EXPECT_FALSE(result.error().message_zh.empty());
  }
}

TEST(Url, EncodesWhatItDecodes) {
  const std::string all = "aZ09-._~ /?#[]@!$&'()*+,;=%\"<>中文";
  EXPECT_EQ(percent_decode(percent_encode(all)).value(), all);
  EXPECT_EQ(percent_encode("a b/中"), "a%20b%2F%E4%B8%AD");
}

TEST(Url, ReadsQueries) {
  const Query query = parse_query("a=1&b=x+y%2B&c&&a=2&=v").value();
  const Query expected = {{"a", "1"}, {"b", "x y+"}, {"c", ""}, {"a", "2"}, {"", "v"}};
  EXPECT_EQ(query, expected);
  EXPECT_FALSE(parse_query("a=%"));
  std::string many;
  for (int i = 0; i < 257; ++i) many += "a&";
  EXPECT_FALSE(parse_query(many));
}

TEST(Url, ReadsTargets) {
  const Target target = parse_target("/a%2Fb/c?x=1").value();
  EXPECT_EQ(target.raw_path, "/a%2Fb/c");
  EXPECT_EQ(target.path, "/a/b/c");
  EXPECT_EQ(target.query.size(), 1U);
  EXPECT_EQ(parse_target("http://host:1/p?q").value().path, "/p");
  EXPECT_EQ(parse_target("HTTPS://host").value().path, "/");
  EXPECT_EQ(parse_target("http://host?q=1").value().path, "/");
  EXPECT_EQ(parse_target("*").value().path, "*");
  for (const char* bad : {"", "a", "http:///x", "/a#b", "/../etc", "/a/%2e%2e/b", "/a/./b",
                          "/a%2f..%2fb", "/\x01", "/\xe4", "/a b"}) {
    EXPECT_FALSE(parse_target(bad)) << bad;
  }
}

}  // namespace
}  // namespace tocsin::http
