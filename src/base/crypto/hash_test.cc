#include "base/crypto/hash.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace tocsin::crypto {
namespace {

TEST(Hash, KnownAnswers) {
  // FIPS 180-4 examples, GB/T 32905-2016 appendix A, RFC 1321 appendix A.5.
  EXPECT_EQ(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sm3_hex("abc"), "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0");
  EXPECT_EQ(md5_hex("abc"), "900150983cd24fb0d6963f7d28e17f72");
}

TEST(Hash, TaggedIsTheJoinedText) {
  using namespace std::string_view_literals;
  EXPECT_EQ(sha256_tagged(0, "left", "right"), sha256("\0leftright"sv));
  EXPECT_EQ(sha256_tagged(1, ""), sha256("\1"));
}

TEST(Hash, HmacOfRfc4231) {
  EXPECT_EQ(to_hex(hmac_sha256("Jefe", "what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(to_hex(hmac_sha256(std::string(131, '\xaa'),
                               "Test Using Larger Than Block-Size Key - Hash Key First")),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
  EXPECT_EQ(to_hex(hmac_sha256("", "")),
            "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

TEST(Hash, PiecesGiveTheSameAsOnce) {
  Hasher hasher(HashKind::kSm3);
  EXPECT_EQ(hex(hasher.update("a").update("").update("bc").finish()), sm3_hex("abc"));
  EXPECT_EQ(hex(hasher.update("abc").finish()), sm3_hex("abc")) << "not as new after finish";
  EXPECT_EQ(Hasher(HashKind::kMd5).update("abc").finish().size(), 16U);
}

TEST(Hash, HexIsStrict) {
  Digest out;
  const std::string good = sha256_hex("x");
  ASSERT_TRUE(from_hex(good, out));
  EXPECT_EQ(to_hex(out), good);
  EXPECT_FALSE(from_hex(good.substr(1), out));
  EXPECT_FALSE(from_hex("G" + good.substr(1), out));
  EXPECT_FALSE(from_hex(std::string(64, 'A'), out)) << "one spelling only";
}

TEST(Hash, ConstantTimeEqual) {
  EXPECT_TRUE(constant_time_equal("", ""));
  EXPECT_TRUE(constant_time_equal("secret", "secret"));
  EXPECT_FALSE(constant_time_equal("secret", "secreT"));
  EXPECT_FALSE(constant_time_equal("secret", "secre"));
}

}  // namespace
}  // namespace tocsin::crypto
