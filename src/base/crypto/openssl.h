// Owners for OpenSSL's objects. Internal to this folder: include it in .cc files only.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <string_view>

#include <openssl/bio.h>
#include <openssl/cms.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include "base/crypto/key.h"
#include "base/result.h"

namespace tocsin::crypto::ossl {

template <auto free>
struct Free {
  template <typename T>
  void operator()(T* object) const {
    free(object);
  }
};
template <typename T, auto free>
using Owned = std::unique_ptr<T, Free<free>>;

using Bio = Owned<BIO, BIO_free_all>;
using Key = Owned<EVP_PKEY, EVP_PKEY_free>;
using KeyContext = Owned<EVP_PKEY_CTX, EVP_PKEY_CTX_free>;
using MdContext = Owned<EVP_MD_CTX, EVP_MD_CTX_free>;
using Time = Owned<ASN1_TIME, ASN1_TIME_free>;

/// The distinguishing identifier that GM/T 0009-2012 section 10 gives when nothing else is agreed.
/// Every SM2 signature and verification must use it, or nobody else can check the signature.
inline constexpr std::string_view kSm2Id = "1234567812345678";

/// Takes the newest error text out of OpenSSL's queue and empties the queue.
inline std::string last_error() {
  std::array<char, 256> text{};
  const unsigned long code = ERR_peek_last_error();
  ERR_clear_error();
  if (code == 0) return "unknown error";
  ERR_error_string_n(code, text.data(), text.size());
  return text.data();
}

inline Bio reading(std::string_view bytes) {
  ASSERT(bytes.size() <= INT32_MAX);
  return Bio(BIO_new_mem_buf(bytes.data(), static_cast<int>(bytes.size())));
}

/// Everything that was written into a memory BIO.
inline std::string written(const Bio& bio) {
  const char* data = nullptr;
  const long size = BIO_ctrl(bio.get(), BIO_CTRL_INFO, 0, &data);
  return size > 0 ? std::string(data, static_cast<std::size_t>(size)) : std::string();
}

/// The DER encoding by any of OpenSSL's i2d functions; empty when it fails.
template <typename T, typename Encode>
std::string der(Encode encode, T* object) {
  const int size = encode(object, nullptr);
  if (size <= 0) return {};
  std::string out(static_cast<std::size_t>(size), '\0');
  auto* at = reinterpret_cast<unsigned char*>(out.data());
  encode(object, &at);
  return out;
}

/// For PEM readers: without it an encrypted file would ask for its password on the terminal.
inline int no_passphrase(char*, int, int, void*) { return -1; }

inline const unsigned char* bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

/// A digest-and-sign (or -verify) state with the algorithm's digest and, for SM2, kSm2Id.
struct SignatureContext {
  KeyContext key;  // outlives md, which points to it
  MdContext md;
};
enum class Direction { kSign, kVerify };
Result<SignatureContext> signature_context(EVP_PKEY* key, Algorithm algorithm, Direction direction);

/// Which of our two algorithms a public or private key belongs to; kInvalid for any other.
Result<Algorithm> algorithm_of(const EVP_PKEY* key);

/// UTC seconds of an ASN.1 time.
Result<Instant> instant(const ASN1_TIME* time);

}  // namespace tocsin::crypto::ossl
