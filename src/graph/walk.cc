#include "graph/walk.h"

#include <algorithm>
#include <array>
#include <set>

#include "match/canonical.h"

namespace tocsin::graph {
namespace {

using model::RelationKind;

constexpr std::size_t kPage = 1000;
/// Nodes that a search for a path may look at, for each that an answer may hold.
constexpr std::size_t kLookedAt = 40;

/// A picture that grows: each node once, each relation once.
class Canvas {
 public:
  Canvas(Reader& reader, std::size_t room) : reader_(reader), room_(room) {}

  std::optional<std::size_t> find(const model::Node& node) const {
    const auto known = places_.find(node);
    return known == places_.end() ? std::nullopt : std::optional(known->second);
  }
  /// nullopt: there is no room left.
  Result<std::optional<std::size_t>> place(const model::Node& node, int hop) {
    if (const auto known = find(node)) return known;
    if (picture.places.size() >= room_) return std::optional<std::size_t>();
    TRY(const std::int64_t degree, reader_.degree(node));
    const std::size_t index = picture.places.size();
    picture.places.push_back({node, hop, degree, degree > reader_.fan_out(), {}});
    places_.emplace(node, index);
    return std::optional(index);
  }
  std::size_t edge(Reader::Neighbour&& n, std::size_t near, std::size_t far) {
    const bool out = n.relation.from == picture.places[near].node;
    const std::size_t from = out ? near : far;
    const std::size_t to = out ? far : near;
    const auto [known, fresh] =
        edges_.emplace(std::tuple(from, n.relation.kind, to), picture.edges.size());
    if (fresh) picture.edges.push_back({from, to, n.relation.kind, std::move(n.claims)});
    return known->second;
  }

  Picture picture;

 private:
  Reader& reader_;
  const std::size_t room_;
  std::map<model::Node, std::size_t> places_;
  std::map<std::tuple<std::size_t, RelationKind, std::size_t>, std::size_t> edges_;
};

Cut crowd_at(const Picture& picture, std::size_t place) {
  return {Why::kCrowd, place, {}, picture.places[place].degree};
}

void note_crowds(Picture& picture, std::size_t place, const Reader::Around& around) {
  Place& here = picture.places[place];
  if (around.crowd) {
    here.crowd = true;
    picture.cuts.push_back(crowd_at(picture, place));
  }
  for (const RelationKind kind : around.crowds) {
    picture.cuts.push_back({Why::kCrowd, place, kind, here.degree});
  }
}

}  // namespace

bool Reader::wants(RelationKind kind) const {
  return kinds_.empty() || std::find(kinds_.begin(), kinds_.end(), kind) != kinds_.end();
}

Result<std::int64_t> Reader::degree(const model::Node& node) {
  TRY(const auto record, tx_.find_node(node));
  return record ? record->degree : 0;
}

/// A URL lies at its host, an address of mail at its domain: nobody has to say so.
void Reader::add_computed(const model::Node& node, Around& out) const {
  if (!wants(RelationKind::kAtHost)) return;
  const auto indicator = node.indicator();
  if (!indicator) return;
  const auto& rule = model::rule_of(RelationKind::kAtHost);
  if (std::find(rule.from.begin(), rule.from.end(), node.kind) == rule.from.end()) return;
  const auto host = match::canonical(match::host_of(*indicator));
  if (!host) return;
  out.neighbours.push_back({{node, RelationKind::kAtHost, model::node_of(*host)}, {}});
}

Status Reader::read(std::int64_t id, bool incoming, std::optional<RelationKind> kind, Around& out) {
  const std::size_t before = out.neighbours.size();
  std::int64_t relations = 0;
  store::ClaimRange::Position position;
  std::optional<model::Relation> last;
  for (;;) {
    TRY(auto page, tx_.claims({id, incoming, kind, &position, kPage}));
    for (auto& claim : page) {
      const bool another = !last || *last != claim.relation;
      if (another) {
        // The degree was small enough, or this kind is measured by itself.
        if (kind && ++relations > fan_out_) {
          out.neighbours.resize(before);
          out.crowds.push_back(*kind);
          return {};
        }
        last = claim.relation;
      }
      TRY(const bool visible, may_see_(claim));
      if (!visible) continue;
      if (out.neighbours.size() == before || out.neighbours.back().relation != claim.relation) {
        out.neighbours.push_back({claim.relation, {}});
      }
      out.neighbours.back().claims.push_back(std::move(claim));
    }
    if (page.size() < kPage) return {};
  }
}

Result<Reader::Around> Reader::around(const model::Node& node) {
  Around out;
  add_computed(node, out);
  TRY(const auto record, tx_.find_node(node));
  if (!record) return out;
  const bool crowd = record->degree > fan_out_;
  if (crowd && kinds_.empty()) {
    out.crowd = true;
    return out;
  }
  for (const bool incoming : {false, true}) {
    if (kinds_.empty()) TRY_STATUS(read(record->id, incoming, {}, out));
    for (const RelationKind kind : kinds_) {
      if (kind != RelationKind::kAtHost) TRY_STATUS(read(record->id, incoming, kind, out));
    }
  }
  return out;
}

Result<Picture> walk(Reader& reader, const Clock& clock, const model::Node& start,
                     const Limits& limits) {
  const Instant end = clock.now().plus(limits.time);
  Canvas canvas(reader, std::max<std::size_t>(limits.nodes, 1));
  TRY_STATUS(canvas.place(start, 0));
  Picture& picture = canvas.picture;
  std::int64_t no_room = 0;
  for (std::size_t at = 0; at < picture.places.size(); ++at) {
    if (picture.places[at].hop >= limits.hops) break;
    if (clock.now() > end) {
      picture.cuts.push_back({Why::kTime, at, {}, 0});
      break;
    }
    const model::Node near = picture.places[at].node;
    TRY(auto around, reader.around(near));
    note_crowds(picture, at, around);
    for (auto& neighbour : around.neighbours) {
      const std::size_t known = picture.places.size();
      TRY(const auto far, canvas.place(neighbour.other(near), picture.places[at].hop + 1));
      if (!far) {
        ++no_room;
        continue;
      }
      const std::size_t edge = canvas.edge(std::move(neighbour), at, *far);
      if (*far == known) picture.places[*far].parent = edge;
    }
  }
  if (no_room > 0) picture.cuts.push_back({Why::kNodes, 0, {}, no_room});
  return std::move(picture);
}

namespace {

/// One side of a search from both ends.
struct Side {
  std::vector<std::size_t> frontier;
  std::map<std::size_t, std::size_t> came_by;  ///< place -> edge
  std::set<std::size_t> seen;
  bool crowd = false;  ///< begins at a crowd: only the other side can find it
};

/// The edges from `at` back to where the side began.
std::vector<std::size_t> way_back(const Picture& picture, const Side& side, std::size_t at) {
  std::vector<std::size_t> out;
  for (auto step = side.came_by.find(at); step != side.came_by.end();
       step = side.came_by.find(at)) {
    const Edge& edge = picture.edges[step->second];
    out.push_back(step->second);
    at = edge.from == at ? edge.to : edge.from;
  }
  return out;
}

/// The way through `meeting` as a picture of its own, from the first end to the second.
Picture joined(const Picture& all, const Side& first, const Side& second, std::size_t meeting) {
  std::vector<std::size_t> edges = way_back(all, first, meeting);
  std::reverse(edges.begin(), edges.end());
  const auto rest = way_back(all, second, meeting);
  edges.insert(edges.end(), rest.begin(), rest.end());
  Picture out;
  std::size_t at = 0;  // the first place is where the search began
  out.places.push_back(all.places[at]);
  for (const std::size_t e : edges) {
    Edge edge = all.edges[e];
    const std::size_t next = edge.from == at ? edge.to : edge.from;
    const bool forward = edge.from == at;
    const std::size_t last = out.places.size() - 1;
    Place place = all.places[next];
    place.hop = static_cast<int>(last) + 1;
    place.parent = out.edges.size();
    out.places.push_back(std::move(place));
    edge.from = forward ? last : last + 1;
    edge.to = forward ? last + 1 : last;
    out.edges.push_back(std::move(edge));
    at = next;
  }
  return out;
}

/// Only what was cut, and where: one of the crowds may be the way.
Picture no_way(const Picture& all) {
  Picture out;
  std::map<std::size_t, std::size_t> kept;
  for (Cut cut : all.cuts) {
    const auto [known, fresh] = kept.emplace(cut.place, out.places.size());
    if (fresh) out.places.push_back(all.places[cut.place]);
    cut.place = known->second;
    out.cuts.push_back(cut);
  }
  return out;
}

}  // namespace

Result<Picture> find_path(Reader& reader, const Clock& clock, const model::Node& from,
                          const model::Node& to, const Limits& limits) {
  const Instant end = clock.now().plus(limits.time);
  Canvas canvas(reader, kLookedAt * limits.nodes);
  std::array<Side, 2> sides;
  for (const std::size_t i : {0U, 1U}) {
    TRY(const auto place, canvas.place(i == 0 ? from : to, 0));
    sides[i].frontier = {*place};
    sides[i].seen = {*place};
    sides[i].crowd = canvas.picture.places[*place].crowd;
  }
  Picture& picture = canvas.picture;
  if (from == to) return std::move(picture);
  std::int64_t no_room = 0;
  for (int length = 0; length < kLongestPath; ++length) {
    const bool first =
        !sides[0].frontier.empty() &&
        (sides[1].frontier.empty() || sides[0].frontier.size() <= sides[1].frontier.size());
    Side& side = sides[first ? 0 : 1];
    const Side& other = sides[first ? 1 : 0];
    std::vector<std::size_t> next;
    for (const std::size_t at : side.frontier) {
      if (clock.now() > end) {
        picture.cuts.push_back({Why::kTime, at, {}, 0});
        return no_way(picture);
      }
      const model::Node near = picture.places[at].node;
      TRY(auto around, reader.around(near));
      note_crowds(picture, at, around);
      for (auto& neighbour : around.neighbours) {
        TRY(const auto far, canvas.place(neighbour.other(near), length + 1));
        if (!far) {
          ++no_room;
          continue;
        }
        if (side.seen.contains(*far)) continue;
        const bool an_end = picture.places[*far].hop == 0;
        if (picture.places[*far].crowd && !an_end) {
          side.seen.insert(*far);
          if (!other.seen.contains(*far)) picture.cuts.push_back(crowd_at(picture, *far));
          continue;
        }
        side.came_by[*far] = canvas.edge(std::move(neighbour), at, *far);
        side.seen.insert(*far);
        next.push_back(*far);
        if (other.seen.contains(*far)) return joined(picture, sides[0], sides[1], *far);
      }
    }
    side.frontier = std::move(next);
    if (side.frontier.empty() && (!side.crowd || other.frontier.empty())) break;
  }
  if (no_room > 0) picture.cuts.push_back({Why::kNodes, 0, {}, no_room});
  return no_way(picture);
}

}  // namespace tocsin::graph
