#include "lists/publisher.h"

#include <algorithm>

#include "store/collections.h"

namespace tocsin::lists {
namespace {

using model::ListEntry;
using model::ListOp;
using model::Task;

constexpr std::string_view kConsumer = "lists";
constexpr std::size_t kBatch = 256;

/// What an action of the desk means for the list.
enum class Effect { kNone, kAdd, kRemoveAll, kRemoveLifted };

Effect effect_of(std::string_view action) {
  if (action == "task.notified" || action == "task.phone-notified" || action == "task.resumed") {
    return Effect::kAdd;
  }
  if (action == "task.lift-ordered" || action == "task.suspended" || action == "task.withdrawn") {
    return Effect::kRemoveAll;
  }
  if (action == "task.narrowed") return Effect::kRemoveLifted;
  return Effect::kNone;
}

/// Writes entry and change, on the provision that the desk acted on; the journal sequence of this
/// very step is the list's new version.
Status change(store::WriteTx& tx, Instant now, ListEntry& entry, ListOp op,
              const journal::Basis& basis) {
  TRY(const auto version, tx.append({"system:lists",
                                     "",
                                     "list." + std::string(name(op)),
                                     entry.id,
                                     entry.threat,
                                     basis,
                                     {},
                                     Json::object({{"indicator", entry.indicator.key()},
                                                   {"addressee", entry.addressee},
                                                   {"task", entry.task}})}));
  if (op == ListOp::kNew) entry.listed = version;
  entry.version = version;
  TRY_STATUS(store::put(tx, entry));
  return store::put(tx,
                    model::ListChange{model::list_version_key(version), version, op, entry, now});
}

/// A rung of the ladder has its own journal entry: there may be no change of the list with it, for
/// instance when what is lifted had been suspended before.
Status put_rung(store::WriteTx& tx, const Task& task, std::string_view action,
                const journal::Basis& basis) {
  TRY_STATUS(tx.append({"system:lists",
                        "",
                        std::string(action),
                        task.id,
                        task.threat,
                        basis,
                        {},
                        Json::object({{"task", task.number}})}));
  return store::put(tx, task);
}

}  // namespace

Status Publisher::apply(store::WriteTx& tx, const journal::Entry& entry) {
  const Effect effect = effect_of(entry.action);
  if (effect == Effect::kNone) return {};
  TRY(auto task, store::get<Task>(tx, entry.subject));
  if (model::article_item(task.measure) != "8(1)") return {};
  const Instant now = clock_.now();
  TRY(auto known, store::find<ListEntry>(tx, "task", task.id));
  if (effect == Effect::kAdd) {
    // The task may have moved on while we slept: what is lifted by now must not be listed again.
    if (task.suspended || task.state == model::TaskState::kLiftOrdered ||
        task.state == model::TaskState::kLifted || task.state == model::TaskState::kLiftVerified) {
      return {};
    }
    TRY(const auto threat, store::get<model::Threat>(tx, task.threat));
    for (const auto& indicator : task.indicators) {
      const bool listed = std::any_of(known.begin(), known.end(), [&](const ListEntry& e) {
        return e.live && e.indicator.plain() == indicator.plain();
      });
      if (listed) continue;
      // A delisted entry stays as it was; listing again makes a new one with its own version.
      ListEntry fresh;
      fresh.id = ids_.make("lst");
      fresh.indicator = indicator;
      fresh.addressee = task.addressee;
      fresh.task = task.id;
      fresh.threat = task.threat;
      fresh.case_number = threat.number;
      fresh.since = now;
      TRY_STATUS(change(tx, now, fresh, ListOp::kNew, entry.basis));
    }
    if (task.ladder.dispatched) return {};
    task.ladder.dispatched = now;
    return put_rung(tx, task, "task.dispatched", entry.basis);
  }
  const auto& lifted = entry.data["lifted"].items();
  for (auto& e : known) {
    const bool meant =
        effect == Effect::kRemoveAll ||
        std::any_of(lifted.begin(), lifted.end(), [&](const Json& i) {
          return i.str("kind") == name(e.indicator.kind) && i.str("value") == e.indicator.value;
        });
    if (!e.live || !meant) continue;
    e.live = false;
    TRY_STATUS(change(tx, now, e, ListOp::kDelist, entry.basis));
  }
  if (entry.action == "task.lift-ordered" && !task.lift_ladder.dispatched) {
    task.lift_ladder.dispatched = now;
    return put_rung(tx, task, "task.lift-dispatched", entry.basis);
  }
  return {};
}

Result<int> Publisher::run_once() {
  // A cheap look without the writer's lock first: most wake-ups are for entries of no interest.
  std::uint64_t from = 0;
  TRY(const auto news, store_.read([&](store::ReadTx& tx) -> Result<std::vector<journal::Entry>> {
    TRY(from, tx.cursor(kConsumer));
    return tx.journal(from, kBatch);
  }));
  if (news.empty()) return 0;
  TRY_STATUS(store_.write([&](store::WriteTx& tx) -> Status {
    for (const auto& entry : news) TRY_STATUS(apply(tx, entry));
    return tx.set_cursor(kConsumer, news.back().seq);
  }));
  return static_cast<int>(news.size());
}

}  // namespace tocsin::lists
