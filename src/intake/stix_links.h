// The relations of STIX 2.1 objects: relationship objects, and what observables say of each other
// by their references.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string_view>

#include "base/result.h"
#include "model/relation.h"

namespace simdjson::dom {
class array;
class element;
}  // namespace simdjson::dom

namespace tocsin::intake {

/// The kind of indicator at a path of STIX's pattern language (`file:hashes.md5`, lower case).
std::optional<model::IndicatorKind> stix_path_kind(std::string_view path);

/// Which objects there are, and what they say of each other. What an object stands for is only
/// worked out when another one names it: most objects of a feed are named by none. Not for several
/// threads; what was learnt must live as long as this.
class StixLinks {
 public:
  using OnLink =
      std::function<void(simdjson::dom::element object, model::RelationKind,
                         const Result<model::Node>& from, const Result<model::Node>& to)>;

  StixLinks();
  ~StixLinks();
  StixLinks(const StixLinks&) = delete;

  /// All objects are learnt before any is read.
  void learn(simdjson::dom::array objects);
  /// False for an object of which a newer version was learnt.
  bool is_newest(simdjson::dom::element object) const;
  /// The relations that the newest version of each object states, at most 256 of one.
  void read(simdjson::dom::array objects, const OnLink& on_link);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// What a relationship_type becomes between these ends: our own words as they are, STIX's by their
/// meaning (some turned round), anything else `related-to`. kInvalid when no kind allows the ends.
Result<model::Relation> stix_relation(std::string_view type, const model::Node& source,
                                      const model::Node& target);

}  // namespace tocsin::intake
