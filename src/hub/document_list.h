// Pages of documents in the order of their ids, which is that in which they were made.
#pragma once

#include <string>
#include <vector>

#include "hub/list_order.h"
#include "store/collections.h"

namespace tocsin::hub {

/// Which documents: all, or those with a key.
struct DocumentRange {
  std::string index = {};  ///< empty: all
  std::string key = {};
};

template <typename T>
Result<std::vector<T>> documents_behind(store::ReadTx& tx, const DocumentRange& range,
                                        bool descending, const std::string& after,
                                        std::size_t limit) {
  if (range.index.empty()) {
    return descending ? store::scan_down<T>(tx, after, limit) : store::scan<T>(tx, after, limit);
  }
  return store::find<T>(tx, store::Find{range.index, range.key, range.key,
                                        after.empty() ? "" : range.key, after, limit, descending});
}

/// `{"items": [...], "next": ...}`: each document as `shown(document)` gives it, a Result of JSON
/// or nothing for what may not be seen. Unseen ones do not shorten a page; the number of documents
/// looked at is bounded all the same.
template <typename T, typename Shown>
Result<Json> document_list(store::ReadTx& tx, const DocumentRange& range, const ListOrder& order,
                           std::size_t limit, Shown shown) {
  Json items = Json::array();
  std::string after = order.after;
  for (int round = 0; round < 20 && items.items().size() < limit; ++round) {
    const std::size_t want = limit - items.items().size();
    TRY(const auto rows, documents_behind<T>(tx, range, order.descending, after, want));
    for (const auto& row : rows) {
      after = row.id;
      TRY(auto item, shown(row));
      if (item) items.push(std::move(*item));
    }
    if (rows.size() < want) {
      after.clear();
      break;
    }
  }
  Json out = Json::object({{"items", std::move(items)}});
  if (!after.empty()) out.set("next", order.next(after));
  return out;
}

}  // namespace tocsin::hub
