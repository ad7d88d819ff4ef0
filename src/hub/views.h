// Documents as people need them: cases and tasks with the codes and numbers behind their
// identifiers, and what a feed would become.
#pragma once

#include "intake/importer.h"
#include "model/organization.h"
#include "model/task.h"
#include "store/store.h"

namespace tocsin::hub {

/// A person; the password never leaves the store.
Json shown(model::User user);
/// The task, `addressee_code`, `notice_numbers`, and `uncarried` (src/lists/uncarried.h).
Result<Json> task_view(store::ReadTx& tx, const model::Task& task);
/// No probe can see what the task ordered, or what is left of it after the probe: the verification
/// is by document (W17-25).
Result<bool> verified_by_document(store::ReadTx& tx, const model::Task& task);
/// The threat with `task_details`, one task_view each.
Result<Json> threat_view(store::ReadTx& tx, const model::Threat& threat);

/// A line that was refused, with the original and the reason in both languages.
Json refusal_json(const intake::Refusal& refusal);
/// What each line of a feed would become; stores nothing.
Json preview_json(const intake::Preview& seen);

}  // namespace tocsin::hub
