#include "graph/write.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "base/uuid.h"
#include "base/xml.h"
#include "exchange/stix/object.h"
#include "exchange/stix/render.h"
#include "intake/stix_tlp.h"

namespace tocsin::graph {
namespace {

namespace stix = exchange::stix;
using E = model::EntityKind;
using I = model::IndicatorKind;

std::string dot_text(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

/// When the sources together saw it; not set for what was computed.
std::pair<Instant, Instant> span_of(const Edge& edge) {
  std::pair<Instant, Instant> out;
  for (const auto& claim : edge.claims) {
    if (!out.first || claim.first_seen < out.first) out.first = claim.first_seen;
    out.second = std::max(out.second, claim.last_seen);
  }
  return out;
}

/// STIX's own object for a kind; nullptr: one of ours, `x-tocsin-<kind>`.
const char* observable(model::NodeKind kind) {
  for (const auto& [ours, theirs] : {std::pair{I::kIpv4, "ipv4-addr"},
                                     {I::kIpv6, "ipv6-addr"},
                                     {I::kIpv4Prefix, "ipv4-addr"},
                                     {I::kIpv6Prefix, "ipv6-addr"},
                                     {I::kDomain, "domain-name"},
                                     {I::kUrl, "url"},
                                     {I::kEmail, "email-addr"}}) {
    if (model::node_kind(ours) == kind) return theirs;
  }
  return nullptr;
}

const char* digest_name(model::NodeKind kind) {
  for (const auto& [ours, theirs] : {std::pair{I::kMd5, "MD5"},
                                     {I::kSha1, "SHA-1"},
                                     {I::kSha256, "SHA-256"},
                                     {I::kSm3, "SM3"}}) {
    if (model::node_kind(ours) == kind) return theirs;
  }
  return nullptr;
}

Json entity(E kind, const std::string& id_part, const std::string& value) {
  // When somebody first spoke of it is not one time for all; the form's own date is.
  const Instant since = stix::parse_timestamp("2026-01-01T00:00:00.000Z").value();
  const auto made = [&](const std::string& type) {
    Json out = stix::frame(type, type + "--" + id_part, since, since);
    return out.set("name", value);
  };
  switch (kind) {
    case E::kCampaign:
      return made("campaign");
    case E::kMalwareFamily:
      return made("malware").set("is_family", true);
    case E::kGroup:
      return made("threat-actor").set("threat_actor_types", Json::array({"unknown"}));
    case E::kPerson:
      return made("identity").set("identity_class", "individual");
    case E::kCompany:
      return made("identity").set("identity_class", "organization");
    case E::kPaymentAccount:
    case E::kCertificate:
      break;
  }
  return Json();
}

Json object_of(const model::Node& node) {
  const std::string uuid = name_uuid("node " + node.key());
  const auto number = static_cast<std::int64_t>(node.kind);
  if (number >= model::kFirstEntity) {
    Json made = entity(static_cast<E>(number - model::kFirstEntity), uuid, node.value);
    if (!made.is_null()) return made;
  }
  const auto made = [&](const std::string& type) {
    return Json::object({{"type", type}, {"spec_version", "2.1"}, {"id", type + "--" + uuid}});
  };
  if (const char* type = observable(node.kind)) return made(type).set("value", node.value);
  if (const char* digest = digest_name(node.kind)) {
    return made("file").set("hashes", Json::object({{digest, node.value}}));
  }
  if (node.kind == model::node_kind(E::kCertificate)) {
    return made("x509-certificate").set("hashes", Json::object({{"SHA-256", node.value}}));
  }
  return made("x-tocsin-" + std::string(name(node.kind))).set("value", node.value);
}

}  // namespace

std::string to_graphml(const Picture& picture) {
  std::string out =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\">\n"
      "<key id=\"kind\" for=\"all\" attr.name=\"kind\" attr.type=\"string\"/>\n"
      "<key id=\"value\" for=\"node\" attr.name=\"value\" attr.type=\"string\"/>\n"
      "<key id=\"hop\" for=\"node\" attr.name=\"hop\" attr.type=\"int\"/>\n"
      "<key id=\"degree\" for=\"node\" attr.name=\"degree\" attr.type=\"long\"/>\n"
      "<key id=\"crowd\" for=\"node\" attr.name=\"crowd\" attr.type=\"boolean\"/>\n"
      "<key id=\"first_seen\" for=\"edge\" attr.name=\"first_seen\" attr.type=\"string\"/>\n"
      "<key id=\"last_seen\" for=\"edge\" attr.name=\"last_seen\" attr.type=\"string\"/>\n"
      "<graph edgedefault=\"directed\">\n";
  const auto data = [&](const char* key, const std::string& value) {
    if (!value.empty()) out += fmt::format("<data key=\"{}\">{}</data>", key, xml_text(value));
  };
  for (std::size_t i = 0; i < picture.places.size(); ++i) {
    const Place& place = picture.places[i];
    out += fmt::format("<node id=\"n{}\">", i);
    data("kind", std::string(name(place.node.kind)));
    data("value", place.node.value);
    data("hop", std::to_string(place.hop));
    data("degree", std::to_string(place.degree));
    data("crowd", place.crowd ? "true" : "false");
    out += "</node>\n";
  }
  for (const Edge& edge : picture.edges) {
    const auto [first, last] = span_of(edge);
    out += fmt::format("<edge source=\"n{}\" target=\"n{}\">", edge.from, edge.to);
    data("kind", std::string(name(edge.kind)));
    if (first) data("first_seen", to_string(first));
    if (last) data("last_seen", to_string(last));
    out += "</edge>\n";
  }
  return out + "</graph>\n</graphml>\n";
}

std::string to_dot(const Picture& picture, Lang lang) {
  std::string out = "digraph tocsin {\n  rankdir=LR;\n";
  for (std::size_t i = 0; i < picture.places.size(); ++i) {
    const Place& place = picture.places[i];
    std::string label = defang(place.node.key());
    if (place.crowd) label += fmt::format(" ({})", place.degree);
    out += fmt::format("  n{} [label={}{}];\n", i, dot_text(label),
                       place.crowd ? ", shape=box, style=dashed" : "");
  }
  for (const Edge& edge : picture.edges) {
    const Text& label = model::rule_of(edge.kind).label;
    out += fmt::format("  n{} -> n{} [label={}];\n", edge.from, edge.to,
                       dot_text(lang == Lang::kZh ? label.zh : label.en));
  }
  return out + "}\n";
}

std::vector<Json> to_stix(const Picture& picture) {
  std::vector<Json> out;
  std::set<model::Tlp> levels;
  std::vector<std::string> ids;
  for (const Place& place : picture.places) {
    Json object = object_of(place.node);
    ids.push_back(object.str("id"));
    out.push_back(std::move(object));
  }
  std::vector<Json> relationships;
  for (const Edge& edge : picture.edges) {
    if (edge.claims.empty()) continue;
    const auto [first, last] = span_of(edge);
    const std::string key = picture.places[edge.from].node.key() + " " +
                            std::string(name(edge.kind)) + " " + picture.places[edge.to].node.key();
    Json one = stix::frame("relationship", "relationship--" + name_uuid(key), first, last);
    model::Tlp strictest = model::Tlp::kClear;
    std::int64_t confidence = 0;
    for (const auto& claim : edge.claims) {
      strictest = std::max(strictest, claim.tlp.value_or(model::Tlp::kAmber));
      confidence = std::max(confidence, claim.confidence);
    }
    levels.insert(strictest);
    one.set("relationship_type", std::string(name(edge.kind)));
    one.set("source_ref", ids[edge.from]).set("target_ref", ids[edge.to]);
    one.set("confidence", confidence);
    one.set("start_time", stix::timestamp(first));
    if (last > first) one.set("stop_time", stix::timestamp(last));
    one.set("object_marking_refs", Json::array({std::string(intake::stix_marking_id(strictest))}));
    relationships.push_back(std::move(one));
  }
  std::vector<Json> markings;
  for (const auto level : levels) markings.push_back(intake::stix_marking_definition(level));
  out.insert(out.begin(), markings.begin(), markings.end());
  out.insert(out.end(), relationships.begin(), relationships.end());
  return out;
}

}  // namespace tocsin::graph
