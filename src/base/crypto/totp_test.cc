#include "base/crypto/totp.h"

#include <gtest/gtest.h>

namespace tocsin::crypto {
namespace {

const std::string kSecret = "12345678901234567890";

Instant at(std::int64_t seconds) { return {seconds * 1'000'000}; }

TEST(Totp, AgreesWithTheTableOfRfc6238) {
  // Appendix B, the last six of its eight digits.
  EXPECT_EQ(totp_code(kSecret, totp_step(at(59))), "287082");
  EXPECT_EQ(totp_code(kSecret, totp_step(at(1111111109))), "081804");
  EXPECT_EQ(totp_code(kSecret, totp_step(at(1111111111))), "050471");
  EXPECT_EQ(totp_code(kSecret, totp_step(at(1234567890))), "005924");
  EXPECT_EQ(totp_code(kSecret, totp_step(at(2000000000))), "279037");
  EXPECT_EQ(totp_code(kSecret, totp_step(at(20000000000))), "353130");
}

TEST(Totp, TakesTheNeighboursAndNothingTwice) {
  const auto now = at(1111111111);
  const auto step = totp_step(now);
  EXPECT_EQ(totp_accept(kSecret, totp_code(kSecret, step), now, 0), step);
  EXPECT_EQ(totp_accept(kSecret, totp_code(kSecret, step - 1), now, 0), step - 1);
  EXPECT_EQ(totp_accept(kSecret, totp_code(kSecret, step + 1), now, 0), step + 1);
  EXPECT_FALSE(totp_accept(kSecret, totp_code(kSecret, step - 2), now, 0));
  EXPECT_FALSE(totp_accept(kSecret, totp_code(kSecret, step + 2), now, 0));
  EXPECT_FALSE(totp_accept(kSecret, totp_code(kSecret, step), now, step));
  EXPECT_FALSE(totp_accept(kSecret, totp_code(kSecret, step - 1), now, step));
  for (const char* wrong : {"", "0", "05047", "0504711", "abcdef"}) {
    EXPECT_FALSE(totp_accept(kSecret, wrong, now, 0)) << wrong;
  }
}

TEST(Totp, IsHandedToAuthenticatorsAsTheyReadIt) {
  EXPECT_EQ(base32(""), "");
  EXPECT_EQ(base32("f"), "MY");
  EXPECT_EQ(base32("foobar"), "MZXW6YTBOI");
  EXPECT_EQ(totp_uri("Tocsin 警", "zhao@hub", kSecret),
            "otpauth://totp/Tocsin%20%E8%AD%A6:zhao%40hub?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
            "&issuer=Tocsin%20%E8%AD%A6&algorithm=SHA1&digits=6&period=30");
}

}  // namespace
}  // namespace tocsin::crypto
