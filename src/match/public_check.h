// Asking whether something is blocked without saying what: hash prefixes, as docs/lookup.md has
// them with test vectors. The one who asks and the one who answers share this file.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/crypto/hash.h"
#include "base/result.h"
#include "model/indicator.h"

namespace tocsin::match {

/// What is hashed for an indicator: its canonical value, of a URL without `scheme://`, so that it
/// does not matter which kind a source gave it.
std::string expression(const model::Indicator& indicator);

/// The expressions under which an answer would concern this value, most specific first, at most
/// kMostExpressions: itself; of a URL also without the query string and its host; of a name the
/// names above it down to two labels, and `*.` before each of them.
std::vector<std::string> expressions_for(const model::Indicator& indicator);
inline constexpr std::size_t kMostExpressions = 12;

/// SHA-256 over the UTF-8 bytes of the expression, lower-case hexadecimal.
std::string expression_hash(std::string_view expression);

/// Digits of a prefix: 16 to 20 bits.
inline constexpr std::size_t kShortestPrefix = 4;
inline constexpr std::size_t kLongestPrefix = 5;

/// All that the public may know. Stronger verdicts have larger numbers.
enum class Verdict : std::uint8_t { kReported = 0, kBlocked = 1 };
std::string_view name(Verdict verdict);  ///< `reported`, `blocked`

/// The published hashes, immutable after finish(). Thread safety: safe from then on.
class PublicIndex {
 public:
  struct Entry {
    crypto::Digest hash;
    Verdict verdict = Verdict::kReported;
    auto operator<=>(const Entry&) const = default;
  };

  void add(const model::Indicator& indicator, Verdict verdict);
  /// Sorts; of equal hashes the stronger verdict stays.
  void finish();
  std::size_t size() const { return entries_.size(); }

  /// Entries whose hash begins with these hexadecimal digits, four or five: kInvalid otherwise.
  Result<std::vector<Entry>> find(std::string_view prefix) const;

 private:
  std::vector<Entry> entries_;
};

}  // namespace tocsin::match
