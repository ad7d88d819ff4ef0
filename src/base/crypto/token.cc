#include "base/crypto/token.h"

#include <algorithm>

#include "base/crypto/hash.h"
#include "base/random.h"

namespace tocsin::crypto {

Token make_token() {
  Token out;
  out.secret = std::string(kTokenPrefix) + random_secret(32);
  out.digest = token_digest(out.secret);
  return out;
}

bool is_token(std::string_view text) {
  return text.size() == kTokenLength && text.starts_with(kTokenPrefix) &&
         std::all_of(text.begin() + kTokenPrefix.size(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '-' || c == '_';
         });
}

std::string token_digest(std::string_view token) { return sha256_hex(token); }

bool token_matches(std::string_view token, std::string_view digest) {
  return is_token(token) && constant_time_equal(token_digest(token), digest);
}

}  // namespace tocsin::crypto
