#include "match/node.h"

#include <gtest/gtest.h>

namespace tocsin::match {
namespace {

std::string key(std::string_view text) {
  const auto node = read_node(text);
  return node ? node->key() : node.error().rule;
}

TEST(Node, OneSpellingForOneEntity_A13_08) {
  EXPECT_EQ(key("person:  张\u3000三 "), "person:张 三");
  EXPECT_EQ(key("company:Evil Hosting  Ltd"), "company:Evil Hosting Ltd");
  EXPECT_EQ(key("malware-family:Some Bot"), key("malware-family:some  bot"));
  EXPECT_EQ(key("campaign:Night Owl"), "campaign:night owl");
  EXPECT_EQ(key("payment-account:6222 0000-1111"), "payment-account:622200001111");
  std::string colons;
  for (int i = 0; i < 32; ++i) colons += i == 0 ? "AB" : ":AB";
  std::string plain;
  for (int i = 0; i < 32; ++i) plain += "ab";
  EXPECT_EQ(key("certificate:" + colons), "certificate:" + plain);
}

TEST(Node, IndicatorsAreWhatTheyAreEverywhere) {
  EXPECT_EQ(key("EVIL[.]example"), "domain:evil.example");
  EXPECT_EQ(key("domain:EVIL.example"), "domain:evil.example");
  EXPECT_EQ(key("https://Evil.example/a"), "url:https://evil.example/a");
}

TEST(Node, WhatIsNoNameIsRefused) {
  EXPECT_EQ(key("certificate:1234"), "bad-fingerprint");
  EXPECT_EQ(key("person:   "), "bad-name");
  EXPECT_EQ(key("person:" + std::string(501, 'x')), "bad-name");
  EXPECT_EQ(key("group:a\x01z"), "bad-name");
  EXPECT_EQ(key("group:\xff\xfe"), "bad-name");
}

}  // namespace
}  // namespace tocsin::match
