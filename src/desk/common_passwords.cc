#include "desk/common_passwords.h"

#include <algorithm>
#include <array>
#include <string>

#include "base/text.h"

namespace tocsin::desk {
namespace {

/// So many characters that nothing explains, and it is no common password.
constexpr std::size_t kUnexplained = 4;
constexpr std::size_t kShortestRun = 3;
constexpr std::size_t kLongestUnit = 4;

constexpr std::array<std::string_view, 50> kWords = {
    "password", "passwort",      "passwd",       "pass",         "pwd",
    "secret",   "administrator", "admin",        "root",         "user",
    "guest",    "test",          "demo",         "login",        "welcome",
    "letmein",  "changeme",      "change",       "default",      "temp",
    "hello",    "iloveyou",      "love",         "monkey",       "dragon",
    "master",   "sunshine",      "princess",     "football",     "baseball",
    "superman", "shadow",        "computer",     "internet",     "summer",
    "winter",   "mima",          "woaini",       "nihao",        "zhongguo",
    "china",    "beijing",       "1314",         "520",          "5201314",
    "tocsin",   "jingzhong",     "\u8b66\u949f", "\u5bc6\u7801", "\u7ba1\u7406\u5458"};
constexpr std::array<std::string_view, 7> kRows = {"1234567890",
                                                   "qwertyuiop",
                                                   "asdfghjkl",
                                                   "zxcvbnm",
                                                   "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
                                                   "!@#$%^&*()",
                                                   "abcdefghijklmnopqrstuvwxyz"};

/// What people write for letters.
std::string without_signs(std::string_view text) {
  constexpr std::string_view kSigns = "@0$13!57";
  constexpr std::string_view kLetters = "aosieist";
  std::string out(text);
  for (char& c : out) {
    if (const auto at = kSigns.find(c); at != std::string_view::npos) c = kLetters[at];
  }
  return out;
}

std::size_t word_at(std::string_view text, std::string_view login) {
  std::size_t longest = login.size() >= kShortestRun && text.starts_with(login) ? login.size() : 0;
  for (const auto word : kWords) {
    if (text.starts_with(word)) longest = std::max(longest, word.size());
  }
  return longest;
}

/// How far `text` follows a row of keys, forwards or backwards.
std::size_t row_at(std::string_view text) {
  std::size_t longest = 0;
  for (const auto row : kRows) {
    for (const int step : {1, -1}) {
      auto at = static_cast<std::ptrdiff_t>(row.find(text.front()));
      std::size_t n = 0;
      while (n < text.size() && at >= 0 && at < static_cast<std::ptrdiff_t>(row.size()) &&
             row[static_cast<std::size_t>(at)] == text[n]) {
        ++n;
        at += step;
      }
      longest = std::max(longest, n);
    }
  }
  return longest < kShortestRun ? 0 : longest;
}

/// A unit of up to four bytes that comes again at once: `aaa`, `1212`, `abcdabcd`.
std::size_t repetition_at(std::string_view text) {
  std::size_t longest = 0;
  for (std::size_t unit = 1; unit <= kLongestUnit; ++unit) {
    std::size_t n = unit;
    while (n < text.size() && text[n] == text[n - unit]) ++n;
    if (n >= std::max(2 * unit, kShortestRun)) longest = std::max(longest, n);
  }
  return longest;
}

std::size_t year_at(std::string_view text) {
  constexpr std::size_t kDigits = 4;
  const auto year = to_int(text.substr(0, kDigits));
  return text.size() >= kDigits && year && *year >= 1900 && *year < 2100 ? kDigits : 0;
}

/// Characters that are no part of anything common; punctuation alone explains nothing and is none.
std::size_t unexplained(std::string_view text, std::string_view login) {
  const std::string letters = without_signs(text);
  std::size_t count = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::string_view rest = text.substr(at);
    const std::string_view as_letters = std::string_view(letters).substr(at);
    const std::size_t known = std::max({word_at(rest, login), word_at(as_letters, login),
                                        row_at(rest), repetition_at(rest), year_at(rest)});
    if (known > 0) {
      at += known;
      continue;
    }
    const auto c = static_cast<unsigned char>(rest.front());
    const bool continues = (c & 0xC0U) == 0x80U;  // of a character counted already
    const bool letter = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c >= 0x80;
    if (letter && !continues) ++count;
    ++at;
  }
  return count;
}

}  // namespace

bool is_common_password(std::string_view password, std::string_view login) {
  return unexplained(to_lower(password), login) < kUnexplained;
}

}  // namespace tocsin::desk
