// The journal consumer that turns decisions into the versioned list (design 4.3).
#pragma once

#include "base/ids.h"
#include "store/store.h"

namespace tocsin::lists {

/// Tails the journal from its saved offset; each batch of entries is one transaction together with
/// the offset, so nothing is listed twice or lost. Thread safety: one thread.
class Publisher {
 public:
  Publisher(store::Store& store, const Clock& clock, IdSource& ids)
      : store_(store), clock_(clock), ids_(ids) {}

  /// Handles at most one batch; returns how many journal entries it read (0: nothing new).
  Result<int> run_once();

 private:
  Status apply(store::WriteTx& tx, const journal::Entry& entry);

  store::Store& store_;
  const Clock& clock_;
  IdSource& ids_;
};

}  // namespace tocsin::lists
