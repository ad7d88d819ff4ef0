// The query language: `state:listed kind:domain "钓鱼网站" -label:test from:2026-01-01`.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "search/document.h"

namespace tocsin::search {

inline constexpr std::size_t kLongestQuery = 2000;  ///< bytes
inline constexpr std::size_t kMostConditions = 50;

/// One of the terms, or with `no` none of them.
struct Condition {
  bool no = false;
  std::vector<store::TextTerm> any;
};

/// All conditions hold, the time lies in [from, until), and the end not before `live_at`.
struct Query {
  Place place = Place::kCases;
  std::string text;  ///< as it was asked
  std::vector<Condition> conditions;
  Instant from;
  Instant until;
  Instant live_at;
  std::int64_t least_confidence = 0;

  /// The same question for the index, whose answer may hold more than matches().
  store::TextQuery indexed() const;
  bool matches(const Document& document) const;
};

/// Reads a query. Errors are kInvalid, name the part that is wrong, what was meant perhaps, and
/// what there is: an unknown field, a value that the field does not have, a quote without its end.
Result<Query> parse(std::string_view text, Place place);

/// A field of the language, for help and for the documentation.
struct FieldInfo {
  std::string_view name;
  std::string_view name_zh;  ///< accepted as well
  std::vector<Place> places;
  Text help;
};
const std::vector<FieldInfo>& fields();
/// Words that `state:` knows in that place.
std::vector<std::string_view> states(Place place);

}  // namespace tocsin::search
