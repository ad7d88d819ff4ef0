#include "base/fold.h"

#include <gtest/gtest.h>

namespace tocsin {
namespace {

TEST(Fold, WhatTheEyePassesOverMakesNoDifference) {
  EXPECT_EQ(folded(" The\tShop\xC2\xA0LTD \xE3\x80\x80"), "theshopltd");
  EXPECT_EQ(folded("\xEF\xBB\xBF店\xE3\x80\x80铺\xE2\x80\x8B"), "店铺");
  EXPECT_EQ(folded("a-b"), "a-b");
  EXPECT_EQ(folded("\xE2\x80\xA6"), "\xE2\x80\xA6") << "an ellipsis can be seen";
}

TEST(Fold, ACutSequenceIsNoBlank) {
  for (const char* cut : {"\xC2", "\xE3\x80", "\xE2\x80", "\xEF\xBB"}) {
    EXPECT_EQ(blank_at(cut), 0U);
  }
  EXPECT_EQ(blank_at(""), 0U);
}

}  // namespace
}  // namespace tocsin
