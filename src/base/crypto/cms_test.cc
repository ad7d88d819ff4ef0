#include "base/crypto/cms.h"

#include <cstdlib>
#include <filesystem>

#include <gtest/gtest.h>

#include "base/file.h"
#include "base/text.h"

namespace tocsin::crypto {
namespace {

const Instant kSigned = *parse_instant("2026-03-05T17:30:00+08:00");
const Validity kValidity{*parse_instant("2026-01-01"), *parse_instant("2056-01-01")};
const std::string kDocument = "{\"编号\":\"T-2026-000123\"}\r\n\x01 binary stays";

struct Party {
  SigningKey key;
  Certificate certificate;
};

Party make_party(Algorithm algorithm, const Validity& validity = kValidity) {
  auto key = SigningKey::generate(algorithm);
  auto cert = Certificate::self_signed(*key, {"工业和信息化部", "警钟", "CN"}, validity);
  return {std::move(*key), std::move(*cert)};
}

class Cms : public testing::TestWithParam<Algorithm> {
 protected:
  Cms() : party_(make_party(GetParam())) {
    std::string pattern = (std::filesystem::temp_directory_path() / "tocsin-cms-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
    p7s_ = *cms::sign(party_.key, party_.certificate, kDocument, kSigned);
  }
  ~Cms() override { std::filesystem::remove_all(folder_); }

  /// Runs the real openssl program in the scratch folder.
  bool openssl(const std::string& arguments) const {
    const std::string command =
        "cd " + folder_.string() + " && openssl " + arguments + " >out.txt 2>&1";
    return std::system(command.c_str()) == 0;
  }
  void put(const std::string& name, const std::string& content) const {
    ASSERT_TRUE(write_file(folder_ / name, content, 0600));
  }
  std::string get(const std::string& name) const { return *read_file(folder_ / name); }

  Party party_;
  std::filesystem::path folder_;
  std::string p7s_;
};

INSTANTIATE_TEST_SUITE_P(Both, Cms, testing::Values(Algorithm::kEcdsaP256, Algorithm::kSm2),
                         [](const auto& param_info) {
                           return param_info.param == Algorithm::kSm2 ? "Sm2" : "P256";
                         });

// W17-21: a notice in electronic form with an origin that anybody can verify offline.
TEST_P(Cms, SaysWhoAndWhen) {
  const auto signer = cms::verify(p7s_, kDocument);
  ASSERT_TRUE(signer) << signer.error().message;
  EXPECT_EQ(signer->certificate.fingerprint(), party_.certificate.fingerprint());
  EXPECT_EQ(signer->signing_time, kSigned);
  EXPECT_EQ(signer->algorithm, GetParam());
  EXPECT_TRUE(signer->canonical);

  const auto from_pem = cms::verify(cms::to_pem(p7s_), kDocument);
  ASSERT_TRUE(from_pem) << from_pem.error().message;
  EXPECT_FALSE(from_pem->canonical);
}

TEST_P(Cms, TrustIsDecidedByTheCaller) {
  const Party stranger = make_party(GetParam());
  const std::vector<Certificate> right{stranger.certificate, party_.certificate};
  const std::vector<Certificate> wrong{stranger.certificate};
  EXPECT_TRUE(cms::verify(p7s_, kDocument, &right));
  EXPECT_EQ(cms::verify(p7s_, kDocument, &wrong).error().code, Code::kUnauthenticated);

  // An authority's certificate that the hub issued is trusted through the hub's.
  const auto key = SigningKey::generate(GetParam());
  const auto issued =
      party_.certificate.issue(party_.key, *key, {"某省通信管理局", "审批人", "CN"}, kValidity);
  ASSERT_TRUE(issued) << issued.error().message;
  const auto p7s = cms::sign(*key, *issued, kDocument, kSigned);
  ASSERT_TRUE(p7s) << p7s.error().message;
  EXPECT_TRUE(cms::verify(*p7s, kDocument, &right));
  EXPECT_FALSE(cms::verify(*p7s, kDocument, &wrong));
}

TEST_P(Cms, AnyChangedByteOfTheDocumentFails) {
  for (std::size_t i = 0; i < kDocument.size(); ++i) {
    std::string bad = kDocument;
    bad[i] = static_cast<char>(bad[i] ^ 0x20);
    EXPECT_EQ(cms::verify(p7s_, bad).error().code, Code::kCorrupt) << i;
  }
  EXPECT_FALSE(cms::verify(p7s_, kDocument + "\n"));
  EXPECT_FALSE(cms::verify(p7s_, ""));
}

// Every bit: the file is refused, or is no longer the canonical one, or names another certificate.
TEST_P(Cms, NoChangedBitPassesAsTheSameSignature) {
  for (std::size_t bit = 0; bit < p7s_.size() * 8; ++bit) {
    std::string bad = p7s_;
    bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ (1 << (bit % 8)));
    const auto signer = cms::verify(bad, kDocument);
    EXPECT_FALSE(signer && signer->canonical &&
                 signer->certificate.fingerprint() == party_.certificate.fingerprint())
        << "bit " << bit;
  }
}

TEST_P(Cms, CutOrLengthenedFails) {
  for (std::size_t size = 0; size < p7s_.size(); size += 7) {
    EXPECT_FALSE(cms::verify(std::string_view(p7s_).substr(0, size), kDocument)) << size;
  }
  EXPECT_FALSE(cms::verify(p7s_ + '\0', kDocument));
  EXPECT_EQ(cms::verify(std::string(cms::kMaxBytes + 1, '0'), kDocument).error().code,
            Code::kTooLarge);
}

TEST_P(Cms, CertificateMustFitKeyAndTime) {
  const Party other = make_party(GetParam());
  EXPECT_EQ(cms::sign(party_.key, other.certificate, kDocument, kSigned).error().field,
            "certificate");
  EXPECT_EQ(cms::sign(party_.key, party_.certificate, kDocument, *parse_instant("2025-12-31"))
                .error()
                .field,
            "certificate");
  // The first and the last second of the validity are inside.
  EXPECT_TRUE(cms::sign(party_.key, party_.certificate, "x", kValidity.not_before));
  const auto late = cms::sign(party_.key, party_.certificate, "x",
                              kValidity.not_after.plus(std::chrono::milliseconds(400)));
  ASSERT_TRUE(late);
  EXPECT_EQ(cms::verify(*late, "x")->signing_time, kValidity.not_after);
}

TEST_P(Cms, OpensslReadsTheStructure) {
  put("doc.p7s", p7s_);
  EXPECT_TRUE(openssl("cms -cmsout -print -inform DER -in doc.p7s -noout")) << get("out.txt");
  EXPECT_NE(get("out.txt").find("signingTime"), std::string::npos);
}

/// The content octets of the DER element at the start of `der`; the element's size in `whole`.
std::string_view content(std::string_view der, std::size_t& whole) {
  std::size_t header = 2;
  std::size_t length = static_cast<unsigned char>(der[1]);
  if (length & 0x80) {
    header += length & 0x7f;
    length = 0;
    for (std::size_t i = 2; i < header; ++i)
      length = length << 8 | static_cast<unsigned char>(der[i]);
  }
  whole = header + length;
  return der.substr(header, length);
}

// Another program, another road: cut the signed attributes and the signature value out of the file
// by hand and let `openssl dgst` verify them with the public key (docs/evidence.md tells how).
TEST_P(Cms, OpensslDgstVerifiesTheSignedAttributes) {
  std::size_t whole = 0;
  std::string_view at = content(p7s_, whole);             // ContentInfo
  content(at, whole);                                     // its type
  at = content(content(at.substr(whole), whole), whole);  // [0], SignedData
  for (int i = 0; i < 4; ++i) {                           // version, digests, content, certificates
    content(at, whole);
    at.remove_prefix(whole);
  }
  at = content(content(at, whole), whole);  // SET OF SignerInfo, SignerInfo
  for (int i = 0; i < 3; ++i) {             // version, issuer and serial, digest
    content(at, whole);
    at.remove_prefix(whole);
  }
  content(at, whole);
  std::string attributes(at.substr(0, whole));
  ASSERT_EQ(attributes[0], '\xa0');
  attributes[0] = '\x31';
  at.remove_prefix(whole);
  content(at, whole);  // signature algorithm
  at.remove_prefix(whole);
  put("attributes", attributes);
  put("signature", std::string(content(at, whole)));
  put("public.pem", party_.certificate.public_pem());
  const bool sm2 = GetParam() == Algorithm::kSm2;
  const std::string options = sm2 ? "-sm3 -sigopt distid:1234567812345678 " : "-sha256 ";
  const std::string verify = "dgst " + options + "-verify public.pem -signature signature ";
  EXPECT_TRUE(openssl(verify + "attributes")) << get("out.txt");
  put("attributes", attributes + "x");
  EXPECT_FALSE(openssl(verify + "attributes"));
  if (sm2) {
    put("attributes", attributes);
    EXPECT_FALSE(openssl("dgst -sm3 -verify public.pem -signature signature attributes"))
        << "a signature that verifies without the distinguishing id was made without it";
  }
}

TEST_P(Cms, OpensslVerifiesTheCertificates) {
  const auto key = SigningKey::generate(GetParam());
  const auto issued =
      party_.certificate.issue(party_.key, *key, {"某省通信管理局", "审批人", "CN"}, kValidity);
  ASSERT_TRUE(issued);
  put("root.pem", party_.certificate.to_pem());
  put("leaf.pem", issued->to_pem());
  // openssl hands the distinguishing id to the leaf only, so it can check an SM2 root's own
  // signature no more than it can check one without the id.
  const std::string options = GetParam() == Algorithm::kSm2
                                  ? "verify -vfyopt distid:1234567812345678 "
                                  : "verify -check_ss_sig ";
  EXPECT_TRUE(openssl(options + "-attime 1772700000 -CAfile root.pem leaf.pem")) << get("out.txt");
}

class CmsP256 : public Cms {};
INSTANTIATE_TEST_SUITE_P(P256, CmsP256, testing::Values(Algorithm::kEcdsaP256));

TEST_P(CmsP256, OpensslCmsVerifies) {
  put("doc", kDocument);
  put("doc.p7s", p7s_);
  put("ca.pem", party_.certificate.to_pem());
  const std::string verify = "cms -verify -binary -inform DER -in doc.p7s -content doc -out copy ";
  EXPECT_TRUE(openssl(verify + "-noverify")) << get("out.txt");
  EXPECT_EQ(get("copy"), kDocument);
  EXPECT_TRUE(openssl(verify + "-attime 1772700000 -CAfile ca.pem")) << get("out.txt");
  put("ca.pem", make_party(Algorithm::kEcdsaP256).certificate.to_pem());
  EXPECT_FALSE(openssl(verify + "-attime 1772700000 -CAfile ca.pem"));
  put("doc", kDocument + " ");
  EXPECT_FALSE(openssl(verify + "-noverify"));
}

TEST_P(CmsP256, WeVerifyWhatOpensslSigned) {
  const Validity always{*parse_instant("2000-01-01"), *parse_instant("2099-01-01")};
  const Party party = make_party(Algorithm::kEcdsaP256, always);
  put("doc", kDocument);
  put("key.pem", party.key.to_pem());
  put("cert.pem", party.certificate.to_pem());
  const std::string sign = "cms -sign -binary -md sha256 -signer cert.pem -inkey key.pem -in doc ";
  ASSERT_TRUE(openssl(sign + "-outform DER -out doc.p7s")) << get("out.txt");
  const auto signer = cms::verify(get("doc.p7s"), kDocument);
  ASSERT_TRUE(signer) << signer.error().message;
  EXPECT_TRUE(signer->canonical) << "extra signed attributes do not make it less so";
  ASSERT_TRUE(openssl(sign + "-outform PEM -out doc.pem"));
  EXPECT_TRUE(cms::verify(get("doc.pem"), kDocument));

  // Shapes that are valid CMS but not a notice's signature.
  const auto refusal = [&](const std::string& options) {
    if (!openssl(sign + options + " -outform DER -out doc.p7s")) return get("out.txt");
    const auto result = cms::verify(get("doc.p7s"), kDocument);
    return result ? std::string("accepted") : result.error().message;
  };
  EXPECT_NE(refusal("-nodetach").find("own content"), std::string::npos);
  EXPECT_NE(refusal("-nocerts").find("certificate is missing"), std::string::npos);
  EXPECT_NE(refusal("-noattr").find("content type"), std::string::npos);
  EXPECT_NE(refusal("-md sha512").find("algorithm"), std::string::npos);
  put("key2.pem", party_.key.to_pem());
  put("cert2.pem", party_.certificate.to_pem());
  EXPECT_NE(refusal("-signer cert2.pem -inkey key2.pem").find("one signer"), std::string::npos);
}

}  // namespace
}  // namespace tocsin::crypto
