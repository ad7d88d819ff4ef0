// The journal consumer that turns what happened into deliveries.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/ids.h"
#include "delivery/concern.h"
#include "law/library.h"
#include "search/documents.h"
#include "store/store.h"

namespace tocsin::delivery {

/// When a digest that gathers what happens at `now` leaves: strictly later.
Instant digest_due(const model::Subscription& subscription, Instant now,
                   const law::Calendar& calendar);

/// Deliveries and the offset are one transaction: an event becomes exactly one delivery for each
/// subscription it concerns, whenever the power fails. Thread safety: one thread.
class Dispatcher {
 public:
  Dispatcher(store::Store& store, const Clock& clock, IdSource& ids, const law::CurrentLibrary& law,
             OriginOf origin_of, search::Locate locate)
      : store_(store),
        clock_(clock),
        ids_(ids),
        law_(law),
        origin_of_(std::move(origin_of)),
        locate_(std::move(locate)) {}

  /// Handles at most one batch; returns how many journal entries it read.
  Result<int> run_once();

 private:
  struct Happened;
  struct Recipient;
  Result<std::optional<Happened>> read(store::ReadTx& tx, const journal::Entry& entry);
  Result<std::vector<Recipient>> recipients(store::ReadTx& tx);
  /// Does the case match the recipient's search? The very question that `tocsin search` asks.
  Result<bool> searched_for(store::ReadTx& tx, const Recipient& recipient, Happened& what);
  std::optional<model::DeliveryEvent> event_for(const Interest& interest,
                                                const Happened& what) const;
  Status queue(store::WriteTx& tx, const model::Subscription& subscription,
               model::DeliveryEvent event);

  store::Store& store_;
  const Clock& clock_;
  IdSource& ids_;
  const law::CurrentLibrary& law_;
  const OriginOf origin_of_;
  const search::Locate locate_;
};

}  // namespace tocsin::delivery
