#include "graph/relapse.h"

#include <algorithm>
#include <set>

#include "model/task.h"
#include "store/collections.h"

namespace tocsin::graph {
namespace {

using model::RelapseOccasion;
using model::RelapseState;
using model::TaskState;
using model::ThreatState;

constexpr std::size_t kEntries = 512;
constexpr std::size_t kCasesAtOnce = 500;
constexpr std::size_t kWrittenAtOnce = 200;

/// Entries after which the base may have new sightings.
bool brings_sightings(const std::string& action) {
  return action == "import.batch" || action == "import.finished" ||
         action == "exchange.objects-added";
}

bool moves_case(const journal::Entry& entry) {
  return !entry.threat.empty() &&
         (entry.action.starts_with("threat.") || entry.action.starts_with("task."));
}

/// When the steps of a case were taken, by its journal.
struct Times {
  Instant closed;
  std::map<std::string, Instant> lifted;    ///< task -> when
  std::map<std::string, Instant> verified;  ///< likewise
};

Result<Times> times_of(store::ReadTx& tx, const std::string& threat) {
  Times out;
  TRY(const auto entries, tx.journal_of_threat(threat));
  for (const auto& e : entries) {
    if (e.action == "threat.closed") out.closed = e.time;
    if (e.action == "task.lifted") out.lifted[e.subject] = e.time;
    if (e.action == "task.verified") out.verified[e.subject] = e.time;
  }
  return out;
}

Status enter(store::WriteTx& tx, std::string_view actor, std::string_view organization,
             std::string_view action, const model::Relapse& relapse, const journal::Basis& basis,
             Json data) {
  TRY_STATUS(store::put(tx, relapse));
  return Status(tx.append({std::string(actor),
                           std::string(organization),
                           std::string(action),
                           relapse.id,
                           relapse.threat,
                           basis,
                           {},
                           std::move(data)})
                    .map([](std::uint64_t) {}));
}

}  // namespace

Result<std::vector<RelapseWatch::Watched>> RelapseWatch::watched(store::ReadTx& tx,
                                                                 const std::string& threat,
                                                                 std::string& number,
                                                                 bool& in_work) {
  std::vector<Watched> out;
  TRY(const auto t, store::get<model::Threat>(tx, threat));
  number = t.number;
  const bool ended = t.state == ThreatState::kClosed || t.state == ThreatState::kArchived;
  in_work = !ended && t.state != ThreatState::kApproved && t.state != ThreatState::kPurged;
  if (!ended && t.state != ThreatState::kApproved) return out;
  TRY(const auto times, times_of(tx, threat));
  TRY(const auto tasks, store::find<model::Task>(tx, "threat", threat));
  std::map<std::string, Watched> by_key;
  if (ended && times.closed) {
    for (const auto& i : t.indicators) {
      by_key[i.key()] = {i, RelapseOccasion::kClosed, times.closed};
    }
  }
  for (const auto& task : tasks) {
    const bool lifted = task.state == TaskState::kLifted || task.state == TaskState::kLiftVerified;
    const bool verified = task.state == TaskState::kVerified && !ended;
    if (!lifted && !verified) continue;
    const auto& when = lifted ? times.lifted : times.verified;
    const auto at = when.find(task.id);
    if (at == when.end()) continue;
    for (const auto& i : task.indicators) {
      by_key[i.key()] = {i, lifted ? RelapseOccasion::kLifted : RelapseOccasion::kVerified,
                         at->second};
    }
  }
  for (auto& [key, one] : by_key) out.push_back(std::move(one));
  return out;
}

Status RelapseWatch::refresh(const std::string& threat) {
  Case fresh;
  bool in_work = false;
  TRY_STATUS(store_.read([&](store::ReadTx& tx) -> Status {
    TRY(fresh.indicators, watched(tx, threat, fresh.number, in_work));
    return {};
  }));
  if (in_work) TRY_STATUS(settle(threat));
  if (fresh.indicators.empty()) {
    cases_.erase(threat);
  } else {
    cases_[threat] = std::move(fresh);
  }
  return {};
}

/// A case that is worked on again has taken its relapses up.
Status RelapseWatch::settle(const std::string& threat) {
  TRY(auto known, store_.read([&](store::ReadTx& tx) {
    return store::find<model::Relapse>(tx, "threat", threat);
  }));
  std::erase_if(known, [](const auto& r) { return r.state != RelapseState::kOpen; });
  if (known.empty()) return {};
  return store_.write([&](store::WriteTx& tx) -> Status {
    for (const auto& seen : known) {
      TRY(auto relapse, store::get<model::Relapse>(tx, seen.id));
      if (relapse.state != RelapseState::kOpen) continue;
      relapse.state = RelapseState::kReopened;
      relapse.settled = {"system:relapse", "", clock_.now(), "the case is worked on again"};
      TRY_STATUS(enter(tx, "system:relapse", "", "relapse.reopened", relapse, basis_(), {}));
    }
    return {};
  });
}

Status RelapseWatch::load() {
  TRY(position_, store_.read([](store::ReadTx& tx) { return tx.last_sequence(); }));
  std::string after;
  for (;;) {
    TRY(const auto page, store_.read([&](store::ReadTx& tx) {
      return store::scan<model::Threat>(tx, after, kCasesAtOnce);
    }));
    for (const auto& t : page) TRY_STATUS(refresh(t.id));
    if (page.size() < kCasesAtOnce) break;
    after = page.back().id;
  }
  loaded_ = true;
  return {};
}

Result<int> RelapseWatch::run_once() {
  if (!loaded_) TRY_STATUS(load());
  TRY(const auto entries,
      store_.read([&](store::ReadTx& tx) { return tx.journal(position_, kEntries); }));
  std::set<std::string> moved;
  for (const auto& entry : entries) {
    if (moves_case(entry)) moved.insert(entry.threat);
    due_ = due_ || brings_sightings(entry.action);
  }
  for (const auto& threat : moved) TRY_STATUS(refresh(threat));
  if (!entries.empty()) position_ = entries.back().seq;
  const bool waited = !looked_ || clock_.now() - looked_ >= pause_;
  if (due_ && waited && entries.size() < kEntries) {
    TRY_STATUS(look());
    looked_ = clock_.now();
    due_ = false;
  }
  return static_cast<int>(entries.size());
}

Result<std::optional<model::Relapse>> RelapseWatch::seen_again(store::ReadTx& tx,
                                                               const std::string& threat,
                                                               const Case& of,
                                                               const Watched& what) const {
  TRY(const auto record, tx.find_indicator(what.indicator.plain()));
  if (!record || record->last_seen <= what.ended_at) return std::optional<model::Relapse>();
  model::Relapse out;
  for (const auto& s : record->sightings) {
    if (s.last_seen <= what.ended_at || s.context) continue;
    TRY(const auto source, store::find_one<model::Source>(tx, "number", std::to_string(s.source)));
    if (source) out.sources.push_back(source->name);
    // What a source dates into the future was seen by now at the latest.
    out.seen_at = std::max(out.seen_at, std::min(s.last_seen, clock_.now()));
  }
  if (out.seen_at <= what.ended_at) return std::optional<model::Relapse>();
  const journal::Basis basis = basis_();
  out.threat = threat;
  out.case_number = of.number;
  out.occasion = what.occasion;
  out.indicator = what.indicator;
  out.ended_at = what.ended_at;
  out.day = to_string(shanghai_date(out.seen_at));
  out.id = threat + "." + out.day;
  out.basis = {basis.rule_set, basis.version, basis.article, basis.requirement};
  TRY(const auto known, tx.get_document(store::Collection<model::Relapse>::table, out.id));
  if (known) return std::optional<model::Relapse>();
  return std::optional(std::move(out));
}

Status RelapseWatch::look() {
  std::map<std::string, model::Relapse> found;
  TRY_STATUS(store_.read([&](store::ReadTx& tx) -> Status {
    for (const auto& [threat, of] : cases_) {
      for (const auto& what : of.indicators) {
        TRY(auto one, seen_again(tx, threat, of, what));
        if (one) found.try_emplace(one->id, std::move(*one));
      }
    }
    return {};
  }));
  for (auto at = found.begin(); at != found.end();) {
    TRY_STATUS(store_.write([&](store::WriteTx& tx) -> Status {
      for (std::size_t n = 0; n < kWrittenAtOnce && at != found.end(); ++n, ++at) {
        const model::Relapse& relapse = at->second;
        TRY_STATUS(enter(tx, "system:relapse", "", "relapse.sighted", relapse, basis_(),
                         Json::object({{"case", relapse.case_number},
                                       {"occasion", std::string(name(relapse.occasion))},
                                       {"indicator", relapse.indicator.key()},
                                       {"ended_at", to_string(relapse.ended_at)},
                                       {"seen_at", to_string(relapse.seen_at)},
                                       {"sources", model::to_json(relapse.sources)}})));
      }
      return {};
    }));
  }
  return {};
}

Result<model::Relapse> settle_relapse(store::Store& store, const model::User& user,
                                      const model::Organization& organization,
                                      const model::Act& act, std::string_view id,
                                      RelapseState state, const journal::Basis& basis) {
  const bool may = state == RelapseState::kReopened
                       ? user.has(model::Role::kFinder)
                       : user.has(model::Role::kIdentifier) || user.has(model::Role::kReviewer);
  if (!may) {
    return fail_bi(Code::kForbidden, "a relapse is judged by who identifies or reviews",
                   "复发记录由认定或审查人员判断", "actor", "W17-08");
  }
  if (act.reason.empty()) {
    return fail_bi(Code::kInvalid, "say why", "请说明理由", "reason", "W17-08");
  }
  return store.write([&](store::WriteTx& tx) -> Result<model::Relapse> {
    TRY(auto relapse, store::get<model::Relapse>(tx, id));
    if (relapse.state != RelapseState::kOpen) {
      return fail_bi(Code::kConflict, "this relapse is settled already", "该复发记录已处理", "id",
                     "W17-08");
    }
    relapse.state = state;
    relapse.settled = act;
    TRY_STATUS(enter(tx, user.id, organization.id, "relapse." + std::string(name(state)), relapse,
                     basis, Json::object({{"reason", act.reason}})));
    return relapse;
  });
}

}  // namespace tocsin::graph
