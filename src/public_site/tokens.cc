#include "public_site/tokens.h"

#include "base/crypto/hash.h"
#include "base/file.h"
#include "base/random.h"
#include "base/text.h"

namespace tocsin::public_site {
namespace {

constexpr std::size_t kSecretBytes = 32;
constexpr std::size_t kCodeBytes = 10;
/// Crockford's: nothing in it is read for something else over the telephone.
constexpr std::string_view kAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

std::string plain_code(std::string_view text) {
  std::string out;
  for (char c : text) {
    if (c == '-' || c == ' ') continue;
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    if (c == 'O') c = '0';
    if (c == 'I' || c == 'L') c = '1';
    out += c;
  }
  return out;
}

}  // namespace

Result<std::string> site_secret(const std::filesystem::path& folder) {
  const auto path = folder / "public-site.key";
  if (!std::filesystem::exists(path)) {
    TRY_STATUS(write_file(path, random_secret(kSecretBytes), 0600));
  }
  TRY(const std::string text, read_file(path, 4096));
  TRY(std::string secret, unbase64(trim(text)));
  if (secret.size() != kSecretBytes) {
    return fail(Code::kCorrupt, path.string() + " does not hold 32 bytes");
  }
  return secret;
}

std::string Tokens::signature(std::string_view form, std::string_view payload) const {
  const std::string signed_text = "form:" + std::string(form) + ":" + std::string(payload);
  return base64url(crypto::view(crypto::hmac_sha256(secret_, signed_text)));
}

std::string Tokens::issue(std::string_view form, Instant now) const {
  const std::string payload = std::to_string(now.micros) + "." + random_secret(12);
  return payload + "." + signature(form, payload);
}

std::string Tokens::issue_aged(std::string_view form, Instant now) const {
  return issue(form, now.plus(-least_age_));
}

Tokens::Verdict Tokens::check(std::string_view form, std::string_view token, Instant now) const {
  const auto dot = token.rfind('.');
  if (dot == std::string_view::npos) return Verdict::kForeign;
  const std::string_view payload = token.substr(0, dot);
  if (!crypto::constant_time_equal(token.substr(dot + 1), signature(form, payload))) {
    return Verdict::kForeign;
  }
  const auto made = to_int(payload.substr(0, payload.find('.')));
  ASSERT(made.has_value());  // nobody else can sign
  const auto age = now - Instant{*made};
  if (age < least_age_) return Verdict::kQuick;
  return age > kLongestAge ? Verdict::kOld : Verdict::kGood;
}

std::string Tokens::code(std::string_view number) const {
  const auto digest = crypto::hmac_sha256(secret_, "follow:" + std::string(number));
  std::string out;
  unsigned bits = 0;
  int held = 0;
  for (std::size_t i = 0; i < kCodeBytes; ++i) {
    bits = bits << 8 | digest[i];
    for (held += 8; held >= 5; held -= 5) {
      if (out.size() % 5 == 4) out += '-';
      out += kAlphabet[bits >> (held - 5) & 31U];
    }
  }
  return out;
}

bool Tokens::is_code(std::string_view number, std::string_view given) const {
  return crypto::constant_time_equal(plain_code(given), plain_code(code(number)));
}

}  // namespace tocsin::public_site
