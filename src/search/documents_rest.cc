// Organisations, sources, vulnerabilities, indicators.
#include <algorithm>

#include "search/documents.h"
#include "search/facts.h"
#include "store/collections.h"
#include "vulnerability/vulnerability.h"

namespace tocsin::search {
namespace {

using model::Organization;
using model::Source;
using vulnerability::Vulnerability;

/// What everybody who may search there may see.
auto to_all(Json json) {
  return [json = std::move(json)](const store::Person&) -> Result<std::optional<Json>> {
    return std::optional(json);
  };
}

Instant day_of(std::string_view text) {
  const auto t = parse_instant(text.substr(0, std::min<std::size_t>(10, text.size())));
  return t ? *t : Instant{};
}

}  // namespace

Result<std::optional<Found>> Documents::load_organization(const std::string& id) {
  TRY(const auto body, tx_.get_document(store::Collection<Organization>::table, id));
  if (!body) return std::optional<Found>();
  TRY(const auto o, store::decode<Organization>(*body));
  Document d(o.id);
  d.text(o.code);
  d.text(o.title.zh);
  d.text(o.title.en);
  d.key("state", o.active ? "active" : "disabled");
  d.key("type", name(o.type));
  for (const auto& province : o.provinces) d.key("province", province);
  return Found{std::move(d), to_all(model::to_json(o))};
}

Result<std::optional<Found>> Documents::load_source(const std::string& id) {
  TRY(const auto body, tx_.get_document(store::Collection<Source>::table, id));
  if (!body) return std::optional<Found>();
  TRY(auto s, store::decode<Source>(*body));
  Document d(s.id);
  d.text(s.name);
  d.text(s.terms.location);
  d.text(s.problem.zh);
  d.text(s.problem.en);
  d.label(s.terms.label);
  d.key("state", name(s.health));
  if (s.paused) d.key("state", "paused");
  d.key("type", name(s.terms.kind));
  TRY_STATUS(add_unit(d, "owner", s.organization));
  d.at(s.created);
  return Found{std::move(d),
               [s = std::move(s)](const store::Person& by) -> Result<std::optional<Json>> {
                 if (!store::may_see(by, s)) return std::optional<Json>();
                 return std::optional(model::to_json(s));
               }};
}

Result<std::optional<Found>> Documents::load_vulnerability(const std::string& id) {
  TRY(const auto body, tx_.get_document(store::Collection<Vulnerability>::table, id));
  if (!body) return std::optional<Found>();
  TRY(const auto v, store::decode<Vulnerability>(*body));
  Document d(v.id);
  d.text(v.id);
  d.text(v.title);
  d.text(v.description);
  for (const auto& product : v.affected) d.text(product);
  for (const auto& entry : v.cnvd) {
    d.text(entry.number);
    d.text(entry.title);
  }
  d.key("state", v.rejected ? "rejected" : "published");
  if (v.kev) d.key("state", "exploited");
  d.key("severity", severity_of(v.cvss));
  d.at(day_of(v.published));
  return Found{std::move(d), to_all(model::to_json(v))};
}

Result<std::optional<Found>> Documents::load_indicator(const std::string& id) {
  const auto number = to_int(id);
  if (!number || *number < 1) return std::optional<Found>();
  TRY(const auto there, tx_.indicators(*number - 1, 1, {}));
  if (there.empty() || there.front().id != *number) return std::optional<Found>();
  TRY(const auto record, tx_.find_indicator(there.front().indicator));
  if (!record) return std::optional<Found>();
  Document d(id);
  d.indicator(record->indicator);
  std::int64_t confidence = 0;
  std::optional<model::Tlp> strictest;
  Json sources = Json::array();
  for (const auto& s : record->sightings) {
    TRY(const std::string source, source_name(s.source));
    d.key("source", source);
    for (const auto& label : s.labels) {
      d.label(label);
      d.text(label);
    }
    confidence = std::max(confidence, s.confidence);
    if (s.tlp) strictest = std::max(strictest.value_or(*s.tlp), *s.tlp);
    sources.push(Json::object({{"source", source},
                               {"first_seen", to_string(s.first_seen)},
                               {"last_seen", to_string(s.last_seen)},
                               {"confidence", s.confidence},
                               {"label", std::string(s.label())},
                               {"labels", model::to_json(s.labels)},
                               {"gone", static_cast<bool>(s.gone_at)}}));
  }
  const Location where = locate_ ? locate_(record->indicator) : Location{};
  if (where.asn) d.key("asn", std::to_string(*where.asn));
  d.confidence(confidence);
  d.at(record->last_seen);
  return Found{std::move(d),
               to_all(Json::object({{"id", id},
                                    {"kind", std::string(name(record->indicator.kind))},
                                    {"value", record->indicator.value},
                                    {"first_seen", to_string(record->first_seen)},
                                    {"last_seen", to_string(record->last_seen)},
                                    {"confidence", confidence},
                                    {"tlp", name(strictest.value_or(model::Tlp::kAmber))},
                                    {"sources", std::move(sources)}}))};
}

}  // namespace tocsin::search
