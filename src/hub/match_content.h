// What the hub knows, read once from one snapshot of the store: the rows of a match snapshot, the
// indicators of cases, and what the public may ask about.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <unordered_set>

#include "match/public_check.h"
#include "match/snapshot/builder.h"
#include "store/store.h"

namespace tocsin::hub {

/// Beside the snapshot, and never handed out: which indicators are in a case is for those who may
/// read the case.
struct Aside {
  /// aside_hash() of every indicator of a case, and of what no snapshot can hold.
  std::unordered_set<std::uint64_t> others;
  match::PublicIndex published;
};

std::uint64_t aside_hash(const model::Indicator& indicator);

/// The journal's length and the time of its last entry. Every change of documents has an entry, so
/// equal versions have equal contents, and the same bytes under the same seed.
struct ContentVersion {
  std::uint64_t version = 0;
  Instant at;
};
Result<ContentVersion> content_version(store::ReadTx& tx);

/// Writes the snapshot of this version to `path`: the indicator base, and the list with its state.
/// No case numbers. nullopt when `stop` was set.
Result<std::optional<Aside>> write_content(store::ReadTx& tx, const ContentVersion& version,
                                           const match::snapshot::Seed& seed,
                                           const std::filesystem::path& path,
                                           const std::atomic<bool>& stop);

}  // namespace tocsin::hub
