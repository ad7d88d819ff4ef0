#include "exchange/stix/splitter.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"

namespace tocsin::exchange::stix {
namespace {

using Byte = JsonNesting::Byte;

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }
constexpr std::string_view kMark = "\xef\xbb\xbf";

}  // namespace

tl::unexpected<Error> Splitter::broken(std::uint64_t offset, std::uint64_t line,
                                       std::string_view en, std::string_view zh) const {
  return fail_bi(Code::kInvalid,
                 fmt::format("broken JSON at byte {}, line {}: {}", offset, line, en),
                 fmt::format("第 {} 字节（第 {} 行）JSON 有误：{}", offset, line, zh),
                 fmt::format("byte {}", offset), "RFC8259");
}

tl::unexpected<Error> Splitter::too_large(std::string_view en, std::string_view zh) const {
  return fail_bi(Code::kTooLarge,
                 fmt::format("{} at byte {}, line {}", en, begin_offset_, begin_line_),
                 fmt::format("第 {} 字节（第 {} 行）起：{}", begin_offset_, begin_line_, zh),
                 fmt::format("byte {}", begin_offset_));
}

Result<Json> Splitter::parse(std::string_view text, std::uint64_t offset,
                             std::uint64_t line) const {
  auto json = Json::parse(text, limits_.depth);
  if (json) return json;
  constexpr std::string_view kByte = "byte ";
  const std::string& field = json.error().field;
  std::int64_t at = 0;
  if (field.starts_with(kByte))
    at = to_int(std::string_view(field).substr(kByte.size())).value_or(0);
  const auto within = std::min(text.size(), static_cast<std::size_t>(at));
  const auto lines =
      std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(within), '\n');
  return broken(offset + within, line + static_cast<std::uint64_t>(lines), json.error().message,
                json.error().message_zh);
}

Status Splitter::feed(std::string_view bytes) {
  std::size_t i = 0;
  while (i < bytes.size()) {
    // Inside a string of an object nothing matters up to the next quote or backslash.
    if (state_ == State::kObject && nesting_.in_plain_text()) {
      const auto end = std::min(bytes.find_first_of("\"\\\n", i), bytes.size());
      buffer_.append(bytes.substr(i, end - i));
      offset_ += end - i;
      i = end;
      if (buffer_.size() > limits_.object_bytes) {
        return too_large("an object is too large", "单个对象过大");
      }
      if (i == bytes.size()) return {};
    }
    const char c = bytes[i++];
    TRY_STATUS(step(c));
    ++offset_;
    if (c == '\n') ++line_;
  }
  return {};
}

Status Splitter::step(char c) {
  switch (state_) {
    case State::kStart:
      if (is_space(c) || (offset_ < kMark.size() && c == kMark[offset_])) return {};
      begin_offset_ = offset_;
      begin_line_ = line_;
      if (c == '[') {
        bare_list_ = true;
        state_ = State::kList;
        return {};
      }
      if (c != '{')
        return broken(offset_, line_, "an object or a list is expected", "应为对象或列表");
      buffer_.push_back(c);
      nesting_.restart(1);
      state_ = State::kHead;
      return {};
    case State::kHead:
      return in_head(c);
    case State::kList:
      return in_list(c);
    case State::kObject:
      return in_object(c);
    case State::kTail:
      return in_tail(c);
    case State::kDone:
      if (is_space(c)) return {};
      return broken(offset_, line_, "something follows the document", "文档之后还有内容");
  }
  return {};
}

Status Splitter::in_head(char c) {
  buffer_.push_back(c);
  if (buffer_.size() > limits_.object_bytes) {
    return too_large("an object, or what stands before `objects`, is too large",
                     "单个对象或 objects 之前的内容过大");
  }
  switch (nesting_.take(c)) {
    case Byte::kStringBegin:
      string_begin_ = buffer_.size();
      return {};
    case Byte::kStringEnd:
      if (nesting_.depth() == 1) {
        last_string_ = buffer_.substr(string_begin_, buffer_.size() - 1 - string_begin_);
      }
      return {};
    case Byte::kOpen:
      return c == '[' && nesting_.depth() == 2 && key_is_objects_ ? begin_list() : Status();
    case Byte::kClose:
      return nesting_.depth() > 0 ? Status() : end_object();
    case Byte::kOther:
      if (nesting_.depth() == 1 && c == ':') key_is_objects_ = last_string_ == "objects";
      if (nesting_.depth() == 1 && c == ',') key_is_objects_ = false;
      return {};
    case Byte::kInString:
      return {};
  }
  return {};
}

Status Splitter::begin_list() {
  head_ = std::exchange(buffer_, {});
  // The head with an empty list in place of the objects must be JSON by itself.
  TRY(envelope_, parse(head_ + "]}", begin_offset_, begin_line_));
  bundle_version_ = envelope_.str("spec_version");
  state_ = State::kList;
  return {};
}

Status Splitter::in_list(char c) {
  if (is_space(c)) return {};
  if (c == '{' && wants_value_) {
    if (++objects_ > limits_.objects) return too_large("too many objects", "对象过多");
    begin_offset_ = offset_;
    begin_line_ = line_;
    nesting_.restart(1);
    buffer_.assign(1, c);
    wants_value_ = after_comma_ = false;
    state_ = State::kObject;
    return {};
  }
  if (c == ',' && !wants_value_) {
    wants_value_ = after_comma_ = true;
    return {};
  }
  if (c == ']' && !after_comma_) {
    begin_offset_ = offset_;
    begin_line_ = line_;
    state_ = bare_list_ ? State::kDone : State::kTail;
    nesting_.restart(1);
    return {};
  }
  return wants_value_ ? broken(offset_, line_, "an object is expected", "应为对象")
                      : broken(offset_, line_, "a comma or ] is expected", "应为逗号或 ]");
}

Status Splitter::in_object(char c) {
  buffer_.push_back(c);
  if (buffer_.size() > limits_.object_bytes) {
    return too_large("an object is too large", "单个对象过大");
  }
  const bool closed = nesting_.take(c) == Byte::kClose && nesting_.depth() == 0;
  return closed ? end_object() : Status();
}

Status Splitter::end_object() {
  const bool alone = state_ == State::kHead;
  if (alone) ++objects_;
  TRY(const Json json, parse(buffer_, begin_offset_, begin_line_));
  // An object without an `objects` list may still be an envelope: TAXII leaves an empty list out,
  // and so may a bundle.
  if (alone && (json.str("type") == "bundle" || !json.has("type"))) {
    const bool envelope = json.members().empty() || json.has("type") || json.has("more") ||
                          json.has("next") || json.has("objects");
    if (!envelope) {
      return fail_bi(
          Code::kInvalid,
          "this is no STIX or TAXII content: neither a bundle, an envelope, a list of "
          "objects nor an object with a type; feeds of other forms go by `tocsin import`",
          "不是 STIX 或 TAXII 内容：既非对象包、信封、对象列表，也非带 type 的对象；其他格式请使用 "
          "tocsin import",
          "body", "STIX-2.1");
    }
    --objects_;
    envelope_ = json;
  } else {
    TRY_STATUS(on_object_({buffer_, begin_offset_, begin_line_}, json));
  }
  buffer_.clear();
  state_ = alone ? State::kDone : State::kList;
  return {};
}

Status Splitter::in_tail(char c) {
  buffer_.push_back(c);
  if (buffer_.size() > limits_.object_bytes) {
    return too_large("what follows `objects` is too large", "objects 之后的内容过大");
  }
  const bool closed = nesting_.take(c) == Byte::kClose && nesting_.depth() == 0;
  return closed ? close_envelope() : Status();
}

Status Splitter::close_envelope() {
  const std::string whole = head_ + "]" + buffer_;
  // Offsets inside the tail are counted from its own beginning, so the head is taken off again.
  const std::uint64_t shift = head_.size();
  TRY(envelope_, parse(whole, begin_offset_ >= shift ? begin_offset_ - shift : 0, begin_line_));
  state_ = State::kDone;
  return {};
}

Status Splitter::finish() {
  if (state_ == State::kDone) return {};
  if (state_ == State::kStart) return broken(offset_, line_, "the document is empty", "文档为空");
  return broken(offset_, line_, "the document ends too early", "文档不完整");
}

}  // namespace tocsin::exchange::stix
