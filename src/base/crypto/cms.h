// Detached signatures over documents: CMS SignedData (RFC 5652), the content of a `.p7s` file.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/crypto/certificate.h"
#include "base/crypto/key.h"
#include "base/result.h"
#include "base/time.h"

namespace tocsin::crypto::cms {

inline constexpr std::size_t kMaxBytes = 256 * 1024;  ///< of one .p7s file

/// Who signed, when (by the signer's own clock, whole seconds) and with what.
struct Signer {
  Certificate certificate;
  Instant signing_time;
  Algorithm algorithm = Algorithm::kEcdsaP256;
  /// True when the file is DER and byte for byte what sign() writes around these attributes and
  /// this signature value. CMS has fields that no signature protects; where nothing else covers the
  /// file, demand this and no byte of it can be changed unseen.
  bool canonical = false;
};

/// DER of a SignedData with one signer, its certificate, and the signed attributes contentType,
/// signingTime and messageDigest. Verifiable offline by anybody (W17-21): ECDSA by every CMS
/// program; SM2 needs one that knows the distinguishing id 1234567812345678.
/// kInvalid when the certificate is not of this key or not valid at `signing_time`.
Result<std::string> sign(const SigningKey& key, const Certificate& certificate,
                         std::string_view document, Instant signing_time);

/// Checks DER or PEM against the very bytes of `document`. Requires exactly one signer, a detached
/// content of type data, signed attributes, the signer's certificate inside, and a signing time
/// within that certificate's validity. kCorrupt when the signature does not fit.
/// With `trusted` the signer must also be trusted (is_trusted()), else kUnauthenticated. Without,
/// the result only says who claims to have signed.
Result<Signer> verify(std::string_view p7s, std::string_view document,
                      const std::vector<Certificate>* trusted = nullptr);

/// RFC 7468 text with the label CMS.
std::string to_pem(std::string_view der);

}  // namespace tocsin::crypto::cms
