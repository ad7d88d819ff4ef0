// Warning lists from a folder become the guard.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "match/guard.h"

namespace tocsin::hub {

/// Reads `*/list.json` and `*.json` (MISP warning-list format) below `folder`, and `protected.txt`
/// (one domain, address, prefix or number a line). An empty path gives the built-in guard alone.
/// `reserved` are the names that the hub's own probes need.
Result<std::shared_ptr<const match::Guard>> load_guard(const std::filesystem::path& folder,
                                                       std::vector<std::string> reserved);

}  // namespace tocsin::hub
