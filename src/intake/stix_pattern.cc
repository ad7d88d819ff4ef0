#include "intake/stix_pattern.h"

#include "base/text.h"

namespace tocsin::intake {
namespace {

constexpr std::size_t kMaxComparisons = 1000;

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  Result<std::vector<StixComparison>> run() {
    do {
      TRY_STATUS(observation());
    } while (word("OR"));
    skip();
    if (at_ != text_.size()) return unsupported("a qualifier or operator behind the observation");
    return std::move(out_);
  }

 private:
  tl::unexpected<Error> unsupported(std::string_view what) {
    return fail_bi(
        Code::kInvalid, "The pattern uses " + std::string(what) + " at byte " + std::to_string(at_),
        "不支持该STIX模式（字节" + std::to_string(at_) + "）", "pattern", "unsupported-pattern");
  }

  void skip() {
    while (at_ < text_.size() && static_cast<unsigned char>(text_[at_]) <= ' ') ++at_;
  }

  bool symbol(char c) {
    skip();
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  bool word(std::string_view wanted) {
    skip();
    if (text_.size() - at_ < wanted.size() || !iequals(text_.substr(at_, wanted.size()), wanted)) {
      return false;
    }
    const std::size_t end = at_ + wanted.size();
    if (end < text_.size()) {
      const char c = text_[end];
      if ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') return false;
    }
    at_ = end;
    return true;
  }

  Status observation() {
    if (!symbol('[')) return unsupported("grouped observations");
    do {
      TRY_STATUS(comparison());
    } while (word("OR"));
    if (!symbol(']')) return unsupported("more than OR-ed comparisons");
    return {};
  }

  Result<std::string> quoted() {
    if (!symbol('\'')) return unsupported("a value that is no string");
    std::string value;
    while (at_ < text_.size() && text_[at_] != '\'') {
      if (text_[at_] == '\\' && at_ + 1 < text_.size()) ++at_;
      value.push_back(text_[at_++]);
    }
    if (at_ >= text_.size()) return unsupported("a string without end");
    ++at_;
    return value;
  }

  Result<std::string> path() {
    skip();
    std::string out;
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '\'') {
        TRY(const std::string key, quoted());
        out += key;
        continue;
      }
      const bool plain = ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || (c >= '0' && c <= '9');
      if (!plain && c != '-' && c != '_' && c != ':' && c != '.' && c != '[' && c != ']' &&
          c != '*') {
        break;
      }
      if (c == ']' && out.find('[') == std::string::npos) break;
      out.push_back(c);
      ++at_;
    }
    if (out.find(':') == std::string::npos) return unsupported("no object path");
    return out;
  }

  Status add(const std::string& left, std::string value) {
    if (out_.size() >= kMaxComparisons) return unsupported("too many comparisons");
    out_.push_back({left, std::move(value)});
    return {};
  }

  Status comparison() {
    TRY(const std::string left, path());
    if (word("IN")) {
      if (!symbol('(')) return unsupported("IN without a set");
      do {
        TRY(std::string value, quoted());
        TRY_STATUS(add(left, std::move(value)));
      } while (symbol(','));
      if (!symbol(')')) return unsupported("a set without end");
      return {};
    }
    const bool subset = word("ISSUBSET");
    if (subset && !left.starts_with("ipv4-addr:") && !left.starts_with("ipv6-addr:")) {
      return unsupported("ISSUBSET on no address");
    }
    if (!subset && !symbol('=')) return unsupported("an operator other than '='");
    symbol('=');  // "==" of early drafts
    TRY(std::string value, quoted());
    return add(left, std::move(value));
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::vector<StixComparison> out_;
};

}  // namespace

Result<std::vector<StixComparison>> parse_stix_pattern(std::string_view pattern) {
  return Parser(pattern).run();
}

}  // namespace tocsin::intake
