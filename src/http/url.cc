#include "http/url.h"

#include <algorithm>

#include "base/text.h"

namespace tocsin::http {
namespace {

constexpr std::size_t kQueryParametersLimit = 256;

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

tl::unexpected<Error> bad(std::string why, std::string why_zh) {
  return fail_bi(Code::kInvalid, std::move(why), std::move(why_zh), "target", "RFC 3986");
}

}  // namespace

Result<std::string> percent_decode(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '%') {
      const int high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
      const int low = i + 2 < text.size() ? hex_digit(text[i + 2]) : -1;
      if (high < 0 || low < 0) return bad("broken percent escape", "百分号转义不完整");
      c = static_cast<char>(high * 16 + low);
      i += 2;
    }
    if (c == '\0') return bad("a NUL byte is not allowed", "不允许出现 NUL 字节");
    out.push_back(c);
  }
  if (!is_utf8(out)) return bad("not UTF-8 after decoding", "解码后不是 UTF-8");
  return out;
}

std::string percent_encode(std::string_view text) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '.' || c == '_' || c == '~';
    if (plain) {
      out.push_back(c);
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out.push_back('%');
    out.push_back(kHex[byte >> 4]);
    out.push_back(kHex[byte & 15]);
  }
  return out;
}

Result<Query> parse_query(std::string_view text) {
  Query query;
  if (text.empty()) return query;
  for (const std::string_view piece : split(text, '&')) {
    if (piece.empty()) continue;
    if (query.size() == kQueryParametersLimit) {
      return bad("more than 256 query parameters", "查询参数超过 256 个");
    }
    const auto equals = piece.find('=');
    const auto decode = [](std::string_view part) {
      std::string spaced(part);
      std::replace(spaced.begin(), spaced.end(), '+', ' ');
      return percent_decode(spaced);
    };
    TRY(std::string key, decode(piece.substr(0, equals)));
    std::string value;
    if (equals != std::string_view::npos) {
      TRY(value, decode(piece.substr(equals + 1)));
    }
    query.emplace_back(std::move(key), std::move(value));
  }
  return query;
}

Result<Target> parse_target(std::string_view target) {
  for (const char c : target) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte <= 0x20 || byte == 0x7f || byte >= 0x80 || c == '#') {
      return bad("a character that a request target may not contain", "请求目标含有不允许的字符");
    }
  }
  if (target == "*") return Target{"*", "*", {}};
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (target.size() >= scheme.size() && iequals(target.substr(0, scheme.size()), scheme)) {
      target.remove_prefix(scheme.size());
      const auto slash = target.find_first_of("/?");
      if (slash == 0) return bad("absolute form without a host", "绝对形式缺少主机名");
      target = slash == std::string_view::npos ? std::string_view("/") : target.substr(slash);
      break;
    }
  }
  const auto mark = target.find('?');
  Target out;
  out.raw_path = target.substr(0, mark);
  if (out.raw_path.empty() && mark == 0) out.raw_path = "/";
  if (out.raw_path.empty() || out.raw_path.front() != '/') {
    return bad("the request target must begin with a slash", "请求目标必须以斜杠开头");
  }
  TRY(out.path, percent_decode(out.raw_path));
  for (const std::string_view segment : split(out.path, '/')) {
    if (segment == "." || segment == "..") {
      return bad("dot segments are not allowed", "路径中不允许出现 . 或 ..");
    }
  }
  if (mark != std::string_view::npos) {
    TRY(out.query, parse_query(target.substr(mark + 1)));
  }
  return out;
}

}  // namespace tocsin::http
