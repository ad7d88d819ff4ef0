// Answers a query: candidates from the index, the truth from the store.
#pragma once

#include <string>
#include <vector>

#include "search/indexer.h"

namespace tocsin::search {

struct Hit {
  std::string id;
  Json shown;
};

struct Answer {
  std::vector<Hit> hits;  ///< in the order that was asked for
  std::string next;       ///< where to go on; empty: there is no more
};

/// The order that the index keeps is that in which documents came; both directions are by keyset.
enum class Order { kNewest, kOldest };
/// What orders a place so for whoever reads it: cases and appeals are numbered as they come.
std::string_view order_key(Place place);

/// Counts of what a person may see, by values of a key.
struct Facets {
  std::int64_t counted = 0;
  bool cut = false;  ///< there is more than was counted
  std::map<std::string, std::map<std::string, std::int64_t>> by;
};

/// Thread safety: safe.
class Finder {
 public:
  Finder(store::Store& store, store::TextIndex& index, Locate locate)
      : store_(store), index_(index), locate_(std::move(locate)) {}

  /// Looks at a bounded number of candidates: a page may be shorter than `limit`, even empty, while
  /// `next` says that there is more. `after` is the `next` of the page before, of the same order;
  /// kConflict when the index was made anew since then. What the person may not see does not count
  /// and does not show.
  Result<Answer> find(const store::Person& by, const Query& query, std::size_t limit,
                      std::string_view after, Order order = Order::kNewest);
  /// Of the newest that match, at most a thousand.
  Result<Facets> facets(const store::Person& by, const Query& query);

 private:
  struct Walk {
    Order order = Order::kNewest;
    std::int64_t after = 0;  ///< position in the index; moves on
  };
  /// Gives what matches and may be seen to `take`, in that order, until it says no or kLookedAt
  /// candidates were looked at. True: there may be more.
  using Take = std::function<bool(const Found&, Json)>;
  Result<bool> walk(const store::Person& by, const Query& query, Walk& at, const Take& take);

  store::Store& store_;
  store::TextIndex& index_;
  const Locate locate_;
};

}  // namespace tocsin::search
