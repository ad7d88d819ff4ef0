// How long a source's word holds, by kind.
#include "intake/expiry.h"

#include <gtest/gtest.h>

namespace tocsin::intake {
namespace {

using K = model::IndicatorKind;

TEST(Expiry, EachKindHasItsOwnLength) {
  Expiry expiry;
  expiry.otherwise = std::chrono::hours(24);
  ASSERT_TRUE(read_expiry(" ipv4:7, sha256:0 ,domain:90", expiry));
  const Instant seen{1'000'000};
  EXPECT_EQ(expiry.end(K::kIpv4, seen), seen.plus(std::chrono::hours(7 * 24)));
  EXPECT_EQ(expiry.end(K::kDomain, seen), seen.plus(std::chrono::hours(90 * 24)));
  EXPECT_EQ(expiry.end(K::kUrl, seen), seen.plus(std::chrono::hours(24)));
  EXPECT_FALSE(expiry.end(K::kSha256, seen)) << "0 is without end, also where others end";
  EXPECT_EQ(expiry.shortest(), std::chrono::hours(24));
  EXPECT_FALSE(Expiry{}.end(K::kUrl, seen));
  EXPECT_EQ(Expiry{}.shortest().count(), 0);
}

TEST(Expiry, WhatIsNoLength) {
  for (const char* text : {"ipv4", "ipv4:", "ipv4:x", "ipv4:-1", "cars:7", "ipv4:7321", ":7"}) {
    Expiry expiry;
    const auto read = read_expiry(text, expiry);
    ASSERT_FALSE(read) << text;
    EXPECT_EQ(read.error().field, "expiry");
    EXPECT_FALSE(read.error().message_zh.empty());
  }
}

}  // namespace
}  // namespace tocsin::intake
