#include "hub/lookup_reader.h"

#include <algorithm>

namespace tocsin::hub {

Json LookupReader::unknown(const std::string& query, const model::Indicator& indicator) {
  return Json::object({{"query", query},
                       {"kind", std::string(name(indicator.kind))},
                       {"value", indicator.value},
                       {"known", false},
                       {"cases", Json::array()},
                       {"listed", Json::array()},
                       {"blocked", false}});
}

Result<Json> LookupReader::answer(const std::string& query, const model::Indicator& indicator) {
  Json out = unknown(query, indicator);
  TRY(const auto record, tx_.find_indicator(indicator));
  if (record) TRY_STATUS(add_record(out, *record));
  TRY_STATUS(add_state(out, indicator));
  return out;
}

Status LookupReader::add_state(Json& out, const model::Indicator& indicator) {
  const model::CaseIndicator key{indicator.kind, indicator.value, {}};
  TRY(auto cases, cases_of(key.key()));
  out.set("cases", std::move(cases));
  return add_list(out, key.key());
}

Result<Json> LookupReader::told(const std::string& source, const store::Sighting& s) {
  Json out = Json::object({{"source", source},
                           {"first_seen", to_string(s.first_seen)},
                           {"last_seen", to_string(s.last_seen)},
                           {"confidence", s.confidence},
                           {"label", std::string(s.label())},
                           {"labels", model::to_json(s.labels)},
                           {"original", s.original},
                           {"actionable", !s.context},
                           {"stands", s.stands(now_)}});
  TRY(auto titles, titles_.of(s.labels));
  out.set("label_titles", std::move(titles));
  if (s.valid_until) out.set("valid_until", to_string(s.valid_until));
  if (s.gone_at) out.set("gone_at", to_string(s.gone_at));
  return out;
}

Status LookupReader::add_record(Json& out, const store::IndicatorRecord& record) {
  out.set("known", true);
  out.set("first_seen", to_string(record.first_seen));
  out.set("last_seen", to_string(record.last_seen));
  Json sources = Json::array();
  // The public learns that something is known, not who said so and in which words.
  const bool named = by_.organization.type != model::OrganizationType::kPublic;
  for (const auto& s : record.sightings) {
    if (!named) break;
    TRY(const std::string source, source_name(s.source));
    TRY(auto one, told(source, s));
    sources.push(std::move(one));
  }
  out.set("sources", std::move(sources));
  return {};
}

Result<Json> LookupReader::cases_of(const std::string& key) {
  Json cases = Json::array();
  TRY(const auto threats, store::find<model::Threat>(tx_, "indicator", key));
  for (const auto& t : threats) {
    TRY(const bool ok, may_read(tx_, by_, t));
    if (!ok) continue;
    Json tasks = Json::array();
    TRY(const auto all, store::find<model::Task>(tx_, "threat", t.id));
    for (const auto& task : all) {
      const bool concerns =
          std::any_of(task.indicators.begin(), task.indicators.end(),
                      [&](const model::CaseIndicator& i) { return i.key() == key; });
      if (!concerns) continue;
      TRY(const std::string addressee, unit_code(task.addressee));
      tasks.push(Json::object({{"number", task.number},
                               {"state", std::string(name(task.state))},
                               {"measure", std::string(name(task.measure))},
                               {"addressee", addressee}}));
    }
    cases.push(Json::object({{"number", t.number},
                             {"state", std::string(name(t.state))},
                             {"title", t.title},
                             {"discovered_at", to_string(t.discovered_at)},
                             {"tasks", std::move(tasks)}}));
  }
  return cases;
}

/// That something is blocked is no secret; for whom is for those who may read the case, and for
/// the addressee itself.
Status LookupReader::add_list(Json& out, const std::string& key) {
  TRY(const auto entries, store::find<model::ListEntry>(tx_, "indicator", key));
  Json listed = Json::array();
  for (const auto& e : entries) {
    if (!e.live) continue;
    out.set("blocked", true);
    bool visible = e.addressee == by_.organization.id;
    if (!visible) {
      TRY(const auto threat, store::get<model::Threat>(tx_, e.threat));
      TRY(visible, may_read(tx_, by_, threat));
    }
    if (!visible) continue;
    TRY(const std::string addressee, unit_code(e.addressee));
    listed.push(Json::object({{"addressee", addressee},
                              {"since", to_string(e.since)},
                              {"version", e.version},
                              {"case", e.case_number}}));
  }
  out.set("listed", std::move(listed));
  return {};
}

Result<std::string> LookupReader::source_name(std::int64_t number) {
  if (const auto known = sources_.find(number); known != sources_.end()) return known->second;
  TRY(const auto source, store::find_one<model::Source>(tx_, "number", std::to_string(number)));
  return sources_[number] = source ? source->name : "";
}
Result<std::string> LookupReader::unit_code(const std::string& id) {
  if (const auto known = units_.find(id); known != units_.end()) return known->second;
  TRY(const auto unit, store::get<model::Organization>(tx_, id));
  return units_[id] = unit.code;
}

}  // namespace tocsin::hub
