// The hub's and the authorities' signing keys, in files that only the hub's account can read.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <type_traits>

#include "base/crypto/cms.h"
#include "base/guarded.h"
#include "desk/registry.h"
#include "desk/services.h"

namespace tocsin::hub {

/// Makes a key and a certificate for whoever has none yet, on first use. Thread safety: safe.
class KeyRing final : public desk::Signer {
 public:
  KeyRing(std::filesystem::path folder, crypto::Algorithm algorithm, const Clock& clock)
      : folder_(std::move(folder)), algorithm_(algorithm), clock_(clock) {}

  /// Makes the key of an organisation ready and gives its certificate. `name` goes into the
  /// subject.
  Result<crypto::Certificate> prepare(const std::string& organization, const std::string& name);

  Result<desk::Signature> sign(const std::string& organization, std::string_view document,
                               Instant at) override;
  /// Detached CMS, DER, by the hub itself (`hub`).
  Result<std::string> sign_der(const std::string& owner, std::string_view document, Instant at);

  /// Calls `use` with the key and certificate of `owner`; they must not be kept.
  template <typename F>
  auto with_key(const std::string& owner, F&& use)
      -> std::invoke_result_t<F, const crypto::SigningKey&, const crypto::Certificate&> {
    auto pairs = pairs_.lock();
    TRY(const Pair* pair, pair_of(*pairs, owner, owner));
    return use(pair->key, pair->certificate);
  }

 private:
  struct Pair {
    crypto::SigningKey key;
    crypto::Certificate certificate;
  };
  Result<const Pair*> pair_of(std::map<std::string, Pair>& pairs, const std::string& owner,
                              const std::string& name);

  const std::filesystem::path folder_;
  const crypto::Algorithm algorithm_;
  const Clock& clock_;
  Guarded<std::map<std::string, Pair>> pairs_;
};

/// Owner name of the hub's own key.
inline constexpr const char* kHubKey = "hub";

}  // namespace tocsin::hub
