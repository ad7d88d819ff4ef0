// Small helpers on byte strings. Nothing here knows a locale.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace tocsin {

/// The two languages of everything a person reads.
enum class Lang { kZh, kEn };

/// One text in both languages.
struct Text {
  std::string zh;
  std::string en;
  const std::string& in(Lang lang) const { return lang == Lang::kZh ? zh : en; }
};

/// Without ASCII white space at both ends.
std::string_view trim(std::string_view text);
/// ASCII letters folded to lower case; other bytes stay.
std::string to_lower(std::string_view text);
bool iequals(std::string_view a, std::string_view b);
/// All pieces between separators; `split("a,,b", ',')` has three.
std::vector<std::string_view> split(std::string_view text, char separator);
std::string join(const std::vector<std::string>& parts, std::string_view separator);
std::string replace_all(std::string text, std::string_view from, std::string_view to);

/// True when `text` is well-formed UTF-8 (no surrogates, no overlong forms).
bool is_utf8(std::string_view text);

/// Lower-case hexadecimal.
std::string hex(std::string_view bytes);
Result<std::string> unhex(std::string_view text);
std::string base64(std::string_view bytes);
std::string base64url(std::string_view bytes);  ///< no padding
/// Accepts the standard and the URL-safe alphabet, padded or not; refuses anything else.
Result<std::string> unbase64(std::string_view text);

/// The whole of `text` as a decimal number in range, or nothing.
std::optional<std::int64_t> to_int(std::string_view text);

/// `evil.example` -> `evil[.]example`, `http://` -> `hxxp://`: safe to show, mail and paste. What
/// is defanged already stays as it is; control characters become `\\xNN`.
std::string defang(std::string_view text);

/// Groups of three digits for people: `12,345,678`.
std::string grouped(std::int64_t number);

}  // namespace tocsin
