// The SQLite schema as numbered, forward-only migrations.
#pragma once

#include "base/time.h"
#include "store/sqlite/connection.h"

namespace tocsin::store {

/// Brings the file to the newest schema inside one transaction; kConflict when a newer program
/// wrote it. `now` becomes the age of rows that came without one.
Status migrate(Connection& connection, Instant now);

}  // namespace tocsin::store
