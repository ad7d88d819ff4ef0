#include "hub/graph_view.h"

namespace tocsin::hub {
namespace {

Json node_json(const model::Node& node) {
  return Json::object(
      {{"node", node.key()}, {"kind", std::string(name(node.kind))}, {"value", node.value}});
}

Text cut_text(const graph::Cut& cut, const graph::Place& place) {
  const std::string count = grouped(cut.count);
  const std::string who = defang(place.node.key());
  switch (cut.why) {
    case graph::Why::kCrowd: {
      const Text kind = cut.kind ? model::rule_of(*cut.kind).label : Text{};
      return {who + " 共有 " + count + " 条关系，属于众多对象共有的值，" +
                  (cut.kind ? "其“" + kind.zh + "”关系" : "") + "不予展开",
              who + " stands in " + count + " relations: too common to mean anything, " +
                  (cut.kind ? "its '" + kind.en + "' relations are" : "it is") + " not expanded"};
    }
    case graph::Why::kNodes:
      return {"达到节点上限，另有 " + count + " 个相邻值未列出",
              "the limit of nodes was reached: " + count + " more neighbours are not shown"};
    case graph::Why::kTime:
      return {"超时：" + who + " 及其后未展开",
              "out of time at " + who + ": the rest was not expanded"};
  }
  return {};
}

Json edge_json(const graph::Picture& picture, const graph::Edge& edge) {
  Json out = kind_json(edge.kind);
  out.set("from", picture.places[edge.from].node.key());
  out.set("to", picture.places[edge.to].node.key());
  out.set("computed", edge.claims.empty());
  return out;
}

}  // namespace

Json kind_json(model::RelationKind kind) {
  const auto& rule = model::rule_of(kind);
  return Json::object({{"kind", std::string(name(kind))},
                       {"label", model::to_json(rule.label)},
                       {"inverse", model::to_json(rule.inverse)}});
}

Result<Json> claim_json(graph::Eyes& eyes, const desk::Actor& by, const store::Claim& claim) {
  TRY(const auto source, eyes.source(claim.source));
  Json out = Json::object({{"source", source.name},
                           {"first_seen", to_string(claim.first_seen)},
                           {"last_seen", to_string(claim.last_seen)},
                           {"confidence", claim.confidence}});
  if (claim.tlp) out.set("tlp", std::string(name(*claim.tlp)));
  const bool near =
      source.organization == by.organization.id || graph::Eyes::oversees(by.user, by.organization);
  if (near) out.set("origin", claim.origin);
  if (near && !claim.note.empty()) out.set("reason", claim.note);
  return out;
}

Result<Json> picture_json(store::ReadTx& tx, const desk::Actor& by, graph::Eyes& eyes,
                          const graph::Picture& picture) {
  LookupReader state(tx, by, {});  // where it is in the loop does not depend on the time
  Json nodes = Json::array();
  for (const auto& place : picture.places) {
    Json one = node_json(place.node);
    one.set("hop", place.hop).set("degree", place.degree).set("crowd", place.crowd);
    if (const auto indicator = place.node.indicator()) {
      one.set("blocked", false);
      TRY_STATUS(state.add_state(one, *indicator));
    }
    nodes.push(std::move(one));
  }
  Json edges = Json::array();
  for (const auto& edge : picture.edges) {
    Json one = edge_json(picture, edge);
    Json sources = Json::array();
    for (const auto& claim : edge.claims) {
      TRY(Json said, claim_json(eyes, by, claim));
      sources.push(std::move(said));
    }
    edges.push(one.set("sources", std::move(sources)));
  }
  Json cuts = Json::array();
  for (const auto& cut : picture.cuts) {
    const auto& place = picture.places[cut.place];
    const char* why = cut.why == graph::Why::kCrowd   ? "crowd"
                      : cut.why == graph::Why::kNodes ? "nodes"
                                                      : "time";
    Json one = Json::object({{"why", why}, {"node", place.node.key()}, {"count", cut.count}});
    if (cut.kind) one.set("kind", std::string(name(*cut.kind)));
    cuts.push(one.set("text", model::to_json(cut_text(cut, place))));
  }
  return Json::object(
      {{"nodes", std::move(nodes)}, {"edges", std::move(edges)}, {"cuts", std::move(cuts)}});
}

Json party_json(const graph::Picture& picture, const graph::Party& party) {
  const auto& place = picture.places[party.place];
  Json way = Json::array();
  for (const std::size_t edge : party.way) way.push(edge_json(picture, picture.edges[edge]));
  Json out = node_json(place.node);
  out.set("hop", place.hop).set("roles", model::to_json(party.roles));
  return out.set("beneficiary", party.beneficiary).set("way", std::move(way));
}

}  // namespace tocsin::hub
