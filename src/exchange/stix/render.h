// Our determined cases as STIX 2.1, a function of what is stored and of nothing else: rendering
// again gives the same bytes (ids are UUIDv5, times are those of the acts).
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/json.h"
#include "model/organization.h"
#include "model/threat.h"
#include "store/store.h"

namespace tocsin::exchange::stix {

/// What a case gives: identity of the body that determined it, marking definition, and for each
/// indicator an `indicator` and a `sighting`. Empty unless the case is confirmed (W17-11).
///
/// An indicator is revoked once every measure of article 8(1) that held it was lifted (W17-27). Its
/// id is made of the case and the canonical value, because a revoked object can never come back:
/// the next case with the same value is another object.
/// `generation` says at which generation of its id an indicator is, told whether it is lifted now:
/// a case that was reopened after a lift goes on under the next one. Empty: the first.
using GenerationOf = std::function<Result<int>(const model::CaseIndicator& indicator, bool lifted)>;
Result<std::vector<Json>> render_case(store::ReadTx& tx, const model::Threat& threat,
                                      const GenerationOf& generation = {});

/// An indicator that sources report, without a case: nobody determined anything, so its type is
/// unknown. `tlp` is how far the strictest of them lets it go.
struct Known {
  model::Indicator indicator;
  Instant first_seen;
  Instant last_seen;
  std::int64_t confidence = 0;
  model::Tlp tlp = model::Tlp::kAmber;
};
Json render_known(const Known& known);

std::string indicator_id(const model::Threat& threat, const model::CaseIndicator& indicator,
                         int generation);

/// The organisation that others see as the author.
Json identity_of(const model::Organization& organization, Instant since);

/// The document without times that only say when it was written; equal contents need no version.
Json content_of(Json object);

}  // namespace tocsin::exchange::stix
