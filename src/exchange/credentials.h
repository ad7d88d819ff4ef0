// Client certificates as credentials of a person, beside tokens (W17-09).
#pragma once

#include <optional>
#include <string>

#include "base/ids.h"
#include "exchange/collections.h"

namespace tocsin::exchange {

struct CertificateRequest {
  using is_described = void;
  std::string user;         ///< login
  std::string fingerprint;  ///< SHA-256 of the DER encoding, hexadecimal, colons allowed
  std::vector<std::string> scopes;
  Instant expires;
  std::string organization;  ///< code of one that the person acts for; left out: the first
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("user", s.user);
    v("fingerprint", s.fingerprint);
    v("scopes", s.scopes);
    v("expires", s.expires);
    v("organization", s.organization);
  }
};

/// Binds a certificate to whoever asks; administrators bind one for reading to anybody. It is kept
/// as a token whose digest no secret can make, so it is listed and revoked like every token. TLS
/// has proved the certificate before.
Result<model::Token> bind_certificate(store::Store& store, const Clock& clock, IdSource& ids,
                                      const Principal& by, const CertificateRequest& request);

/// SHA-256 of the certificate that this token stands for, hexadecimal; empty: it has a secret.
std::string certificate_of(const model::Token& token);

/// The token of a certificate, if it was ever bound; whether it still counts is for the registry.
Result<std::optional<model::Token>> token_of_certificate(store::ReadTx& tx,
                                                         const std::string& sha256);

}  // namespace tocsin::exchange
