#include "model/fields.h"

#include <algorithm>

namespace tocsin::model {

Status JsonReader::finish() const {
  if (!status || unknown_ == Unknown::kKept) return status;
  for (const auto& member : in_.members()) {
    if (std::find(seen_.begin(), seen_.end(), member.first) == seen_.end()) {
      std::string known;
      for (const auto key : seen_) known += (known.empty() ? "" : ", ") + std::string(key);
      return fail_bi(Code::kInvalid, "unknown field; known are " + known,
                     "未知字段；可用字段为 " + known, member.first);
    }
  }
  return {};
}

namespace detail {

Status not_a(const char* what_en, const char* what_zh) {
  return fail_bi(Code::kInvalid, std::string("must be ") + what_en,
                 std::string("必须是") + what_zh);
}

Status read_string(const Json& json, std::string& out) {
  if (!json.is_string()) return not_a("a text", "文本");
  out = json.as_string();
  return {};
}

Status read_int(const Json& json, std::int64_t& out) {
  if (!json.is_int()) return not_a("a whole number", "整数");
  out = json.as_int();
  return {};
}

Status read_bool(const Json& json, bool& out) {
  if (!json.is_bool()) return not_a("true or false", " true 或 false");
  out = json.as_bool();
  return {};
}

Status read_instant(const Json& json, Instant& out) {
  std::string text;
  TRY_STATUS(read_string(json, text));
  TRY(out, parse_instant(text));
  return {};
}

Status wrong_enum(std::string_view value, const std::vector<std::string_view>& allowed) {
  std::string list;
  for (const auto v : allowed) list += (list.empty() ? "" : ", ") + std::string(v);
  return fail_bi(Code::kInvalid, "'" + std::string(value) + "' is not one of: " + list,
                 "“" + std::string(value) + "”不在可选值之内：" + list);
}

Json string_schema(const char* format) {
  Json out = Json::object({{"type", "string"}});
  if (format != nullptr) out.set("format", format);
  return out;
}

}  // namespace detail
}  // namespace tocsin::model
