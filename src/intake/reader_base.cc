#include "intake/reader_base.h"

#include <algorithm>
#include <cstring>

#include "base/json.h"
#include "base/text.h"
#include "match/canonical.h"

namespace tocsin::intake {
namespace {

constexpr std::size_t kMaxOriginalBytes = 200;
constexpr std::size_t kJsonPadding = 64;  // at least SIMDJSON_PADDING

/// At most 200 bytes, not cut inside a UTF-8 sequence; bytes that are not UTF-8 as `\\xe9`, because
/// refusals are kept and shown as JSON.
std::string clipped(std::string_view text) {
  if (text.size() > kMaxOriginalBytes) {
    std::size_t end = kMaxOriginalBytes;
    while (end > kMaxOriginalBytes - 4 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) {
      --end;
    }
    text = text.substr(0, end);
  }
  if (is_utf8(text)) return std::string(text);
  std::string out;
  while (!text.empty()) {
    std::size_t length = 1;
    while (length < 4 && !is_utf8(text.substr(0, length))) ++length;
    if (is_utf8(text.substr(0, length))) {
      out += text.substr(0, length);
      text.remove_prefix(std::min(length, text.size()));
    } else {
      out += "\\x" + hex(text.substr(0, 1));
      text.remove_prefix(1);
    }
  }
  return out;
}

/// What goes into documents beside the indicator, which has its own check.
bool texts_are_utf8(const Item& item) {
  return is_utf8(item.description) && is_utf8(item.foreign_id) &&
         std::all_of(item.labels.begin(), item.labels.end(),
                     [](const std::string& label) { return is_utf8(label); });
}

/// What can be shown of a document; nothing of one that is no text.
std::string_view readable(std::string_view document) {
  const std::string_view head = document.substr(0, kMaxOriginalBytes);
  return head.find('\0') == std::string_view::npos ? head : std::string_view();
}

Status too_large_error() {
  return fail_bi(Code::kTooLarge, "The document is larger than the limit", "文档超过大小上限", "",
                 "document-too-large");
}

}  // namespace

Item ReaderBase::blank(std::int64_t line) const {
  Item item;
  item.line = line;
  item.confidence = options_.confidence;
  item.tlp = options_.tlp;
  if (!options_.labels.empty()) item.labels = options_.labels;
  item.first_seen = source_.source_date;
  return item;
}

void ReaderBase::emit(std::string_view text, std::optional<model::IndicatorKind> hint,
                      Item&& item) {
  if (!texts_are_utf8(item)) {
    refuse(item.line, text, "bad-utf8", "What the line says about it is not UTF-8",
           "该行的说明文字不是UTF-8编码");
    return;
  }
  auto found = match::canonicalize(text, hint ? hint : options_.kind);
  if (!found) {
    refuse(item.line, text, found.error());
    return;
  }
  ++counters_.lines;
  ++counters_.items;
  item.indicator = std::move(found->indicator);
  item.notes = found->notes;
  item.original = text;
  sink_.item(std::move(item));
}

void ReaderBase::refuse(std::int64_t line, std::string_view original, const Error& error) {
  refuse(line, original, error.rule.empty() ? std::string(tocsin::name(error.code)) : error.rule,
         error.message, error.message_zh);
}

void ReaderBase::refuse(std::int64_t line, std::string_view original, std::string code,
                        std::string en, std::string zh) {
  ++counters_.lines;
  ++counters_.refused;
  sink_.refusal({line, clipped(original), std::move(code), {std::move(zh), std::move(en)}});
}

void ReaderBase::link(model::RelationKind kind, const Result<model::Node>& from,
                      const Result<model::Node>& to, const Item& beside) {
  if (from && to && *from == *to) return;  // the source says the same thing in two ways
  if (!from || !to || !model::check({*from, kind, *to})) {
    ++counters_.unlinked;
    return;
  }
  ++counters_.links;
  sink_.link({{*from, kind, *to},
              beside.confidence,
              beside.tlp,
              beside.first_seen,
              beside.last_seen,
              beside.taken_back});
}

void ReaderBase::warn(std::string code, std::string en, std::string zh) {
  sink_.warning({std::move(code), {std::move(zh), std::move(en)}});
}

void ReaderBase::warn_if_empty() {
  if (counters_.items > 0) return;
  warn("empty-feed", "The source has no usable entry; nothing may expire because of it",
       "来源中没有可用条目；不得据此使既有条目失效");
}

Status LineReader::feed(std::string_view bytes) {
  while (!bytes.empty()) {
    TRY_STATUS(stopped_);
    const void* found = std::memchr(bytes.data(), '\n', bytes.size());
    const std::size_t end =
        found == nullptr ? std::string_view::npos
                         : static_cast<std::size_t>(static_cast<const char*>(found) - bytes.data());
    const std::string_view piece = bytes.substr(0, end);
    if (!skipping_ && partial_.size() + piece.size() > options_.max_line_bytes) {
      partial_.append(piece.substr(0, kMaxOriginalBytes));
      refuse(line_ + 1, partial_, "line-too-long", "The line is longer than the limit",
             "该行超过长度上限");
      partial_.clear();
      skipping_ = true;
    }
    if (end == std::string_view::npos) {
      if (!skipping_) partial_.append(piece);
      return {};
    }
    if (skipping_) {
      ++line_;
      skipping_ = false;
    } else if (partial_.empty()) {
      take(piece);
    } else {
      partial_.append(piece);
      const std::string whole = std::move(partial_);
      partial_.clear();
      take(whole);
    }
    bytes.remove_prefix(end + 1);
  }
  return stopped_;
}

void LineReader::stop(std::int64_t line, std::string_view original, const Error& error) {
  refuse(line, original, error);
  stopped_ = tl::unexpected(error);
}

void LineReader::take(std::string_view line) {
  ++line_;
  if (line.ends_with('\r')) line.remove_suffix(1);
  on_line(line);
}

Status LineReader::finish() {
  if (!partial_.empty()) {
    const std::string whole = std::move(partial_);
    partial_.clear();
    take(whole);
  }
  TRY_STATUS(stopped_);
  on_end();
  TRY_STATUS(stopped_);
  warn_if_empty();
  return {};
}

Status DocumentReader::feed(std::string_view bytes) {
  if (too_large_) return too_large_error();
  if (text_.size() + bytes.size() > options_.max_document_bytes) {
    too_large_ = true;
    const Status error = too_large_error();
    refuse(1, readable(text_), error.error());
    std::string().swap(text_);
    return error;
  }
  text_.append(bytes);
  return {};
}

Status DocumentReader::finish() {
  if (too_large_) return too_large_error();
  text_.reserve(text_.size() + kJsonPadding);
  if (auto status = on_document(text_); !status) {
    refuse(1, readable(text_), status.error());
    return status;
  }
  warn_if_empty();
  return {};
}

Error json_error(std::string_view text, std::string_view what) {
  const auto parsed = Json::parse(text);
  const std::string place = parsed ? std::string() : parsed.error().field;
  return fail_bi(
             Code::kCorrupt,
             "Not valid JSON" + (place.empty() ? "" : " at " + place) + ": " + std::string(what),
             "JSON无效" + (place.empty() ? "" : "，位置 " + place), place, "bad-json")
      .value();
}

}  // namespace tocsin::intake
