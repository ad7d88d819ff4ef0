#include "base/ids.h"

#include <array>
#include <cstdint>
#include <mutex>

#include "base/random.h"

namespace tocsin {
namespace {

constexpr std::string_view kAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Last ULID made by this process; later ones of the same millisecond count up from it.
struct Last {
  std::mutex mutex;
  std::int64_t millis = 0;
  std::array<unsigned char, 10> tail{};
};

}  // namespace

std::string IdSource::make(std::string_view prefix) {
  static Last last;
  std::array<unsigned char, 10> tail{};
  std::int64_t millis = clock_.now().micros / 1000;
  {
    const std::lock_guard lock(last.mutex);
    if (millis <= last.millis) {
      millis = last.millis;
      for (std::size_t i = last.tail.size(); i-- > 0;) {
        if (++last.tail[i] != 0) break;
      }
    } else {
      last.millis = millis;
      random_bytes(last.tail);
      last.tail[0] &= 0x7f;  // room to count up without overflow
    }
    tail = last.tail;
  }
  std::string out(prefix);
  out.push_back('_');
  for (int shift = 45; shift >= 0; shift -= 5) {
    out.push_back(kAlphabet[static_cast<std::size_t>(millis >> shift) & 31]);
  }
  unsigned buffer = 0;
  int bits = 0;
  for (const unsigned char byte : tail) {
    buffer = (buffer << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      out.push_back(kAlphabet[(buffer >> bits) & 31]);
    }
  }
  return out;
}

bool is_id(std::string_view text, std::string_view prefix) {
  if (text.size() != prefix.size() + 27 || !text.starts_with(prefix) ||
      text[prefix.size()] != '_') {
    return false;
  }
  return text.substr(prefix.size() + 1).find_first_not_of(kAlphabet) == std::string_view::npos;
}

}  // namespace tocsin
