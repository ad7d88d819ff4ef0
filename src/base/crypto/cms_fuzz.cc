// Foreign signature files and certificates: the first byte says how many bytes of document follow.
#include <cstdint>
#include <string_view>

#include "base/crypto/certificate.h"
#include "base/crypto/cms.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tocsin::crypto;
  std::string_view input(reinterpret_cast<const char*>(data), size);
  if (input.empty()) return 0;
  const std::size_t length = static_cast<unsigned char>(input.front());
  input.remove_prefix(1);
  const std::string_view document = input.substr(0, length);
  input.remove_prefix(document.size());
  if (const auto signer = cms::verify(input, document)) {
    const auto again = Certificate::from_pem(signer->certificate.to_pem());
    if (!again || again->fingerprint() != signer->certificate.fingerprint()) __builtin_trap();
  }
  if (const auto certificate = Certificate::from_der(input)) {
    (void)certificate->subject();
    (void)certificate->organisation();
    (void)certificate->issued_by(*certificate);
  }
  (void)Certificate::from_pem(input);
  (void)SigningKey::from_pem(input);
  return 0;
}
