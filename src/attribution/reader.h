// Files of reference data become data sets. The forms are those that publishers use today; see
// docs/attribution.md for each, with its columns.
#pragma once

#include <string>
#include <string_view>

#include "attribution/data_set.h"

namespace tocsin::attribution {

inline constexpr std::size_t kMaxReferenceBytes = 256U << 20;
inline constexpr std::size_t kMaxReferenceLine = 64U << 10;
inline constexpr std::size_t kMaxReferenceColumns = 32;
inline constexpr std::size_t kKeptRefusals = 100;

struct ReadRequest {
  model::ReferenceKind kind = model::ReferenceKind::kIpAsn;
  std::string name;  ///< of the data set; for lists of prefixes: of the operator, provider, country
};

/// Reads a whole file. Malformed rows are refused, counted, and the first hundred kept with line
/// and reason; a file without a single usable row is refused as a whole (kInvalid, `empty`).
/// Fills kind, name, form, counts and digests of the description.
Result<DataSet> read_reference(const ReadRequest& request, std::string_view bytes);

}  // namespace tocsin::attribution
