// Host names: ASCII at speed, everything else through ICU (UTS #46).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace tocsin::match {

/// Folds case, drops one trailing dot and checks an all-ASCII name. Returns nullptr and fills
/// `out`, or the rule that is broken (a word with static storage). Allowed per label: letters,
/// digits, '-' and '_' in any place, 1-63 bytes. Hyphens at the edges and in places 3-4 exist in
/// live names, so they are no error.
const char* ascii_domain(std::string_view text, std::string& out);

/// The A-label form of any host name; adds kIdn / kOddPunycode to `notes`.
Result<std::string> canonical_domain(std::string_view text, std::uint32_t& notes);

/// The bilingual error for a rule of ascii_domain().
tl::unexpected<Error> domain_error(const char* rule);

}  // namespace tocsin::match
