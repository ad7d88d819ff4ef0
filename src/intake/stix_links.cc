#include "intake/stix_links.h"

#include <array>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include <simdjson.h>

#include "intake/stix_pattern.h"
#include "match/node.h"

namespace tocsin::intake {
namespace {

namespace dom = simdjson::dom;
using I = model::IndicatorKind;
using E = model::EntityKind;
using R = model::RelationKind;
using Nodes = std::vector<model::Node>;

/// A pattern with more comparisons is a list, not a thing that stands in a relation.
constexpr std::size_t kMostNodes = 8;
constexpr std::size_t kMostLinks = 256;

struct PathKind {
  std::string_view path;
  I kind;
};

constexpr auto kPaths = std::to_array<PathKind>({
    {"domain-name:value", I::kDomain},
    {"ipv4-addr:value", I::kIpv4},
    {"ipv6-addr:value", I::kIpv6},
    {"url:value", I::kUrl},
    {"email-addr:value", I::kEmail},
    {"email-message:from_ref.value", I::kEmail},
    {"email-message:sender_ref.value", I::kEmail},
    {"network-traffic:dst_ref.value", I::kIpv4},
    {"file:hashes.md5", I::kMd5},
    {"file:hashes.sha-1", I::kSha1},
    {"file:hashes.sha1", I::kSha1},
    {"file:hashes.sha-256", I::kSha256},
    {"file:hashes.sha256", I::kSha256},
    {"file:hashes.sm3", I::kSm3},
    {"artifact:hashes.sha-256", I::kSha256},
    {"app:id", I::kApp},
    // What our own export says where STIX has no object (docs/taxii.md).
    {"x-tocsin-app:value", I::kApp},
    {"x-tocsin-phone:value", I::kPhone},
    {"x-tocsin-sms-port:value", I::kSmsPort},
    {"x-tocsin-literal:value", I::kLiteral},
    // Several facts that are one, joined by the reader of patterns.
    {"network-traffic:endpoint", I::kEndpoint},
    {"user-account:account", I::kAccount},
    {"user-account:account_login", I::kAccount},
    {"user-account:broadband", I::kBroadbandAccount},
    {"domain-name:below", I::kWildcardDomain},
    {"url:host-path", I::kHostPath},
});

struct Word {
  std::string_view type;
  R kind;
  bool turned = false;  ///< our kind is read from the other end
};

/// Words of STIX 2.1 (appendix B) and their meaning here; the first that allows the ends counts.
constexpr auto kWords = std::to_array<Word>({
    {"hosts", R::kHostedOn, true},
    {"beacons-to", R::kCommunicatesWith},
    {"exfiltrates-to", R::kCommunicatesWith},
    {"drops", R::kDownloads},
    {"delivers", R::kDownloads},
    {"delivers", R::kDistributes},
    {"indicates", R::kOfFamily},
    {"indicates", R::kInCampaign},
    {"indicates", R::kAttributedTo},
    {"variant-of", R::kOfFamily},
    {"static-analysis-of", R::kOfFamily},
    {"authored-by", R::kMakes, true},
    {"owns", R::kControls},
    {"uses", R::kDistributes},
    {"consists-of", R::kInCampaign, true},
});

std::string_view str(dom::element object, std::string_view key) {
  std::string_view out;
  if (object[key].get(out) != simdjson::SUCCESS) return {};
  return out;
}

void add(Nodes& out, model::NodeKind kind, std::string_view text) {
  auto node = match::canonical_node(kind, text);
  if (node && out.size() < kMostNodes) out.push_back(std::move(*node));
}

/// Strongest digest first: it stands for the file.
void add_digests(dom::element object, Nodes& out) {
  dom::element hashes;
  if (object["hashes"].get(hashes) != simdjson::SUCCESS) return;
  for (const auto& [key, kind] : {std::pair<std::string_view, I>{"SHA-256", I::kSha256},
                                  {"SM3", I::kSm3},
                                  {"SHA-1", I::kSha1},
                                  {"MD5", I::kMd5}}) {
    if (const auto text = str(hashes, key); !text.empty()) add(out, model::node_kind(kind), text);
  }
}

std::optional<model::NodeKind> entity_kind(dom::element object, std::string_view type) {
  if (type == "malware" || type == "tool") return model::node_kind(E::kMalwareFamily);
  if (type == "campaign") return model::node_kind(E::kCampaign);
  if (type == "intrusion-set") return model::node_kind(E::kGroup);
  if (type == "threat-actor") {
    const bool alone = str(object, "resource_level") == "individual";
    return model::node_kind(alone ? E::kPerson : E::kGroup);
  }
  if (type != "identity") return std::nullopt;
  const std::string_view what = str(object, "identity_class");
  if (what == "individual") return model::node_kind(E::kPerson);
  if (what == "group") return model::node_kind(E::kGroup);
  if (what == "organization") return model::node_kind(E::kCompany);
  return std::nullopt;
}

/// What our own export writes where STIX has no object of that kind: `x-tocsin-phone`.
std::optional<model::NodeKind> own_kind(std::string_view type) {
  constexpr std::string_view kPrefix = "x-tocsin-";
  if (!type.starts_with(kPrefix)) return std::nullopt;
  return model::node_kind_named(type.substr(kPrefix.size()));
}

/// What an object stands for: a value, several digests of one file, the ends of a short pattern.
Nodes nodes_in(dom::element object) {
  const std::string_view type = str(object, "type");
  Nodes nodes;
  if (type == "indicator") {
    const auto comparisons = parse_stix_pattern(str(object, "pattern"));
    if (!comparisons || comparisons->size() > kMostNodes) return nodes;
    for (const StixComparison& one : *comparisons) {
      const auto kind = stix_path_kind(to_lower(one.path));
      if (kind) add(nodes, model::node_kind(*kind), one.value);
    }
  } else if (type == "file" || type == "artifact") {
    add_digests(object, nodes);
  } else if (type == "x509-certificate") {
    dom::element hashes;
    if (object["hashes"].get(hashes) != simdjson::SUCCESS) return nodes;
    add(nodes, model::node_kind(E::kCertificate), str(hashes, "SHA-256"));
  } else if (const auto kind = stix_path_kind(std::string(type) + ":value")) {
    add(nodes, model::node_kind(*kind), str(object, "value"));
  } else if (const auto own = own_kind(type)) {
    add(nodes, *own, str(object, "value"));
  } else if (const auto entity = entity_kind(object, type)) {
    add(nodes, *entity, str(object, "name"));
  }
  return nodes;
}

}  // namespace

std::optional<I> stix_path_kind(std::string_view path) {
  for (const PathKind& known : kPaths) {
    if (known.path == path) return known.kind;
  }
  return std::nullopt;
}

Result<model::Relation> stix_relation(std::string_view type, const model::Node& source,
                                      const model::Node& target) {
  const auto fits = [](const model::Relation& r) { return model::check(r).has_value(); };
  R own{};
  if (model::parse_enum(type, own)) {
    model::Relation same{source, own, target};
    if (fits(same)) return same;
  }
  for (const Word& word : kWords) {
    if (word.type != type) continue;
    model::Relation meant = word.turned ? model::Relation{target, word.kind, source}
                                        : model::Relation{source, word.kind, target};
    if (fits(meant)) return meant;
  }
  model::Relation any{source, R::kRelatedTo, target};
  TRY_STATUS(model::check(any));
  return any;
}

struct StixLinks::State {
  struct Version {
    dom::element object;
    std::string_view modified;
  };

  const Nodes* nodes_of(std::string_view id);
  void relationship(dom::element object, const OnLink& on_link);
  void references(dom::element object, std::string_view key, R kind, const OnLink& on_link);
  void digests(dom::element object, const OnLink& on_link);
  void traffic(dom::element object, const OnLink& on_link);

  std::unordered_map<std::string_view, Version> newest;
  std::unordered_map<std::string_view, Nodes> nodes;  ///< of objects that were named
};

/// Null when there is no such object, or it stands for nothing here.
const Nodes* StixLinks::State::nodes_of(std::string_view id) {
  const auto object = newest.find(id);
  if (object == newest.end()) return nullptr;
  const auto [found, added] = nodes.try_emplace(object->first);
  if (added) found->second = nodes_in(object->second.object);
  return found->second.empty() ? nullptr : &found->second;
}

void StixLinks::State::relationship(dom::element object, const OnLink& on_link) {
  const Nodes* sources = nodes_of(str(object, "source_ref"));
  const Nodes* targets = nodes_of(str(object, "target_ref"));
  if (sources == nullptr || targets == nullptr) return;
  for (const model::Node& source : *sources) {
    for (const model::Node& target : *targets) {
      const auto meant = stix_relation(str(object, "relationship_type"), source, target);
      if (meant) {
        on_link(object, meant->kind, meant->from, meant->to);
      } else {
        on_link(object, R::kRelatedTo, source, target);  // refused and counted by the reader
      }
    }
  }
}

void StixLinks::State::references(dom::element object, std::string_view key, R kind,
                                  const OnLink& on_link) {
  dom::array refs;
  if (object[key].get(refs) != simdjson::SUCCESS) return;
  const Nodes* own = nodes_of(str(object, "id"));
  if (own == nullptr) return;
  std::size_t made = 0;
  for (const dom::element ref : refs) {
    std::string_view id;
    if (ref.get(id) != simdjson::SUCCESS || made >= kMostLinks) break;
    const Nodes* others = nodes_of(id);
    if (others == nullptr) continue;  // a hardware address, or an object that is not here
    ++made;
    on_link(object, kind, own->front(), others->front());
  }
}

void StixLinks::State::digests(dom::element object, const OnLink& on_link) {
  const Nodes* own = nodes_of(str(object, "id"));
  for (std::size_t i = 1; own != nullptr && i < own->size(); ++i) {
    on_link(object, R::kSameFile, own->front(), (*own)[i]);
  }
}

void StixLinks::State::traffic(dom::element object, const OnLink& on_link) {
  const Nodes* from = nodes_of(str(object, "src_ref"));
  const Nodes* to = nodes_of(str(object, "dst_ref"));
  if (from != nullptr && to != nullptr) {
    on_link(object, R::kCommunicatesWith, from->front(), to->front());
  }
}

StixLinks::StixLinks() : state_(std::make_unique<State>()) {}
StixLinks::~StixLinks() = default;

void StixLinks::learn(dom::array objects) {
  auto& newest = state_->newest;
  newest.reserve(newest.size() + objects.size());
  for (const dom::element object : objects) {
    const std::string_view id = str(object, "id");
    if (id.empty()) continue;
    const std::string_view modified = str(object, "modified");
    auto& known = newest[id];
    if (modified >= known.modified) known = {object, modified};
  }
}

bool StixLinks::is_newest(dom::element object) const {
  const auto known = state_->newest.find(str(object, "id"));
  return known == state_->newest.end() || known->second.modified == str(object, "modified");
}

void StixLinks::read(dom::array objects, const OnLink& on_link) {
  for (const dom::element object : objects) {
    const std::string_view type = str(object, "type");
    const bool relationship = type == "relationship";
    const bool name = type == "domain-name";
    const bool file = type == "file";
    const bool traffic = type == "network-traffic";
    if (!(relationship || name || file || traffic) || !is_newest(object)) continue;
    if (relationship) state_->relationship(object, on_link);
    if (name) state_->references(object, "resolves_to_refs", R::kResolvesTo, on_link);
    if (file) state_->digests(object, on_link);
    if (traffic) state_->traffic(object, on_link);
  }
}

}  // namespace tocsin::intake
