#include "hub/list_order.h"

#include <gtest/gtest.h>

namespace tocsin::hub {
namespace {

Result<ListOrder> asked(const std::string& sort, const std::string& after, bool usually_down) {
  http::Request request;
  if (!sort.empty()) request.query.emplace_back("sort", sort);
  return list_order(request, both_ways("number", usually_down), after);
}

TEST(ListOrder, LeftOutIsTheUsualOne) {
  EXPECT_FALSE(asked("", "", false).value().descending);
  EXPECT_TRUE(asked("", "", true).value().descending);
  EXPECT_TRUE(asked("-number", "", false).value().descending);
  EXPECT_FALSE(asked("number", "", true).value().descending);
}

TEST(ListOrder, ACursorGoesOnInItsOwnDirectionOnly) {
  for (const std::string sort : {"number", "-number"}) {
    const auto order = asked(sort, "", false).value();
    const std::string next = order.next("thr_1");
    EXPECT_EQ(asked(sort, next, false).value().after, "thr_1");
    const auto turned = asked(sort == "number" ? "-number" : "number", next, false);
    ASSERT_FALSE(turned);
    EXPECT_EQ(turned.error().code, Code::kInvalid);
    EXPECT_EQ(turned.error().field, "after");
    EXPECT_FALSE(turned.error().message_zh.empty());
  }
}

TEST(ListOrder, AnUnknownWordIsToldTheWords) {
  const auto refused = asked("title", "", true);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::kInvalid);
  EXPECT_EQ(refused.error().field, "sort");
  EXPECT_NE(refused.error().message.find("-number, number"), std::string::npos);
  EXPECT_NE(refused.error().message_zh.find("-number、number"), std::string::npos);
}

}  // namespace
}  // namespace tocsin::hub
