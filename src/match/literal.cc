#include "match/literal.h"

#include <algorithm>
#include <cstdint>
#include <optional>

#include "base/text.h"

namespace tocsin::match {
namespace {

tl::unexpected<Error> refuse(const char* rule, const char* en, const char* zh) {
  return fail_bi(Code::kInvalid, en, zh, "", rule);
}

tl::unexpected<Error> malformed() {
  return refuse("bad-literal",
                "A literal is text with bytes as |0d 0a|, in quotes or bare, then at most nocase",
                "载荷特征应为文本，字节写作 |0d 0a|，可加引号，其后只能跟 nocase");
}

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/// What may stand for itself in the canonical form.
bool is_plain(char c) {
  return c >= 0x20 && c < 0x7f && std::string_view("\";:\\|").find(c) == std::string_view::npos;
}

/// The bytes of `0d 0a`; nothing when it is not that.
std::optional<std::string> hex_bytes(std::string_view text) {
  std::string digits;
  for (const char c : text) {
    // A blank stands between bytes, never inside one.
    if (c == ' ' && digits.size() % 2 == 0) continue;
    digits.push_back(c);
  }
  auto bytes = unhex(digits);
  if (digits.empty() || !bytes) return std::nullopt;
  return std::move(*bytes);
}

struct Body {
  std::string bytes;
  std::string_view behind;  ///< what follows the closing quote
};

/// Reads up to the closing quote, or to the end where there was no opening one.
Result<Body> read_body(std::string_view text, bool quoted) {
  Body out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '"') {
      if (!quoted) return malformed();
      out.behind = text.substr(at + 1);
      return out;
    }
    if (c == '|') {
      const std::size_t end = text.find('|', at + 1);
      if (end == std::string_view::npos) return malformed();
      const auto bytes = hex_bytes(text.substr(at + 1, end - at - 1));
      if (!bytes) return malformed();
      out.bytes += *bytes;
      at = end;
    } else if (c == '\\') {
      if (++at == text.size() ||
          std::string_view("\"\\;:").find(text[at]) == std::string_view::npos)
        return malformed();
      out.bytes.push_back(text[at]);
    } else {
      out.bytes.push_back(c);
    }
  }
  if (quoted) return malformed();
  return out;
}

/// True for `nocase`, false for nothing.
Result<bool> read_modifiers(std::string_view text) {
  bool nocase = false;
  for (const std::string_view part : split(text, ';')) {
    const std::string_view word = trim(part);
    if (word.empty()) continue;
    if (word != "nocase") {
      return refuse(
          "conditional-literal",
          "The literal counts only in a place that we cannot check; only nocase may follow",
          "该特征只在特定位置有效，此处无法核对；其后只能跟 nocase");
    }
    nocase = true;
  }
  return nocase;
}

Status check_bytes(std::string_view bytes) {
  if (bytes.size() < kMinLiteralBytes) {
    return refuse("literal-too-short",
                  "A literal has at least 4 bytes; shorter ones turn up in any traffic by chance",
                  "载荷特征至少4字节；更短的会在任意流量中偶然出现");
  }
  if (bytes.size() > kMaxLiteralBytes) {
    return refuse("literal-too-long", "A literal has at most 255 bytes", "载荷特征最长255字节");
  }
  if (std::all_of(bytes.begin(), bytes.end(), [&](char c) { return c == bytes[0]; })) {
    return refuse("literal-too-common", "One byte again and again is padding that any traffic has",
                  "同一字节的重复是任何流量中都有的填充，不能作为特征");
  }
  return {};
}

}  // namespace

Result<Literal> parse_literal(std::string_view text) {
  text = trim(text);
  const bool rule = text.starts_with("content:");
  if (rule) text = trim(text.substr(8));
  if (rule && text.starts_with('!')) {
    return refuse("negated-literal", "The rule wants the literal not to be there",
                  "该规则要求不出现此特征");
  }
  const bool quoted = text.starts_with('"');
  if (rule && !quoted) return malformed();
  if (quoted) text.remove_prefix(1);
  TRY(Body body, read_body(text, quoted));
  Literal out;
  TRY(out.nocase, read_modifiers(body.behind));
  out.bytes = std::move(body.bytes);
  // Folded before it is judged: "aaAA" without case is one byte again and again.
  out.nocase = out.nocase && std::any_of(out.bytes.begin(), out.bytes.end(), is_letter);
  if (out.nocase) out.bytes = to_lower(out.bytes);
  TRY_STATUS(check_bytes(out.bytes));
  return out;
}

std::string to_string(const Literal& literal) {
  std::string out = "\"";
  bool in_hex = false;
  for (const char c : literal.bytes) {
    if (is_plain(c)) {
      if (in_hex) out += '|';
      out += c;
      in_hex = false;
    } else {
      out += in_hex ? ' ' : '|';
      out += hex(std::string_view(&c, 1));
      in_hex = true;
    }
  }
  out += in_hex ? "|\"" : "\"";
  return literal.nocase ? out + " nocase" : out;
}

}  // namespace tocsin::match
