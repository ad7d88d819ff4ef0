// What a person states about two values, and takes back: for the unit, with a reason, in the
// journal. Only the unit's own word (W17-08, A13-05, A13-08).
#pragma once

#include "base/ids.h"
#include "model/organization.h"
#include "store/store.h"

namespace tocsin::graph {

struct RelateRequest {
  using is_described = void;
  std::string from;  ///< any spelling; `person:Li Si`, `campaign:…` for what is no indicator
  std::string kind;
  std::string to;
  std::string reason;
  std::int64_t confidence = 50;
  model::Tlp tlp = model::Tlp::kAmber;
  Instant first_seen;  ///< left out: now
  Instant last_seen;
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("from", s.from);
    v("kind", s.kind);
    v("to", s.to);
    v("reason", s.reason);
    v("confidence", s.confidence);
    v("tlp", s.tlp);
    v("first_seen", s.first_seen);
    v("last_seen", s.last_seen);
  }
};

struct UnrelateRequest {
  using is_described = void;
  std::string from;
  std::string kind;
  std::string to;
  std::string reason;
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("from", s.from);
    v("kind", s.kind);
    v("to", s.to);
    v("reason", s.reason);
  }
};

/// Who acts; the caller has authenticated them.
struct Hand {
  const model::User& user;
  const model::Organization& organization;
  journal::Basis basis;
};

/// Both ends canonical, the kind one of the vocabulary and allowed between them. kInvalid naming
/// the member.
Result<model::Relation> read_relation(std::string_view from, std::string_view kind,
                                      std::string_view to);

/// For whoever finds, determines or reviews (kForbidden else). Stating the same again replaces what
/// the unit said. The source is the unit's own, `hand:<code>`.
Result<store::Claim> relate(store::Store& store, const Clock& clock, IdSource& ids, const Hand& by,
                            const RelateRequest& request);
/// kNotFound when the unit does not stand by such a relation.
Result<store::Claim> unrelate(store::Store& store, const Clock& clock, IdSource& ids,
                              const Hand& by, const UnrelateRequest& request);

}  // namespace tocsin::graph
