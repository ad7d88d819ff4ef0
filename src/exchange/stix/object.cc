#include "exchange/stix/object.h"

#include <algorithm>
#include <chrono>

#include <fmt/format.h>

#include "base/uuid.h"

namespace tocsin::exchange::stix {
namespace {

constexpr std::size_t kLongestType = 250;

bool is_type(std::string_view text) {
  return text.size() >= 2 && text.size() <= kLongestType &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
         });
}

tl::unexpected<Error> refused(const Piece& piece, const std::string& en, const std::string& zh,
                              const char* rule) {
  return fail_bi(Code::kInvalid,
                 fmt::format("object at byte {}, line {}: {}", piece.offset, piece.line, en),
                 fmt::format("第 {} 字节（第 {} 行）的对象：{}", piece.offset, piece.line, zh),
                 fmt::format("byte {}", piece.offset), rule);
}

}  // namespace

std::string_view name(Spec spec) { return spec == Spec::k20 ? "2.0" : "2.1"; }

std::optional<Spec> spec_named(std::string_view text) {
  if (text == "2.0") return Spec::k20;
  if (text == "2.1") return Spec::k21;
  return std::nullopt;
}

bool is_stix_id(std::string_view id) {
  const auto dashes = id.find("--");
  return dashes != std::string_view::npos && is_type(id.substr(0, dashes)) &&
         is_uuid(id.substr(dashes + 2));
}

Result<Instant> parse_timestamp(std::string_view text) {
  // A bare date is a time for people, not for STIX.
  if (text.size() < 20 || (text.back() != 'Z' && text.back() != 'z')) {
    return fail_bi(Code::kInvalid, "not a time in UTC: " + std::string(text.substr(0, 40)),
                   "不是 UTC 时间：" + std::string(text.substr(0, 40)));
  }
  constexpr std::size_t kMostDecimals = 20 + 9;
  if (text.size() > kMostDecimals) {
    return parse_instant(std::string(text.substr(0, kMostDecimals - 1)) + "Z");
  }
  return parse_instant(text);
}

std::string timestamp(Instant t) { return to_utc(t); }

std::string timestamp6(Instant t) {
  std::string text = to_utc(t);
  constexpr std::size_t kThreeDecimals = 24;
  if (text.size() == kThreeDecimals) text.insert(text.size() - 1, "000");
  return text;
}

Result<Object> read_object(const Piece& piece, const Json& json, std::string_view bundle_version) {
  Object out;
  out.type = json.str("type");
  out.id = json.str("id");
  if (!is_type(out.type)) return refused(piece, "it has no type", "缺少 type", "stix-type");
  if (!is_stix_id(out.id)) {
    return refused(piece, "its id is not type--UUID", "id 不是“类型--UUID”形式", "stix-id");
  }
  if (!out.id.starts_with(out.type + "--")) {
    return refused(piece, "its id is of another type", "id 与 type 不一致", "stix-id");
  }
  for (const auto& [key, into] :
       {std::pair{"created", &out.created}, {"modified", &out.modified}}) {
    if (!json.has(key)) continue;
    const auto time = parse_timestamp(json.str(key));
    if (!time) {
      return refused(piece, fmt::format("{} is not a time in UTC", key),
                     fmt::format("{} 不是 UTC 时间", key), "stix-timestamp");
    }
    *into = *time;
  }
  if (out.created && out.modified && out.modified < out.created) {
    return refused(piece, "modified is before created", "modified 早于 created", "stix-timestamp");
  }
  const std::string& own = json.str("spec_version");
  const auto stated = spec_named(own.empty() ? bundle_version : std::string_view(own));
  out.spec = stated ? *stated : (own.empty() && out.created ? Spec::k20 : Spec::k21);
  out.revoked = json["revoked"].as_bool();
  out.bytes = piece.bytes;
  out.json = json;
  return out;
}

}  // namespace tocsin::exchange::stix
