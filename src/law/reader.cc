#include "law/reader.h"

#include <algorithm>

#include <fmt/format.h>

namespace tocsin::law {

Result<Reader> Reader::of(const Json& json, std::string place) {
  if (!json.is_object())
    return fail_bi(Code::kInvalid, "must be an object", "应为对象", std::move(place));
  return Reader(json, std::move(place));
}

Status Reader::only(std::initializer_list<std::string_view> known) const {
  for (const auto& [key, value] : json_->members()) {
    if (std::find(known.begin(), known.end(), key) == known.end()) {
      return error(key, fmt::format("'{}' is not a member known here", key),
                   fmt::format("此处没有成员“{}”", key));
    }
  }
  return {};
}

std::string Reader::place_of(std::string_view key) const {
  return place_.empty() ? std::string(key) : fmt::format("{}.{}", place_, key);
}

tl::unexpected<Error> Reader::error(std::string_view key, std::string en, std::string zh) const {
  return fail_bi(Code::kInvalid, std::move(en), std::move(zh), place_of(key));
}

tl::unexpected<Error> Reader::missing(std::string_view key) const {
  return error(key, "is missing", "缺少该成员");
}

Result<std::string> Reader::string(std::string_view key) const {
  const Json& value = (*json_)[key];
  if (!has(key)) return missing(key);
  if (!value.is_string()) return error(key, "must be a string", "应为字符串");
  return value.as_string();
}

Result<std::string> Reader::string_or_empty(std::string_view key) const {
  if (!has(key)) return std::string();
  return string(key);
}

Result<std::int64_t> Reader::integer(std::string_view key, std::int64_t least,
                                     std::int64_t most) const {
  const Json& value = (*json_)[key];
  if (!has(key)) return missing(key);
  if (!value.is_int()) return error(key, "must be an integer", "应为整数");
  const std::int64_t n = value.as_int();
  if (n < least || n > most) {
    return error(key, fmt::format("{} is not between {} and {}", n, least, most),
                 fmt::format("{}不在{}至{}之间", n, least, most));
  }
  return n;
}

Result<bool> Reader::flag(std::string_view key) const {
  const Json& value = (*json_)[key];
  if (!has(key)) return false;
  if (!value.is_bool()) return error(key, "must be true or false", "应为 true 或 false");
  return value.as_bool();
}

Result<Date> Reader::date(std::string_view key) const {
  TRY(const std::string text, string(key));
  auto date = parse_date(text);
  if (!date) return tl::unexpected(std::move(date).error().at(place_of(key)));
  return *date;
}

Result<std::optional<Date>> Reader::optional_date(std::string_view key) const {
  if (!has(key)) return std::optional<Date>{};
  TRY(const Date d, date(key));
  return std::optional<Date>{d};
}

Result<Text> Reader::text(std::string_view key) const {
  TRY(const Reader inner, object(key));
  TRY_STATUS(inner.only({"zh", "en"}));
  Text out;
  TRY(out.zh, inner.string("zh"));
  TRY(out.en, inner.string("en"));
  if (out.zh.empty() || out.en.empty())
    return error(key, "needs a text in both languages", "须有中英文两种文字");
  return out;
}

Result<Text> Reader::optional_text(std::string_view key) const {
  if (!has(key)) return Text{};
  return text(key);
}

Result<std::vector<std::string>> Reader::strings(std::string_view key) const {
  std::vector<std::string> out;
  if (!has(key)) return out;
  const Json& value = (*json_)[key];
  if (!value.is_array()) return error(key, "must be a list of strings", "应为字符串列表");
  for (const Json& item : value.items()) {
    if (!item.is_string()) return error(key, "must be a list of strings", "应为字符串列表");
    out.push_back(item.as_string());
  }
  return out;
}

Result<std::vector<Reader>> Reader::objects(std::string_view key, std::size_t limit) const {
  std::vector<Reader> out;
  if (!has(key)) return out;
  const Json& value = (*json_)[key];
  if (!value.is_array()) return error(key, "must be a list of objects", "应为对象列表");
  if (value.items().size() > limit) {
    return error(key, fmt::format("has more than {} items", limit), fmt::format("超过{}项", limit));
  }
  for (std::size_t i = 0; i < value.items().size(); ++i) {
    TRY(Reader item, Reader::of(value.items()[i], fmt::format("{}[{}]", place_of(key), i)));
    out.push_back(std::move(item));
  }
  return out;
}

Result<Reader> Reader::object(std::string_view key) const {
  if (!has(key)) return missing(key);
  return Reader::of((*json_)[key], place_of(key));
}

}  // namespace tocsin::law
