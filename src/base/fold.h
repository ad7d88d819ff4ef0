// Spellings that differ only in what the eye passes over: white space, invisible characters, case.
#pragma once

#include <string>
#include <string_view>

namespace tocsin {

/// Bytes of the white space or invisible character at the beginning of `text`: ASCII, no-break and
/// ideographic spaces, zero-width characters, byte-order marks. 0: something that can be seen.
std::size_t blank_at(std::string_view text);

/// Without any of them, ASCII letters in lower case: for comparing what people typed.
std::string folded(std::string_view text);

}  // namespace tocsin
