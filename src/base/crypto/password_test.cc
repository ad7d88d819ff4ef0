#include "base/crypto/password.h"

#include <gtest/gtest.h>

namespace tocsin::crypto {
namespace {

constexpr PasswordCost kCheap{1, 64, 1};

TEST(Password, AcceptsOnlyItself) {
  const auto encoded = hash_password("警钟 tocsin", kCheap);
  ASSERT_TRUE(encoded) << encoded.error().message;
  EXPECT_TRUE(encoded->starts_with("$argon2id$v=19$m=64,t=1,p=1$")) << *encoded;
  EXPECT_TRUE(verify_password("警钟 tocsin", *encoded));
  EXPECT_FALSE(verify_password("警钟 tocsiN", *encoded));
  EXPECT_FALSE(verify_password("", *encoded));
  EXPECT_NE(*encoded, *hash_password("警钟 tocsin", kCheap)) << "the salt must differ";
}

TEST(Password, KnownAnswerOfTheReferenceTool) {
  // echo -n password | argon2 somesalt -id -t 2 -k 65536 -p 1 -l 32 (the library's own test file)
  EXPECT_TRUE(verify_password("password",
                              "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$"
                              "CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"));
}

TEST(Password, DefaultIsTheSecondOptionOfRfc9106) {
  const auto encoded = hash_password("x");
  ASSERT_TRUE(encoded);
  EXPECT_TRUE(encoded->starts_with("$argon2id$v=19$m=65536,t=3,p=4$")) << *encoded;
  EXPECT_TRUE(verify_password("x", *encoded));
  EXPECT_FALSE(needs_rehash(*encoded));
  EXPECT_TRUE(needs_rehash(*encoded, kCheap));
}

TEST(Password, BrokenOrExpensiveEncodingsAreRefused) {
  const std::string good = *hash_password("x", kCheap);
  for (const std::string& bad :
       {std::string(), std::string("$"), good.substr(0, good.size() - 4), good + "$",
        "$argon2i" + good.substr(9), std::string(10000, '$'),
        std::string(
            "$argon2id$v=19$m=4194304,t=1,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8"),
        std::string("$argon2id$v=19$m=64,t=4000000000,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y"),
        good + std::string(1, '\0')}) {
    EXPECT_FALSE(verify_password("x", bad)) << bad;
    EXPECT_TRUE(needs_rehash(bad)) << bad;
  }
  EXPECT_FALSE(hash_password(""));
  EXPECT_FALSE(hash_password(std::string(kMaxPasswordBytes + 1, 'x')));
}

}  // namespace
}  // namespace tocsin::crypto
