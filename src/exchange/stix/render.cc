#include "exchange/stix/render.h"

#include <algorithm>

#include "exchange/determined.h"
#include "exchange/stix/object.h"
#include "exchange/stix/pattern.h"
#include "exchange/stix/tlp.h"
#include "exchange/uuid.h"
#include "store/collections.h"

namespace tocsin::exchange::stix {
namespace {

using model::CaseIndicator;

/// Confidence of what an expert body confirmed: "highly probable" and "possible" of the scales in
/// STIX 2.1 appendix A.
constexpr int kActual = 85;
constexpr int kPossible = 50;

Instant milliseconds(Instant t) { return {t.micros / 1000 * 1000}; }

Json common(std::string_view type, const std::string& id, Instant created, Instant modified) {
  return Json::object({{"type", type},
                       {"spec_version", "2.1"},
                       {"id", id},
                       {"created", timestamp(milliseconds(created))},
                       {"modified", timestamp(milliseconds(modified))}});
}

Json reference(const model::Threat& threat) {
  return Json::array({Json::object({{"source_name", "tocsin"}, {"external_id", threat.number}})});
}

void set_pattern(Json& out, const model::Indicator& indicator) {
  const Pattern pattern = pattern_of(indicator);
  out.set("pattern", pattern.text);
  out.set("pattern_type", pattern.type);
  if (pattern.type == "stix") out.set("pattern_version", "2.1");
}

std::string title_of(const model::Indicator& indicator) {
  return std::string(name(indicator.kind)) + " " + indicator.value;
}

Json render_indicator(const model::Threat& threat, const CaseIndicator& indicator,
                      const std::string& identity, Instant lifted, int generation) {
  const Instant since = threat.identification->by.at;
  Json out = common("indicator", indicator_id(threat, indicator, generation), since,
                    lifted ? lifted : since);
  out.set("created_by_ref", identity);
  if (lifted) out.set("revoked", true);
  Json labels = Json::array({std::string(name(threat.threat_class))});
  if (!threat.subtype.empty()) labels.push(threat.subtype);
  out.set("labels", std::move(labels));
  out.set("confidence", threat.certainty == model::Certainty::kActual ? kActual : kPossible);
  out.set("external_references", reference(threat));
  out.set("object_marking_refs", Json::array({std::string(marking_id(threat.tlp))}));
  out.set("name", title_of(indicator.plain()));
  const std::string& called = threat.identification->threat_name;
  if (!called.empty()) out.set("description", called);
  out.set("indicator_types", Json::array({"malicious-activity"}));
  set_pattern(out, indicator.plain());
  const Instant from = milliseconds(threat.discovered_at ? threat.discovered_at : since);
  out.set("valid_from", timestamp(from));
  if (lifted && milliseconds(lifted) > from) {
    out.set("valid_until", timestamp(milliseconds(lifted)));
  }
  return out;
}

Json render_sighting(const model::Threat& threat, const CaseIndicator& indicator,
                     const std::string& identity, Instant seen_again, int generation) {
  const Instant since = threat.identification->by.at;
  const std::string of = indicator_id(threat, indicator, generation);
  Json out = common("sighting", "sighting--" + name_uuid("sighting of " + of), since,
                    std::max(since, seen_again));
  out.set("created_by_ref", identity);
  out.set("object_marking_refs", Json::array({std::string(marking_id(threat.tlp))}));
  const Instant first = threat.discovered_at ? threat.discovered_at : since;
  out.set("first_seen", timestamp(milliseconds(first)));
  if (seen_again > first) out.set("last_seen", timestamp(milliseconds(seen_again)));
  out.set("count", std::max<std::int64_t>(1, threat.sightings));
  out.set("sighting_of_ref", of);
  return out;
}

/// The last time somebody reported a threat that was known already.
Result<Instant> sighted_again(store::ReadTx& tx, const model::Threat& threat) {
  Instant latest;
  if (threat.sightings <= 1) return latest;
  TRY(const auto entries, tx.journal_of_threat(threat.id));
  for (const auto& entry : entries) {
    if (entry.action == "threat.sighted-again") latest = std::max(latest, entry.time);
  }
  return latest;
}

}  // namespace

Json render_known(const Known& known) {
  const std::string seed = std::string(name(known.indicator.kind)) + ":" + known.indicator.value;
  Json out = common("indicator", "indicator--" + name_uuid("known " + seed), known.first_seen,
                    known.last_seen);
  out.set("confidence", known.confidence);
  out.set("object_marking_refs", Json::array({std::string(marking_id(known.tlp))}));
  out.set("name", title_of(known.indicator));
  out.set("indicator_types", Json::array({"unknown"}));
  set_pattern(out, known.indicator);
  out.set("valid_from", timestamp(milliseconds(known.first_seen)));
  return out;
}

std::string indicator_id(const model::Threat& threat, const CaseIndicator& indicator,
                         int generation) {
  std::string seed = threat.id + " " + indicator.key();
  if (generation > 0) seed += " " + std::to_string(generation);
  return "indicator--" + name_uuid(seed);
}

Json identity_of(const model::Organization& organization, Instant since) {
  Json out =
      common("identity", "identity--" + name_uuid("identity " + organization.id), since, since);
  out.set("name", organization.title.en.empty() ? organization.title.zh : organization.title.en);
  out.set("identity_class", "organization");
  return out;
}

Json content_of(Json object) {
  object.erase("created");
  object.erase("modified");
  return object;
}

Result<std::vector<Json>> render_case(store::ReadTx& tx, const model::Threat& threat,
                                      const GenerationOf& generation) {
  std::vector<Json> out;
  if (!is_determined(threat)) return out;
  TRY(const auto body, store::get<model::Organization>(tx, threat.identification->by.organization));
  TRY(const auto measures, measures_of(tx, threat));
  TRY(const Instant again, sighted_again(tx, threat));
  // When a body was registered is not kept; the first case that names it would make its identity
  // differ from case to case, so its time is that of the definition of this form.
  const Json identity = identity_of(body, parse_timestamp("2026-01-01T00:00:00.000Z").value());
  out.push_back(marking_definition(threat.tlp));
  out.push_back(identity);
  for (const auto& indicator : threat.indicators) {
    const Instant lifted = measures.lifted_at(indicator);
    int g = 0;
    if (generation) {
      TRY(g, generation(indicator, static_cast<bool>(lifted)));
    }
    out.push_back(render_indicator(threat, indicator, identity.str("id"), lifted, g));
    out.push_back(render_sighting(threat, indicator, identity.str("id"), again, g));
  }
  return out;
}

}  // namespace tocsin::exchange::stix
