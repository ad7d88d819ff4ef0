// Values that several nouns share: legal basis, clocks, who acted.
#pragma once

#include <string>
#include <vector>

#include "model/fields.h"
#include "model/indicator.h"

namespace tocsin::model {

/// Where in the law something stands: rule set, its version, the article, our requirement ID.
struct Citation {
  using is_described = void;
  std::string rule_set;     ///< `miit-202`
  std::string version;      ///< version of the rule-set file
  std::string article;      ///< `10`, `8(1)`
  std::string requirement;  ///< `W17-26`
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("rule_set", s.rule_set);
    v("version", s.version);
    v("article", s.article);
    v("requirement", s.requirement);
  }
  bool operator==(const Citation&) const = default;
};

/// A clock is an append-only fact (invariant 2 of the lifecycle): it started, it is due, it was met
/// or somebody waived it.
struct ClockFact {
  using is_described = void;
  std::string clock;  ///< `appeal_answer`
  Instant start;
  Instant due;           ///< first instant that is late
  std::string last_day;  ///< the last day, as people say it; empty for clocks in hours
  std::string length;    ///< `30 wd`, `24 h`, as the rule or the notice says
  std::string limit;     ///< the notice's own words where it sets the length: `24h`, `3wd`
  Citation basis;
  bool policy = false;       ///< the law gives no number: the length is a setting of the platform
  bool provisional = false;  ///< counted past the announced calendar
  Instant met_at;
  Instant late_at;  ///< when the platform noticed that it had run out
  std::string waived_by;
  bool running() const { return !met_at && waived_by.empty(); }
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("clock", s.clock);
    v("start", s.start);
    v("due", s.due);
    v("last_day", s.last_day);
    v("length", s.length);
    v("limit", s.limit);
    v("basis", s.basis);
    v("policy", s.policy);
    v("provisional", s.provisional);
    v("met_at", s.met_at);
    v("late_at", s.late_at);
    v("waived_by", s.waived_by);
  }
};

/// The running clock of that kind, or nullptr. There is at most one.
inline ClockFact* running_clock(std::vector<ClockFact>& clocks, std::string_view kind) {
  for (auto& fact : clocks) {
    if (fact.clock == kind && fact.running()) return &fact;
  }
  return nullptr;
}

/// One hand on the case: who, for whom, when, and what was said.
struct Act {
  using is_described = void;
  std::string person;
  std::string organization;
  Instant at;
  std::string reason;
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("person", s.person);
    v("organization", s.organization);
    v("at", s.at);
    v("reason", s.reason);
  }
};

/// An indicator as it stands in a case, with the spelling it was reported in.
struct CaseIndicator {
  using is_described = void;
  IndicatorKind kind = IndicatorKind::kDomain;
  std::string value;
  std::string original;
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("kind", s.kind);
    v("value", s.value);
    v("original", s.original);
  }
  Indicator plain() const { return {kind, value}; }
  /// `domain:evil.example`, the key under which cases find each other.
  std::string key() const { return std::string(name(kind)) + ":" + value; }
};

}  // namespace tocsin::model
