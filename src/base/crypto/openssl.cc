#include "base/crypto/openssl.h"

#include <ctime>

namespace tocsin::crypto::ossl {

Result<SignatureContext> signature_context(EVP_PKEY* key, Algorithm algorithm,
                                           Direction direction) {
  SignatureContext out{KeyContext(EVP_PKEY_CTX_new_from_pkey(nullptr, key, nullptr)),
                       MdContext(EVP_MD_CTX_new())};
  ASSERT(out.key != nullptr && out.md != nullptr);
  const bool sm2 = algorithm == Algorithm::kSm2;
  bool ok = !sm2 || EVP_PKEY_CTX_set1_id(out.key.get(), kSm2Id.data(), kSm2Id.size()) == 1;
  EVP_MD_CTX_set_pkey_ctx(out.md.get(), out.key.get());
  const EVP_MD* digest = sm2 ? EVP_sm3() : EVP_sha256();
  ok = ok && (direction == Direction::kSign
                  ? EVP_DigestSignInit(out.md.get(), nullptr, digest, nullptr, key)
                  : EVP_DigestVerifyInit(out.md.get(), nullptr, digest, nullptr, key)) == 1;
  if (!ok) return fail(Code::kInternal, "cannot prepare a signature: " + last_error());
  return out;
}

Result<Algorithm> algorithm_of(const EVP_PKEY* key) {
  std::array<char, 64> group{};
  std::size_t size = 0;
  if (key != nullptr && EVP_PKEY_get_group_name(key, group.data(), group.size(), &size) == 1) {
    const std::string_view curve(group.data(), size);
    if (EVP_PKEY_is_a(key, "EC") == 1 && (curve == "prime256v1" || curve == "P-256")) {
      return Algorithm::kEcdsaP256;
    }
    if (EVP_PKEY_is_a(key, "SM2") == 1) return Algorithm::kSm2;
  }
  ERR_clear_error();
  return fail_bi(Code::kInvalid, "only ECDSA P-256 and SM2 keys are accepted",
                 "只接受 ECDSA P-256 或 SM2 密钥");
}

Result<Instant> instant(const ASN1_TIME* time) {
  std::tm civil{};
  if (time == nullptr || ASN1_TIME_to_tm(time, &civil) != 1) {
    return fail(Code::kInvalid, "not an ASN.1 time: " + last_error());
  }
  const std::chrono::year_month_day date{
      std::chrono::year{civil.tm_year + 1900},
      std::chrono::month{static_cast<unsigned>(civil.tm_mon + 1)},
      std::chrono::day{static_cast<unsigned>(civil.tm_mday)}};
  const auto seconds = std::chrono::sys_seconds{std::chrono::sys_days{date}} +
                       std::chrono::hours{civil.tm_hour} + std::chrono::minutes{civil.tm_min} +
                       std::chrono::seconds{civil.tm_sec};
  return Instant{seconds.time_since_epoch().count() * 1'000'000};
}

}  // namespace tocsin::crypto::ossl
