// Collections: who may read and write what is exchanged, and up to which level of the Traffic Light
// Protocol (W17-08, W17-09).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "journal/entry.h"
#include "model/exchange.h"
#include "model/organization.h"
#include "store/store.h"

namespace tocsin::exchange {

/// Who asks, for which organisation.
struct Principal {
  model::User user;
  model::Organization organization;
  journal::Basis basis = {};  ///< article 6 in the version of the rule set that is loaded (W17-08)

  /// The same provision, for another requirement that follows from it.
  journal::Basis basis_for(std::string_view requirement) const {
    journal::Basis out = basis;
    out.requirement = requirement;
    return out;
  }
};

struct CollectionRequest {
  using is_described = void;
  std::string alias;  ///< short and unique
  Text title;
  Text description;
  model::Tlp ceiling = model::Tlp::kAmber;
  bool projection = false;
  std::string audience;  ///< code of the organisation a projection is for
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("alias", s.alias);
    v("title", s.title);
    v("description", s.description);
    v("ceiling", s.ceiling);
    v("projection", s.projection);
    v("audience", s.audience);
  }
};

struct GrantRequest {
  using is_described = void;
  std::string organization;  ///< code
  bool read = false;         ///< both false: the grant is taken away
  bool write = false;
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("organization", s.organization);
    v("read", s.read);
    v("write", s.write);
  }
};

/// Makes a collection: authorities and administrators. A projection for everybody it is granted to
/// goes up to amber+strict; red is for one audience, which TLP 2.0 asks for.
Result<model::ExchangeCollection> add_collection(store::Store& store, const Clock& clock,
                                                 const Principal& by,
                                                 const CollectionRequest& request);
/// Sets what one organisation may do. A projection cannot be written, and one for an audience is
/// read by that audience only.
Result<model::ExchangeCollection> set_grant(store::Store& store, const Principal& by,
                                            std::string_view collection,
                                            const GrantRequest& request);

/// By id or alias; kNotFound.
Result<model::ExchangeCollection> find_collection(store::ReadTx& tx, std::string_view name);
/// Those the organisation may read or write; all of them for who may make collections.
Result<std::vector<model::ExchangeCollection>> visible_collections(store::ReadTx& tx,
                                                                   const Principal& by);
/// Authorities, and who runs the platform.
bool may_manage(const Principal& by);

}  // namespace tocsin::exchange
