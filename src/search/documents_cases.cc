// Cases, tasks, appeals.
#include <algorithm>

#include "model/appeal.h"
#include "search/documents.h"
#include "search/facts.h"
#include "store/collections.h"

namespace tocsin::search {
namespace {

using model::Appeal;
using model::Task;
using model::Threat;

constexpr std::size_t kMostIndicators = 5'000;  ///< of one case

template <typename T>
Result<std::optional<T>> read(store::ReadTx& tx, const std::string& id) {
  TRY(const auto body, tx.get_document(store::Collection<T>::table, id));
  if (!body) return std::optional<T>();
  TRY(auto document, store::decode<T>(*body));
  return std::optional<T>(std::move(document));
}

void add_indicators(Document& d, const std::vector<model::CaseIndicator>& indicators) {
  for (std::size_t i = 0; i < std::min(indicators.size(), kMostIndicators); ++i) {
    d.indicator(indicators[i].plain());
    if (indicators[i].original != indicators[i].value) d.text(indicators[i].original);
  }
}

void add_class(Document& d, const Threat& t) {
  d.key("class", name(t.threat_class));
  d.key("class", t.subtype);
  d.key("tlp", name(t.tlp));
  if (t.identification && t.identification->grade) d.key("level", t.identification->grade->level);
}

/// Something of the task is on the list of what is blocked now.
Result<bool> is_listed(store::ReadTx& tx, const std::string& task) {
  TRY(const auto entries, store::find<model::ListEntry>(tx, "task", task));
  return std::any_of(entries.begin(), entries.end(),
                     [](const model::ListEntry& e) { return e.live; });
}

}  // namespace

/// The provinces of the target; without any, what reference data say of its indicators.
void Documents::add_places(Document& d, const Threat& t) const {
  for (const auto& province : t.provinces) d.key("province", province);
  if (!t.provinces.empty() && d.id() != t.id) return;
  std::set<std::string> origins;
  for (std::size_t i = 0; i < std::min(t.indicators.size(), kMostIndicators); ++i) {
    const Location where = locate_ ? locate_(t.indicators[i].plain()) : Location{};
    if (where.asn && d.id() == t.id) d.key("asn", std::to_string(*where.asn));
    origins.insert(std::string(origin_of(where.country)));
  }
  if (origins.size() > 1) origins.erase(std::string(kUnknown));
  if (origins.empty()) origins.emplace(kUnknown);
  for (const auto& origin : origins) d.key("origin", origin);
  if (!t.provinces.empty()) return;
  const bool abroad = origins.size() == 1 && *origins.begin() == kAbroad;
  d.key("province", abroad ? kAbroad : kUnknown);
}

/// Each clock that somebody has to keep, how it went, and for whom (W17-04).
Status Documents::add_clocks(Document& d, const std::vector<model::ClockFact>& clocks,
                             const std::string& performer, const std::string& authority) {
  for (const auto& clock : clocks) {
    if (clock.running() && clock.late_at) d.key("state", "overdue");
    const auto& counted = counted_clocks();
    if (std::find(counted.begin(), counted.end(), clock.clock) == counted.end()) continue;
    const std::string how = clock.clock + "." + std::string(fate_of(clock));
    d.key("clock", clock.clock);
    d.key("clock", how);
    TRY(const std::string unit, code_of(is_authoritys(clock.clock) ? authority : performer));
    if (!unit.empty()) d.key("clock", how + "." + unit);
  }
  return {};
}

/// By these the index finds only what the person may read (store/case_readers.h decides).
Status Documents::add_readers(Document& d, const Threat& threat) {
  for (const auto& unit : threat.sources) d.key("reader", unit);
  d.key("reader", threat.owner);
  for (const auto& province : threat.provinces) d.key("target", province);
  TRY(const auto tasks, store::find<Task>(tx_, "threat", threat.id));
  for (const auto& task : tasks) d.key("reader", task.addressee);
  TRY(const auto appeals, store::find<Appeal>(tx_, "threat", threat.id));
  for (const auto& appeal : appeals) {
    d.key("filer", filer_key(appeal.filed.organization, appeal.filed.person));
  }
  return {};
}

Result<Document> Documents::of_case(const Threat& t) {
  Document d(t.id);
  d.text(t.number);
  d.text(t.title);
  d.text(t.description);
  d.text(t.subtype_text);
  d.text(t.closing_summary);
  d.text(t.finder.reason);
  if (t.review) d.text(t.review->reason);
  if (t.identification) {
    d.text(t.identification->threat_name);
    d.text(t.identification->by.reason);
    d.label(t.identification->threat_name);
  }
  d.key("state", name(t.state));
  if (!model::is_finished(t.state)) d.key("state", "open");
  TRY_STATUS(add_clocks(d, t.clocks, t.finder.organization, ""));
  add_class(d, t);
  add_places(d, t);
  if (model::is_phishing(t.subtype)) {
    d.key("imitates", t.imitates ? name(*t.imitates) : kUnstated);
  }
  if (t.target_is_party_gov) d.key("asset", kPartyGov);
  if (t.target_is_cii) d.key("asset", kCii);
  if (model::is_public(t)) d.key("reader", kEverybody);
  if (t.threat_class == model::ThreatClass::kMalware) d.key("behaviour", behaviour_of(t));
  add_indicators(d, t.indicators);
  for (const auto& unit : t.sources) TRY_STATUS(add_unit(d, "source", unit));
  TRY_STATUS(add_unit(d, "owner", t.owner));
  TRY(const auto tasks, store::find<Task>(tx_, "threat", t.id));
  for (const auto& task : tasks) {
    TRY_STATUS(add_unit(d, "addressee", task.addressee));
    TRY(const bool listed, is_listed(tx_, task.id));
    if (listed) d.key("state", "listed");
    if (task.overdue) d.key("state", "overdue");
  }
  TRY_STATUS(add_readers(d, t));
  d.at(t.discovered_at);
  return d;
}

Result<std::optional<Found>> Documents::load_case(const std::string& id) {
  TRY(auto threat, read<Threat>(tx_, id));
  if (!threat) return std::optional<Found>();
  TRY(auto document, of_case(by_ != nullptr ? store::masked(*threat, *by_) : *threat));
  return Found{
      std::move(document),
      [this, t = std::move(*threat)](const store::Person& by) -> Result<std::optional<Json>> {
        TRY(const bool ok, store::may_read(tx_, by, t));
        return ok ? std::optional(model::to_json(store::masked(t, by))) : std::nullopt;
      }};
}

Result<std::optional<Found>> Documents::load_task(const std::string& id) {
  TRY(auto task, read<Task>(tx_, id));
  if (!task) return std::optional<Found>();
  TRY(const auto threat, store::get<Threat>(tx_, task->threat));
  Document d(task->id);
  d.text(task->number);
  d.text(threat.title);
  d.text(task->reason);
  for (const auto& f : task->feedback) d.text(f.detail);
  for (const auto& v : task->verifications) {
    d.text(v.detail);
    d.text(v.detail_zh);
  }
  d.key("state", name(task->state));
  TRY(const bool listed, is_listed(tx_, task->id));
  if (listed) d.key("state", "listed");
  if (task->overdue) d.key("state", "overdue");
  TRY_STATUS(add_clocks(d, task->clocks, task->addressee, task->authority));
  d.key("measure", name(task->measure));
  add_class(d, threat);
  add_places(d, threat);
  add_indicators(d, task->indicators);
  TRY_STATUS(add_unit(d, "addressee", task->addressee));
  TRY_STATUS(add_unit(d, "authority", task->authority));
  TRY_STATUS(add_readers(d, threat));
  d.key("reader", task->addressee);
  d.at(task->ladder.approved);
  return Found{std::move(d),
               [this, t = std::move(*task),
                title = threat.title](const store::Person& by) -> Result<std::optional<Json>> {
                 TRY(const bool ok, store::may_read(tx_, by, t));
                 if (!ok) return std::optional<Json>();
                 Json out = model::to_json(t);
                 out.set("title", title);
                 return std::optional(std::move(out));
               }};
}

/// Identity and contact of an appellant are not indexed: what is masked must not be found, either.
Result<std::optional<Found>> Documents::load_appeal(const std::string& id) {
  TRY(auto appeal, read<Appeal>(tx_, id));
  if (!appeal) return std::optional<Found>();
  Document d(appeal->id);
  d.text(appeal->number);
  d.text(appeal->appellant.name);
  d.text(appeal->appellant.interest);
  d.text(appeal->grounds);
  d.text(appeal->new_facts);
  d.text(appeal->ruled.reason);
  d.text(appeal->answered.reason);
  d.key("state", name(appeal->state));
  d.key("ruling", appeal->ruling.empty() ? kPending : std::string_view(appeal->ruling));
  TRY_STATUS(add_clocks(d, appeal->clocks, "", appeal->authority));
  TRY_STATUS(add_unit(d, "authority", appeal->authority));
  TRY(const auto threat, store::get<Threat>(tx_, appeal->threat));
  add_places(d, threat);
  TRY_STATUS(add_readers(d, threat));
  d.key("reader", appeal->authority);
  d.at(appeal->filed.at);
  return Found{
      std::move(d),
      [this, a = std::move(*appeal)](const store::Person& by) -> Result<std::optional<Json>> {
        TRY(const bool ok, store::may_read(tx_, by, a));
        return ok ? std::optional(model::to_json(store::masked(a, by))) : std::nullopt;
      }};
}

/// From when it was listed until it was delisted; listed again, it is another entry.
Result<std::optional<Found>> Documents::load_entry(const std::string& id) {
  TRY(auto entry, read<model::ListEntry>(tx_, id));
  if (!entry) return std::optional<Found>();
  TRY(const auto task, store::get<Task>(tx_, entry->task));
  TRY(const auto threat, store::get<Threat>(tx_, entry->threat));
  Document d(entry->id);
  d.text(entry->case_number);
  d.text(threat.title);
  d.key("state", entry->live ? "live" : "delisted");
  d.key("measure", name(task.measure));
  add_class(d, threat);
  add_places(d, threat);
  add_indicators(d, {entry->indicator});
  TRY_STATUS(add_unit(d, "addressee", entry->addressee));
  TRY_STATUS(add_readers(d, threat));
  d.at(entry->since);
  if (!entry->live) {
    const auto delisted = model::list_version_key(entry->version);
    TRY(const auto change, store::get<model::ListChange>(tx_, delisted));
    d.ended(change.at);
  }
  const Instant ended = d.end();
  return Found{std::move(d),
               [this, e = std::move(*entry), task, ended,
                threat](const store::Person& by) -> Result<std::optional<Json>> {
                 TRY(const bool ok, store::may_read(tx_, by, threat));
                 if (!ok) return std::optional<Json>();
                 TRY(const std::string addressee, code_of(e.addressee));
                 Json out = model::to_json(e);
                 out.set("addressee", addressee);
                 out.set("measure", std::string(name(task.measure)));
                 out.set("task_number", task.number);
                 if (ended) out.set("ended", to_string(ended));
                 return std::optional(std::move(out));
               }};
}

}  // namespace tocsin::search
