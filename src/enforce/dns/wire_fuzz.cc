// Any bytes either fail to decode or survive a round trip.
#include <cstddef>
#include <cstdint>

#include "enforce/dns/wire.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tocsin::enforce::dns;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto message = decode(bytes);
  if (!message) return 0;
  for (const auto* section : {&message->answers, &message->authority, &message->additional}) {
    for (const Rr& rr : *section) {
      static_cast<void>(soa_of(rr));
      static_cast<void>(cname_of(rr));
      static_cast<void>(txt_of(rr));
      static_cast<void>(address_of(rr));
      static_cast<void>(opt_of(rr));
      const auto again = Name::parse(rr.name.text());
      ASSERT(again && again->wire() == rr.name.wire());
    }
  }
  const auto encoded = encode(*message);
  if (!encoded) return 0;  // expanded names may not fit any more
  const auto back = decode(*encoded);
  ASSERT(back.has_value());
  ASSERT(back->answers.size() == message->answers.size());
  ASSERT(back->questions == message->questions);
  return 0;
}
