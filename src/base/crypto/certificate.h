// X.509 certificates (RFC 5280) that tie a signing key to an organisation's name.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/crypto/key.h"
#include "base/result.h"
#include "base/time.h"

struct x509_st;  // OpenSSL's X509

namespace tocsin::crypto {

/// Who a certificate is for, UTF-8. `organisation` and `common_name` have 1 to 64 characters.
struct Subject {
  std::string organisation;
  std::string common_name;
  std::string country = "CN";  ///< ISO 3166 two letters
};

struct Validity {
  Instant not_before;
  Instant not_after;  ///< whole seconds count
};

/// A parsed certificate with a P-256 or SM2 key; immutable, cheap to copy.
class Certificate {
 public:
  /// Exactly one PEM certificate; text around it is refused.
  static Result<Certificate> from_pem(std::string_view pem);
  static Result<Certificate> from_der(std::string_view der);

  /// For a hub or an authority that signs in its own name. It may also issue: see issue().
  static Result<Certificate> self_signed(const SigningKey& key, const Subject& subject,
                                         const Validity& validity);
  /// A signer's certificate for `key`, issued with this certificate and its private key.
  /// kRefused when this certificate may not issue or `own_key` is not its key.
  Result<Certificate> issue(const SigningKey& own_key, const SigningKey& key,
                            const Subject& subject, const Validity& validity) const;

  std::string to_pem() const;
  std::string to_der() const;
  std::string public_pem() const;

  /// SHA-256 of the DER form, 64 lower-case hexadecimal digits: what people compare by voice.
  const std::string& fingerprint() const { return fingerprint_; }
  /// RFC 2253 text, UTF-8, control characters escaped: `CN=…,O=…,C=CN`.
  std::string subject() const;
  /// First organisation name, control characters replaced; may be empty.
  std::string organisation() const;
  Algorithm algorithm() const { return algorithm_; }
  const Validity& validity() const { return validity_; }
  bool valid_at(Instant t) const { return validity_.not_before <= t && t <= validity_.not_after; }

  /// True when this certificate holds the public half of `key`.
  bool belongs_to(const SigningKey& key) const;
  /// True when `issuer` may issue and its key signed this certificate (also true of self-signed).
  bool issued_by(const Certificate& issuer) const;
  /// True when `signature` was made over `bytes` with this certificate's key.
  bool verify(std::string_view bytes, std::string_view signature) const;

  /// For the files of this folder only.
  x509_st* native() const { return x509_.get(); }

 private:
  Certificate() = default;
  static Result<Certificate> adopt(x509_st* x509);

  std::shared_ptr<x509_st> x509_;
  std::string fingerprint_;
  Algorithm algorithm_ = Algorithm::kEcdsaP256;
  Validity validity_;
};

/// Whether `signer` may be believed at `time`: it is one of `trusted`, or one of them issued it and
/// both were valid then. Chains longer than that are refused.
bool is_trusted(const Certificate& signer, const std::vector<Certificate>& trusted, Instant time);

}  // namespace tocsin::crypto
