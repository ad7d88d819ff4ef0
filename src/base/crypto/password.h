// Passwords of people: Argon2id (RFC 9106), stored as one encoded string.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace tocsin::crypto {

/// The cost of one guess. The default is the second recommended option of RFC 9106 section 4.
struct PasswordCost {
  std::uint32_t passes = 3;
  std::uint32_t memory_kib = 64 * 1024;
  std::uint32_t lanes = 4;
  bool operator==(const PasswordCost&) const = default;
};

inline constexpr std::size_t kMaxPasswordBytes = 1024;

/// `$argon2id$v=19$m=65536,t=3,p=4$<salt>$<tag>` with a fresh 16-byte salt and a 32-byte tag.
/// kInvalid for an empty password or one over kMaxPasswordBytes. Blocks for about 0.1 s.
Result<std::string> hash_password(std::string_view password, PasswordCost cost = {});

/// True when `password` made `encoded`. False also for an encoding that is broken or asks for more
/// than four times the default cost: stored text must not be able to exhaust the machine.
bool verify_password(std::string_view password, const std::string& encoded);

/// True when `encoded` was made with another algorithm or cost than `wanted`: hash again at the
/// next successful sign-in.
bool needs_rehash(const std::string& encoded, PasswordCost wanted = {});

}  // namespace tocsin::crypto
