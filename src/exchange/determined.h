// What was determined, what holds it, and when it was lifted: the same answer for every format in
// which a case leaves (W17-11, W17-27).
#pragma once

#include <vector>

#include "journal/entry.h"
#include "model/appeal.h"
#include "model/task.h"
#include "model/threat.h"
#include "store/store.h"

namespace tocsin::exchange {

/// Confirmed by an expert body, and neither merged into another case nor purged.
bool is_determined(const model::Threat& threat);

/// Entries after which a case may look different to others, or be for somebody else.
bool changes_what_others_see(const journal::Entry& entry);

/// What became of the measures of a case, read once for all its indicators.
struct Measures {
  std::vector<model::Task> tasks;
  std::vector<model::Appeal> appeals;

  /// When the last measure that held it was lifted; not set while one holds it, or none ever did.
  Instant lifted_at(const model::CaseIndicator& indicator) const;
};
Result<Measures> measures_of(store::ReadTx& tx, const model::Threat& threat);

}  // namespace tocsin::exchange
