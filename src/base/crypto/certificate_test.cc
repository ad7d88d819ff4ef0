#include "base/crypto/certificate.h"

#include <filesystem>
#include <fstream>
#include <sys/stat.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "base/file.h"
#include "base/text.h"

namespace tocsin::crypto {
namespace {

const Validity kValidity{*parse_instant("2026-01-01"), *parse_instant("2056-01-01")};
const Subject kHub{"某省通信管理局", "警钟 hub", "CN"};
const Subject kAuthority{"工业和信息化部", "签发人", "CN"};

class Scratch : public testing::TestWithParam<Algorithm> {
 protected:
  Scratch() {
    std::string pattern = (std::filesystem::temp_directory_path() / "tocsin-key-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
  }
  ~Scratch() override { std::filesystem::remove_all(folder_); }
  std::filesystem::path folder_;
};

using Keys = Scratch;
INSTANTIATE_TEST_SUITE_P(Both, Keys, testing::Values(Algorithm::kEcdsaP256, Algorithm::kSm2),
                         [](const auto& param_info) {
                           return param_info.param == Algorithm::kSm2 ? "Sm2" : "P256";
                         });

TEST_P(Keys, RoundTripThroughAFile) {
  const auto key = SigningKey::generate(GetParam());
  ASSERT_TRUE(key) << key.error().message;
  const auto path = folder_ / "hub.key";
  ASSERT_TRUE(key->save(path));
  struct stat info{};
  ASSERT_EQ(::stat(path.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600U);
  const auto again = SigningKey::load(path);
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again->algorithm(), GetParam());
  EXPECT_EQ(again->to_pem(), key->to_pem());
  const auto second = key->save(path);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Code::kConflict);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_), {}), 1) << "leftovers";
}

TEST_P(Keys, UnsafeFilesAreRefused) {
  const auto key = SigningKey::generate(GetParam());
  const auto path = folder_ / "hub.key";
  ASSERT_TRUE(key->save(path));
  std::filesystem::create_symlink(path, folder_ / "link");
  EXPECT_EQ(SigningKey::load(folder_ / "link").error().code, Code::kForbidden);
  ASSERT_EQ(::chmod(path.c_str(), 0640), 0);
  EXPECT_EQ(SigningKey::load(path).error().code, Code::kForbidden);
  EXPECT_EQ(SigningKey::load(folder_).error().code, Code::kForbidden);
  EXPECT_EQ(SigningKey::load(folder_ / "absent").error().code, Code::kNotFound);
}

TEST_P(Keys, SelfSignedCertificate) {
  const auto key = SigningKey::generate(GetParam());
  const auto cert = Certificate::self_signed(*key, kHub, kValidity);
  ASSERT_TRUE(cert) << cert.error().message;
  EXPECT_EQ(cert->organisation(), "某省通信管理局");
  EXPECT_EQ(cert->subject(), "CN=警钟 hub,O=某省通信管理局,C=CN");
  EXPECT_EQ(cert->algorithm(), GetParam());
  EXPECT_EQ(cert->validity().not_before, kValidity.not_before);
  EXPECT_EQ(cert->validity().not_after, kValidity.not_after);
  EXPECT_TRUE(cert->belongs_to(*key));
  EXPECT_FALSE(cert->belongs_to(*SigningKey::generate(GetParam())));
  EXPECT_TRUE(cert->issued_by(*cert));

  const auto again = Certificate::from_pem(cert->to_pem());
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again->fingerprint(), cert->fingerprint());
  EXPECT_FALSE(Certificate::from_pem(cert->to_pem() + cert->to_pem()));
  EXPECT_FALSE(Certificate::from_der(cert->to_der() + "x"));
}

TEST_P(Keys, SignAndVerify) {
  const auto key = SigningKey::generate(GetParam());
  const auto cert = Certificate::self_signed(*key, kHub, kValidity);
  const auto signature = key->sign("通知");
  ASSERT_TRUE(signature) << signature.error().message;
  EXPECT_TRUE(cert->verify("通知", *signature));
  EXPECT_FALSE(cert->verify("通知 ", *signature));
  for (std::size_t i = 0; i < signature->size(); ++i) {
    std::string bad = *signature;
    bad[i] = static_cast<char>(bad[i] ^ 1);
    EXPECT_FALSE(cert->verify("通知", bad)) << i;
  }
}

TEST_P(Keys, HubIssuesForAnAuthority) {
  const auto hub = SigningKey::generate(GetParam());
  const auto root = Certificate::self_signed(*hub, kHub, kValidity);
  // The authority's key may be of the other kind.
  for (const auto kind : {Algorithm::kEcdsaP256, Algorithm::kSm2}) {
    const auto key = SigningKey::generate(kind);
    const auto cert = root->issue(*hub, *key, kAuthority, kValidity);
    ASSERT_TRUE(cert) << cert.error().message;
    EXPECT_TRUE(cert->issued_by(*root));
    EXPECT_FALSE(root->issued_by(*cert));
    EXPECT_FALSE(cert->issued_by(*cert));
    const Instant now = *parse_instant("2030-06-01");
    EXPECT_TRUE(is_trusted(*cert, {*root}, now));
    EXPECT_TRUE(is_trusted(*cert, {*cert}, now));
    EXPECT_FALSE(is_trusted(*cert, {}, now));
    EXPECT_FALSE(is_trusted(*cert, {*root}, *parse_instant("2060-01-01")));
    // A signer's certificate cannot issue, and another key cannot issue in the root's name.
    EXPECT_EQ(cert->issue(*key, *key, kHub, kValidity).error().code, Code::kRefused);
    EXPECT_EQ(root->issue(*key, *key, kHub, kValidity).error().code, Code::kRefused);
    const auto imposter = SigningKey::generate(GetParam());
    const auto false_root = Certificate::self_signed(*imposter, kHub, kValidity);
    EXPECT_FALSE(is_trusted(*cert, {*false_root}, now)) << "same name, other key";
  }
}

TEST(Certificate, NamesAndTimesAreChecked) {
  const auto key = SigningKey::generate(Algorithm::kEcdsaP256);
  const auto make = [&](const Subject& subject, const Validity& validity) {
    const auto cert = Certificate::self_signed(*key, subject, validity);
    return cert ? std::string("ok") : cert.error().field;
  };
  std::string sixty_four;
  for (int i = 0; i < 64; ++i) sixty_four += "局";
  EXPECT_EQ(make({sixty_four, "x", "CN"}, kValidity), "ok");
  EXPECT_EQ(make({sixty_four + "局", "x", "CN"}, kValidity), "organisation");
  EXPECT_EQ(make({"", "x", "CN"}, kValidity), "organisation");
  EXPECT_EQ(make({"o", "a\nb", "CN"}, kValidity), "common_name");
  EXPECT_EQ(make({"o", "x", "CHN"}, kValidity), "country");
  EXPECT_EQ(make({"o", "x", "CN"}, {kValidity.not_after, kValidity.not_before}), "not_after");
}

TEST(Certificate, OtherKeysAndGarbageAreRefused) {
  EXPECT_FALSE(Certificate::from_pem(""));
  EXPECT_FALSE(Certificate::from_pem("-----BEGIN CERTIFICATE----------END CERTIFICATE-----"));
  EXPECT_FALSE(Certificate::from_der(std::string(100000, '\x30')));
  EXPECT_FALSE(SigningKey::from_pem(""));
  // An encrypted key must fail at once instead of asking on the terminal.
  EXPECT_FALSE(
      SigningKey::from_pem("-----BEGIN EC PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n"
                           "DEK-Info: AES-128-CBC,00112233445566778899AABBCCDDEEFF\n\n"
                           "AAAA\n-----END EC PRIVATE KEY-----\n"));
}

}  // namespace
}  // namespace tocsin::crypto
