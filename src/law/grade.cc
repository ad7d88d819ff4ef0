#include "law/grade.h"

#include <algorithm>
#include <unordered_map>

#include <fmt/format.h>

#include "law/explain.h"

namespace tocsin::law {
namespace {

bool holds(const Condition& c, std::int64_t value) {
  return c.strict ? value > c.limit : value >= c.limit;
}

Status check_facts(const GradeScheme& scheme, const GradeInput& input) {
  for (const auto& [id, value] : input.facts) {
    const bool known = std::any_of(scheme.facts.begin(), scheme.facts.end(),
                                   [&](const FactRule& f) { return f.id == id; });
    if (!known) {
      std::vector<std::string> ids;
      for (const FactRule& f : scheme.facts) ids.push_back(f.id);
      return fail_bi(
          Code::kInvalid,
          fmt::format("scheme {} does not use the fact '{}'; it uses {}", input.scheme, id,
                      join(ids, ", ")),
          fmt::format("分级方案 {} 不使用事实“{}”；可用：{}", input.scheme, id, join(ids, "、")),
          id);
    }
    if (value < 0) {
      return fail_bi(Code::kInvalid, fmt::format("{} cannot be negative", id),
                     fmt::format("{} 不能为负数", id), id);
    }
  }
  return {};
}

Status check_scheme(const RuleSet* set, const GradeInput& input) {
  if (set == nullptr || !set->grades) {
    return fail_bi(Code::kNotFound, fmt::format("'{}' has no grade scheme", input.scheme),
                   fmt::format("“{}”没有分级方案", input.scheme), "scheme");
  }
  if (input.at && !set->in_force(*input.at)) {
    const std::string until = set->valid_to ? to_string(*set->last_day()) : "";
    return fail_bi(
        Code::kRefused,
        fmt::format("the scheme {} is not in force on {}: {} to {}", set->id, to_string(*input.at),
                    to_string(set->valid_from), until.empty() ? "now" : until),
        fmt::format("分级方案 {} 在 {} 不是现行规定：有效期{}至{}", set->id, to_string(*input.at),
                    to_string(set->valid_from), until.empty() ? "今" : until),
        "at");
  }
  return {};
}

}  // namespace

Result<Proposal> propose(const Library& library, const GradeInput& input) {
  const RuleSet* set = library.find(input.scheme);
  TRY_STATUS(check_scheme(set, input));
  const GradeScheme& scheme = *set->grades;
  TRY_STATUS(check_facts(scheme, input));

  Proposal out;
  out.citation = {set->law, set->version, scheme.article};
  out.facts = input.facts;
  out.impact = std::string(trim(input.impact));
  out.needs_impact = out.impact.empty();
  for (const LevelRule& rule : scheme.levels) {
    if (rule.unknown) {
      return fail_bi(
          Code::kRefused,
          fmt::format("{}: the cut-offs of grade {} and below are not known, so no grade "
                      "can be proposed for these facts",
                      set->id, name(rule.level)),
          fmt::format("{}：{}及以下等级的数量界限未知，不能据此提出建议等级", set->id,
                      title(rule.level).zh),
          "level");
    }
    for (const Condition& condition : rule.any) {
      const auto fact = input.facts.find(condition.fact);
      if (fact != input.facts.end() && holds(condition, fact->second)) out.met.push_back(condition);
    }
    if (out.met.empty() && !rule.otherwise) continue;
    out.grade = {set->id, scheme.version, rule.level};
    out.requirement = rule.requirement;
    out.impact_wanted = rule.impact;
    out.explanation = explain(library, out);
    return out;
  }
  return fail_bi(Code::kRefused, fmt::format("the facts reach no grade of {}", set->id),
                 fmt::format("所给事实未达到 {} 的任何等级", set->id), "level");
}

WindowCount distinct_in_window(std::vector<Sighting> sightings, std::int64_t limit,
                               std::chrono::microseconds window) {
  std::sort(sightings.begin(), sightings.end(),
            [](const Sighting& a, const Sighting& b) { return a.at < b.at; });
  std::unordered_map<std::string_view, std::int64_t> inside;
  WindowCount out;
  std::size_t first = 0;
  for (const Sighting& now : sightings) {
    while (now.at - sightings[first].at > window) {
      const auto found = inside.find(sightings[first].number);
      if (--found->second == 0) inside.erase(found);
      ++first;
    }
    ++inside[now.number];
    const auto distinct = static_cast<std::int64_t>(inside.size());
    if (distinct > out.most) {
      out.most = distinct;
      out.from = sightings[first].at;
      out.to = now.at;
    }
    if (distinct > limit && !out.crossed) out.crossed = now.at;
  }
  return out;
}

}  // namespace tocsin::law
