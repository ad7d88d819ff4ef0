#include "desk/clocks.h"

#include "law/clock.h"

namespace tocsin::desk {

journal::Basis basis_in(const law::Library& law, std::string_view article,
                        std::string_view requirement) {
  const auto* rules = law.find(kRuleSet);
  ASSERT(rules != nullptr);
  return {rules->id, rules->version, std::string(article), std::string(requirement)};
}

Result<model::ClockFact> compute_clock(const law::Library& law, const std::string& clock,
                                       Instant start, const std::string& limit) {
  law::ClockInput input;
  input.clock = clock;
  input.start = law::ClockStart::of(start);
  if (!limit.empty()) {
    TRY(input.limit, law::parse_limit(limit));
  }
  TRY(const auto d, law::compute(law, input));
  const auto* rules = law.find(d.rule_set);
  model::ClockFact fact;
  fact.clock = clock;
  fact.start = start;
  fact.due = d.due;
  if (!law::is_natural(d.unit)) fact.last_day = to_string(d.last_day);
  fact.length = std::to_string(d.length) + " " + std::string(name(d.unit));
  fact.limit = limit;
  fact.basis = {d.rule_set, rules != nullptr ? rules->version : "", d.citation.article,
                d.requirements.empty() ? "" : d.requirements.front()};
  fact.policy = d.basis == law::Basis::kPolicy;
  fact.provisional = d.provisional;
  return fact;
}

}  // namespace tocsin::desk
