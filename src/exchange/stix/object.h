// One STIX object: what must be known of it to keep it, and nothing that would change it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/result.h"
#include "base/time.h"
#include "exchange/stix/splitter.h"

namespace tocsin::exchange::stix {

enum class Spec { k20, k21 };
std::string_view name(Spec spec);  ///< `2.0`, `2.1`
std::optional<Spec> spec_named(std::string_view text);

struct Object {
  std::string bytes;  ///< as given
  std::string id;
  std::string type;
  Spec spec = Spec::k21;
  Instant created;   ///< not set when it has none
  Instant modified;  ///< not set: not versioned (observables, marking definitions)
  bool revoked = false;
  Json json;
};

/// The object in a piece. Its version of STIX is its own `spec_version`, else the bundle's, else
/// 2.0 for what has `created` (2.1 prescribes the property there) and 2.1 for observables.
/// Unknown types, custom properties and dangling references are no errors. Refused, naming the
/// place: an object without type or id, an id of another type, a time that is none or a `modified`
/// before `created`.
Result<Object> read_object(const Piece& piece, const Json& json, std::string_view bundle_version);

/// `indicator--<UUID>`.
bool is_stix_id(std::string_view id);

/// The time of a STIX timestamp: RFC 3339 in UTC, any number of decimals (microseconds are kept).
Result<Instant> parse_timestamp(std::string_view text);
/// `2026-03-05T09:30:00.000Z`; six decimals only where the microseconds need them.
std::string timestamp(Instant t);
/// Always six decimals, as TAXII writes times.
std::string timestamp6(Instant t);

}  // namespace tocsin::exchange::stix
