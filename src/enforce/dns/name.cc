#include "enforce/dns/name.h"

#include "base/text.h"

namespace tocsin::enforce::dns {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// One character of a label, an escape resolved; moves `i` behind it.
Result<char> next_char(std::string_view text, std::size_t& i) {
  const char c = text[i++];
  if (c != '\\') return c;
  if (i >= text.size()) return fail(Code::kInvalid, "name ends inside an escape");
  if (!is_digit(text[i])) return text[i++];
  if (i + 3 > text.size() || !is_digit(text[i + 1]) || !is_digit(text[i + 2])) {
    return fail(Code::kInvalid, "escape needs three digits");
  }
  const int value = (text[i] - '0') * 100 + (text[i + 1] - '0') * 10 + (text[i + 2] - '0');
  if (value > 255) return fail(Code::kInvalid, "escape is over 255");
  i += 3;
  return static_cast<char>(value);
}

void append_escaped(std::string& out, char c) {
  const auto byte = static_cast<unsigned char>(c);
  if (c == '.' || c == '\\') {
    out += '\\';
    out += c;
  } else if (byte > 0x20 && byte < 0x7f) {
    out += c;
  } else {
    out += '\\';
    out += static_cast<char>('0' + byte / 100);
    out += static_cast<char>('0' + byte / 10 % 10);
    out += static_cast<char>('0' + byte % 10);
  }
}

}  // namespace

std::string fold_wire(std::string_view wire) { return to_lower(wire); }

Result<Name> Name::parse(std::string_view text) {
  Name out;
  if (text == ".") return out;
  if (text.empty()) return fail(Code::kInvalid, "name is empty");
  std::string wire;
  std::string label;
  const auto close_label = [&]() -> Status {
    if (label.empty()) return fail(Code::kInvalid, "empty label", {}, "RFC 1035 §3.1");
    if (label.size() > kLabelLimitBytes) {
      return fail(Code::kInvalid, "label is over 63 bytes", {}, "RFC 1035 §2.3.4");
    }
    wire += static_cast<char>(label.size());
    wire += label;
    label.clear();
    return {};
  };
  bool dangling = true;
  for (std::size_t i = 0; i < text.size();) {
    if (text[i] == '.') {
      TRY_STATUS(close_label());
      dangling = false;
      ++i;
      continue;
    }
    TRY(const char c, next_char(text, i));
    label += c;
    dangling = true;
    if (wire.size() + label.size() > kNameLimitBytes) break;  // refused below
  }
  if (dangling) TRY_STATUS(close_label());
  wire += '\0';
  if (wire.size() > kNameLimitBytes) {
    return fail(Code::kInvalid, "name is over 255 bytes", {}, "RFC 1035 §2.3.4");
  }
  out.wire_ = std::move(wire);
  return out;
}

Result<Name> Name::decode(std::string_view message, std::size_t& pos) {
  std::string wire;
  std::size_t at = pos;
  std::size_t back_limit = pos;  // a pointer must lead before this place
  bool jumped = false;
  while (true) {
    if (at >= message.size()) return fail(Code::kInvalid, "name runs out of the message");
    const auto length = static_cast<unsigned char>(message[at]);
    if ((length & 0xc0U) == 0xc0U) {
      if (at + 1 >= message.size()) return fail(Code::kInvalid, "pointer is cut off");
      const std::size_t target =
          (length & 0x3fU) << 8U | static_cast<unsigned char>(message[at + 1]);
      if (!jumped) pos = at + 2;
      jumped = true;
      if (target >= back_limit) return fail(Code::kInvalid, "pointer does not lead back");
      back_limit = target;
      at = target;
      continue;
    }
    if ((length & 0xc0U) != 0) return fail(Code::kInvalid, "unknown label type");
    if (wire.size() + 1 + length > kNameLimitBytes) {
      return fail(Code::kInvalid, "name is over 255 bytes", {}, "RFC 1035 §2.3.4");
    }
    if (at + 1 + length > message.size()) return fail(Code::kInvalid, "label is cut off");
    wire.append(message.substr(at, 1U + length));
    at += 1U + length;
    if (length == 0) break;
  }
  if (!jumped) pos = at;
  Name out;
  out.wire_ = std::move(wire);
  return out;
}

std::string Name::text() const {
  if (is_root()) return ".";
  std::string out;
  for (std::size_t i = 0; wire_[i] != '\0';) {
    const auto length = static_cast<unsigned char>(wire_[i]);
    if (i != 0) out += '.';
    for (std::size_t k = 1; k <= length; ++k) append_escaped(out, wire_[i + k]);
    i += 1U + length;
  }
  return out;
}

Name Name::lower() const {
  Name out;
  out.wire_ = fold_wire(wire_);
  return out;
}

std::size_t Name::label_count() const {
  std::size_t count = 0;
  for (std::size_t i = 0; wire_[i] != '\0'; i += 1U + static_cast<unsigned char>(wire_[i])) ++count;
  return count;
}

bool Name::is_within(const Name& ancestor) const {
  for (std::size_t i = 0; i < wire_.size(); i += 1U + static_cast<unsigned char>(wire_[i])) {
    if (wire_.size() - i == ancestor.wire_.size()) {
      return iequals(std::string_view(wire_).substr(i), ancestor.wire_);
    }
    if (wire_[i] == '\0') break;
  }
  return false;
}

bool Name::operator==(const Name& other) const { return iequals(wire_, other.wire_); }

}  // namespace tocsin::enforce::dns
