#include "delivery/misp_feed.h"

#include <algorithm>
#include <set>

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
constexpr std::size_t kEntries = 1'000;
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

Result<std::optional<model::Threat>> case_of(store::ReadTx& tx, std::string_view id) {
  TRY(const auto body, tx.get_document(store::Collection<model::Threat>::table, id));
  if (!body) return std::optional<model::Threat>();
  TRY(auto threat, store::decode<model::Threat>(*body));
  return std::optional(std::move(threat));
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

Status MispIndex::render(store::ReadTx& tx, State& state, const model::Threat& threat) {
  if (!exchange::is_determined(threat)) {
    state.entries.erase(threat.id);
    state.by_uuid.erase(misp_event_uuid(threat.id));
    return {};
  }
  TRY(const auto event, misp_event(tx, threat));
  auto entry = std::make_shared<MispEntry>();
  entry->threat = threat.id;
  entry->uuid = misp_event_uuid(threat.id);
  entry->tlp = threat.tlp;
  entry->manifest = misp_manifest_entry(event).dump();
  entry->hashes = misp_hash_lines(event);
  state.by_uuid[entry->uuid] = threat.id;
  state.entries[threat.id] = std::move(entry);
  ++state.rendered;
  return {};
}

Status MispIndex::read_all(store::ReadTx& tx, State& state) {
  state.entries.clear();
  state.by_uuid.clear();
  std::string after;
  for (;;) {
    TRY(const auto page, store::scan<model::Threat>(tx, after, kPage));
    for (const auto& threat : page) TRY_STATUS(render(tx, state, threat));
    if (page.size() < kPage) return {};
    after = page.back().id;
  }
}

/// What the journal says since: the cases that it names are rendered again, all of them when a unit
/// changed, whose name may stand in any.
Status MispIndex::bring_up(store::ReadTx& tx, State& state) {
  TRY(const auto length, tx.last_sequence());
  if (state.whole && length <= state.position) return {};
  std::set<std::string> touched;
  bool all = !state.whole;
  for (std::uint64_t at = state.position; !all && at < length;) {
    TRY(const auto news, tx.journal(at, kEntries));
    if (news.empty()) break;
    at = news.back().seq;
    for (const auto& entry : news) {
      if (!entry.threat.empty()) touched.insert(entry.threat);
      all = all || entry.action.starts_with("organization.");
    }
  }
  if (all) {
    TRY_STATUS(read_all(tx, state));
  } else {
    for (const auto& id : touched) {
      TRY(const auto threat, case_of(tx, id));
      if (threat) TRY_STATUS(render(tx, state, *threat));
    }
  }
  state.whole = true;
  state.position = length;
  return {};
}

Result<std::string> MispIndex::threat_of(store::ReadTx& tx, std::string_view uuid) {
  auto state = state_.lock();
  TRY_STATUS(bring_up(tx, *state));
  const auto known = state->by_uuid.find(uuid);
  return known == state->by_uuid.end() ? std::string() : known->second;
}

Status MispIndex::each(store::ReadTx& tx, const model::Organization& organization,
                       const std::function<Status(const MispEntry&)>& use) {
  std::vector<std::shared_ptr<const MispEntry>> entries;  // nobody waits while a reader is slow
  {
    auto state = state_.lock();
    TRY_STATUS(bring_up(tx, *state));
    for (const auto& [id, entry] : state->entries) entries.push_back(entry);
  }
  for (const auto& entry : entries) {
    bool meant = entry->tlp == model::Tlp::kClear;
    if (!meant) {  // the level may be for members, or for those who may read the case
      TRY(const auto threat, case_of(tx, entry->threat));
      if (!threat) continue;  // somebody else's snapshot was newer
      TRY(meant, may_receive(tx, organization, *threat));
    }
    if (meant) TRY_STATUS(use(*entry));
  }
  return {};
}

}  // namespace tocsin::delivery
