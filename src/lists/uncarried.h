// What a task orders to block and no enforcement point of its addressee can carry.
#pragma once

#include <string>
#include <vector>

#include "model/task.h"
#include "store/store.h"

namespace tocsin::lists {

/// Indicators of a blocking task (article 8(1), W17-15) that no active enforcement point of the
/// addressee can say: a URL where there are only resolvers, anything where there is no point at
/// all. The unit must block them by its own means, and no probe will see it. Empty for other
/// measures, which no list carries.
Result<std::vector<model::CaseIndicator>> uncarried(store::ReadTx& tx, const model::Task& task);

/// Codes of the addressee's active points that should carry some of it and have never acknowledged
/// any version of the list: what was ordered may not be in force there.
Result<std::vector<std::string>> silent_points(store::ReadTx& tx, const model::Task& task);

}  // namespace tocsin::lists
