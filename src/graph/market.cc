#include "graph/market.h"

#include <algorithm>
#include <set>
#include <tuple>

namespace tocsin::graph {
namespace {

using model::RelationKind;

/// Whoever can hold money or answer for something: the kinds that may profit.
bool is_party(model::NodeKind kind) {
  const auto& who = model::rule_of(RelationKind::kProfitsFrom).from;
  return std::find(who.begin(), who.end(), kind) != who.end();
}

std::vector<std::size_t> way_to(const Picture& picture, std::size_t place) {
  std::vector<std::size_t> out;
  while (picture.places[place].parent) {
    const std::size_t by = *picture.places[place].parent;
    out.push_back(by);
    place = picture.edges[by].from == place ? picture.edges[by].to : picture.edges[by].from;
  }
  std::reverse(out.begin(), out.end());
  return out;
}

}  // namespace

const std::vector<RelationKind>& chain_kinds() {
  static const std::vector<RelationKind> kinds = [] {
    std::vector<RelationKind> out = {RelationKind::kInCampaign,   RelationKind::kOfFamily,
                                     RelationKind::kRegisteredBy, RelationKind::kSameFile,
                                     RelationKind::kSends,        RelationKind::kAtHost};
    for (const auto& rule : model::relation_rules()) {
      if (rule.market) out.push_back(rule.kind);
    }
    return out;
  }();
  return kinds;
}

std::vector<Party> parties(const Picture& picture) {
  std::vector<std::set<std::string>> roles(picture.places.size());
  std::vector<bool> gains(picture.places.size());
  for (const Edge& edge : picture.edges) {
    if (!model::rule_of(edge.kind).market) continue;
    // A relation of attribution names the actor at its second end.
    const std::size_t who = edge.kind == RelationKind::kAttributedTo ? edge.to : edge.from;
    roles[who].emplace(name(edge.kind));
    if (edge.kind == RelationKind::kProfitsFrom) gains[edge.from] = true;
    if (edge.kind != RelationKind::kPays) continue;
    roles[edge.to].emplace("is-paid");
    gains[edge.to] = true;
  }
  std::vector<Party> out;
  for (std::size_t i = 0; i < picture.places.size(); ++i) {
    if (roles[i].empty() || !is_party(picture.places[i].node.kind)) continue;
    out.push_back({i, {roles[i].begin(), roles[i].end()}, gains[i], way_to(picture, i)});
  }
  std::sort(out.begin(), out.end(), [&](const Party& a, const Party& b) {
    const auto key = [&](const Party& party) {
      return std::tuple(!party.beneficiary, picture.places[party.place].hop, party.place);
    };
    return key(a) < key(b);
  });
  return out;
}

}  // namespace tocsin::graph
