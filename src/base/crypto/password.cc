#include "base/crypto/password.h"

#include <array>
#include <charconv>
#include <optional>

#include <argon2.h>

#include "base/random.h"
#include "base/text.h"

namespace tocsin::crypto {
namespace {

constexpr std::size_t kSaltBytes = 16;
constexpr std::size_t kTagBytes = 32;
constexpr std::size_t kMaxEncodedBytes = 256;
constexpr PasswordCost kCeiling{12, 256 * 1024, 16};

std::optional<std::uint32_t> setting(std::string_view text, std::string_view name) {
  std::uint32_t value = 0;
  if (!text.starts_with(name)) return std::nullopt;
  text.remove_prefix(name.size());
  const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || ec != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// The cost written in `$argon2id$v=19$m=…,t=…,p=…$salt$tag`.
std::optional<PasswordCost> cost_of(std::string_view encoded) {
  if (encoded.size() > kMaxEncodedBytes || encoded.find('\0') != std::string_view::npos) {
    return std::nullopt;
  }
  const auto parts = split(encoded, '$');
  if (parts.size() != 6 || !parts[0].empty() || parts[1] != "argon2id" || parts[2] != "v=19") {
    return std::nullopt;
  }
  const auto settings = split(parts[3], ',');
  if (settings.size() != 3) return std::nullopt;
  const auto memory = setting(settings[0], "m=");
  const auto passes = setting(settings[1], "t=");
  const auto lanes = setting(settings[2], "p=");
  if (!memory || !passes || !lanes) return std::nullopt;
  return PasswordCost{*passes, *memory, *lanes};
}

}  // namespace

Result<std::string> hash_password(std::string_view password, PasswordCost cost) {
  if (password.empty()) return fail_bi(Code::kInvalid, "the password is empty", "密码为空");
  if (password.size() > kMaxPasswordBytes) {
    return fail_bi(Code::kInvalid, "the password is longer than 1024 bytes", "密码超过 1024 字节");
  }
  std::array<unsigned char, kSaltBytes> salt;
  random_bytes(salt);
  std::array<char, kMaxEncodedBytes> encoded;
  const int rc = argon2id_hash_encoded(cost.passes, cost.memory_kib, cost.lanes, password.data(),
                                       password.size(), salt.data(), salt.size(), kTagBytes,
                                       encoded.data(), encoded.size());
  if (rc != ARGON2_OK) {
    return fail(Code::kInternal, std::string("argon2: ") + argon2_error_message(rc));
  }
  return std::string(encoded.data());
}

bool verify_password(std::string_view password, const std::string& encoded) {
  const auto cost = cost_of(encoded);
  if (!cost || cost->passes > kCeiling.passes || cost->memory_kib > kCeiling.memory_kib ||
      cost->lanes > kCeiling.lanes || password.empty() || password.size() > kMaxPasswordBytes) {
    return false;
  }
  return argon2id_verify(encoded.c_str(), password.data(), password.size()) == ARGON2_OK;
}

bool needs_rehash(const std::string& encoded, PasswordCost wanted) {
  return cost_of(encoded) != wanted;
}

}  // namespace tocsin::crypto
