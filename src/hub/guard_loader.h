// Warning lists, built in and from a folder, become the guard.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "match/guard.h"

namespace tocsin::hub {

/// The guard, and what it was made from.
struct LoadedGuard {
  std::shared_ptr<const match::Guard> guard;
  std::filesystem::path folder;  ///< empty: nothing but what is built in
  std::size_t lists = 0;         ///< of the folder
  std::size_t entries = 0;       ///< of these lists
  std::size_t protected_values = 0;
  std::size_t built_in_lists = 0;
  std::size_t built_in_entries = 0;

  /// Nothing of the operator's own protects anybody.
  bool bare() const { return lists == 0 && protected_values == 0; }
};

/// The folder that was named, else `data`/guard when it is there, else none.
std::filesystem::path guard_folder(const std::filesystem::path& named,
                                   const std::filesystem::path& data);

/// Reads `*/list.json` and `*.json` (MISP warning-list format) below `folder`, and `protected.txt`
/// (one domain, address, prefix or number a line); the lists of guard/ are built in. An empty path
/// gives the built-in guard alone. `reserved` are the names that the hub's own probes need.
Result<LoadedGuard> load_guard(const std::filesystem::path& folder,
                               std::vector<std::string> reserved);

/// Says in the log what is active and from where, loudly when it is only what is built in.
void log_guard(const LoadedGuard& loaded, const std::filesystem::path& data);

}  // namespace tocsin::hub
