// The list as a CrowdSec-compatible stream of decisions, for unmodified bouncers, and as plain
// text.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "model/list.h"
#include "store/store.h"

namespace tocsin::enforce {

/// What `/v1/decisions/stream` answers. `version` is the list version that the answer brings the
/// bouncer to; it is acknowledged when the bouncer asks for what came after it.
struct DecisionStream {
  Json body;
  std::uint64_t version = 0;
};

struct DecisionFilter {
  std::vector<std::string> scopes;   ///< empty: every scope (a domain script needs them all)
  std::vector<std::string> origins;  ///< empty: every origin
};

/// Everything live (`startup`), or what changed after `since`. A value is in `deleted` only when no
/// other live entry of the organisation covers it.
Result<DecisionStream> decision_stream(store::ReadTx& tx, std::string_view organization,
                                       bool startup, std::uint64_t since,
                                       const DecisionFilter& filter);

/// Live decisions about one value (live mode of a bouncer); JSON null when there are none.
Result<Json> decisions_about(store::ReadTx& tx, std::string_view organization,
                             std::string_view scope, std::string_view value);

/// CrowdSec's word for a kind: Ip, Range, Domain, Url, ...
std::string_view scope_of(model::IndicatorKind kind);

}  // namespace tocsin::enforce
