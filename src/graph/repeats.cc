#include "graph/repeats.h"

#include <algorithm>
#include <set>

#include "store/collections.h"

namespace tocsin::graph {
namespace {

constexpr std::size_t kMostCases = 5000;
constexpr std::size_t kPage = 200;
constexpr std::size_t kMostNumbers = 100;
constexpr std::size_t kNodesOfOne = 50;

bool is_host(const model::Node& node) {
  using model::node_kind;
  return node.kind == node_kind(model::IndicatorKind::kIpv4) ||
         node.kind == node_kind(model::IndicatorKind::kIpv6) ||
         node.kind == node_kind(model::EntityKind::kCompany);
}

}  // namespace

const std::vector<model::RelationKind>& host_kinds() {
  using R = model::RelationKind;
  static const std::vector<R> kinds = {R::kResolvesTo, R::kHostedOn, R::kRegisteredThrough,
                                       R::kAtHost};
  return kinds;
}

Result<Repeats> repeats(store::ReadTx& tx, Reader& reader, const Clock& clock,
                        const std::function<Result<bool>(const model::Threat&)>& may_read,
                        std::int64_t at_least, std::chrono::milliseconds time) {
  const Instant end = clock.now().plus(time);
  Repeats out;
  std::map<model::Node, Repeat> found;
  store::Find query{"number", "", "~", {}, {}, kPage, true};
  for (bool more = true; more && !out.cut;) {
    TRY(const auto rows, tx.find_documents(store::Collection<model::Threat>::table, query));
    more = rows.size() == kPage;
    for (const auto& row : rows) {
      query.after_key = row.key;
      query.after_id = row.id;
      if (clock.now() > end || out.looked_at >= static_cast<std::int64_t>(kMostCases)) {
        out.cut = true;
        break;
      }
      TRY(const auto t, store::decode<model::Threat>(row.body));
      if (t.state == model::ThreatState::kMerged) continue;
      TRY(const bool mine, may_read(t));
      if (!mine) continue;
      ++out.looked_at;
      std::set<model::Node> hosts;
      for (const auto& indicator : t.indicators) {
        // A neighbour of the host is another indicator: only what lies on the way out counts.
        TRY(const auto picture, walk(reader, clock, model::node_of(indicator.plain()),
                                     {2, kNodesOfOne, reader.fan_out(), time}));
        if (is_host(picture.places[0].node)) hosts.insert(picture.places[0].node);
        std::set<std::size_t> outward = {0};
        for (const Edge& edge : picture.edges) {
          if (!outward.contains(edge.from)) continue;
          outward.insert(edge.to);
          if (is_host(picture.places[edge.to].node)) hosts.insert(picture.places[edge.to].node);
        }
      }
      for (const auto& host : hosts) {
        Repeat& repeat = found[host];
        repeat.node = host;
        ++repeat.count;
        if (repeat.cases.size() < kMostNumbers) repeat.cases.push_back(t.number);
      }
    }
  }
  for (auto& [node, repeat] : found) {
    if (repeat.count >= at_least) out.items.push_back(std::move(repeat));
  }
  std::sort(out.items.begin(), out.items.end(), [](const Repeat& a, const Repeat& b) {
    return a.count != b.count ? a.count > b.count : a.node.key() < b.node.key();
  });
  return out;
}

}  // namespace tocsin::graph
