// One-time codes by time (RFC 6238 over RFC 4226): HMAC-SHA-1, six digits, thirty seconds, which is
// what every authenticator program has.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace tocsin::crypto {

inline constexpr std::size_t kTotpSecretBytes = 20;

/// Number of the thirty seconds in which `t` lies.
std::int64_t totp_step(Instant t);
/// Six digits for that step.
std::string totp_code(std::string_view secret, std::int64_t step);
/// The step that `code` is for, among that of `now` and its two neighbours, if it is later than
/// `after`: a code that was used is not good again (RFC 6238 section 5.2). The time does not tell
/// which digit differs.
std::optional<std::int64_t> totp_accept(std::string_view secret, std::string_view code, Instant now,
                                        std::int64_t after);

/// RFC 4648 section 6, without padding, as people type it.
std::string base32(std::string_view bytes);
/// `otpauth://totp/...` for a QR code.
std::string totp_uri(std::string_view issuer, std::string_view account, std::string_view secret);

}  // namespace tocsin::crypto
