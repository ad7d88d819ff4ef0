// One spelling for one threat (W17-01, W17-15): whatever a source writes, we compare one form.
//
// The form decides what is blocked, so nothing here widens: a path never becomes its host, a host
// never its registrable parent, a regular expression never a domain. Bare digits are not guessed:
// telephone numbers need the hint or a leading '+'.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/text.h"
#include "model/indicator.h"

namespace tocsin::match {

/// Longest spelling and longest canonical value, in bytes.
inline constexpr std::size_t kMaxIndicatorBytes = 8192;

/// What was done to the spelling beyond case folding; a set of bits.
enum Note : std::uint32_t {
  kRefanged = 1U << 0,       ///< `[.]`, `hxxp` and the like were undone
  kHostBits = 1U << 1,       ///< a prefix had host bits; they were cleared
  kUserinfo = 1U << 2,       ///< `user:password@` was left out of a URL
  kLooseAddress = 1U << 3,   ///< a URL host was a hexadecimal, octal or short IPv4 address
  kMappedAddress = 1U << 4,  ///< ::ffff:a.b.c.d was written as IPv4
  kIdn = 1U << 5,            ///< non-ASCII labels were turned into A-labels
  kOddPunycode = 1U << 6,    ///< an xn-- label that decodes to no valid U-label; kept as it is
  kCoversBelow = 1U << 7,    ///< the source also means all names below (`||x^`)
  kRootPath = 1U << 8,       ///< a bare host was given where a URL was announced
};

struct Canonical {
  model::Indicator indicator;
  std::uint32_t notes = 0;
};

/// The notes in words, one each.
std::vector<Text> describe_notes(std::uint32_t notes);

/// Finds kind and canonical value. With a hint the text must be of that family (any address or
/// prefix; domain or wildcard; URL or host/path; telephone or SMS port), else it is refused.
/// Errors: kInvalid or kTooLarge, `rule` is a short stable word (single-label, bad-address, ...).
Result<Canonical> canonicalize(std::string_view text,
                               std::optional<model::IndicatorKind> hint = std::nullopt);

/// canonicalize() without the notes. canonical(canonical(x)) == canonical(x) with the kind as hint.
Result<model::Indicator> canonical(std::string_view text,
                                   std::optional<model::IndicatorKind> hint = std::nullopt);

/// The host an endpoint, URL, host/path or e-mail address points to; the value itself of a domain
/// or address, the base of a wildcard; empty for all other kinds. `indicator` must be canonical.
std::string_view host_of(const model::Indicator& indicator);

}  // namespace tocsin::match
