// GB/T 36643-2018: each indicator of a source as an attack indicator (6.3) with the observation
// (6.2) that it stands on. What is inferred is told in docs/intake.md.
#include "base/json.h"
#include "intake/write/forms.h"

namespace tocsin::intake::write {
namespace {

using K = model::IndicatorKind;

std::string id_of(std::string_view kind, std::string uuid) {
  std::erase(uuid, '-');
  return std::string(kind) + "-" + uuid;
}

/// One record of the observation; its words follow the record types of 6.2.3.
Json record_of(const model::Indicator& i) {
  Json out = Json::object({{"constraint", "equal"}});
  switch (i.kind) {
    case K::kDomain:
      out.set("object_type", "dns");
      out.set("record", i.value);
      out.set("dns_type", "A");
      break;
    case K::kUrl:
      out.set("object_type", "url");
      out.set("url", i.value);
      break;
    case K::kEmail:
      out.set("object_type", "email");
      out.set("from", i.value);
      break;
    case K::kMd5:
    case K::kSha1:
    case K::kSha256:
    case K::kSm3:
      out.set("object_type", "file");
      out.set(std::string(model::name(i.kind)), i.value);
      break;
    default:
      out.set("object_type", model::name(i.kind));
      out.set("value", i.value);
  }
  return out;
}

}  // namespace

std::string gbt36643_head(std::string_view source, Instant made) {
  return R"({"standard":"GB/T 36643-2018","source":)" + Json(source).dump() + R"(,"timestamp":")" +
         to_utc(made) + "\",\"components\":[\n";
}

std::string gbt36643_components(const Item& item, std::string_view source) {
  const std::string uuid = item_uuid(item, source);
  const std::string kind(model::name(item.indicator.kind));
  const std::string seen = to_utc(item.first_seen);
  const std::string observed = id_of("observation", uuid);
  const Json observation = Json::object(
      {{"id", observed},
       {"timestamp", item.last_seen ? to_utc(item.last_seen) : seen},
       {"version", "1.0"},
       {"title", kind + " " + item.indicator.value},
       {"object",
        Json::array({Json::object({{"relationship", "related"},
                                   {"value", Json::array({record_of(item.indicator)})}})})}});
  Json indicator = Json::object({{"id", id_of("indicator", uuid)},
                                 {"timestamp", item.last_seen ? to_utc(item.last_seen) : seen},
                                 {"version", "1.0"},
                                 {"title", kind + " " + item.indicator.value},
                                 {"valid_from", seen},
                                 {"observable", Json::array({Json::object({{"idref", observed}})})},
                                 {"composite_indicator_expression",
                                  Json::array({Json::object({{"value", item.indicator.value},
                                                             {"type", kind},
                                                             {"source_ref", source},
                                                             {"created_time", seen}})})},
                                 {"confidence", item.confidence}});
  if (const std::string label = label_of(item); !label.empty()) indicator.set("type", label);
  if (!item.description.empty()) indicator.set("description", item.description);
  if (item.valid_until) indicator.set("valid_to", to_utc(item.valid_until));
  if (item.tlp != Tlp::kUnset) indicator.set("handling", "TLP:" + std::string(name(item.tlp)));
  if (item.last_seen) indicator.set("last_seen", to_utc(item.last_seen));
  if (!item.actionable) indicator.set("actionable", false);
  return observation.dump() + ",\n" + indicator.dump();
}

}  // namespace tocsin::intake::write
