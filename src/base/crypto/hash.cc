#include "base/crypto/hash.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "base/result.h"
#include "base/text.h"

namespace tocsin::crypto {
namespace {

struct FreeMd {
  void operator()(EVP_MD* md) const { EVP_MD_free(md); }
};
struct FreeContext {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_MD_CTX, FreeContext>;

/// Looking an algorithm up costs more than hashing a short text, so each is fetched once. What is
/// kept is an immutable handle.
const EVP_MD* algorithm(HashKind kind) {
  static const std::array<std::unique_ptr<EVP_MD, FreeMd>, 4> handles{
      std::unique_ptr<EVP_MD, FreeMd>(EVP_MD_fetch(nullptr, "SHA256", nullptr)),
      std::unique_ptr<EVP_MD, FreeMd>(EVP_MD_fetch(nullptr, "SM3", nullptr)),
      std::unique_ptr<EVP_MD, FreeMd>(EVP_MD_fetch(nullptr, "MD5", nullptr)),
      std::unique_ptr<EVP_MD, FreeMd>(EVP_MD_fetch(nullptr, "SHA1", nullptr))};
  const EVP_MD* found = handles[static_cast<std::size_t>(kind)].get();
  ASSERT(found != nullptr);
  return found;
}

/// One state a thread for one-shot digests.
EVP_MD_CTX* thread_context() {
  thread_local const Context context(EVP_MD_CTX_new());
  ASSERT(context != nullptr);
  return context.get();
}

template <typename... Pieces>
void digest_into(unsigned char* out, HashKind kind, Pieces... pieces) {
  EVP_MD_CTX* context = thread_context();
  ASSERT(EVP_DigestInit_ex2(context, algorithm(kind), nullptr) == 1);
  (ASSERT(EVP_DigestUpdate(context, pieces.data(), pieces.size()) == 1), ...);
  ASSERT(EVP_DigestFinal_ex(context, out, nullptr) == 1);
}

}  // namespace

Digest sha256(std::string_view bytes) {
  Digest out;
  digest_into(out.data(), HashKind::kSha256, bytes);
  return out;
}

Digest sha256_tagged(unsigned char prefix, std::string_view a, std::string_view b) {
  Digest out;
  const char tag = static_cast<char>(prefix);
  digest_into(out.data(), HashKind::kSha256, std::string_view(&tag, 1), a, b);
  return out;
}

Digest sm3(std::string_view bytes) {
  Digest out;
  digest_into(out.data(), HashKind::kSm3, bytes);
  return out;
}

std::string sha256_hex(std::string_view bytes) { return to_hex(sha256(bytes)); }
std::string sm3_hex(std::string_view bytes) { return to_hex(sm3(bytes)); }

std::string md5_hex(std::string_view bytes) {
  std::array<unsigned char, 16> out;
  digest_into(out.data(), HashKind::kMd5, bytes);
  return hex({reinterpret_cast<const char*>(out.data()), out.size()});
}

Digest hmac_sha256(std::string_view key, std::string_view bytes) {
  Digest out;
  unsigned length = 0;
  // OpenSSL takes a null key for "as before"; an empty key must still be a key.
  const void* key_bytes = key.empty() ? "" : static_cast<const void*>(key.data());
  ASSERT(key.size() <= INT32_MAX);
  ASSERT(HMAC(algorithm(HashKind::kSha256), key_bytes, static_cast<int>(key.size()),
              reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), out.data(),
              &length) != nullptr);
  ASSERT(length == out.size());
  return out;
}

bool constant_time_equal(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string to_hex(const Digest& digest) { return hex(view(digest)); }

bool from_hex(std::string_view text, Digest& out) {
  if (text.size() != out.size() * 2) return false;
  const auto value = [](char c) {
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
  };
  for (std::size_t i = 0; i < out.size(); ++i) {
    const int high = value(text[2 * i]);
    const int low = value(text[2 * i + 1]);
    if (high < 0 || low < 0) return false;
    out[i] = static_cast<unsigned char>(high * 16 + low);
  }
  return true;
}

struct Hasher::State {
  HashKind kind;
  Context context{EVP_MD_CTX_new()};
  void start() { ASSERT(EVP_DigestInit_ex2(context.get(), algorithm(kind), nullptr) == 1); }
};

Hasher::Hasher(HashKind kind) : state_(new State{kind}) { state_->start(); }
Hasher::~Hasher() = default;
Hasher::Hasher(Hasher&&) noexcept = default;
Hasher& Hasher::operator=(Hasher&&) noexcept = default;

Hasher& Hasher::update(std::string_view bytes) {
  ASSERT(EVP_DigestUpdate(state_->context.get(), bytes.data(), bytes.size()) == 1);
  return *this;
}

std::string Hasher::finish() {
  std::array<unsigned char, EVP_MAX_MD_SIZE> out;
  unsigned length = 0;
  ASSERT(EVP_DigestFinal_ex(state_->context.get(), out.data(), &length) == 1);
  state_->start();
  return {reinterpret_cast<const char*>(out.data()), length};
}

}  // namespace tocsin::crypto
