// The first byte cuts the rest into pieces; the story must not depend on the cuts.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "base/result.h"
#include "http/parser.h"
#include "http/url.h"

namespace {

using tocsin::http::RequestParser;

std::string story(std::string_view bytes, std::size_t step) {
  RequestParser parser({.header_bytes = 512, .header_fields = 16, .body_bytes = 4096});
  std::string out;
  std::size_t body = 0;
  while (true) {
    std::string_view piece = bytes.substr(0, step);
    bytes.remove_prefix(piece.size());
    const bool last = piece.empty();
    for (bool more = true; more;) {
      const std::size_t before = piece.size();
      switch (parser.put(piece)) {
        case RequestParser::Event::kNeedMore:
          ASSERT(piece.empty());
          more = false;
          break;
        case RequestParser::Event::kHead:
          out += parser.head().method + " " + parser.head().target + "\n";
          if (const auto target = tocsin::http::parse_target(parser.head().target)) {
            ASSERT(!target->path.empty());
          }
          break;
        case RequestParser::Event::kBody:
          ASSERT(!parser.body().empty() && parser.body().size() <= before);
          body += parser.body().size();
          break;
        case RequestParser::Event::kComplete:
          ASSERT(body <= 4096);
          out += std::to_string(body) + "\n";
          body = 0;
          parser.next_request();
          break;
        case RequestParser::Event::kError:
          ASSERT(parser.error_status() >= 400);
          return out + "error " + std::to_string(parser.error_status());
      }
    }
    if (last) return out;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::size_t step = data[0] % 64 + std::size_t{1};
  const std::string bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  ASSERT(story(bytes, step) == story(bytes, 1U << 20));
  return 0;
}
