#include "base/crypto/certificate.h"

#include <algorithm>

#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "base/crypto/hash.h"
#include "base/crypto/openssl.h"
#include "base/random.h"
#include "base/text.h"

namespace tocsin::crypto {
namespace {

constexpr std::size_t kMaxCertificateBytes = 64 * 1024;
constexpr std::size_t kMaxNameCharacters = 64;  // RFC 5280 appendix A, ub-organization-name

using X509Owned = ossl::Owned<X509, X509_free>;

tl::unexpected<Error> not_made() {
  return fail(Code::kInternal, "cannot make a certificate: " + ossl::last_error());
}

Status check_name(std::string_view text, std::string_view field) {
  const auto characters =
      std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xc0) != 0x80; });
  const bool printable = std::none_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
  });
  if (text.empty() || static_cast<std::size_t>(characters) > kMaxNameCharacters || !printable ||
      !is_utf8(text)) {
    return fail_bi(Code::kInvalid, "a certificate name has 1 to 64 printable characters",
                   "证书名称须为 1 至 64 个可显示字符", std::string(field), "RFC5280-A");
  }
  return {};
}

bool add_name(X509_NAME* name, const char* part, std::string_view value) {
  return X509_NAME_add_entry_by_txt(name, part, MBSTRING_UTF8, ossl::bytes(value),
                                    static_cast<int>(value.size()), -1, 0) == 1;
}

Result<ossl::Owned<X509_NAME, X509_NAME_free>> make_name(const Subject& subject) {
  TRY_STATUS(check_name(subject.organisation, "organisation"));
  TRY_STATUS(check_name(subject.common_name, "common_name"));
  ossl::Owned<X509_NAME, X509_NAME_free> out(X509_NAME_new());
  if (subject.country.size() != 2 || !add_name(out.get(), "C", subject.country)) {
    ERR_clear_error();
    return fail_bi(Code::kInvalid, "a country has two letters", "国家代码为两个字母", "country");
  }
  if (!add_name(out.get(), "O", subject.organisation) ||
      !add_name(out.get(), "CN", subject.common_name)) {
    return not_made();
  }
  return out;
}

bool add_extension(X509* x509, X509* issuer, int nid, const char* value) {
  X509V3_CTX context{};
  X509V3_set_ctx(&context, issuer, x509, nullptr, nullptr, 0);
  const ossl::Owned<X509_EXTENSION, X509_EXTENSION_free> extension(
      X509V3_EXT_conf_nid(nullptr, &context, nid, value));
  return extension != nullptr && X509_add_ext(x509, extension.get(), -1) == 1;
}

/// 20 bytes with the top bits 01: positive, never shorter, never the same twice (RFC 5280 4.1.2.2).
bool set_serial(X509* x509) {
  std::array<unsigned char, 20> serial;
  random_bytes(serial);
  serial[0] = static_cast<unsigned char>((serial[0] & 0x3f) | 0x40);
  const ossl::Owned<BIGNUM, BN_free> number(BN_bin2bn(serial.data(), serial.size(), nullptr));
  return BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(x509)) != nullptr;
}

std::time_t seconds(Instant t) { return static_cast<std::time_t>(t.micros / 1'000'000); }

/// Makes and signs; `issuer` null means self-signed with the right to issue.
Result<X509Owned> make(const SigningKey& signer, X509* issuer, const SigningKey& key,
                       const Subject& subject, const Validity& validity) {
  if (validity.not_after <= validity.not_before) {
    return fail_bi(Code::kInvalid, "a certificate must end after it begins",
                   "证书截止时间须晚于起始时间", "not_after");
  }
  TRY(const auto name, make_name(subject));
  X509Owned x509(X509_new());
  X509* const authority = issuer != nullptr ? issuer : x509.get();
  bool ok = X509_set_version(x509.get(), X509_VERSION_3) == 1 && set_serial(x509.get()) &&
            ASN1_TIME_set(X509_getm_notBefore(x509.get()), seconds(validity.not_before)) &&
            ASN1_TIME_set(X509_getm_notAfter(x509.get()), seconds(validity.not_after)) &&
            X509_set_subject_name(x509.get(), name.get()) == 1 &&
            X509_set_issuer_name(x509.get(), X509_get_subject_name(authority)) == 1 &&
            X509_set_pubkey(x509.get(), key.native()) == 1;
  ok = ok && add_extension(x509.get(), authority, NID_basic_constraints,
                           issuer == nullptr ? "critical,CA:TRUE,pathlen:0" : "critical,CA:FALSE");
  ok = ok && add_extension(x509.get(), authority, NID_key_usage,
                           issuer == nullptr
                               ? "critical,digitalSignature,nonRepudiation,keyCertSign,cRLSign"
                               : "critical,digitalSignature,nonRepudiation");
  ok = ok && add_extension(x509.get(), authority, NID_subject_key_identifier, "hash");
  ok = ok && (issuer == nullptr ||
              add_extension(x509.get(), authority, NID_authority_key_identifier, "keyid:always"));
  if (!ok) return not_made();
  TRY(const auto context,
      ossl::signature_context(signer.native(), signer.algorithm(), ossl::Direction::kSign));
  if (X509_sign_ctx(x509.get(), context.md.get()) <= 0) return not_made();
  return x509;
}

}  // namespace

Result<Certificate> Certificate::adopt(x509_st* x509) {
  Certificate out;
  out.x509_ = std::shared_ptr<X509>(x509, X509_free);
  TRY(out.algorithm_, ossl::algorithm_of(X509_get0_pubkey(x509)));
  TRY(out.validity_.not_before, ossl::instant(X509_get0_notBefore(x509)));
  TRY(out.validity_.not_after, ossl::instant(X509_get0_notAfter(x509)));
  if (X509_get_signature_nid(x509) == NID_SM2_with_SM3) {
    // X509_verify takes the issuer's distinguishing id from the certificate being verified.
    auto* id = ASN1_OCTET_STRING_new();
    ASSERT(ASN1_OCTET_STRING_set(id, ossl::bytes(ossl::kSm2Id),
                                 static_cast<int>(ossl::kSm2Id.size())) == 1);
    X509_set0_distinguishing_id(x509, id);
  }
  out.fingerprint_ = sha256_hex(out.to_der());
  return out;
}

Result<Certificate> Certificate::from_der(std::string_view der) {
  const auto bad = [] {
    return fail_bi(Code::kInvalid, "not an X.509 certificate: " + ossl::last_error(),
                   "不是 X.509 证书", {}, "RFC5280");
  };
  if (der.size() > kMaxCertificateBytes) return bad();
  const unsigned char* at = ossl::bytes(der);
  X509Owned x509(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
  if (!x509 || at != ossl::bytes(der) + der.size()) return bad();
  return adopt(x509.release());
}

Result<Certificate> Certificate::from_pem(std::string_view pem) {
  constexpr std::string_view kBegin = "-----BEGIN CERTIFICATE-----";
  constexpr std::string_view kEnd = "-----END CERTIFICATE-----";
  const std::string_view text = trim(pem);
  if (text.size() > kMaxCertificateBytes || !text.starts_with(kBegin) || !text.ends_with(kEnd) ||
      text.size() < kBegin.size() + kEnd.size()) {
    return fail_bi(Code::kInvalid, "not one certificate in PEM", "不是单个 PEM 证书", {},
                   "RFC7468-5");
  }
  std::string body(text.substr(kBegin.size(), text.size() - kBegin.size() - kEnd.size()));
  std::erase_if(body, [](char c) { return c == '\n' || c == '\r'; });
  const auto der = unbase64(body);
  if (!der) {
    return fail_bi(Code::kInvalid, "the certificate's base 64 text is broken",
                   "证书的 base64 文本损坏", {}, "RFC7468-5");
  }
  return from_der(*der);
}

Result<Certificate> Certificate::self_signed(const SigningKey& key, const Subject& subject,
                                             const Validity& validity) {
  TRY(auto x509, make(key, nullptr, key, subject, validity));
  return from_der(ossl::der(i2d_X509, x509.get()));
}

Result<Certificate> Certificate::issue(const SigningKey& own_key, const SigningKey& key,
                                       const Subject& subject, const Validity& validity) const {
  if (!belongs_to(own_key) || X509_check_ca(x509_.get()) != 1) {
    return fail_bi(Code::kRefused, "this certificate cannot issue others with that key",
                   "该证书不能用此密钥签发其他证书");
  }
  TRY(auto x509, make(own_key, x509_.get(), key, subject, validity));
  return from_der(ossl::der(i2d_X509, x509.get()));
}

std::string Certificate::to_der() const { return ossl::der(i2d_X509, x509_.get()); }

std::string Certificate::to_pem() const {
  const ossl::Bio bio(BIO_new(BIO_s_mem()));
  ASSERT(PEM_write_bio_X509(bio.get(), x509_.get()) == 1);
  return ossl::written(bio);
}

std::string Certificate::public_pem() const {
  const ossl::Bio bio(BIO_new(BIO_s_mem()));
  ASSERT(PEM_write_bio_PUBKEY(bio.get(), X509_get0_pubkey(x509_.get())) == 1);
  return ossl::written(bio);
}

std::string Certificate::subject() const {
  const ossl::Bio bio(BIO_new(BIO_s_mem()));
  const unsigned long flags = (XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB) | ASN1_STRFLGS_ESC_CTRL;
  X509_NAME_print_ex(bio.get(), X509_get_subject_name(x509_.get()), 0, flags);
  return ossl::written(bio);
}

std::string Certificate::organisation() const {
  const X509_NAME* name = X509_get_subject_name(x509_.get());
  const int at = X509_NAME_get_index_by_NID(name, NID_organizationName, -1);
  if (at < 0) return {};
  unsigned char* utf8 = nullptr;
  const int size =
      ASN1_STRING_to_UTF8(&utf8, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at)));
  if (size < 0) {
    ERR_clear_error();
    return {};
  }
  std::string out(reinterpret_cast<char*>(utf8), static_cast<std::size_t>(size));
  OPENSSL_free(utf8);
  std::replace_if(
      out.begin(), out.end(),
      [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, '?');
  return is_utf8(out) ? out : std::string();
}

bool Certificate::belongs_to(const SigningKey& key) const {
  const bool same = EVP_PKEY_eq(X509_get0_pubkey(x509_.get()), key.native()) == 1;
  ERR_clear_error();
  return same;
}

bool Certificate::issued_by(const Certificate& issuer) const {
  X509* own = x509_.get();
  X509* other = issuer.x509_.get();
  // An extension that is critical and unknown makes a certificate unusable (RFC 5280 section 4.2).
  const bool good = ((X509_get_extension_flags(own) | X509_get_extension_flags(other)) &
                     (EXFLAG_CRITICAL | EXFLAG_INVALID)) == 0 &&
                    X509_check_ca(other) == 1 && X509_check_issued(other, own) == X509_V_OK &&
                    X509_verify(own, X509_get0_pubkey(other)) == 1;
  ERR_clear_error();
  return good;
}

bool Certificate::verify(std::string_view bytes, std::string_view signature) const {
  const auto context =
      ossl::signature_context(X509_get0_pubkey(x509_.get()), algorithm_, ossl::Direction::kVerify);
  const bool good =
      context && EVP_DigestVerify(context->md.get(), ossl::bytes(signature), signature.size(),
                                  ossl::bytes(bytes), bytes.size()) == 1;
  ERR_clear_error();
  return good;
}

bool is_trusted(const Certificate& signer, const std::vector<Certificate>& trusted, Instant time) {
  if (!signer.valid_at(time)) return false;
  return std::any_of(trusted.begin(), trusted.end(), [&](const Certificate& anchor) {
    return anchor.fingerprint() == signer.fingerprint() ||
           (anchor.valid_at(time) && signer.issued_by(anchor));
  });
}

}  // namespace tocsin::crypto
