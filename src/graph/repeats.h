// Where threats keep coming from: hosting addresses, registrars and hosters that stand behind many
// cases (A13-08: trace back; W17-08: analyse across cases).
#pragma once

#include <functional>

#include "graph/walk.h"
#include "model/threat.h"

namespace tocsin::graph {

struct Repeat {
  model::Node node;
  std::vector<std::string> cases;  ///< numbers, newest first; at most 100
  std::int64_t count = 0;
};

struct Repeats {
  std::vector<Repeat> items;   ///< the most cases first
  std::int64_t looked_at = 0;  ///< cases, newest first
  bool cut = false;            ///< older cases were not looked at
};

/// Over the newest 5,000 cases that `may_read` lets through, as far as the time goes. `reader`
/// reads host_kinds().
Result<Repeats> repeats(store::ReadTx& tx, Reader& reader, const Clock& clock,
                        const std::function<Result<bool>(const model::Threat&)>& may_read,
                        std::int64_t at_least, std::chrono::milliseconds time);

/// What leads from an indicator to who hosts or registered it.
const std::vector<model::RelationKind>& host_kinds();

}  // namespace tocsin::graph
