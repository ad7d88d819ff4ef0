#include "base/crypto/cms.h"

#include <algorithm>
#include <ctime>
#include <optional>

#include <openssl/objects.h>
#include <openssl/pem.h>

#include "base/crypto/hash.h"
#include "base/crypto/openssl.h"
#include "base/text.h"

namespace tocsin::crypto::cms {
namespace {

using Message = ossl::Owned<CMS_ContentInfo, CMS_ContentInfo_free>;

constexpr int kMaxCertificates = 8;
constexpr int kMaxAttributes = 32;

tl::unexpected<Error> broken(const std::string& why, const std::string& why_zh) {
  ERR_clear_error();
  return fail_bi(Code::kCorrupt, "the signature is not valid: " + why, "签名无效：" + why_zh, {},
                 "RFC5652");
}

struct Scheme {
  int digest;
  int signature;
};

Scheme scheme(Algorithm algorithm) {
  return algorithm == Algorithm::kSm2 ? Scheme{NID_sm3, NID_SM2_with_SM3}
                                      : Scheme{NID_sha256, NID_ecdsa_with_SHA256};
}

std::string content_digest(Algorithm algorithm, std::string_view document) {
  return std::string(view(algorithm == Algorithm::kSm2 ? crypto::sm3(document) : sha256(document)));
}

// --- writing -------------------------------------------------------------------------------------

constexpr unsigned char kSequence = 0x30;
constexpr unsigned char kSet = 0x31;
constexpr unsigned char kOctets = 0x04;
constexpr unsigned char kContext0 = 0xa0;
constexpr std::string_view kVersion1("\x02\x01\x01", 3);

/// One DER element.
std::string element(unsigned char tag, std::string_view content) {
  std::string out(1, static_cast<char>(tag));
  if (content.size() < 0x80) {
    out.push_back(static_cast<char>(content.size()));
  } else {
    std::string length;
    for (std::size_t rest = content.size(); rest != 0; rest >>= 8) {
      length.insert(length.begin(), static_cast<char>(rest & 0xff));
    }
    out.push_back(static_cast<char>(0x80 | length.size()));
    out += length;
  }
  return out.append(content);
}

std::string oid(int nid) { return ossl::der(i2d_ASN1_OBJECT, OBJ_nid2obj(nid)); }

/// AlgorithmIdentifier without parameters (RFC 5754 sections 2 and 3.3).
std::string identifier(int nid) { return element(kSequence, oid(nid)); }

std::string attribute(int nid, std::string_view value) {
  return element(kSequence, oid(nid) + element(kSet, value));
}

/// The content of a DER SET OF: its elements in ascending order.
std::string set_content(std::vector<std::string> elements) {
  std::sort(elements.begin(), elements.end());
  return join(elements, "");
}

Result<std::string> attributes(Algorithm algorithm, std::string_view document, Instant time) {
  const ossl::Time asn1(ASN1_TIME_set(nullptr, static_cast<std::time_t>(time.micros / 1'000'000)));
  if (!asn1) return fail(Code::kInvalid, "signing time out of range: " + ossl::last_error());
  return set_content(
      {attribute(NID_pkcs9_contentType, oid(NID_pkcs7_data)),
       attribute(NID_pkcs9_signingTime, ossl::der(i2d_ASN1_TIME, asn1.get())),
       attribute(NID_pkcs9_messageDigest, element(kOctets, content_digest(algorithm, document)))});
}

/// SignedData version 1 around one signature.
std::string assemble(const Certificate& certificate, std::string_view attribute_set,
                     std::string_view signature) {
  const Scheme used = scheme(certificate.algorithm());
  const X509* x509 = certificate.native();
  const std::string issuer_and_serial = ossl::der(i2d_X509_NAME, X509_get_issuer_name(x509)) +
                                        ossl::der(i2d_ASN1_INTEGER, X509_get0_serialNumber(x509));
  const std::string signer =
      element(kSequence, std::string(kVersion1) + element(kSequence, issuer_and_serial) +
                             identifier(used.digest) + element(kContext0, attribute_set) +
                             identifier(used.signature) + element(kOctets, signature));
  const std::string signed_data =
      element(kSequence, std::string(kVersion1) + element(kSet, identifier(used.digest)) +
                             element(kSequence, oid(NID_pkcs7_data)) +
                             element(kContext0, certificate.to_der()) + element(kSet, signer));
  return element(kSequence, oid(NID_pkcs7_signed) + element(kContext0, signed_data));
}

// --- reading -------------------------------------------------------------------------------------

Result<std::string> to_der(std::string_view p7s) {
  if (p7s.size() > kMaxBytes) {
    return fail_bi(Code::kTooLarge, "a signature file has at most 256 KiB",
                   "签名文件不得超过 256 KiB");
  }
  if (!p7s.starts_with("-----BEGIN ")) return std::string(p7s);
  const std::string_view text = trim(p7s);
  for (const std::string_view label : {"CMS", "PKCS7"}) {
    const std::string begin = "-----BEGIN " + std::string(label) + "-----";
    const std::string end = "-----END " + std::string(label) + "-----";
    if (text.size() < begin.size() + end.size() || !text.starts_with(begin) ||
        !text.ends_with(end)) {
      continue;
    }
    std::string body(text.substr(begin.size(), text.size() - begin.size() - end.size()));
    std::erase_if(body, [](char c) { return c == '\n' || c == '\r'; });
    return unbase64(body);
  }
  return broken("unknown PEM label", "PEM 标签不符");
}

bool is(const ASN1_OBJECT* object, int nid) {
  return object != nullptr && OBJ_obj2nid(object) == nid;
}

/// The certificate, among those inside, that the signer names.
Result<Certificate> signer_certificate(CMS_ContentInfo* message, CMS_SignerInfo* signer) {
  STACK_OF(X509)* all = CMS_get1_certs(message);
  std::optional<std::string> der;
  const int count = sk_X509_num(all);
  for (int i = 0; i < count && count <= kMaxCertificates && !der; ++i) {
    X509* x509 = sk_X509_value(all, i);
    if (CMS_SignerInfo_cert_cmp(signer, x509) == 0) der = ossl::der(i2d_X509, x509);
  }
  sk_X509_pop_free(all, X509_free);
  if (!der) return broken("the signer's certificate is missing", "缺少签名者证书");
  return Certificate::from_der(*der);
}

/// The only value of a signed attribute that must be there once; null when it is not so.
const ASN1_TYPE* only_value(CMS_SignerInfo* signer, int nid) {
  const int at = CMS_signed_get_attr_by_NID(signer, nid, -1);
  if (at < 0 || CMS_signed_get_attr_by_NID(signer, nid, at) >= 0) return nullptr;
  X509_ATTRIBUTE* found = CMS_signed_get_attr(signer, at);
  return X509_ATTRIBUTE_count(found) == 1 ? X509_ATTRIBUTE_get0_type(found, 0) : nullptr;
}

Status check_digest(CMS_SignerInfo* signer, Algorithm algorithm, std::string_view document) {
  const ASN1_TYPE* type = only_value(signer, NID_pkcs9_contentType);
  if (type == nullptr || type->type != V_ASN1_OBJECT || !is(type->value.object, NID_pkcs7_data)) {
    return broken("the content type is not data", "内容类型不是 data");
  }
  const ASN1_TYPE* digest = only_value(signer, NID_pkcs9_messageDigest);
  if (digest == nullptr || digest->type != V_ASN1_OCTET_STRING) {
    return broken("no single message digest", "缺少唯一的消息摘要");
  }
  const ASN1_OCTET_STRING* octets = digest->value.octet_string;
  const std::string_view stated(reinterpret_cast<const char*>(ASN1_STRING_get0_data(octets)),
                                static_cast<std::size_t>(ASN1_STRING_length(octets)));
  if (stated != content_digest(algorithm, document)) {
    return broken("the document is not the one that was signed", "文书内容与签名时不一致");
  }
  return {};
}

Result<Instant> signing_time(CMS_SignerInfo* signer) {
  const ASN1_TYPE* time = only_value(signer, NID_pkcs9_signingTime);
  if (time == nullptr || (time->type != V_ASN1_UTCTIME && time->type != V_ASN1_GENERALIZEDTIME)) {
    return broken("no single signing time", "缺少唯一的签名时间");
  }
  // ASN1_TIME is the same C structure as ASN1_STRING, which every member of the union shares.
  const auto at = ossl::instant(time->value.asn1_string);
  if (!at) return broken("the signing time is not a time", "签名时间格式错误");
  return *at;
}

/// The signed attributes as the SET OF that was signed (RFC 5652 section 5.4), without its header.
Result<std::string> attribute_set(CMS_SignerInfo* signer) {
  const int count = CMS_signed_get_attr_count(signer);
  if (count < 1 || count > kMaxAttributes) {
    return broken("no signed attributes", "缺少签名属性");
  }
  std::vector<std::string> encoded;
  for (int i = 0; i < count; ++i) {
    encoded.push_back(ossl::der(i2d_X509_ATTRIBUTE, CMS_signed_get_attr(signer, i)));
  }
  return set_content(std::move(encoded));
}

/// The one SignerInfo of a detached SignedData over plain data.
Result<CMS_SignerInfo*> only_signer(CMS_ContentInfo* message) {
  if (!is(CMS_get0_type(message), NID_pkcs7_signed) ||
      !is(CMS_get0_eContentType(message), NID_pkcs7_data)) {
    return broken("not SignedData over data", "不是针对数据的 SignedData");
  }
  if (CMS_is_detached(message) != 1) {
    return broken("it carries its own content", "签名文件自带内容，应为分离式签名");
  }
  STACK_OF(CMS_SignerInfo)* signers = CMS_get0_SignerInfos(message);
  if (signers == nullptr || sk_CMS_SignerInfo_num(signers) != 1) {
    return broken("there must be exactly one signer", "应当恰有一名签名者");
  }
  return sk_CMS_SignerInfo_value(signers, 0);
}

}  // namespace

Result<std::string> sign(const SigningKey& key, const Certificate& certificate,
                         std::string_view document, Instant time) {
  if (!certificate.belongs_to(key)) {
    return fail_bi(Code::kInvalid, "the certificate belongs to another key", "证书与签名密钥不匹配",
                   "certificate");
  }
  const Instant whole{time.micros - (time.micros % 1'000'000 + 1'000'000) % 1'000'000};
  if (!certificate.valid_at(whole)) {
    return fail_bi(Code::kInvalid, "the certificate is not valid at the signing time",
                   "签名时证书不在有效期内", "certificate");
  }
  TRY(const std::string set, attributes(key.algorithm(), document, whole));
  TRY(const std::string signature, key.sign(element(kSet, set)));
  return assemble(certificate, set, signature);
}

Result<Signer> verify(std::string_view p7s, std::string_view document,
                      const std::vector<Certificate>* trusted) {
  TRY(const std::string der, to_der(p7s));
  const unsigned char* at = ossl::bytes(der);
  const Message message(d2i_CMS_ContentInfo(nullptr, &at, static_cast<long>(der.size())));
  if (!message || at != ossl::bytes(der) + der.size()) {
    return broken("not a CMS file", "不是 CMS 签名文件");
  }
  TRY(CMS_SignerInfo* const signer, only_signer(message.get()));
  TRY(Certificate certificate, signer_certificate(message.get(), signer));
  const Algorithm algorithm = certificate.algorithm();

  X509_ALGOR* digest = nullptr;
  X509_ALGOR* scheme_used = nullptr;
  CMS_SignerInfo_get0_algs(signer, nullptr, nullptr, &digest, &scheme_used);
  if (!is(digest->algorithm, scheme(algorithm).digest) ||
      !is(scheme_used->algorithm, scheme(algorithm).signature)) {
    return broken("an algorithm that is not accepted", "签名算法不被接受");
  }
  TRY_STATUS(check_digest(signer, algorithm, document));
  TRY(const Instant time, signing_time(signer));
  TRY(const std::string set, attribute_set(signer));
  const ASN1_OCTET_STRING* octets = CMS_SignerInfo_get0_signature(signer);
  const std::string_view signature(reinterpret_cast<const char*>(ASN1_STRING_get0_data(octets)),
                                   static_cast<std::size_t>(ASN1_STRING_length(octets)));
  if (!certificate.verify(element(kSet, set), signature)) {
    return broken("it was not made by this certificate's key", "与证书中的公钥不符");
  }
  if (!certificate.valid_at(time)) {
    return broken("the certificate was not valid at the signing time", "签名时证书不在有效期内");
  }
  if (trusted != nullptr && !is_trusted(certificate, *trusted, time)) {
    return fail_bi(Code::kUnauthenticated,
                   "the signer " + certificate.fingerprint() + " is not trusted",
                   "签名者 " + certificate.fingerprint() + " 不受信任");
  }
  const bool canonical = der == p7s && der == assemble(certificate, set, signature);
  return Signer{std::move(certificate), time, algorithm, canonical};
}

std::string to_pem(std::string_view der) {
  const std::string text = base64(der);
  std::string out = "-----BEGIN CMS-----\n";
  for (std::size_t i = 0; i < text.size(); i += 64) {
    out.append(text, i, 64).push_back('\n');
  }
  return out + "-----END CMS-----\n";
}

}  // namespace tocsin::crypto::cms
