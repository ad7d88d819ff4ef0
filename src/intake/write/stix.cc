// STIX 2.1: each indicator of a source as an indicator object.
#include "base/json.h"
#include "base/uuid.h"
#include "intake/stix_tlp.h"
#include "intake/write/forms.h"
#include "intake/write/stix_pattern.h"

namespace tocsin::intake::write {

std::string stix_head(std::string_view source) {
  std::string out = R"({"type":"bundle","id":"bundle--)" +
                    name_uuid("bundle of source " + std::string(source)) + "\",\"objects\":[\n";
  // All levels, so that every reference of an item finds its definition.
  for (int level = 0; level <= static_cast<int>(model::Tlp::kRed); ++level) {
    if (level > 0) out += ",\n";
    out += stix_marking_definition(static_cast<model::Tlp>(level)).dump();
  }
  return out + ",\n";
}

std::string stix_object(const Item& item, std::string_view source) {
  const StixPattern pattern = stix_pattern_of(item.indicator);
  const std::string seen = to_utc(item.first_seen);
  Json out = Json::object(
      {{"type", "indicator"},
       {"spec_version", "2.1"},
       {"id", "indicator--" + item_uuid(item, source)},
       {"created", seen},
       {"modified", item.last_seen ? to_utc(item.last_seen) : seen},
       {"name", std::string(model::name(item.indicator.kind)) + " " + item.indicator.value},
       {"confidence", item.confidence},
       {"pattern", pattern.text},
       {"pattern_type", pattern.type},
       {"valid_from", seen}});
  if (!item.description.empty()) out.set("description", item.description);
  if (item.valid_until) out.set("valid_until", to_utc(item.valid_until));
  if (const std::string label = label_of(item); !label.empty()) {
    out.set("labels", Json::array({label}));
  }
  if (item.tlp != Tlp::kUnset) {
    const int level = static_cast<int>(item.tlp) - static_cast<int>(Tlp::kClear);
    out.set("object_marking_refs",
            Json::array({std::string(stix_marking_id(static_cast<model::Tlp>(level)))}));
  }
  if (item.last_seen) out.set("x_tocsin_last_seen", to_utc(item.last_seen));
  if (!item.actionable) out.set("x_tocsin_actionable", false);
  return out.dump();
}

}  // namespace tocsin::intake::write
