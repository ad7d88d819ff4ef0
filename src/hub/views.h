// Cases and tasks as people need them: with the codes and numbers behind their identifiers.
#pragma once

#include "model/task.h"
#include "store/store.h"

namespace tocsin::hub {

/// The task, `addressee_code`, `notice_numbers`, and `uncarried` (src/lists/uncarried.h).
Result<Json> task_view(store::ReadTx& tx, const model::Task& task);
/// The threat with `task_details`, one task_view each.
Result<Json> threat_view(store::ReadTx& tx, const model::Threat& threat);

}  // namespace tocsin::hub
