// Asks the operator's resolver whether a block works or is lifted (W17-24, W17-25), and keeps every
// byte as evidence. Nothing but that resolver is ever contacted: never the malicious target.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/text.h"
#include "enforce/dns/exchange.h"

namespace tocsin::enforce::dns {

enum class ProbeVerdict {
  kBlocked,     ///< every target is answered as the canary is
  kNotBlocked,  ///< at least one target is not
  kBroken,      ///< nothing can be said: never a block and never a lift
};
std::string_view name(ProbeVerdict verdict);  ///< `blocked`, `not-blocked`, `broken`

enum class ProbeExpectation { kBlocked, kResolves };

struct ProbePlan {
  Endpoint resolver;
  std::vector<std::string> targets;         ///< names asked as they are
  std::vector<std::string> wildcard_bases;  ///< asked with a random label in front: no cache helps
  std::string control;                      ///< must have an address
  std::string canary;                       ///< is blocked in every version of the list
  std::vector<std::string> policy_zones;    ///< their SOA in an answer is a mark of our block
  std::uint16_t type = kTypeA;              ///< A or AAAA
  ProbeExpectation expectation = ProbeExpectation::kBlocked;
  std::chrono::milliseconds timeout{2'000};
  int tries = 2;
};

/// How one answer looks.
enum class AnswerKind {
  kResolves,   ///< NOERROR with data
  kBlockLike,  ///< NXDOMAIN or no data, with the marks of the canary's answer or of a policy zone
  kAbsent,     ///< NXDOMAIN or no data as the real DNS says it: the list did not act
  kUnusable,   ///< timeout, SERVFAIL, REFUSED, broken bytes
};
std::string_view name(AnswerKind kind);

struct ProbeQuery {
  std::string role;  ///< `id`, `control`, `canary`, `target`
  Exchange exchange;
  AnswerKind kind = AnswerKind::kUnusable;
  std::string policy_zone;  ///< when the answer carried its SOA
  std::optional<std::uint32_t> policy_serial;
};

struct ProbeResult {
  ProbeVerdict verdict = ProbeVerdict::kBroken;
  bool as_expected = false;  ///< every target is as the plan expects: blocked, or not blocked
  Text reason;
  std::string resolver_id;  ///< id.server, else hostname.bind, else NSID; may be empty
  Instant started_at;
  std::vector<ProbeQuery> transcript;
};

/// Blocks for at most (targets + 4) x tries x timeout (twice that with TCP). kInvalid when the plan
/// has no target, no control, no canary, more than 64 targets, or a name that is none.
Result<ProbeResult> probe(const ProbePlan& plan, const Clock& clock);

/// The transcript in base 64 with times, codes and a summary a person can read.
Json to_json(const ProbeResult& result);

/// The serial of a policy zone at a resolver that answers for it. kUnavailable when it does not.
Result<std::uint32_t> loaded_serial(const Endpoint& resolver, std::string_view zone,
                                    std::chrono::milliseconds timeout, const Clock& clock);

/// The same from unbound's control socket (a path, without certificates), which answers always.
Result<std::uint32_t> loaded_serial_of_unbound(const std::string& control_socket,
                                               std::string_view zone,
                                               std::chrono::milliseconds timeout);

}  // namespace tocsin::enforce::dns
