#include "base/crypto/token.h"

#include <gtest/gtest.h>

#include "base/crypto/hash.h"

namespace tocsin::crypto {
namespace {

TEST(Token, ShapeAndDigest) {
  const Token token = make_token();
  EXPECT_EQ(token.secret.size(), kTokenLength);
  EXPECT_TRUE(is_token(token.secret)) << token.secret;
  EXPECT_EQ(token.digest, sha256_hex(token.secret));
  EXPECT_TRUE(token_matches(token.secret, token.digest));
  EXPECT_NE(make_token().secret, token.secret);
}

TEST(Token, RefusesEverythingElse) {
  const Token token = make_token();
  std::string other = token.secret;
  other.back() = other.back() == 'A' ? 'B' : 'A';
  EXPECT_FALSE(token_matches(other, token.digest));
  EXPECT_FALSE(token_matches(token.secret, ""));
  EXPECT_FALSE(token_matches("", sha256_hex("")));
  EXPECT_FALSE(is_token(token.secret + "="));
  EXPECT_FALSE(is_token("tcx_" + token.secret.substr(4)));
  EXPECT_FALSE(is_token("tcs_" + std::string(43, '/')));
}

}  // namespace
}  // namespace tocsin::crypto
