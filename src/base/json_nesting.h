// Brackets and strings of JSON followed byte by byte, so that a document that never lies in memory
// whole can be cut into its members.
#pragma once

namespace tocsin {

/// Says what each byte is for the nesting, and nothing else: whether the text is JSON is for the
/// parser of the pieces to find out.
class JsonNesting {
 public:
  enum class Byte {
    kOther,        ///< outside of strings: colon, comma, space, digits
    kOpen,         ///< `{` or `[`; depth() counts it already
    kClose,        ///< `}` or `]`; depth() no longer counts what it closed
    kStringBegin,  ///< the first quote
    kInString,     ///< nothing in here opens or closes anything
    kStringEnd,    ///< the last quote
  };

  Byte take(char c) {
    if (in_string_) return take_in_string(c);
    switch (c) {
      case '"':
        in_string_ = true;
        return Byte::kStringBegin;
      case '{':
      case '[':
        ++depth_;
        return Byte::kOpen;
      case '}':
      case ']':
        --depth_;
        return Byte::kClose;
      default:
        return Byte::kOther;
    }
  }

  /// Brackets open now; negative when more were closed than opened.
  int depth() const { return depth_; }
  /// Inside a string and not behind a backslash: no byte matters but a quote and a backslash.
  bool in_plain_text() const { return in_string_ && !escaped_; }
  /// Begins anew, outside of strings, `depth` brackets deep.
  void restart(int depth) { *this = JsonNesting(depth); }

  explicit JsonNesting(int depth = 0) : depth_(depth) {}

 private:
  Byte take_in_string(char c) {
    if (escaped_) {
      escaped_ = false;
    } else if (c == '\\') {
      escaped_ = true;
    } else if (c == '"') {
      in_string_ = false;
      return Byte::kStringEnd;
    }
    return Byte::kInString;
  }

  int depth_ = 0;
  bool in_string_ = false;
  bool escaped_ = false;
};

}  // namespace tocsin
