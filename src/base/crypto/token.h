// API tokens: 32 random bytes that a program carries; the hub keeps only their digest.
#pragma once

#include <string>
#include <string_view>

namespace tocsin::crypto {

/// `tcs_` and 43 characters of URL-safe base 64. The prefix lets secret scanners recognise it.
inline constexpr std::string_view kTokenPrefix = "tcs_";
inline constexpr std::size_t kTokenLength = 47;

struct Token {
  std::string secret;  ///< shown once, never stored
  std::string digest;  ///< what is stored: see token_digest()
};

Token make_token();

/// True when `text` has the shape of a token; says nothing about whether it was ever issued.
bool is_token(std::string_view text);

/// Lower-case hexadecimal SHA-256 of the whole token. A plain digest is enough for 256 random bits;
/// look-ups go by it, so no comparison of secrets can leak through timing.
std::string token_digest(std::string_view token);

/// True when `token` made `digest`; takes the same time whichever character differs.
bool token_matches(std::string_view token, std::string_view digest);

}  // namespace tocsin::crypto
