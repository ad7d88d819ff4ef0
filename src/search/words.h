// Texts become words: the same for what is stored and for what is asked.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace tocsin::search {

/// Longer words are cut: nobody types them, and files full of them would fill the index.
inline constexpr std::size_t kLongestWord = 128;

/// What can be cut of one text.
struct Words {
  std::vector<std::string> all;
  /// Characters of the run of Chinese with which the text ends: a longer text could go on there. 0
  /// when it ends with something else.
  std::size_t open_run = 0;
};

/// Letters and digits, folded in case and width (NFKC_Casefold), everything else between them left
/// out: `evil.example` and `evil[.]example` are the words `evil` and `example`. Chinese, Japanese
/// and Korean are cut into overlapping pairs, and the last character of a run alone: what stands in
/// a text begins a word, however long it is. Defanged spellings are undone. At most `limit` words.
Words cut(std::string_view text, std::size_t limit = 20'000);

}  // namespace tocsin::search
