#include "base/json.h"

#include <gtest/gtest.h>

namespace tocsin {
namespace {

TEST(Json, KeepsOrderAndIntegers) {
  const auto doc = Json::parse(R"({"b":1,"a":[true,null,-9223372036854775808,"\u8b66"],"c":1.5})");
  ASSERT_TRUE(doc) << doc.error().message;
  EXPECT_EQ(doc->dump(), R"({"b":1,"a":[true,null,-9223372036854775808,"警"],"c":1.5})");
  EXPECT_EQ(doc->canonical(), R"({"a":[true,null,-9223372036854775808,"警"],"b":1,"c":1.5})");
  EXPECT_EQ(*Json::parse(doc->pretty()), *doc);
}

TEST(Json, NamesTheByteThatIsWrong) {
  for (const char* bad :
       {"", "{", R"({"a":1,})", R"({"a":1}x)", "[1,2", "{\"a\":\"\xff\"}", R"({"a":1,"a":2})"}) {
    const auto doc = Json::parse(bad);
    ASSERT_FALSE(doc) << bad;
    EXPECT_EQ(doc.error().code, Code::kInvalid);
    EXPECT_TRUE(doc.error().field.starts_with("byte ")) << doc.error().field;
  }
}

TEST(Json, RefusesTooDeep) {
  const std::string deep(100, '[');
  EXPECT_FALSE(Json::parse(deep + std::string(100, ']')));
}

TEST(Json, FindsDuplicatesInLargeObjects) {
  std::string text = "{";
  for (int i = 0; i < 50; ++i) text += "\"k" + std::to_string(i) + "\":0,";
  EXPECT_TRUE(Json::parse(text + "\"z\":1}"));
  EXPECT_FALSE(Json::parse(text + "\"k3\":1}"));
}

}  // namespace
}  // namespace tocsin
