#include "base/uuid.h"

#include <array>
#include <span>

#include "base/crypto/hash.h"
#include "base/random.h"
#include "base/text.h"

namespace tocsin {
namespace {

/// Chosen once at random; changing it would rename every object that was ever exported.
constexpr std::string_view kNamespace{
    "\x3c\x91\x0b\xd4\x5e\x27\x4a\x6f\x9d\x12\x86\xe0\xc5\x48\x7b\x3a", 16};

std::string format(std::string bytes, unsigned version) {
  bytes.resize(16);
  const auto set = [&](std::size_t i, unsigned keep, unsigned bits) {
    bytes[i] = static_cast<char>((static_cast<unsigned char>(bytes[i]) & keep) | bits);
  };
  set(6, 0x0fU, version << 4U);
  set(8, 0x3fU, 0x80U);
  const std::string digits = hex(bytes);
  return digits.substr(0, 8) + "-" + digits.substr(8, 4) + "-" + digits.substr(12, 4) + "-" +
         digits.substr(16, 4) + "-" + digits.substr(20);
}

}  // namespace

std::string random_uuid() {
  std::array<unsigned char, 16> bytes{};
  random_bytes(bytes);
  return format({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, 4);
}

std::string name_uuid(std::string_view name) {
  return format(crypto::Hasher(crypto::HashKind::kSha1).update(kNamespace).update(name).finish(),
                5);
}

bool is_uuid(std::string_view text) {
  if (text.size() != 36) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    const bool digit = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    if (dash ? c != '-' : !digit) return false;
  }
  return true;
}

}  // namespace tocsin
