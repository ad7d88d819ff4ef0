#include <cstdint>
#include <string_view>

#include "intake/collect.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tocsin;
  intake::Collected out;
  const auto reader = intake::make_reader(intake::Format::kMisp, {}, out);
  (void)reader->feed({reinterpret_cast<const char*>(data), size});
  (void)reader->finish();
  const auto& counters = reader->counters();
  ASSERT(counters.lines == counters.items + counters.refused);
  ASSERT(counters.items == static_cast<std::int64_t>(out.items.size()));
  return 0;
}
