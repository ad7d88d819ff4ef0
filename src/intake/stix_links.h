// The relations of STIX 2.1 objects: relationship objects, and what observables say of each other
// by their references.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "model/relation.h"

namespace simdjson::dom {
class element;
}

namespace tocsin::intake {

/// The kind of indicator at a path of STIX's pattern language (`file:hashes.md5`, lower case).
std::optional<model::IndicatorKind> stix_path_kind(std::string_view path);

class StixLinks {
 public:
  using OnLink =
      std::function<void(simdjson::dom::element object, model::RelationKind,
                         const Result<model::Node>& from, const Result<model::Node>& to)>;

  /// Remembers what nodes an object stands for; all objects are learnt before any is read.
  void learn(simdjson::dom::element object);
  /// The relations that this object states, at most 256.
  void read(simdjson::dom::element object, const OnLink& on_link) const;

 private:
  using Nodes = std::vector<model::Node>;
  const Nodes* nodes_of(std::string_view id) const;
  void relationship(simdjson::dom::element object, const OnLink& on_link) const;
  void references(simdjson::dom::element object, std::string_view key, model::RelationKind kind,
                  const OnLink& on_link) const;

  std::unordered_map<std::string, Nodes> nodes_;
};

/// What a relationship_type becomes between these ends: our own words as they are, STIX's by their
/// meaning (some turned round), anything else `related-to`. kInvalid when no kind allows the ends.
Result<model::Relation> stix_relation(std::string_view type, const model::Node& source,
                                      const model::Node& target);

}  // namespace tocsin::intake
