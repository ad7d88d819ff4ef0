// Files that are either the old or the new content, never half of it.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"

namespace tocsin {

/// Reads a whole file of at most `limit_bytes`.
Result<std::string> read_file(const std::filesystem::path& path,
                              std::size_t limit_bytes = 256U << 20);

/// Writes beside the target, flushes to disk, then renames over it. `mode` is the permission bits.
Status write_file(const std::filesystem::path& path, std::string_view content,
                  unsigned mode = 0644);

}  // namespace tocsin
