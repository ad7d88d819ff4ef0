#include "exchange/determined.h"

#include <algorithm>

#include "store/collections.h"

namespace tocsin::exchange {
namespace {

using model::CaseIndicator;
using model::TaskState;

bool holds(const std::vector<CaseIndicator>& list, const CaseIndicator& wanted) {
  return std::any_of(list.begin(), list.end(),
                     [&](const CaseIndicator& i) { return i.plain() == wanted.plain(); });
}

bool is_lifted(TaskState state) {
  return state == TaskState::kLiftOrdered || state == TaskState::kLifted ||
         state == TaskState::kLiftVerified;
}

}  // namespace

bool is_determined(const model::Threat& threat) {
  return threat.identification && threat.identification->confirmed &&
         threat.state != model::ThreatState::kMerged && threat.state != model::ThreatState::kPurged;
}

bool changes_what_others_see(const journal::Entry& entry) {
  return !entry.threat.empty() &&
         (entry.action == "threat.identified" || entry.action == "threat.sighted-again" ||
          entry.action == "threat.provinces" || entry.action == "threat.reopened" ||
          entry.action == "task.notified" || entry.action == "task.phone-notified" ||
          entry.action == "task.narrowed" || entry.action == "task.lift-ordered");
}

Instant Measures::lifted_at(const CaseIndicator& indicator) const {
  Instant latest;
  for (const auto& task : tasks) {
    if (model::article_item(task.measure) != "8(1)" || !holds(task.indicators, indicator) ||
        task.state == TaskState::kWithdrawn) {
      continue;
    }
    if (!is_lifted(task.state)) return {};
    latest = std::max(latest, task.lift_ladder.approved);
  }
  for (const auto& appeal : appeals) {
    if (holds(appeal.lifted, indicator)) latest = std::max(latest, appeal.ruled.at);
  }
  return latest;
}

Result<Measures> measures_of(store::ReadTx& tx, const model::Threat& threat) {
  Measures out;
  TRY(out.tasks, store::find<model::Task>(tx, "threat", threat.id));
  TRY(out.appeals, store::find<model::Appeal>(tx, "threat", threat.id));
  return out;
}

}  // namespace tocsin::exchange
