// Which organisations a case is for. One rule for the API and for what leaves by exchange.
#pragma once

#include "model/organization.h"
#include "model/threat.h"
#include "store/store.h"

namespace tocsin::store {

/// Authorities within their jurisdiction, expert bodies, whoever found it or owns the target, and
/// every addressee of its tasks.
Result<bool> unit_may_read(ReadTx& tx, const model::Organization& organization,
                           const model::Threat& threat);

}  // namespace tocsin::store
