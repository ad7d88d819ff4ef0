// Payload literals of a snapshot file, ready for whoever scans next.
#pragma once

#include <memory>
#include <string>

#include "match/snapshot/snapshot.h"

namespace tocsin::cli {

/// Compiles the literals and keeps the result beside the snapshot at `path`, so that the next
/// program starts at once. Does nothing where there are none; where it fails the next one compiles,
/// and says why if it cannot.
void prepare_literals(const std::string& path,
                      const std::shared_ptr<const match::snapshot::Snapshot>& snapshot);

}  // namespace tocsin::cli
