#include "match/tables.h"

#include <algorithm>

namespace tocsin::match {

void PrefixSet::seal() {
  std::sort(items_.begin(), items_.end(), [](const Node& a, const Node& b) {
    if (a.prefix.base != b.prefix.base) return a.prefix.base < b.prefix.base;
    return a.prefix.bits < b.prefix.bits;
  });
  items_.erase(std::unique(items_.begin(), items_.end(),
                           [](const Node& a, const Node& b) { return a.prefix == b.prefix; }),
               items_.end());
  // Prefixes nest or are apart, so a stack of the open ones gives each its parent.
  std::vector<std::size_t> open;
  for (std::size_t i = 0; i < items_.size(); ++i) {
    while (!open.empty() && items_[open.back()].prefix.last() < items_[i].prefix.base) {
      open.pop_back();
    }
    items_[i].parent = open.empty() ? kNone : open.back();
    open.push_back(i);
  }
}

std::optional<Prefix> PrefixSet::overlap(const Prefix& query) const {
  const Address last = query.last();
  const auto after =
      std::upper_bound(items_.begin(), items_.end(), query, [](const Prefix& q, const Node& node) {
        return q.base != node.prefix.base ? q.base < node.prefix.base : q.bits < node.prefix.bits;
      });
  if (after != items_.begin()) {
    for (auto i = static_cast<std::size_t>(after - items_.begin()) - 1; i != kNone;
         i = items_[i].parent) {
      if (items_[i].prefix.last() >= last) return items_[i].prefix;
    }
  }
  if (after != items_.end() && after->prefix.base <= last) return after->prefix;
  return std::nullopt;
}

void HostSet::add(std::string_view name) {
  if (name.empty()) return;
  names_.emplace(name);
  for (std::size_t dot = name.find('.'); dot != std::string_view::npos;
       dot = name.find('.', dot + 1)) {
    if (!ancestors_.emplace(std::string(name.substr(dot + 1)), std::string(name)).second) break;
  }
}

std::optional<std::string_view> HostSet::covering(std::string_view name) const {
  while (true) {
    if (const auto found = names_.find(name); found != names_.end()) return *found;
    const std::size_t dot = name.find('.');
    if (dot == std::string_view::npos) return std::nullopt;
    name.remove_prefix(dot + 1);
  }
}

std::optional<std::string_view> HostSet::below(std::string_view name) const {
  const auto found = ancestors_.find(name);
  if (found == ancestors_.end()) return std::nullopt;
  return found->second;
}

}  // namespace tocsin::match
