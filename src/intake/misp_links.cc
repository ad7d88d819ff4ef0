#include "intake/misp_links.h"

#include <algorithm>
#include <array>
#include <iterator>

#include "match/node.h"

namespace tocsin::intake::misp {
namespace {

using I = model::IndicatorKind;
using E = model::EntityKind;
using R = model::RelationKind;

constexpr std::size_t kMostLinks = 256;

struct Galaxy {
  std::string_view name;
  R kind;
  E entity;
};

constexpr auto kGalaxies = std::to_array<Galaxy>({
    {"malpedia", R::kOfFamily, E::kMalwareFamily},
    {"mitre-malware", R::kOfFamily, E::kMalwareFamily},
    {"ransomware", R::kOfFamily, E::kMalwareFamily},
    {"banker", R::kOfFamily, E::kMalwareFamily},
    {"botnet", R::kOfFamily, E::kMalwareFamily},
    {"rat", R::kOfFamily, E::kMalwareFamily},
    {"stealer", R::kOfFamily, E::kMalwareFamily},
    {"threat-actor", R::kAttributedTo, E::kGroup},
    {"mitre-intrusion-set", R::kAttributedTo, E::kGroup},
});

bool is_digest(I kind) {
  return kind == I::kMd5 || kind == I::kSha1 || kind == I::kSha256 || kind == I::kSm3;
}

void append(std::vector<model::Node>& to, std::vector<model::Node>&& from) {
  std::move(from.begin(), from.end(), std::back_inserter(to));
}

}  // namespace

Result<model::Node> Group::add(std::string_view value, I hint) {
  TRY(auto node, match::canonical_node(model::node_kind(hint), value));
  const I kind = node.indicator()->kind;
  if (kind == I::kIpv4 || kind == I::kIpv6) addresses_.push_back(node);
  if (kind == I::kDomain) names_.push_back(node);
  if (kind == I::kUrl) urls_.push_back(node);
  if (is_digest(kind)) digests_.push_back(node);
  return node;
}

void Group::join(Group&& other) {
  append(addresses_, std::move(other.addresses_));
  append(names_, std::move(other.names_));
  append(urls_, std::move(other.urls_));
  append(digests_, std::move(other.digests_));
}

void Group::links(const OnLink& on_link) const {
  std::size_t made = 0;
  const auto each = [&](const std::vector<model::Node>& from, R kind,
                        const std::vector<model::Node>& to) {
    for (const auto& a : from) {
      for (const auto& b : to) {
        if (made++ >= kMostLinks) return;
        on_link(kind, a, b);
      }
    }
  };
  each(names_, R::kResolvesTo, addresses_);
  each(urls_, R::kHostedOn, addresses_);
  if (digests_.empty()) return;
  // The strongest digest stands for the file: kinds are numbered in their order of strength.
  auto digests = digests_;
  std::sort(digests.begin(), digests.end(), [](const auto& a, const auto& b) {
    return a.kind != b.kind ? a.kind > b.kind : a.value < b.value;
  });
  const std::vector<model::Node> file = {digests.front()};
  digests.erase(digests.begin());
  each(urls_, R::kDownloads, file);
  // Two digests of one kind are two files. Sorted, equal kinds lie side by side.
  const bool one_file = std::adjacent_find(digests.begin(), digests.end(),
                                           [](const auto& a, const auto& b) {
                                             return a.kind == b.kind;
                                           }) == digests.end() &&
                        (digests.empty() || digests.front().kind != file.front().kind);
  if (one_file) each(file, R::kSameFile, digests);
}

void galaxy_links(const std::vector<std::string>& labels, const model::Node& node,
                  const OnLink& on_link) {
  constexpr std::string_view kPrefix = "misp-galaxy:";
  for (const std::string_view label : labels) {
    const auto equals = label.find("=\"");
    if (!label.starts_with(kPrefix) || equals == std::string_view::npos || !label.ends_with('"')) {
      continue;
    }
    const auto name = label.substr(kPrefix.size(), equals - kPrefix.size());
    const auto value = label.substr(equals + 2, label.size() - equals - 3);
    for (const Galaxy& galaxy : kGalaxies) {
      if (galaxy.name != name) continue;
      on_link(galaxy.kind, node, match::canonical_node(model::node_kind(galaxy.entity), value));
    }
  }
}

}  // namespace tocsin::intake::misp
