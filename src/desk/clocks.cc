#include "desk/clocks.h"

#include "law/clock.h"

namespace tocsin::desk {
namespace {

constexpr std::chrono::microseconds kMoment{1};

}  // namespace

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

Result<Released> released_by_law(const law::Library& law, Instant now) {
  constexpr const char* kFloor = "retention";
  const auto floor_of = [&](Date day) {  // of what ended in its last moment
    return compute_clock(law, kFloor, shanghai_midnight(add_days(day, 1)).plus(-kMoment), {});
  };
  Date last = shanghai_date(now);
  Released out;
  const auto walk_back = [&]() -> Status {
    for (;; last = add_days(last, -1)) {
      TRY(const auto floor, floor_of(last));
      if (floor.due <= now) return {};
      const auto& basis = floor.basis;
      out.basis = {basis.rule_set, basis.version, basis.article, basis.requirement};
    }
  };
  TRY_STATUS(walk_back());
  // While the same rules are in force, what ends later is held longer. Only where a rule ended can
  // something older be held when something younger is free.
  for (const auto& rules : law.rule_sets()) {
    if (rules.clock(kFloor) == nullptr || !rules.last_day() || *rules.last_day() > last) continue;
    TRY(const auto floor, floor_of(*rules.last_day()));
    if (floor.due <= now) continue;
    last = *rules.last_day();
    TRY_STATUS(walk_back());
  }
  out.before = shanghai_midnight(add_days(last, 1));
  return out;
}

}  // namespace tocsin::desk
