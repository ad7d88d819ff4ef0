// First byte: mapping and chunk size; rest: CSV.
#include <cstdint>
#include <string_view>

#include "intake/collect.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tocsin;
  if (size == 0) return 0;
  intake::Options options;
  options.max_line_bytes = 512;
  options.csv.header = (data[0] & 1) != 0;
  options.csv.auto_delimiter = (data[0] & 2) != 0;
  options.csv.value = options.csv.header ? "value" : "#1";
  options.csv.value_tail = (data[0] & 4) != 0 ? "#2" : "";
  options.csv.kind = "#3";
  options.csv.first_seen = "#4";
  options.csv.confidence = "#5";
  options.csv.description = "#6";
  const std::size_t step = std::size_t{1} << (data[0] >> 4);
  const std::string_view text(reinterpret_cast<const char*>(data + 1), size - 1);
  intake::Collected out;
  const auto reader = intake::make_reader(intake::Format::kCsv, options, out);
  Status fed;
  for (std::size_t i = 0; i < text.size() && fed; i += step) {
    fed = reader->feed(text.substr(i, step));
  }
  if (fed) fed = reader->finish();
  // Only a header without the mapped column ends the reading.
  ASSERT(fed || (options.csv.header &&
                 (fed.error().rule == "no-column" || fed.error().rule == "many-values")));
  ASSERT(reader->counters().lines == reader->counters().items + reader->counters().refused);
  return 0;
}
