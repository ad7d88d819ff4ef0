// The threat: what is wrong, who found it, who determined it, what was decided (R202 arts. 2, 6-8).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/common.h"
#include "model/tlp.h"

namespace tocsin::model {

/// Article 2 of the 2017 Measures (W17-01).
enum class ThreatClass { kMaliciousResource, kMalware, kHiddenDanger, kIncident, kOther };
TOCSIN_ENUM_NAMES(ThreatClass, "malicious-resource", "malware", "hidden-danger", "incident",
                  "other")

/// Possible harm is a threat too (W17-02).
enum class Certainty { kPossible, kActual };
TOCSIN_ENUM_NAMES(Certainty, "possible", "actual")

/// Whose appearance a phishing site or message takes on: those that the campaign of 2013 and the
/// tasks of 2018 name (A13-02, F18-03), and the rest.
enum class ImitatedSector { kGovernment, kFinance, kMedia, kECommerce, kEducation, kOtherSector };
TOCSIN_ENUM_NAMES(ImitatedSector, "government", "finance", "media", "e-commerce", "education",
                  "other-sector")

/// States of a threat; transitions in desk/transitions.h.
enum class ThreatState {
  kDetected,
  kSelfDisposing,
  kClosedSelf,
  kSubmitted,
  kReturned,
  kMerged,
  kIdentifying,
  kNotConfirmed,
  kIdentified,
  kReviewing,
  kApproved,
  kRejected,
  kClosed,
  kReopened,
  kArchived,
  kPurged
};
TOCSIN_ENUM_NAMES(ThreatState, "detected", "self-disposing", "closed-self", "submitted", "returned",
                  "merged", "identifying", "not-confirmed", "identified", "reviewing", "approved",
                  "rejected", "closed", "reopened", "archived", "purged")

/// What may be ordered: the four items of article 8.
enum class Measure { kBlock, kStopService, kClean, kRectify, kOther };
TOCSIN_ENUM_NAMES(Measure, "block", "stop-service", "clean", "rectify", "other")

/// `8(1)` ... `8(4)`. Only 8(1) measures can be appealed (W17-15).
inline std::string_view article_item(Measure m) {
  switch (m) {
    case Measure::kBlock:
    case Measure::kStopService:
      return "8(1)";
    case Measure::kClean:
      return "8(2)";
    case Measure::kRectify:
      return "8(3)";
    case Measure::kOther:
      return "8(4)";
  }
  return "8";
}

/// One measure for one addressee; becomes a task when the authority approves it.
struct Proposal {
  using is_described = void;
  Measure measure = Measure::kBlock;
  std::string addressee;  ///< organisation id
  std::vector<CaseIndicator> indicators;
  std::string limit;   ///< time limit for the notice, `24h` or `3wd` (W17-24)
  std::string reason;  ///< required for 8(4)
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("measure", s.measure);
    v("addressee", s.addressee);
    v("indicators", s.indicators);
    v("limit", s.limit);
    v("reason", s.reason);
  }
};

/// A grade means nothing without its scheme and version (regulation 2.4).
struct Grade {
  using is_described = void;
  std::string scheme;
  std::string version;
  std::string level;  ///< I | II | III | IV
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("scheme", s.scheme);
    v("version", s.version);
    v("level", s.level);
  }
};

/// The expert body's finding (W17-11, W17-12).
struct Identification {
  using is_described = void;
  Act by;
  Act delegated;     ///< the authority's work order
  std::string body;  ///< expert body it was delegated to
  bool confirmed = false;
  std::string threat_name;
  std::optional<Grade> grade;
  std::vector<std::string> evidence;
  std::vector<Proposal> proposals;
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("by", s.by);
    v("delegated", s.delegated);
    v("body", s.body);
    v("confirmed", s.confirmed);
    v("threat_name", s.threat_name);
    v("grade", s.grade);
    v("evidence", s.evidence);
    v("proposals", s.proposals);
  }
};

/// A stop of the innocent-bystander check, and who allowed it all the same (design 4.4).
struct GuardStop {
  using is_described = void;
  std::string indicator;  ///< CaseIndicator::key()
  std::string list;
  std::string entry;
  Text reason;
  Act first;   ///< asked for the override, with a reason
  Act second;  ///< another person who agreed
  bool overridden() const { return !second.person.empty(); }
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("indicator", s.indicator);
    v("list", s.list);
    v("entry", s.entry);
    v("reason", s.reason);
    v("first", s.first);
    v("second", s.second);
  }
};

struct Threat {
  using is_described = void;
  std::string id;
  std::string number;  ///< T-2026-000123
  ThreatState state = ThreatState::kDetected;
  ThreatClass threat_class = ThreatClass::kMaliciousResource;
  std::string subtype;
  std::string subtype_text;                ///< required for class other
  std::optional<ImitatedSector> imitates;  ///< of phishing
  Certainty certainty = Certainty::kActual;
  std::string title;
  std::string description;
  std::vector<CaseIndicator> indicators;
  Instant discovered_at;
  Instant submitted_at;
  Act finder;
  std::vector<std::string> sources;  ///< every organisation that reported it (merge keeps all)
  std::string owner;                 ///< organisation whose asset it is; empty: unknown
  bool target_is_party_gov = false;
  bool target_is_cii = false;
  std::vector<std::string> provinces;   ///< of the target
  std::vector<std::string> recipients;  ///< authorities that received it
  std::vector<std::string> evidence;
  std::vector<std::string> defects;  ///< of a returned submission
  std::string merged_into;
  std::optional<Identification> identification;
  std::optional<Act> review;
  std::string review_decision;  ///< approved | rejected
  std::vector<GuardStop> stops;
  std::vector<std::string> tasks;
  std::vector<ClockFact> clocks;
  std::string rule_set;   ///< chosen by the date of discovery
  Tlp tlp = Tlp::kAmber;  ///< how far it may be passed on; amber where nobody said otherwise
  bool emergency = false;
  Act emergency_by;
  std::string closing_summary;
  std::int64_t sightings = 1;
  std::int64_t relapses = 0;
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("id", s.id);
    v("number", s.number);
    v("state", s.state);
    v("class", s.threat_class);
    v("subtype", s.subtype);
    v("subtype_text", s.subtype_text);
    v("imitates", s.imitates);
    v("certainty", s.certainty);
    v("title", s.title);
    v("description", s.description);
    v("indicators", s.indicators);
    v("discovered_at", s.discovered_at);
    v("submitted_at", s.submitted_at);
    v("finder", s.finder);
    v("sources", s.sources);
    v("owner", s.owner);
    v("target_is_party_gov", s.target_is_party_gov);
    v("target_is_cii", s.target_is_cii);
    v("provinces", s.provinces);
    v("recipients", s.recipients);
    v("evidence", s.evidence);
    v("defects", s.defects);
    v("merged_into", s.merged_into);
    v("identification", s.identification);
    v("review", s.review);
    v("review_decision", s.review_decision);
    v("stops", s.stops);
    v("tasks", s.tasks);
    v("clocks", s.clocks);
    v("rule_set", s.rule_set);
    v("tlp", s.tlp);
    v("emergency", s.emergency);
    v("emergency_by", s.emergency_by);
    v("closing_summary", s.closing_summary);
    v("sightings", s.sightings);
    v("relapses", s.relapses);
  }
};

/// The subtypes that article 2 names for each class.
const std::vector<std::string_view>& subtypes(ThreatClass c);

/// A site or message that pretends to be somebody else's.
bool is_phishing(std::string_view subtype);

/// Determined, and marked as for everybody: what bulletins show (regulation notes 5.3).
bool is_public(const Threat& t);

/// No further step is expected: a new sighting reopens it.
bool is_finished(ThreatState s);

}  // namespace tocsin::model
