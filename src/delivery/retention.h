// Deliveries end too: what was sent or given up long ago goes, and the journal says how many.
#pragma once

#include <cstdint>
#include <string>

#include "journal/entry.h"
#include "store/store.h"

namespace tocsin::delivery {

/// How many settled deliveries were made before that time.
Result<std::int64_t> count_purgeable(store::Store& store, Instant before);
/// Deletes them, oldest first, in small transactions with a journal entry each: how many, and from
/// when to when. One that still waits for its recipient stays. Returns how many (T05-21).
Result<std::int64_t> purge_deliveries(store::Store& store, const journal::Basis& basis,
                                      Instant before, const std::string& actor);

}  // namespace tocsin::delivery
