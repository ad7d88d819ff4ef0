// Signing keys of hubs and authorities: ECDSA P-256 for the world, SM2 for China.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"

struct evp_pkey_st;  // OpenSSL's EVP_PKEY

namespace tocsin::crypto {

enum class Algorithm {
  kEcdsaP256,  ///< ECDSA on P-256 with SHA-256 (FIPS 186-5)
  kSm2,        ///< SM2 with SM3 (GB/T 32918-2016), distinguishing id 1234567812345678
};

/// `ecdsa-p256-sha256`, `sm2-sm3`.
std::string_view name(Algorithm algorithm);

/// A private key. One owner; signing is safe from several threads.
class SigningKey {
 public:
  static Result<SigningKey> generate(Algorithm algorithm);

  /// Reads an unencrypted PKCS #8 PEM file. kForbidden when it is a symbolic link, not a regular
  /// file, or readable by anybody but its owner.
  static Result<SigningKey> load(const std::filesystem::path& path);
  /// Writes PKCS #8 PEM with mode 0600. kConflict when the file exists: a key is never overwritten.
  Status save(const std::filesystem::path& path) const;

  /// kInvalid for anything but an unencrypted P-256 or SM2 private key.
  static Result<SigningKey> from_pem(std::string_view pem);
  std::string to_pem() const;
  /// SubjectPublicKeyInfo as PEM, for `openssl dgst -verify`.
  std::string public_pem() const;

  Algorithm algorithm() const { return algorithm_; }

  /// Signature over `bytes` (digested inside), DER SEQUENCE of r and s.
  Result<std::string> sign(std::string_view bytes) const;

  /// For the files of this folder only.
  evp_pkey_st* native() const { return key_.get(); }

  ~SigningKey();
  SigningKey(SigningKey&&) noexcept;
  SigningKey& operator=(SigningKey&&) noexcept;

 private:
  struct Free {
    void operator()(evp_pkey_st* key) const;
  };
  SigningKey(evp_pkey_st* key, Algorithm algorithm) : key_(key), algorithm_(algorithm) {}

  std::unique_ptr<evp_pkey_st, Free> key_;
  Algorithm algorithm_;
};

}  // namespace tocsin::crypto
