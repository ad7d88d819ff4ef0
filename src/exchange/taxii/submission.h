// What a member writes into a collection: a submission by that organisation's source (W17-07,
// W17-08).
#pragma once

#include "base/ids.h"
#include "exchange/collections.h"
#include "exchange/taxii/filter.h"

namespace tocsin::exchange::taxii {

/// How long a status is kept; the interoperability profile asks for 24 hours.
inline constexpr std::chrono::hours kStatusKept{48};

/// Takes an envelope whole or not at all, and keeps what became of each object.
Result<model::ExchangeStatus> submit(store::Store& store, const Clock& clock, IdSource& ids,
                                     const Principal& by,
                                     const model::ExchangeCollection& collection,
                                     std::string_view body);

/// Erases the versions that the filter names; returns how many.
Result<std::int64_t> erase_object(store::Store& store, const Principal& by,
                                  const model::ExchangeCollection& collection,
                                  const std::string& id, const Filter& filter);

/// Name of the source under which an organisation's sightings in a collection stand.
std::string source_of(const model::ExchangeCollection& collection,
                      const model::Organization& organization);

}  // namespace tocsin::exchange::taxii
