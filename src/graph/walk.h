// The graph as somebody asks for it: what lies within some hops of a value, and how two values hang
// together. Bounded in nodes, in fan-out and in time; the answer says what was cut and why.
//
// A node with more relations than the fan-out is a crowd: a sinkhole, a public resolver, a popular
// family. It is never expanded, only counted: its neighbours have nothing to do with each other.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <vector>

#include "store/store.h"

namespace tocsin::graph {

using MaySee = std::function<Result<bool>(const store::Claim&)>;

struct Limits {
  int hops = 2;                 ///< 1..4
  std::size_t nodes = 500;      ///< 1..5000
  std::int64_t fan_out = 1000;  ///< relations of a node beyond which it is a crowd
  std::chrono::milliseconds time{2000};
};
inline constexpr int kMostHops = 4;
inline constexpr std::size_t kMostNodes = 5000;
inline constexpr int kLongestPath = 8;

/// A relation with the claims that this reader may see; none: it was read off the value itself.
struct Edge {
  std::size_t from = 0;  ///< index of the place
  std::size_t to = 0;
  model::RelationKind kind = model::RelationKind::kRelatedTo;
  std::vector<store::Claim> claims;
};

struct Place {
  model::Node node;
  int hop = 0;
  std::int64_t degree =
      0;  ///< relations that stand in all, also those that are not for this reader
  bool crowd = false;
  std::optional<std::size_t> parent = {};  ///< the edge by which it was reached first
};

enum class Why {
  kCrowd,  ///< not expanded: more relations than the fan-out, of that kind where one is named
  kNodes,  ///< the answer is full
  kTime    ///< the time is over
};
struct Cut {
  Why why = Why::kCrowd;
  std::size_t place = 0;  ///< the crowd, or where it stopped
  std::optional<model::RelationKind> kind = {};
  std::int64_t count = 0;  ///< of the crowd; nodes that found no room
};

struct Picture {
  std::vector<Place> places;  ///< the first is the one that was asked for
  std::vector<Edge> edges;
  std::vector<Cut> cuts;
};

/// Reads what is around a node. Not for several threads.
class Reader {
 public:
  /// Empty `kinds`: all of them.
  Reader(store::ReadTx& tx, MaySee may_see, std::vector<model::RelationKind> kinds,
         std::int64_t fan_out)
      : tx_(tx), may_see_(std::move(may_see)), kinds_(std::move(kinds)), fan_out_(fan_out) {}

  struct Neighbour {
    model::Relation relation;
    std::vector<store::Claim> claims;
    const model::Node& other(const model::Node& near) const {
      return relation.from == near ? relation.to : relation.from;
    }
  };
  struct Around {
    std::vector<Neighbour> neighbours;
    bool crowd = false;                       ///< nothing was read
    std::vector<model::RelationKind> crowds;  ///< kinds of which nothing was read
  };
  Result<Around> around(const model::Node& node);
  Result<std::int64_t> degree(const model::Node& node);
  std::int64_t fan_out() const { return fan_out_; }

 private:
  Status read(std::int64_t id, bool incoming, std::optional<model::RelationKind> kind, Around& out);
  bool wants(model::RelationKind kind) const;
  void add_computed(const model::Node& node, Around& out) const;

  store::ReadTx& tx_;
  MaySee may_see_;
  std::vector<model::RelationKind> kinds_;
  std::int64_t fan_out_;
};

/// Breadth first from `start`.
Result<Picture> walk(Reader& reader, const Clock& clock, const model::Node& start,
                     const Limits& limits);

/// The shortest way, searched from both ends; places in its order, none when there is no way within
/// kLongestPath or within the limits: then there are no edges, and the places are those of `cuts`.
/// A crowd may be an end, never a step.
Result<Picture> find_path(Reader& reader, const Clock& clock, const model::Node& from,
                          const model::Node& to, const Limits& limits);

}  // namespace tocsin::graph
