// The lifecycle as a table (regulation, section 3): every step that exists, whose it is, and the
// article it stands on. A step that is not in the table cannot happen.
#pragma once

#include <span>

#include "model/appeal.h"
#include "model/organization.h"
#include "model/task.h"

namespace tocsin::desk {

template <typename State>
struct Step {
  State from;
  State to;
  model::Role role;
  const char* article;
  const char* requirement;
  const char* action;  ///< journal action: `threat.submitted`
};

std::span<const Step<model::ThreatState>> threat_steps();
std::span<const Step<model::TaskState>> task_steps();
std::span<const Step<model::AppealState>> appeal_steps();

/// The step, or kRefused naming the state and what may follow it.
Result<Step<model::ThreatState>> step(model::ThreatState from, model::ThreatState to);
Result<Step<model::TaskState>> step(model::TaskState from, model::TaskState to);
Result<Step<model::AppealState>> step(model::AppealState from, model::AppealState to);

}  // namespace tocsin::desk
