// Each model type names its fields once, in `fields(visitor, self)`; reading, writing and the JSON
// Schema of the API all come from that one list.
#pragma once

#include <concepts>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "base/text.h"
#include "base/time.h"

namespace tocsin::model {

/// A type that lists its fields: `template <class V, class S> static void fields(V& v, S& s)`.
template <typename T>
concept Described = requires { typename T::is_described; };

/// An enum with `std::string_view name(E)` and `parse_enum(std::string_view, E&) -> bool`, found by
/// argument-dependent look-up, and `enum_names(E) -> std::vector<std::string_view>`.
template <typename E>
concept NamedEnum = std::is_enum_v<E> && requires(E e, std::string_view s) {
  { name(e) } -> std::convertible_to<std::string_view>;
  { parse_enum(s, e) } -> std::same_as<bool>;
};

/// What happens to members that no field asked for, at any depth: stored documents may carry some
/// from another version, a request must not, because a misspelt field would be lost.
enum class Unknown { kKept, kRefused };

template <typename T>
Json to_json(const T& value);
template <typename T>
Status from_json(const Json& json, T& out, Unknown unknown = Unknown::kKept);
template <typename T>
Json schema_of();

/// Writes fields into an object; empty texts, unset times, nulls and empty lists are left out.
class JsonWriter {
 public:
  template <typename T>
  void operator()(const char* key, const T& value) {
    Json json = to_json(value);
    const bool empty = json.is_null() || (json.is_string() && json.as_string().empty()) ||
                       (json.is_array() && json.items().empty());
    if (!empty) out.set(key, std::move(json));
  }
  Json out = Json::object();
};

/// Reads fields; a missing member keeps its default, a wrong type is an error naming the path.
class JsonReader {
 public:
  JsonReader(const Json& in, Unknown unknown) : in_(in), unknown_(unknown) {}
  template <typename T>
  void operator()(const char* key, T& value) {
    seen_.push_back(key);
    if (!status) return;
    const Json& member = in_[key];
    if (member.is_null()) return;
    if (auto read = from_json(member, value, unknown_); !read) {
      status = tl::unexpected(read.error().at(key));
    }
  }
  /// The outcome, once every field was read.
  Status finish() const;
  Status status;

 private:
  const Json& in_;
  const Unknown unknown_;
  std::vector<std::string_view> seen_;
};

/// Collects a JSON Schema object.
class SchemaWriter {
 public:
  template <typename T>
  void operator()(const char* key, const T&) {
    properties.set(key, schema_of<std::remove_cvref_t<T>>());
  }
  Json properties = Json::object();
};

namespace detail {
template <typename T>
struct IsVector : std::false_type {};
template <typename T>
struct IsVector<std::vector<T>> : std::true_type {};
template <typename T>
struct IsOptional : std::false_type {};
template <typename T>
struct IsOptional<std::optional<T>> : std::true_type {};

Status read_string(const Json& json, std::string& out);
Status read_int(const Json& json, std::int64_t& out);
Status read_bool(const Json& json, bool& out);
Status read_instant(const Json& json, Instant& out);
Status wrong_enum(std::string_view value, const std::vector<std::string_view>& allowed);
Status not_a(const char* what_en, const char* what_zh);
Json string_schema(const char* format);
}  // namespace detail

template <typename T>
Json to_json(const T& value) {
  if constexpr (Described<T>) {
    JsonWriter writer;
    T::fields(writer, value);
    return std::move(writer.out);
  } else if constexpr (NamedEnum<T>) {
    return Json(std::string(name(value)));
  } else if constexpr (std::same_as<T, Instant>) {
    return value ? Json(to_string(value)) : Json();
  } else if constexpr (std::same_as<T, Text>) {
    return Json::object({{"zh", value.zh}, {"en", value.en}});
  } else if constexpr (detail::IsVector<T>::value) {
    Json out = Json::array();
    for (const auto& item : value) out.push(to_json(item));
    return out;
  } else if constexpr (detail::IsOptional<T>::value) {
    return value ? to_json(*value) : Json();
  } else {
    return Json(value);
  }
}

template <typename T>
Status from_json(const Json& json, T& out, Unknown unknown) {
  if constexpr (Described<T>) {
    if (!json.is_object()) return detail::not_a("an object", "对象");
    JsonReader reader(json, unknown);
    T::fields(reader, out);
    return reader.finish();
  } else if constexpr (NamedEnum<T>) {
    std::string text;
    TRY_STATUS(detail::read_string(json, text));
    if (!parse_enum(text, out)) return detail::wrong_enum(text, enum_names(out));
    return {};
  } else if constexpr (std::same_as<T, Instant>) {
    return detail::read_instant(json, out);
  } else if constexpr (std::same_as<T, Text>) {
    if (!json.is_object()) return detail::not_a("an object with zh and en", "含 zh 与 en 的对象");
    JsonReader reader(json, unknown);
    reader("zh", out.zh);
    reader("en", out.en);
    return reader.finish();
  } else if constexpr (detail::IsVector<T>::value) {
    out.clear();
    if (!json.is_array()) {
      if (unknown == Unknown::kRefused) return detail::not_a("a list", "列表");
      // A stored document of an older version: one value where there may be several now.
      typename T::value_type only{};
      TRY_STATUS(from_json(json, only, unknown));
      out.push_back(std::move(only));
      return {};
    }
    for (std::size_t i = 0; i < json.items().size(); ++i) {
      typename T::value_type item{};
      if (auto read = from_json(json.items()[i], item, unknown); !read) {
        return tl::unexpected(read.error().at("[" + std::to_string(i) + "]"));
      }
      out.push_back(std::move(item));
    }
    return {};
  } else if constexpr (detail::IsOptional<T>::value) {
    typename T::value_type inner{};
    TRY_STATUS(from_json(json, inner, unknown));
    out = std::move(inner);
    return {};
  } else if constexpr (std::same_as<T, Json>) {
    out = json;
    return {};
  } else if constexpr (std::same_as<T, std::string>) {
    return detail::read_string(json, out);
  } else if constexpr (std::same_as<T, bool>) {
    return detail::read_bool(json, out);
  } else {
    static_assert(std::is_integral_v<T>, "no JSON form for this type");
    std::int64_t number = 0;
    TRY_STATUS(detail::read_int(json, number));
    out = static_cast<T>(number);
    return {};
  }
}

/// Reads a request body: every member must be known.
template <Described T>
Result<T> parse_request(const Json& json) {
  T out{};
  TRY_STATUS(from_json(json, out, Unknown::kRefused));
  return out;
}

template <typename T>
Json schema_of() {
  if constexpr (Described<T>) {
    SchemaWriter writer;
    const T sample{};
    T::fields(writer, sample);
    return Json::object({{"type", "object"}, {"properties", std::move(writer.properties)}});
  } else if constexpr (NamedEnum<T>) {
    Json values = Json::array();
    for (const auto v : enum_names(T{})) values.push(std::string(v));
    return Json::object({{"type", "string"}, {"enum", std::move(values)}});
  } else if constexpr (std::same_as<T, Instant>) {
    return detail::string_schema("date-time");
  } else if constexpr (std::same_as<T, Text>) {
    return Json::object({{"type", "object"},
                         {"properties", Json::object({{"zh", detail::string_schema(nullptr)},
                                                      {"en", detail::string_schema(nullptr)}})}});
  } else if constexpr (detail::IsVector<T>::value) {
    return Json::object({{"type", "array"}, {"items", schema_of<typename T::value_type>()}});
  } else if constexpr (detail::IsOptional<T>::value) {
    return schema_of<typename T::value_type>();
  } else if constexpr (std::same_as<T, Json>) {
    return Json::object();
  } else if constexpr (std::same_as<T, bool>) {
    return Json::object({{"type", "boolean"}});
  } else if constexpr (std::is_integral_v<T>) {
    return Json::object({{"type", "integer"}});
  } else {
    return detail::string_schema(nullptr);
  }
}

}  // namespace tocsin::model

/// Defines name(), parse_enum() and enum_names() of an enum whose values are 0, 1, 2, ...
#define TOCSIN_ENUM_NAMES(E, ...)                                                             \
  inline const std::vector<std::string_view>& enum_names(E) {                                 \
    static const std::vector<std::string_view> names = {__VA_ARGS__};                         \
    return names;                                                                             \
  }                                                                                           \
  inline std::string_view name(E e) { return enum_names(e).at(static_cast<std::size_t>(e)); } \
  inline bool parse_enum(std::string_view text, E& out) {                                     \
    const auto& names = enum_names(out);                                                      \
    for (std::size_t i = 0; i < names.size(); ++i) {                                          \
      if (names[i] == text) {                                                                 \
        out = static_cast<E>(i);                                                              \
        return true;                                                                          \
      }                                                                                       \
    }                                                                                         \
    return false;                                                                             \
  }
