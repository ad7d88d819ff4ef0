// A MISP event: each indicator of a source as an attribute.
#include "intake/write/misp.h"

#include "base/json.h"
#include "base/uuid.h"
#include "intake/write/forms.h"

namespace tocsin::intake {
namespace {

using K = model::IndicatorKind;

constexpr std::int64_t kSecond = 1'000'000;

MispForm endpoint_form(const std::string& value) {
  const auto parts = write::split_endpoint(value);
  if (!parts) return {"text", "Other", value, false};
  return {parts->name ? "hostname|port" : "ip-dst|port", "Network activity",
          parts->host + "|" + std::to_string(parts->port)};
}

std::string seconds(Instant t) { return std::to_string(t.micros / kSecond); }

}  // namespace

MispForm misp_form_of(const model::Indicator& i) {
  switch (i.kind) {
    case K::kIpv4:
    case K::kIpv6:
    case K::kIpv4Prefix:
    case K::kIpv6Prefix:
      return {"ip-dst", "Network activity", i.value};
    case K::kEndpoint:
      return endpoint_form(i.value);
    case K::kDomain:
      return {"domain", "Network activity", i.value};
    case K::kUrl:
      return {"url", "Network activity", i.value};
    case K::kEmail:
      return {"email-src", "Payload delivery", i.value};
    case K::kMd5:
      return {"md5", "Payload delivery", i.value};
    case K::kSha1:
      return {"sha1", "Payload delivery", i.value};
    case K::kSha256:
      return {"sha256", "Payload delivery", i.value};
    case K::kPhone:
      return {"phone-number", "Person", i.value};
    case K::kApp:
      return {"mobile-application-id", "Payload delivery", i.value};
    case K::kWildcardDomain:
    case K::kHostPath:
    case K::kSmsPort:
    case K::kBroadbandAccount:
    case K::kSm3:
    case K::kAccount:
    case K::kPattern:
    case K::kLiteral:
      break;
  }
  return {"text", "Other", i.value, false};
}

std::string misp_tag(std::string_view predicate, std::string_view value) {
  return std::string(kMispNamespace) + std::string(predicate) + "=\"" + std::string(value) + "\"";
}

namespace write {

std::string misp_head(std::string_view source, Instant made) {
  const Json event = Json::object(
      {{"uuid", name_uuid("misp event of source " + std::string(source))},
       {"info", source},
       {"date", to_string(shanghai_date(made))},
       {"analysis", "2"},
       {"threat_level_id", "4"},
       {"timestamp", seconds(made)},
       {"publish_timestamp", seconds(made)},
       {"published", true},
       {"Orgc", Json::object({{"name", "Tocsin"}, {"uuid", name_uuid("misp organisation")}})}});
  std::string text = event.dump();
  text.pop_back();
  return R"({"Event":)" + text + ",\"Attribute\":[\n";
}

std::string misp_attribute(const Item& item, std::string_view source) {
  const MispForm form = misp_form_of(item.indicator);
  Json out = Json::object({{"uuid", item_uuid(item, source)},
                           {"type", form.type},
                           {"category", form.category},
                           {"value", form.value},
                           {"to_ids", item.actionable},
                           {"timestamp", seconds(item.first_seen)},
                           {"first_seen", to_utc(item.first_seen)}});
  if (item.last_seen) out.set("last_seen", to_utc(item.last_seen));
  if (!item.description.empty()) out.set("comment", item.description);
  Json tags = Json::array();
  const auto tag = [&](std::string text) { tags.push(Json::object({{"name", std::move(text)}})); };
  if (const std::string label = label_of(item); !label.empty()) tag(label);
  if (item.tlp != Tlp::kUnset) tag("tlp:" + std::string(name(item.tlp)));
  tag(misp_tag("confidence", std::to_string(item.confidence)));
  if (!form.exact) tag(misp_tag("kind", model::name(item.indicator.kind)));
  if (item.valid_until) tag(misp_tag("valid-until", to_utc(item.valid_until)));
  out.set("Tag", std::move(tags));
  return out.dump();
}

}  // namespace write
}  // namespace tocsin::intake
