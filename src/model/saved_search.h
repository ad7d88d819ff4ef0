// A query that somebody keeps under a name.
#pragma once

#include <string>

#include "model/common.h"

namespace tocsin::model {

struct SavedSearch {
  using is_described = void;
  std::string id;
  std::string name;          ///< unique among those of its owner
  std::string place;         ///< `cases`
  std::string query;         ///< as it was written; it is read anew each time
  std::string owner;         ///< user id
  std::string organization;  ///< of the owner
  bool shared = false;       ///< everybody of the organisation may use it
  Act saved;
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("id", s.id);
    v("name", s.name);
    v("in", s.place);
    v("query", s.query);
    v("owner", s.owner);
    v("organization", s.organization);
    v("shared", s.shared);
    v("saved", s.saved);
  }
};

}  // namespace tocsin::model
