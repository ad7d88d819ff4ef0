// The chain behind a value: who makes it, sells it, spreads it, advertises it, pays for it and
// gains by it (A13-05: monitor the underground market and link its beneficiaries; A13-08: trace
// actors, with leads that the police can use).
#pragma once

#include "graph/walk.h"

namespace tocsin::graph {

/// The kinds by which a chain is followed: those of the market, and what makes two values the same
/// business (campaign, family, host, registrant, the same file).
const std::vector<model::RelationKind>& chain_kinds();

/// Somebody in the chain: a person, group, company, account or payment account.
struct Party {
  std::size_t place = 0;
  std::vector<std::string> roles;  ///< kinds of relation it stands at the acting end of; `is-paid`
  bool beneficiary = false;        ///< profits from something, or is paid
  std::vector<std::size_t> way;    ///< edges from the value to it, in order
};

/// The parties of a picture that was walked by chain_kinds(): beneficiaries first, then the
/// nearest.
std::vector<Party> parties(const Picture& picture);

}  // namespace tocsin::graph
