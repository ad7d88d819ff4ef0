#include "search/words.h"

#include <algorithm>

#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/uscript.h>
#include <unicode/ustring.h>
#include <unicode/utf8.h>

#include "base/fold.h"
#include "base/text.h"
#include "match/refang.h"

namespace tocsin::search {
namespace {

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return (c & 0x80) == 0; });
}

/// NFKC_Casefold of well-formed or broken UTF-8; broken bytes become U+FFFD, which is no letter.
std::string folded_unicode(std::string_view text) {
  UErrorCode status = U_ZERO_ERROR;
  const UNormalizer2* fold = unorm2_getNFKCCasefoldInstance(&status);
  std::u16string wide(text.size() + 1, u'\0');
  std::int32_t length = 0;
  u_strFromUTF8WithSub(wide.data(), static_cast<std::int32_t>(wide.size()), &length, text.data(),
                       static_cast<std::int32_t>(text.size()), 0xFFFD, nullptr, &status);
  if (U_FAILURE(status)) return to_lower(text);
  // One character becomes at most 18 (U+FDFA).
  std::u16string out(static_cast<std::size_t>(length) * 18 + 1, u'\0');
  const std::int32_t folded = unorm2_normalize(fold, wide.data(), length, out.data(),
                                               static_cast<std::int32_t>(out.size()), &status);
  std::string utf8(static_cast<std::size_t>(std::max(folded, 0)) * 3 + 1, '\0');
  std::int32_t bytes = 0;
  u_strToUTF8(utf8.data(), static_cast<std::int32_t>(utf8.size()), &bytes, out.data(), folded,
              &status);
  if (U_FAILURE(status)) return to_lower(text);
  utf8.resize(static_cast<std::size_t>(bytes));
  return utf8;
}

enum class Kind { kNone, kWord, kPair };

Kind kind_of(UChar32 c) {
  if (c < 0x80) return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ? Kind::kWord : Kind::kNone;
  UErrorCode status = U_ZERO_ERROR;
  switch (uscript_getScript(c, &status)) {
    case USCRIPT_HAN:
    case USCRIPT_HIRAGANA:
    case USCRIPT_KATAKANA:
    case USCRIPT_HANGUL:
      return u_isalpha(c) ? Kind::kPair : Kind::kNone;
    default:
      break;
  }
  constexpr std::uint32_t kMarks = U_GC_M_MASK;
  return u_isalnum(c) || (U_GET_GC_MASK(c) & kMarks) != 0 ? Kind::kWord : Kind::kNone;
}

/// Takes folded text, piece after piece; a piece ends whatever run it is in.
class Cutter {
 public:
  explicit Cutter(std::size_t limit) : limit_(limit) {}

  void piece(std::string_view text) {
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
    const auto size = static_cast<std::int32_t>(text.size());
    for (std::int32_t at = 0; at < size;) {
      const std::int32_t begin = at;
      UChar32 c = 0;
      U8_NEXT(bytes, at, size, c);
      take(c < 0 ? Kind::kNone : kind_of(c),
           text.substr(static_cast<std::size_t>(begin), static_cast<std::size_t>(at - begin)));
    }
    take(Kind::kNone, {});
  }

  Words words;

 private:
  void take(Kind kind, std::string_view character) {
    if (kind != last_) end_run();
    last_ = kind;
    if (kind == Kind::kWord) {
      if (word_.size() + character.size() <= kLongestWord) word_ += character;
      words.open_run = 0;
    } else if (kind == Kind::kPair) {
      if (run_ > 0) add(previous_ + std::string(character));
      previous_ = character;
      words.open_run = ++run_;
    }
  }

  void end_run() {
    if (last_ == Kind::kWord) add(std::move(word_));
    if (last_ == Kind::kPair) add(previous_);
    word_.clear();
    run_ = 0;
  }

  void add(std::string word) {
    if (words.all.size() < limit_) words.all.push_back(std::move(word));
  }

  const std::size_t limit_;
  Kind last_ = Kind::kNone;
  std::string word_;
  std::string previous_;
  std::size_t run_ = 0;
};

}  // namespace

Words cut(std::string_view text, std::size_t limit) {
  Cutter cutter(limit);
  while (!text.empty() && cutter.words.all.size() < limit) {
    if (const std::size_t blank = blank_at(text)) {
      text.remove_prefix(blank);
      continue;
    }
    std::size_t end = 1;
    while (end < text.size() && blank_at(text.substr(end)) == 0) ++end;
    const std::string plain = match::refang(text.substr(0, end));
    text.remove_prefix(end);
    cutter.piece(is_ascii(plain) ? to_lower(plain) : folded_unicode(plain));
  }
  return std::move(cutter.words);
}

}  // namespace tocsin::search
