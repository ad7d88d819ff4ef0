// First byte: format and chunk size; rest: events. Whole and in pieces must give the same counts.
#include <cstdint>
#include <string_view>

#include "intake/collect.h"
#include "intake/shadowserver.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tocsin;
  using intake::Format;
  if (size == 0) return 0;
  constexpr Format kFormats[] = {Format::kShadowserver, Format::kIntelmq, Format::kN6,
                                 Format::kMispFeed};
  const Format format = kFormats[data[0] & 3];
  const std::size_t step = std::size_t{1} << (data[0] >> 4);
  const std::string_view text(reinterpret_cast<const char*>(data + 1), size - 1);
  intake::Options options;
  options.max_line_bytes = 512;
  options.max_document_bytes = 4096;
  options.file_name = "2026-08-22-phish_url-cn.csv";
  intake::Counters counts[2];
  for (int i = 0; i < 2; ++i) {
    intake::Collected out;
    const auto reader = intake::make_reader(format, options, out);
    Status fed;
    const std::size_t piece = i == 0 ? text.size() + 1 : step;
    for (std::size_t at = 0; at < text.size() && fed; at += piece) {
      fed = reader->feed(text.substr(at, piece));
    }
    if (fed) fed = reader->finish();
    // Only a header without the columns of its report ends the reading.
    ASSERT(fed || fed.error().rule == "no-column");
    counts[i] = reader->counters();
    ASSERT(counts[i].lines == counts[i].items + counts[i].refused);
    ASSERT(counts[i].items == static_cast<std::int64_t>(out.items.size()));
  }
  ASSERT(counts[0].items == counts[1].items && counts[0].refused == counts[1].refused);
  (void)intake::shadowserver::read_schema(text);
  intake::shadowserver::Schema schema;
  (void)intake::shadowserver::read_severities(text, schema);
  return 0;
}
