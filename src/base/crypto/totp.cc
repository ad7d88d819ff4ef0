#include "base/crypto/totp.h"

#include <array>

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "base/crypto/hash.h"
#include "base/result.h"

namespace tocsin::crypto {
namespace {

constexpr std::int64_t kStepMicros = 30'000'000;
constexpr std::uint32_t kModulus = 1'000'000;
constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

std::string percent(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '.' || c == '_';
    out += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return out;
}

}  // namespace

std::int64_t totp_step(Instant t) { return t.micros / kStepMicros; }

std::string totp_code(std::string_view secret, std::int64_t step) {
  std::array<unsigned char, 8> counter{};
  for (std::size_t i = 0; i < counter.size(); ++i) {
    counter.at(7 - i) = static_cast<unsigned char>(static_cast<std::uint64_t>(step) >> (8 * i));
  }
  std::array<unsigned char, 20> mac{};
  unsigned length = 0;
  ASSERT(HMAC(EVP_sha1(), secret.data(), static_cast<int>(secret.size()), counter.data(),
              counter.size(), mac.data(), &length) != nullptr);
  ASSERT(length == mac.size());
  const std::size_t at = mac.back() & 0x0fU;
  const std::uint32_t value = (static_cast<std::uint32_t>(mac.at(at) & 0x7fU) << 24) |
                              (static_cast<std::uint32_t>(mac.at(at + 1)) << 16) |
                              (static_cast<std::uint32_t>(mac.at(at + 2)) << 8) | mac.at(at + 3);
  return fmt::format("{:06}", value % kModulus);
}

std::optional<std::int64_t> totp_accept(std::string_view secret, std::string_view code, Instant now,
                                        std::int64_t after) {
  const std::int64_t middle = totp_step(now);
  std::optional<std::int64_t> found;
  for (const std::int64_t step : {middle - 1, middle, middle + 1}) {
    if (constant_time_equal(totp_code(secret, step), code) && step > after) found = step;
  }
  return found;
}

std::string base32(std::string_view bytes) {
  std::string out;
  std::uint32_t bits = 0;
  int held = 0;
  for (const char c : bytes) {
    bits = (bits << 8) | static_cast<unsigned char>(c);
    held += 8;
    while (held >= 5) {
      held -= 5;
      out += kAlphabet[(bits >> held) & 31U];
    }
  }
  if (held > 0) out += kAlphabet[(bits << (5 - held)) & 31U];
  return out;
}

std::string totp_uri(std::string_view issuer, std::string_view account, std::string_view secret) {
  return fmt::format(
      "otpauth://totp/{0}:{1}?secret={2}&issuer={0}&algorithm=SHA1&digits=6&period=30",
      percent(issuer), percent(account), base32(secret));
}

}  // namespace tocsin::crypto
