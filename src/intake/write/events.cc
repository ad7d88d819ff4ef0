// Events of IntelMQ and n6.
#include "base/crypto/hash.h"
#include "base/json.h"
#include "intake/classification.h"
#include "intake/n6.h"
#include "intake/write/forms.h"

namespace tocsin::intake::write {
namespace {

using K = model::IndicatorKind;

/// The same with a numeric offset, as both formats want it.
std::string utc(Instant t) {
  std::string text = to_utc(t);
  text.pop_back();
  return text + "+00:00";
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
      if (const auto parts = split_endpoint(i.value); parts && !parts->name) {
        out.set("source.ip", parts->host);
        out.set("source.port", parts->port);
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

}  // namespace

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
  if (item.valid_until) out.set("extra.valid_until", utc(item.valid_until));
  if (!item.actionable) out.set("extra.actionable", "no");
  out.set("feed.name", source);
  out.set("feed.accuracy", item.confidence);
  if (item.tlp != Tlp::kUnset) out.set("tlp", name(item.tlp));
  if (!item.description.empty()) out.set("event_description.text", item.description);
  if (!item.foreign_id.empty()) out.set("event_hash", item.foreign_id);
  return out.dump() + "\n";
}

namespace {

bool set_n6_subject(Json& out, const model::Indicator& i) {
  const auto address = [&](const std::string& ip) {
    out.set("address", Json::array({Json::object({{"ip", ip}})}));
  };
  switch (i.kind) {
    case K::kIpv4:
      address(i.value);
      return true;
    case K::kEndpoint:
      if (const auto parts = split_endpoint(i.value); parts && !parts->name && !parts->v6) {
        address(parts->host);
        out.set("dport", parts->port);
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

}  // namespace

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
  if (row != nullptr && !item.actionable) out.set("status", "delisted");
  return out.dump() + "\n";
}

}  // namespace tocsin::intake::write
