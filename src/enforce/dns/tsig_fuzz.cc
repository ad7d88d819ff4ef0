// Whatever a TSIG record holds, nothing unsigned by the key passes as verified.
#include <cstddef>
#include <cstdint>

#include "enforce/dns/tsig.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tocsin;
  using namespace tocsin::enforce::dns;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto message = decode(bytes);
  if (!message) return 0;
  const std::vector<TsigKey> keys = {
      {*Name::parse("hub-key"), TsigAlgorithm::kHmacSha256, std::string(32, 'f')},
      {*Name::parse("long-key"), TsigAlgorithm::kHmacSha512, std::string(64, 'z')}};
  const Instant now{1'700'000'000'000'000};
  const TsigCheck check = check_tsig(bytes, *message, keys, now);
  ASSERT(check.state != TsigCheck::State::kVerified);
  TsigVerifier verifier(keys.front(), "request-mac");
  ASSERT(!verifier.verify(bytes, now));
  return 0;
}
