// The embedded full-text index: SQLite's FTS5 in a file of its own, so that filling it never holds
// up those who write to the store.
#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include "store/text_index.h"

namespace tocsin::store {

/// Opens or creates the file. One that cannot be read, or that another version made, is thrown away
/// and made anew: nothing in it exists only there. Names of collections are `a-z_`.
Result<std::unique_ptr<TextIndex>> open_sqlite_text(const std::filesystem::path& path,
                                                    const std::vector<std::string>& collections);

}  // namespace tocsin::store
