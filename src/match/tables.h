// Look-up tables of prefixes and names, each answering with the entry that matched.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "match/address.h"

namespace tocsin::match {

/// Hash that lets tables of std::string be asked with a string_view.
struct StringHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const {
    return std::hash<std::string_view>{}(text);
  }
};
using StringSet = std::unordered_set<std::string, StringHash, std::equal_to<>>;
using StringMap = std::unordered_map<std::string, std::string, StringHash, std::equal_to<>>;

/// Prefixes of both families. add() all, then seal() once, then ask.
class PrefixSet {
 public:
  void add(const Prefix& prefix) { items_.push_back({prefix, kNone}); }
  void seal();
  /// An entry that has an address in common with `query`: the narrowest that contains it, else one
  /// inside it.
  std::optional<Prefix> overlap(const Prefix& query) const;
  bool empty() const { return items_.empty(); }
  std::size_t size() const { return items_.size(); }

 private:
  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);
  struct Node {
    Prefix prefix;
    std::size_t parent;  ///< the next wider entry around this one
  };
  std::vector<Node> items_;  ///< by first address, wider before narrower
};

/// Names that stand for themselves and everything below.
class HostSet {
 public:
  void add(std::string_view name);
  /// The entry that is `name` or a parent of it.
  std::optional<std::string_view> covering(std::string_view name) const;
  /// An entry strictly below `name`.
  std::optional<std::string_view> below(std::string_view name) const;
  bool empty() const { return names_.empty(); }
  std::size_t size() const { return names_.size(); }

 private:
  StringSet names_;
  StringMap ancestors_;  ///< each proper ancestor of an entry -> one such entry
};

}  // namespace tocsin::match
