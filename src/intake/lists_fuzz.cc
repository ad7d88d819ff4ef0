// First byte: format and chunk size; rest: a line-based list. The promise must hold.
#include <cstdint>
#include <string_view>

#include "intake/collect.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tocsin;
  using intake::Format;
  if (size == 0) return 0;
  constexpr Format kFormats[] = {Format::kPlain,   Format::kHosts, Format::kRpz,   Format::kDnsmasq,
                                 Format::kUnbound, Format::kBind,  Format::kNdjson};
  const Format format = kFormats[(data[0] & 15) % 7];
  const std::size_t step = std::size_t{1} << (data[0] >> 4);
  const std::string_view text(reinterpret_cast<const char*>(data + 1), size - 1);
  intake::Collected out;
  intake::Options options;
  options.max_line_bytes = 512;
  const auto reader = intake::make_reader(format, options, out);
  for (std::size_t i = 0; i < text.size(); i += step) {
    ASSERT(reader->feed(text.substr(i, step)).has_value());
  }
  ASSERT(reader->finish().has_value());
  const auto& counters = reader->counters();
  ASSERT(counters.lines == counters.items + counters.refused);
  ASSERT(counters.items == static_cast<std::int64_t>(out.items.size()));
  ASSERT(counters.refused == static_cast<std::int64_t>(out.refusals.size()));
  (void)intake::sniff(text, "x.csv");
  return 0;
}
