#include "delivery/misp_feed.h"

#include <algorithm>

#include "base/crypto/hash.h"
#include "base/uuid.h"
#include "exchange/determined.h"
#include "intake/write/misp.h"
#include "store/case_readers.h"
#include "store/collections.h"

namespace tocsin::delivery {
namespace {

using model::CaseIndicator;

constexpr std::size_t kPage = 256;
constexpr std::int64_t kSecond = 1'000'000;

/// MISP counts in whole seconds; a change within the second of the one before counts one further,
/// so that a reader that compares timestamps misses none.
Result<std::int64_t> changed_at(store::ReadTx& tx, const model::Threat& threat) {
  std::int64_t at = threat.identification->by.at.micros / kSecond;
  TRY(const auto entries, tx.journal_of_threat(threat.id));
  for (const auto& entry : entries) {
    if (!exchange::changes_what_others_see(entry)) continue;
    at = std::max(at + 1, entry.time.micros / kSecond);
  }
  return at;
}

/// Threat levels of MISP: 1 high, 2 medium, 3 low, 4 undefined.
const char* level_of(const model::Threat& threat) {
  if (!threat.identification->grade) return "4";
  const std::string& level = threat.identification->grade->level;
  if (level == "I" || level == "II") return "1";
  return level == "III" ? "2" : level == "IV" ? "3" : "4";
}

Json tag(std::string name, const char* colour) {
  return Json::object({{"name", std::move(name)}, {"colour", colour}});
}

const char* colour_of(model::Tlp tlp) {
  switch (tlp) {
    case model::Tlp::kClear:
      return "#ffffff";
    case model::Tlp::kGreen:
      return "#33ff00";
    case model::Tlp::kAmber:
    case model::Tlp::kAmberStrict:
      return "#ffc000";
    case model::Tlp::kRed:
      break;
  }
  return "#ff2b2b";
}

/// What may be done with it (Permissible Actions Protocol): a block was ordered, so blocking gives
/// nothing away; before that only looking at what one has anyway.
Json pap_of(const model::Threat& threat, const exchange::Measures& measures) {
  if (threat.tlp == model::Tlp::kClear) return tag("PAP:CLEAR", "#ffffff");
  const bool ordered =
      std::any_of(measures.tasks.begin(), measures.tasks.end(), [](const model::Task& task) {
        return model::article_item(task.measure) == "8(1)" && !task.notices.empty();
      });
  return ordered ? tag("PAP:GREEN", "#33ff00") : tag("PAP:AMBER", "#ffc000");
}

Json attribute_of(const model::Threat& threat, const CaseIndicator& indicator, Instant lifted) {
  const intake::MispForm form = intake::misp_form_of(indicator.plain());
  const std::int64_t at = (lifted ? lifted : threat.identification->by.at).micros / kSecond;
  Json out =
      Json::object({{"uuid", name_uuid("misp attribute " + threat.id + " " + indicator.key())},
                    {"type", form.type},
                    {"category", form.category},
                    {"value", form.value},
                    {"to_ids", form.exact && !lifted},
                    {"disable_correlation", false},
                    {"timestamp", std::to_string(at)}});
  if (lifted) out.set("deleted", true);
  if (!form.exact) out.set("comment", std::string(name(indicator.kind)));
  return out;
}

std::vector<std::string> hashed_parts(const Json& attribute) {
  const std::string& value = attribute.str("value");
  if (attribute.str("type").find('|') == std::string::npos) return {value};
  std::vector<std::string> out;
  for (const auto part : split(value, '|')) out.emplace_back(part);
  return out;
}

}  // namespace

Result<bool> may_receive(store::ReadTx& tx, const model::Organization& organization,
                         const model::Threat& threat) {
  switch (threat.tlp) {
    case model::Tlp::kClear:
      return true;
    case model::Tlp::kGreen:
      return organization.type != model::OrganizationType::kPublic;
    case model::Tlp::kAmber:
    case model::Tlp::kAmberStrict:
      return store::unit_may_read(tx, organization, threat);
    case model::Tlp::kRed:
      break;
  }
  return false;
}

std::string misp_event_uuid(std::string_view threat_id) {
  return name_uuid("misp event " + std::string(threat_id));
}

Result<Json> misp_event(store::ReadTx& tx, const model::Threat& threat) {
  const auto& found = *threat.identification;
  TRY(const auto body, store::get<model::Organization>(tx, found.by.organization));
  TRY(const auto measures, exchange::measures_of(tx, threat));
  TRY(const auto timestamp, changed_at(tx, threat));
  Json attributes = Json::array();
  for (const auto& indicator : threat.indicators) {
    attributes.push(attribute_of(threat, indicator, measures.lifted_at(indicator)));
  }
  const std::string& called = found.threat_name.empty() ? threat.title : found.threat_name;
  const bool finished =
      threat.state == model::ThreatState::kClosed || threat.state == model::ThreatState::kArchived;
  Json event = Json::object(
      {{"uuid", misp_event_uuid(threat.id)},
       {"info", threat.number + " " + called},
       {"date", to_string(shanghai_date(found.by.at))},
       {"analysis", finished ? "2" : "1"},
       {"threat_level_id", level_of(threat)},
       {"timestamp", std::to_string(timestamp)},
       {"publish_timestamp", std::to_string(timestamp)},
       {"published", true},
       {"Orgc", Json::object({{"name", body.title.en.empty() ? body.title.zh : body.title.en},
                              {"uuid", name_uuid("identity " + body.id)}})},
       {"Tag", Json::array({tag("tlp:" + std::string(name(threat.tlp)), colour_of(threat.tlp)),
                            pap_of(threat, measures)})},
       {"Attribute", std::move(attributes)},
       {"Object", Json::array()}});
  return Json::object({{"Event", std::move(event)}});
}

Json misp_manifest_entry(const Json& event) {
  const Json& inner = event["Event"];
  Json out = Json::object();
  for (const char* key :
       {"Orgc", "Tag", "info", "date", "analysis", "threat_level_id", "timestamp"}) {
    out.set(key, inner[key]);
  }
  return out;
}

std::string misp_hash_lines(const Json& event) {
  const Json& inner = event["Event"];
  std::string out;
  for (const auto& attribute : inner["Attribute"].items()) {
    if (attribute["deleted"].as_bool()) continue;
    for (const auto& part : hashed_parts(attribute)) {
      out += crypto::md5_hex(part) + "," + inner.str("uuid") + "\n";
    }
  }
  return out;
}

Result<std::string> MispIndex::threat_of(store::ReadTx& tx, std::string_view uuid) {
  TRY(const auto length, tx.last_sequence());
  auto state = state_.lock();
  const auto known = state->threats.find(uuid);
  if (known != state->threats.end()) return known->second;
  if (length == state->length) return std::string();
  std::string after;
  for (;;) {
    TRY(const auto page, tx.scan_documents(store::Collection<model::Threat>::table, after, kPage));
    for (const auto& row : page) state->threats[misp_event_uuid(row.id)] = row.id;
    if (page.size() < kPage) break;
    after = page.back().id;
  }
  state->length = length;
  const auto now_known = state->threats.find(uuid);
  return now_known == state->threats.end() ? std::string() : now_known->second;
}

Status each_misp_event(store::ReadTx& tx, const model::Organization& organization,
                       const std::function<Status(const Json& event)>& use) {
  std::string after;
  for (;;) {
    TRY(const auto page, store::scan<model::Threat>(tx, after, kPage));
    for (const auto& threat : page) {
      if (!exchange::is_determined(threat)) continue;
      TRY(const bool meant, may_receive(tx, organization, threat));
      if (!meant) continue;
      TRY(const auto event, misp_event(tx, threat));
      TRY_STATUS(use(event));
    }
    if (page.size() < kPage) return {};
    after = page.back().id;
  }
}

}  // namespace tocsin::delivery
