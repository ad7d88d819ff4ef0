// The SQLite schema as numbered, forward-only migrations.
#pragma once

#include "store/sqlite/connection.h"

namespace tocsin::store {

/// Brings the file to the newest schema inside one transaction; kConflict when a newer program
/// wrote it.
Status migrate(Connection& connection);

}  // namespace tocsin::store
