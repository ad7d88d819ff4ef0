// Which bytes of each payload literal the library looks for; the rest of it is compared by us.
//
// The library finds a literal by a hash of its last eight bytes, and compares all those that share
// them one after another. Thousands that end in `.example` or in `HTTP/1.1|0d 0a|` are thousands of
// comparisons at every place where traffic has that end. Such a literal is looked for by its
// beginning, up to eight bytes that few others have.
#pragma once

#include <cstdint>
#include <vector>

#include "match/literal.h"

namespace tocsin::match::snapshot {

/// Bytes from the beginning of each that the library looks for: all, or fewer for one of many that
/// end alike; never fewer than eight, unless the literal is shorter itself.
std::vector<std::uint8_t> heads_of(const std::vector<Literal>& literals);

/// Whether `heads` can be of these literals; of bytes that come from a file.
bool are_heads(const std::vector<std::uint8_t>& heads, const std::vector<Literal>& literals);

}  // namespace tocsin::match::snapshot
