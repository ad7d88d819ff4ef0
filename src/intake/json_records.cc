#include "intake/json_records.h"

namespace tocsin::intake {
namespace {

constexpr std::size_t kMaxDepth = 32;

bool is_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

}  // namespace

Status JsonRecords::feed(std::string_view bytes) {
  if (shape_ == Shape::kUnknown) {
    std::size_t i = 0;
    while (i < bytes.size() && is_space(bytes[i])) ++i;
    if (i == bytes.size()) return LineReader::feed(bytes);  // blank lines count as lines
    shape_ = bytes[i] == '[' ? Shape::kArray : Shape::kLines;
    if (shape_ == Shape::kArray) bytes.remove_prefix(i + 1);
  }
  if (shape_ == Shape::kLines) return LineReader::feed(bytes);
  for (const char c : bytes) in_array(c);
  return {};
}

Status JsonRecords::finish() {
  if (shape_ != Shape::kArray && shape_ != Shape::kEnded) return LineReader::finish();
  if (shape_ == Shape::kArray) broken("The array does not end");
  warn_if_empty();
  return {};
}

void JsonRecords::on_line(std::string_view line) {
  line = trim(line);
  if (!line.empty()) on_text(LineReader::line(), line);
}

void JsonRecords::broken(std::string_view what) {
  refuse(number_ + 1, member_, "bad-json", std::string(what), "JSON数组不完整或格式错误");
  member_.clear();
  shape_ = Shape::kEnded;
}

void JsonRecords::in_array(char c) {
  if (shape_ == Shape::kEnded) return;
  if (nesting_.depth() > 0) return inside_member(c);
  if (is_space(c) || c == ',') return;
  if (c == ']') {
    shape_ = Shape::kEnded;
  } else if (c == '{') {
    nesting_.restart(1);
    member_ = "{";
  } else {
    broken("A member of the array is not an object");
  }
}

void JsonRecords::inside_member(char c) {
  if (member_.size() < longest()) {
    member_.push_back(c);
  } else {
    too_long_ = true;
  }
  if (nesting_.take(c) == JsonNesting::Byte::kClose && nesting_.depth() == 0) end_member();
}

void JsonRecords::end_member() {
  ++number_;
  if (too_long_) {
    refuse(number_, member_, "line-too-long", "The object is longer than the limit",
           "该对象超过长度上限");
  } else {
    on_text(number_, member_);
  }
  member_.clear();
  too_long_ = false;
}

void JsonObjects::on_text(std::int64_t number, std::string_view text) {
  const auto object = Json::parse(text, kMaxDepth);
  if (!object) {
    return refuse(number, text, "bad-json", "Not valid JSON at " + object.error().field,
                  "JSON无效，位置 " + object.error().field);
  }
  if (!object->is_object()) {
    return refuse(number, text, "bad-record", "An object is needed", "应为JSON对象");
  }
  on_object(number, text, *object);
}

}  // namespace tocsin::intake
