// One document in pieces of two sizes: the same objects or the same refusal, and every object is a
// part of the document at the place it names.
#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "exchange/stix/object.h"
#include "exchange/stix/splitter.h"

namespace {

using namespace tocsin;
using namespace tocsin::exchange::stix;

struct Outcome {
  std::vector<std::string> objects;
  std::string error;
};

Outcome run(std::string_view text, std::size_t step) {
  Outcome out;
  SplitLimits limits;
  limits.object_bytes = 4096;
  Splitter splitter(
      [&](const Piece& piece, const Json& json) -> Status {
        ASSERT(text.substr(piece.offset, piece.bytes.size()) == piece.bytes);
        if (const auto object = read_object(piece, json, {})) {
          ASSERT(object->bytes == piece.bytes);
          ASSERT(is_stix_id(object->id) && object->id.starts_with(object->type));
        }
        out.objects.emplace_back(piece.bytes);
        return {};
      },
      limits);
  Status status;
  for (std::size_t i = 0; i < text.size() && status; i += step) {
    status = splitter.feed(text.substr(i, step));
  }
  if (status) status = splitter.finish();
  if (!status) out.error = status.error().field;
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  const Outcome whole = run(text, std::max<std::size_t>(size, 1));
  const Outcome pieces = run(text, 3);
  ASSERT(whole.objects == pieces.objects);
  ASSERT(whole.error.empty() == pieces.error.empty());
  return 0;
}
