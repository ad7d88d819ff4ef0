#include "base/fold.h"

#include "base/text.h"

namespace tocsin {

std::size_t blank_at(std::string_view text) {
  if (text.empty()) return 0;
  const auto byte = [&](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
  };
  if (byte(0) == ' ' || (byte(0) >= '\t' && byte(0) <= '\r')) return 1;
  if (byte(0) == 0xC2 && byte(1) == 0xA0) return 2;                     // U+00A0
  if (byte(0) == 0xE3 && byte(1) == 0x80 && byte(2) == 0x80) return 3;  // U+3000
  if (byte(0) == 0xEF && byte(1) == 0xBB && byte(2) == 0xBF) return 3;  // U+FEFF
  if (byte(0) == 0xE2 && byte(1) == 0x80) {
    if (byte(2) >= 0x80 && byte(2) <= 0x8F) return 3;  // U+2000 to U+200F
    if (byte(2) >= 0xA8 && byte(2) <= 0xAF) return 3;  // U+2028 to U+202F
  }
  if (byte(0) == 0xE2 && byte(1) == 0x81 && byte(2) >= 0x9F && byte(2) <= 0xAF) return 3;
  return 0;
}

std::string folded(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t blank = blank_at(text);
    if (blank == 0) out.push_back(text.front());
    text.remove_prefix(blank == 0 ? 1 : blank);
  }
  return to_lower(out);
}

}  // namespace tocsin
