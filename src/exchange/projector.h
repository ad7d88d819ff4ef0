// The journal consumer that puts our own determined threats into the collections that are for them.
#pragma once

#include <functional>

#include "model/exchange.h"
#include "model/threat.h"
#include "store/store.h"

namespace tocsin::exchange {

/// Tails the journal once for each projection, from that projection's own offset: a collection made
/// today is filled with what was determined before. Each batch is one transaction with the offset.
/// Thread safety: one thread.
class Projector {
 public:
  /// `basis` is asked at each entry: rule sets may be taken in while the hub runs.
  Projector(store::Store& store, const Clock& clock, std::function<journal::Basis()> basis)
      : store_(store), clock_(clock), basis_(std::move(basis)) {}

  /// Handles at most one batch of each projection; returns how many journal entries it read.
  Result<int> run_once();

 private:
  Result<int> run_one(const model::ExchangeCollection& collection);
  Result<int> project(store::WriteTx& tx, const model::ExchangeCollection& collection,
                      const std::string& threat);

  store::Store& store_;
  const Clock& clock_;
  const std::function<journal::Basis()> basis_;
};

/// Whether a case is for a projection: its TLP is within the ceiling, and the audience, where there
/// is one, may read the case.
Result<bool> is_for(store::ReadTx& tx, const model::ExchangeCollection& collection,
                    const model::Threat& threat);

}  // namespace tocsin::exchange
