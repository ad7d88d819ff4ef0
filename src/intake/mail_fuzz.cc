// A mail: the promise holds, and nothing is read twice or lost in silence.
#include <cstdint>
#include <string_view>

#include "intake/collect.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tocsin;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  intake::Collected out;
  const auto reader = intake::make_reader(intake::Format::kMail, {}, out);
  Status done = reader->feed(text);
  if (done) done = reader->finish();
  const auto& counters = reader->counters();
  ASSERT(counters.lines == counters.items + counters.refused);
  ASSERT(counters.items == static_cast<std::int64_t>(out.items.size()));
  ASSERT(done || counters.refused > 0);
  return 0;
}
