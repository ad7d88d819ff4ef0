// Payload literals (W17-01, W17-15): bytes that give a threat away on the wire, in one printable
// spelling. The syntax is that of `content` in rules of Suricata.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"

namespace tocsin::match {

/// Shorter ones turn up by chance in any traffic: three bytes once in 16 MiB of random data.
inline constexpr std::size_t kMinLiteralBytes = 4;
inline constexpr std::size_t kMaxLiteralBytes = 255;

struct Literal {
  std::string bytes;    ///< in lower case when `nocase`
  bool nocase = false;  ///< ASCII letters match in either case
  bool operator==(const Literal&) const = default;
};

/// Reads `"GET /a|0d 0a|" nocase`, `content:"GET /a|0d 0a|"; nocase;`, or bare what stands between
/// the quotes. `|0d 0a|` are bytes in hexadecimal; `\"`, `\\`, `\;`, `\:` stand for the character.
/// Errors: kInvalid with the rules bad-literal, literal-too-short, literal-too-long,
/// literal-too-common (one byte again and again), conditional-literal (modifiers that say where it
/// must stand, which nothing here can check) and negated-literal.
Result<Literal> parse_literal(std::string_view text);

/// The canonical form: in quotes; what is not printable ASCII, and what means something in a rule
/// (`"`, `;`, `:`, `\`, `|`), in lower-case hexadecimal; ` nocase` behind it only when a letter is
/// in it.
std::string to_string(const Literal& literal);

}  // namespace tocsin::match
