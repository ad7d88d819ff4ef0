// Searches that people keep, for themselves or for their unit.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "model/saved_search.h"
#include "search/documents.h"
#include "store/store.h"

namespace tocsin::search {

struct SaveRequest {
  using is_described = void;
  std::string name;
  std::string query;
  std::string place = "cases";
  bool shared = false;
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("name", s.name);
    v("query", s.query);
    v("in", s.place);
    v("shared", s.shared);
  }
};

/// `cases`, `tasks`, ...; kInvalid naming them.
Result<Place> place_named(std::string_view word);

/// Keeps a query under a name; one's own of the same name is replaced and keeps its id, so that
/// what refers to it goes on with the new one.
Result<model::SavedSearch> save(store::Store& store, const Clock& clock, IdSource& ids,
                                const store::Person& by, const SaveRequest& request);
/// One's own and those that others of the unit share, by name.
Result<std::vector<model::SavedSearch>> visible_searches(store::ReadTx& tx,
                                                         const store::Person& by);
/// By name or id, one's own first; kNotFound.
Result<model::SavedSearch> find_search(store::ReadTx& tx, const store::Person& by,
                                       std::string_view name);
/// One's own only; kConflict while a subscription uses it.
Status forget(store::Store& store, const store::Person& by, std::string_view name);
Result<Query> parse(const model::SavedSearch& saved);

}  // namespace tocsin::search
