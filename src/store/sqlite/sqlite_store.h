// The embedded backend: one SQLite file in WAL mode.
#pragma once

#include <filesystem>
#include <memory>

#include "store/store.h"

namespace tocsin::store {

/// Opens or creates the database file and brings its schema up to date. `clock` gives journal
/// entries their time and must outlive the store.
Result<std::unique_ptr<Store>> open_sqlite(const std::filesystem::path& path, const Clock& clock);

}  // namespace tocsin::store
