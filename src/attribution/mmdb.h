// Databases in the MaxMind DB format, read whole: the tree becomes rows for our own tables.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "match/address.h"

namespace tocsin::attribution {

/// What a network's record says of itself; absent members are 0 or empty.
struct MmdbRow {
  match::Prefix prefix;
  std::uint32_t asn = 0;
  std::string as_name;
  std::string country;  ///< ISO 3166
};

bool is_mmdb(std::string_view bytes);

/// Calls `row` for every network that has a record, IPv4 aliases of the IPv6 tree left out.
/// kCorrupt when the file is no such database or its tree is none.
Status read_mmdb(std::string_view bytes, const std::function<void(const MmdbRow&)>& row);

}  // namespace tocsin::attribution
