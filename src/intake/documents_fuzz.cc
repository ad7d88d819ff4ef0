// First byte: format and chunk size; rest: a document. Hostile bytes end in items and refusals, and
// the way they were cut changes nothing.
#include <cstdint>
#include <string_view>

#include "intake/collect.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tocsin;
  using intake::Format;
  if (size == 0) return 0;
  constexpr Format kFormats[] = {Format::kIodef, Format::kGbt36643, Format::kXlsx};
  const Format format = kFormats[(data[0] & 15) % 3];
  const std::size_t step = std::size_t{1} << (data[0] >> 4);
  const std::string_view text(reinterpret_cast<const char*>(data + 1), size - 1);
  const auto run = [&](std::size_t piece) {
    intake::Collected out;
    const auto reader = intake::make_reader(format, {}, out);
    Status status;
    for (std::size_t i = 0; i < text.size() && status; i += piece) {
      status = reader->feed(text.substr(i, piece));
    }
    if (status) status = reader->finish();
    const auto& counters = reader->counters();
    ASSERT(counters.lines == counters.items + counters.refused);
    ASSERT(counters.items == static_cast<std::int64_t>(out.items.size()));
    ASSERT(counters.refused == static_cast<std::int64_t>(out.refusals.size()));
    ASSERT(status || !out.refusals.empty());
    return out.items.size();
  };
  ASSERT(run(text.size() + 1) == run(step));
  return 0;
}
