// A JSON value behind our own type, so that the parser's headers stay in one file.
#pragma once

#include <concepts>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/result.h"

namespace tocsin {

/// A JSON document (RFC 8259). Objects keep insertion order; duplicate keys are refused on parse;
/// integers stay 64-bit integers and are never turned into floating point.
class Json {
 public:
  using Array = std::vector<Json>;
  using Member = std::pair<std::string, Json>;
  using Object = std::vector<Member>;

  Json() = default;  ///< null
  Json(std::nullptr_t) {}
  Json(bool v) : value_(v) {}
  template <std::integral T>
    requires(!std::same_as<T, bool>)
  Json(T v) : value_(static_cast<std::int64_t>(v)) {}
  Json(double v) : value_(v) {}
  Json(const char* v) : value_(std::string(v)) {}
  Json(std::string v) : value_(std::move(v)) {}
  Json(std::string_view v) : value_(std::string(v)) {}
  static Json array(Array items = {});
  static Json object(Object members = {});

  bool is_null() const { return std::holds_alternative<std::monostate>(value_); }
  bool is_bool() const { return std::holds_alternative<bool>(value_); }
  bool is_int() const { return std::holds_alternative<std::int64_t>(value_); }
  bool is_number() const { return is_int() || std::holds_alternative<double>(value_); }
  bool is_string() const { return std::holds_alternative<std::string>(value_); }
  bool is_array() const { return std::holds_alternative<Array>(value_); }
  bool is_object() const { return std::holds_alternative<Object>(value_); }

  /// Lenient readers: the given default when the value has another type.
  bool as_bool(bool otherwise = false) const;
  std::int64_t as_int(std::int64_t otherwise = 0) const;
  double as_double(double otherwise = 0) const;
  const std::string& as_string() const;  ///< empty when it is not a string
  const Array& items() const;            ///< empty when it is not an array
  const Object& members() const;         ///< empty when it is not an object

  /// The member, or null when there is none.
  const Json& operator[](std::string_view key) const;
  bool has(std::string_view key) const;
  /// Shorthand for (*this)[key].as_string().
  const std::string& str(std::string_view key) const { return (*this)[key].as_string(); }

  /// Adds or replaces a member; turns null into an object.
  Json& set(std::string key, Json value);
  void erase(std::string_view key);
  /// Appends an item; turns null into an array.
  Json& push(Json value);

  /// One line, members in their order.
  std::string dump() const;
  /// Indented by two spaces, for people.
  std::string pretty() const;
  /// One line with members sorted by key bytes at every level: the form that is hashed and signed
  /// (RFC 8785 for documents without floating-point numbers).
  std::string canonical() const;

  /// At most `max_depth` levels. The error's field is the byte offset (`byte 17`).
  static Result<Json> parse(std::string_view text, std::size_t max_depth = 64);

  bool operator==(const Json&) const = default;

 private:
  std::variant<std::monostate, bool, std::int64_t, double, std::string, Array, Object> value_;
};

}  // namespace tocsin
