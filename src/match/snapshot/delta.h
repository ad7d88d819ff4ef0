// The way from one snapshot to the next, much smaller than the next. docs/snapshot.md has the form.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "base/result.h"
#include "match/snapshot/snapshot.h"

namespace tocsin::match::snapshot {

struct DeltaSummary {
  std::uint64_t kept = 0;
  std::uint64_t removed = 0;  ///< with those that only changed: they are removed and added
  std::uint64_t added = 0;
  std::uint64_t bytes = 0;  ///< of the file
};

/// Writes the delta; both snapshots are verified first. With another seed, or a table that grew
/// into another shape, that part is written whole.
Result<DeltaSummary> make_delta(const Snapshot& base, const Snapshot& next,
                                const std::filesystem::path& delta);

/// Writes the next snapshot, byte for byte the one the delta was made from. kConflict when the
/// delta is for another base, kInvalid for a file that is no delta, kCorrupt for damage; then no
/// file is written.
Status apply_delta(const Snapshot& base, const std::filesystem::path& delta,
                   const std::filesystem::path& next);

/// SHA-256 of base and result, in lower-case hexadecimal, as the delta states them.
struct DeltaNames {
  std::string base;
  std::string next;
};
Result<DeltaNames> read_delta_names(std::string_view bytes);

}  // namespace tocsin::match::snapshot
