// Strict reading of one JSON object of a rule file: every error names its place.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "base/text.h"
#include "base/time.h"

namespace tocsin::law {

/// A view of an object and of its place in the file (`clocks[2].lengths[0]`). The Json outlives it.
class Reader {
 public:
  /// kInvalid when `json` is not an object.
  static Result<Reader> of(const Json& json, std::string place);

  /// kInvalid naming the first member that is not among `known`: a typing error must not be
  /// silently ignored in a law.
  Status only(std::initializer_list<std::string_view> known) const;

  bool has(std::string_view key) const { return json_->has(key); }
  const Json& operator[](std::string_view key) const { return (*json_)[key]; }
  std::string place_of(std::string_view key) const;

  Result<std::string> string(std::string_view key) const;
  /// Empty when absent; kInvalid when it is not a string.
  Result<std::string> string_or_empty(std::string_view key) const;
  Result<std::int64_t> integer(std::string_view key, std::int64_t least, std::int64_t most) const;
  Result<bool> flag(std::string_view key) const;  ///< false when absent
  Result<Date> date(std::string_view key) const;
  Result<std::optional<Date>> optional_date(std::string_view key) const;
  Result<Text> text(std::string_view key) const;  ///< both languages, both non-empty
  Result<Text> optional_text(std::string_view key) const;
  Result<std::vector<std::string>> strings(std::string_view key) const;  ///< empty when absent
  /// The items of an array of objects; empty when absent. At most `limit` items.
  Result<std::vector<Reader>> objects(std::string_view key, std::size_t limit = 1000) const;
  Result<Reader> object(std::string_view key) const;

  tl::unexpected<Error> error(std::string_view key, std::string en, std::string zh) const;

 private:
  tl::unexpected<Error> missing(std::string_view key) const;
  Reader(const Json& json, std::string place) : json_(&json), place_(std::move(place)) {}

  const Json* json_;
  std::string place_;
};

}  // namespace tocsin::law
