// What the site proves to itself without remembering anything: that a form was opened here a
// moment ago, and that somebody holds the code of a report or an appeal.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"

namespace tocsin::public_site {

/// 32 bytes of DIR/public-site.key, made on first use and readable by the hub's account alone.
/// Whoever loses the file makes every follow code worthless.
Result<std::string> site_secret(const std::filesystem::path& folder);

/// Thread safety: safe; immutable.
class Tokens {
 public:
  Tokens(std::string secret, std::chrono::seconds least_age)
      : secret_(std::move(secret)), least_age_(least_age) {}

  /// For a hidden field; says for which form and when, and is different each time.
  std::string issue(std::string_view form, Instant now) const;
  /// The same for whoever has waited already: it counts at once.
  std::string issue_aged(std::string_view form, Instant now) const;
  enum class Verdict {
    kGood,
    kForeign,  ///< not made here, or for another form
    kOld,
    kQuick  ///< no person reads a form that fast
  };
  Verdict check(std::string_view form, std::string_view token, Instant now) const;

  /// Sixteen letters and digits in groups of four: 80 bits that belong to the number.
  std::string code(std::string_view number) const;
  /// Upper or lower case, with or without hyphens; O, I and L are taken for 0 and 1.
  bool is_code(std::string_view number, std::string_view code) const;

  /// From opening a form to its sending, at most.
  static constexpr std::chrono::hours kLongestAge{12};

 private:
  std::string signature(std::string_view form, std::string_view payload) const;

  const std::string secret_;
  const std::chrono::seconds least_age_;
};

}  // namespace tocsin::public_site
