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
    const std::size_t from = out_.size();
    TRY_STATUS(comparison());
    if (word("AND")) {
      do {
        TRY_STATUS(comparison());
      } while (word("AND"));
      TRY_STATUS(join_facts(from));
    }
    while (word("OR")) TRY_STATUS(comparison());
    if (!symbol(']')) return unsupported("more than OR-ed comparisons");
    return {};
  }

  /// Several facts that are one indicator: the address and port of a destination, the platform and
  /// name of an account. Anything else that is joined would block too much by one of its parts.
  Status join_facts(std::size_t from) {
    std::string host;
    std::string port;
    std::string platform;
    std::string login;
    for (std::size_t i = from; i < out_.size(); ++i) {
      const auto& [path, value] = out_[i];
      std::string* const place = path == "network-traffic:dst_ref.value" ? &host
                                 : path == "network-traffic:dst_port"    ? &port
                                 : path == "user-account:account_type"   ? &platform
                                 : path == "user-account:account_login"  ? &login
                                                                         : nullptr;
      if (place == nullptr && path == "network-traffic:dst_ref.type") continue;
      if (place == nullptr || !place->empty()) return unsupported("AND");
      *place = value;
    }
    out_.resize(from);
    if (!host.empty() && !port.empty() && platform.empty() && login.empty()) {
      const bool v6 = host.find(':') != std::string::npos;
      return add("network-traffic:endpoint", (v6 ? "[" + host + "]" : host) + ":" + port);
    }
    if (!platform.empty() && !login.empty() && host.empty() && port.empty()) {
      if (platform == "broadband") return add("user-account:broadband", login);
      return add("user-account:account", platform + ":" + login);
    }
    return unsupported("AND");
  }

  /// A number, where the path is that of a port.
  Result<std::string> port_number() {
    skip();
    std::string out;
    while (at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9') out += text_[at_++];
    if (out.empty() || out.size() > 5) return unsupported("a port that is none");
    return out;
  }

  /// The two shapes of expression that mean one of our kinds: all names below a name, and an
  /// address without its scheme (docs/taxii.md).
  Status matches(const std::string& left, std::string_view expression) {
    if (!expression.ends_with('$')) return unsupported("MATCHES");
    expression.remove_suffix(1);
    constexpr std::string_view kBelow = "^.+\\.";
    constexpr std::string_view kAnyScheme = "^[a-zA-Z][a-zA-Z0-9+.-]*://";
    const bool below = left == "domain-name:value" && expression.starts_with(kBelow);
    const bool path = left == "url:value" && expression.starts_with(kAnyScheme);
    if (!below && !path) return unsupported("MATCHES");
    expression.remove_prefix(below ? kBelow.size() : kAnyScheme.size());
    std::string literal;
    for (std::size_t i = 0; i < expression.size(); ++i) {
      const bool special =
          std::string_view("^$.|?*+()[]{}").find(expression[i]) != std::string_view::npos;
      if (special) return unsupported("MATCHES");
      if (expression[i] == '\\' && ++i == expression.size()) return unsupported("MATCHES");
      literal += expression[i];
    }
    return add(below ? "domain-name:below" : "url:host-path",
               below ? "*." + literal : std::move(literal));
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
    if (word("MATCHES")) {
      TRY(const std::string expression, quoted());
      return matches(left, expression);
    }
    const bool subset = word("ISSUBSET");
    if (subset && !left.starts_with("ipv4-addr:") && !left.starts_with("ipv6-addr:")) {
      return unsupported("ISSUBSET on no address");
    }
    if (!subset && !symbol('=')) return unsupported("an operator other than '='");
    symbol('=');  // "==" of early drafts
    if (left == "network-traffic:dst_port") {
      TRY(std::string port, port_number());
      return add(left, std::move(port));
    }
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
