// Which claims a unit may see: by TLP and by whose word it is.
#pragma once

#include <map>

#include "model/organization.h"
#include "model/source.h"
#include "store/store.h"

namespace tocsin::graph {

/// A unit always sees its own word. CLEAR is for everybody, GREEN, AMBER and what states nothing
/// for member units, stricter words for those who run or oversee the platform (W17-10, W17-11,
/// W17-14). The public sees CLEAR. Remembers sources: one object a request.
class Eyes {
 public:
  Eyes(store::ReadTx& tx, const model::User& user, const model::Organization& organization)
      : tx_(tx), organization_(organization), oversees_(oversees(user, organization)) {}

  Result<bool> may_see(const store::Claim& claim);
  /// The source behind a number; its name is shown with the claim.
  Result<model::Source> source(std::int64_t number);

  static bool oversees(const model::User& user, const model::Organization& organization);

 private:
  store::ReadTx& tx_;
  const model::Organization& organization_;
  const bool oversees_;
  std::map<std::int64_t, model::Source> sources_;
};

}  // namespace tocsin::graph
