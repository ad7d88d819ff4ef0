#include "intake/write/writer.h"

#include <array>

#include "base/crypto/hash.h"
#include "base/csv.h"
#include "base/json.h"
#include "intake/classification.h"
#include "intake/n6.h"

namespace tocsin::intake {
namespace {

using K = model::IndicatorKind;

constexpr std::array<std::string_view, 4> kForms = {"intelmq", "n6", "csv", "ndjson"};

/// RFC 3339 in UTC, as both formats want it: the civil clock, set back by its offset.
std::string utc(Instant t) {
  const std::string shifted = to_string(t.plus(-kShanghaiOffset));
  return shifted.substr(0, shifted.find('+')) + "+00:00";
}

std::string label_of(const Item& item) { return item.labels.empty() ? "" : item.labels.front(); }

std::string_view family_of(std::string_view label) {
  const auto colon = label.find(':');
  return colon == std::string_view::npos ? std::string_view() : label.substr(colon + 1);
}

/// Address and port of an endpoint, without the brackets; a name as its host is no address.
std::optional<std::pair<std::string, std::int64_t>> address_and_port(const std::string& endpoint) {
  const auto colon = endpoint.rfind(':');
  if (colon == std::string::npos) return std::nullopt;
  const auto port = to_int(std::string_view(endpoint).substr(colon + 1));
  std::string host = endpoint.substr(0, colon);
  if (host.starts_with('[')) {
    host = host.substr(1, host.size() - 2);
  } else if (host.find_first_not_of("0123456789.") != std::string::npos) {
    return std::nullopt;
  }
  if (!port) return std::nullopt;
  return std::pair(std::move(host), *port);
}

/// Puts the indicator under its field; false: IntelMQ has no field for it.
bool set_source(Json& out, const model::Indicator& i) {
  switch (i.kind) {
    case K::kIpv4:
    case K::kIpv6:
      out.set("source.ip", i.value);
      return true;
    case K::kIpv4Prefix:
    case K::kIpv6Prefix:
      out.set("source.network", i.value);
      return true;
    case K::kEndpoint:
      if (const auto parts = address_and_port(i.value)) {
        out.set("source.ip", parts->first);
        out.set("source.port", parts->second);
        return true;
      }
      return false;
    case K::kDomain:
      out.set("source.fqdn", i.value);
      return true;
    case K::kUrl:
      out.set("source.url", i.value);
      return true;
    case K::kEmail:
      out.set("source.account", i.value);
      return true;
    case K::kMd5:
    case K::kSha1:
    case K::kSha256:
      out.set("malware.hash." + std::string(model::name(i.kind)), i.value);
      return true;
    default:
      return false;
  }
}

/// An endpoint is only read back as one where the classification says it is a service.
bool survives(const Item& item, const Classification* row) {
  const Role role = row == nullptr ? Role::kResource : row->role;
  return item.indicator.kind != K::kEndpoint || role == Role::kResource;
}

std::optional<std::string> intelmq_line(const Item& item, std::string_view source) {
  const std::string label = label_of(item);
  const Classification* row = by_label(label);
  if (row != nullptr && row->intelmq.empty()) row = nullptr;
  if (!survives(item, row)) return std::nullopt;
  Json out = Json::object({{"__type", "Event"}});
  const std::string_view type = row != nullptr    ? row->intelmq
                                : item.actionable ? std::string_view("blacklist")
                                                  : std::string_view("undetermined");
  out.set("classification.type", type);
  out.set("classification.taxonomy", row != nullptr ? row->taxonomy : "other");
  if (row == nullptr && !label.empty()) out.set("classification.identifier", label);
  if (row != nullptr && !family_of(label).empty()) out.set("malware.name", family_of(label));
  if (!set_source(out, item.indicator)) return std::nullopt;
  if (item.first_seen) out.set("time.source", utc(item.first_seen));
  if (item.last_seen) out.set("extra.last_seen", utc(item.last_seen));
  out.set("feed.name", source);
  out.set("feed.accuracy", item.confidence);
  if (item.tlp != Tlp::kUnset) out.set("tlp", name(item.tlp));
  if (!item.description.empty()) out.set("event_description.text", item.description);
  if (!item.foreign_id.empty()) out.set("event_hash", item.foreign_id);
  return out.dump() + "\n";
}

bool set_n6_subject(Json& out, const model::Indicator& i) {
  const auto address = [&](const std::string& ip) {
    out.set("address", Json::array({Json::object({{"ip", ip}})}));
  };
  switch (i.kind) {
    case K::kIpv4:
      address(i.value);
      return true;
    case K::kEndpoint:
      if (const auto parts = address_and_port(i.value);
          parts && parts->first.find(':') == std::string::npos) {
        address(parts->first);
        out.set("dport", parts->second);
        return true;
      }
      return false;
    case K::kDomain:
      out.set("fqdn", i.value);
      return true;
    case K::kUrl:
      out.set("url", i.value);
      return true;
    case K::kMd5:
    case K::kSha1:
    case K::kSha256:
      out.set(std::string(model::name(i.kind)), i.value);
      return true;
    default:
      return false;
  }
}

std::optional<std::string> n6_line(const Item& item, std::string_view source) {
  const std::string label = label_of(item);
  const Classification* row = by_label(label);
  if (row != nullptr && row->n6.empty()) row = nullptr;
  // Without a category the address alone would be read back: such an endpoint is not said.
  if (item.indicator.kind == K::kEndpoint && (row == nullptr || row->role != Role::kResource)) {
    return std::nullopt;
  }
  const std::string key =
      std::string(model::name(item.indicator.kind)) + ":" + item.indicator.value;
  const std::string id =
      item.foreign_id.empty() ? crypto::sha256_hex(key).substr(0, 32) : item.foreign_id;
  Json out = Json::object({{"id", id},
                           {"source", "tocsin." + std::string(source)},
                           {"restriction", n6::restriction_word(item.tlp)},
                           {"confidence", n6::confidence_word(item.confidence)},
                           {"category", row == nullptr ? std::string_view("other") : row->n6}});
  const std::string_view name = row == nullptr ? std::string_view(label) : family_of(label);
  if (!name.empty()) out.set("name", name);
  if (!set_n6_subject(out, item.indicator)) return std::nullopt;
  if (item.first_seen) {
    out.set("time", utc(item.first_seen));
    out.set("modified", utc(item.last_seen ? item.last_seen : item.first_seen));
  }
  if (item.last_seen) out.set("until", utc(item.last_seen));
  if (item.valid_until) out.set("expires", utc(item.valid_until));
  if (row == nullptr && item.actionable) out.set("status", "active");
  return out.dump() + "\n";
}

std::string ndjson_line(const Item& item) {
  Json out = Json::object({{"kind", model::name(item.indicator.kind)},
                           {"value", item.indicator.value},
                           {"confidence", item.confidence}});
  if (item.tlp != Tlp::kUnset) out.set("tlp", name(item.tlp));
  for (const auto& [key, time] : {std::pair<const char*, Instant>{"first_seen", item.first_seen},
                                  {"last_seen", item.last_seen},
                                  {"valid_until", item.valid_until}}) {
    if (time) out.set(key, to_string(time));
  }
  if (!item.labels.empty()) {
    Json labels = Json::array();
    for (const auto& label : item.labels) labels.push(label);
    out.set("labels", std::move(labels));
  }
  if (!item.description.empty()) out.set("description", item.description);
  if (!item.foreign_id.empty()) out.set("id", item.foreign_id);
  if (!item.actionable) out.set("actionable", false);
  return out.dump() + "\n";
}

}  // namespace

std::string_view name(OutForm form) { return kForms.at(static_cast<std::size_t>(form)); }

std::optional<OutForm> out_form_named(std::string_view text) {
  for (std::size_t i = 0; i < kForms.size(); ++i) {
    if (kForms[i] == text) return static_cast<OutForm>(i);
  }
  return std::nullopt;
}

std::string out_header(OutForm form) {
  if (form != OutForm::kCsv) return {};
  return csv::record(
      {"kind", "value", "confidence", "first_seen", "last_seen", "label", "description", "id"});
}

std::optional<std::string> out_line(OutForm form, const Item& item, std::string_view source) {
  switch (form) {
    case OutForm::kIntelmq:
      return intelmq_line(item, source);
    case OutForm::kN6:
      return n6_line(item, source);
    case OutForm::kCsv:
      break;
    case OutForm::kNdjson:
      return ndjson_line(item);
  }
  const auto time = [](Instant t) { return t ? to_string(t) : std::string(); };
  return csv::record({std::string(model::name(item.indicator.kind)), item.indicator.value,
                      std::to_string(item.confidence), time(item.first_seen), time(item.last_seen),
                      label_of(item), item.description, item.foreign_id});
}

}  // namespace tocsin::intake
