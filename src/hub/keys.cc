#include "hub/keys.h"

#include <chrono>

#include "base/file.h"

namespace tocsin::hub {

Result<const KeyRing::Pair*> KeyRing::pair_of(std::map<std::string, Pair>& pairs,
                                              const std::string& owner, const std::string& name) {
  if (const auto known = pairs.find(owner); known != pairs.end()) return &known->second;
  const auto key_file = folder_ / (owner + ".key");
  const auto certificate_file = folder_ / (owner + ".pem");
  if (!std::filesystem::exists(key_file)) {
    std::error_code ec;
    std::filesystem::create_directories(folder_, ec);
    std::filesystem::permissions(folder_, std::filesystem::perms::owner_all, ec);
    TRY(const auto key, crypto::SigningKey::generate(algorithm_));
    // Notices must stay verifiable for as long as cases are kept: twenty years.
    constexpr std::chrono::hours kValid{24 * 365 * 20};
    constexpr std::chrono::hours kSkew{1};
    const Instant now = clock_.now();
    TRY(const auto certificate,
        crypto::Certificate::self_signed(key, {name.substr(0, 60), owner},
                                         {now.plus(-kSkew), now.plus(kValid)}));
    // The certificate first: a key without one would be unusable after a crash between the two.
    TRY_STATUS(write_file(certificate_file, certificate.to_pem()));
    TRY_STATUS(key.save(key_file));
  }
  TRY(auto key, crypto::SigningKey::load(key_file));
  TRY(const auto pem, read_file(certificate_file));
  TRY(auto certificate, crypto::Certificate::from_pem(pem));
  if (!certificate.belongs_to(key)) {
    return fail(Code::kCorrupt, certificate_file.string() + " is not the certificate of its key");
  }
  return &pairs.emplace(owner, Pair{std::move(key), std::move(certificate)}).first->second;
}

Result<crypto::Certificate> KeyRing::prepare(const std::string& organization,
                                             const std::string& name) {
  auto pairs = pairs_.lock();
  TRY(const Pair* pair, pair_of(*pairs, organization, name));
  return pair->certificate;
}

Result<std::string> KeyRing::sign_der(const std::string& owner, std::string_view document,
                                      Instant at) {
  auto pairs = pairs_.lock();
  TRY(const Pair* pair, pair_of(*pairs, owner, owner));
  return crypto::cms::sign(pair->key, pair->certificate, document, at);
}

Result<desk::Signature> KeyRing::sign(const std::string& organization, std::string_view document,
                                      Instant at) {
  TRY(const auto der, sign_der(organization, document, at));
  auto pairs = pairs_.lock();
  TRY(const Pair* pair, pair_of(*pairs, organization, organization));
  return desk::Signature{crypto::cms::to_pem(der), pair->certificate.fingerprint()};
}

}  // namespace tocsin::hub
