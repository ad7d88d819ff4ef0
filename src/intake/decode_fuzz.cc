// First byte: character set and chunk size; rest: bytes of a file. Limits must hold.
#include <cstdint>
#include <string_view>

#include "intake/decode.h"

namespace {

using namespace tocsin;

struct Meter final : intake::Reader {
  std::size_t bytes = 0;
  intake::Counters counted;
  intake::SourceInfo info;
  Status feed(std::string_view piece) override {
    bytes += piece.size();
    return {};
  }
  Status finish() override { return {}; }
  const intake::Counters& counters() const override { return counted; }
  const intake::SourceInfo& source() const override { return info; }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::size_t step = std::size_t{1} << (data[0] >> 4);
  const std::string_view bytes(reinterpret_cast<const char*>(data + 1), size - 1);
  Meter meter;
  intake::DecodeLimits limits;
  limits.max_output_bytes = 1U << 20;
  intake::Decoder decoder(meter, static_cast<intake::Charset>((data[0] & 15) % 3), limits);
  Status status;
  for (std::size_t i = 0; i < bytes.size() && status; i += step) {
    status = decoder.feed(bytes.substr(i, step));
  }
  if (status) status = decoder.finish();
  // UTF-8 needs at most three bytes for what two bytes of another set say.
  ASSERT(meter.bytes <= 3 * limits.max_output_bytes + 65536);
  return 0;
}
