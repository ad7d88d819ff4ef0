// A manifest, a line of hyphens, hashes: what comes out can be packed and read back, entry by
// entry.
#include <cstdint>
#include <string>
#include <string_view>

#include "intake/collect.h"
#include "intake/misp_feed.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tocsin;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto cut = text.find("\n--\n");
  auto entries = intake::misp_feed::read_manifest(text.substr(0, cut));
  if (!entries) return 0;
  if (cut != std::string_view::npos) {
    intake::misp_feed::read_hashes(text.substr(cut + 4), *entries);
  }
  std::string stream;
  const auto packed = intake::misp_feed::pack(
      *entries,
      [&](const std::string& file) -> Result<std::string> {
        ASSERT(file.find('/') == std::string::npos);
        if (file.size() % 2 == 0) return fail(Code::kNotFound, "no such file");
        return std::string(text.substr(0, cut));
      },
      [&](std::string_view bytes) { stream += bytes; });
  ASSERT(packed.has_value());
  intake::Collected out;
  const auto reader = intake::make_reader(intake::Format::kMispFeed, {}, out);
  ASSERT(reader->feed(stream).has_value() && reader->finish().has_value());
  ASSERT(out.refusals.size() >= packed->missing.size() + packed->different.size());
  return 0;
}
