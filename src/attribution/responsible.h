// Who is responsible: candidates for the addressee of a measure, from what people stated and what
// imported data say. A proposal, never a decision.
#pragma once

#include <bitset>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "attribution/enrich.h"
#include "model/reference.h"

namespace tocsin::attribution {

/// Why somebody is named.
enum class Why {
  kManual,             ///< an entry for this indicator, range or number prefix
  kAssignedRange,      ///< the operator's list of prefixes
  kAsn,                ///< the autonomous system that announces the address
  kRegistrableDomain,  ///< an entry for the name, or for a name it lies below
  kRegistrar,          ///< an entry for the public suffix: registry or registrar
  kPlatform,           ///< the platform an account lives on
  kAppPublisher,
  kPhonePrefix  ///< operator to which the number's block was assigned
};
TOCSIN_ENUM_NAMES(Why, "manual", "assigned-range", "asn", "registrable-domain", "registrar",
                  "platform", "app-publisher", "phone-prefix")

struct Candidate {
  using is_described = void;
  std::string organization;  ///< id; empty: not registered here
  std::string code;
  Text title;
  std::optional<model::Contact> contact;
  Why why = Why::kManual;
  std::string key;       ///< what matched, `cidr:192.0.2.0/24`
  std::string data_set;  ///< empty for entries of people
  std::string as_of;     ///< date of the data, or day of the entry
  std::string reason;    ///< that an entry gives
  Certainty certainty = Certainty::kAssigned;
  std::optional<Text> caveat;
  bool inhibited = false;  ///< is not to be notified about this
  std::string inhibition;  ///< why not
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("organization", s.organization);
    v("code", s.code);
    v("title", s.title);
    v("contact", s.contact);
    v("why", s.why);
    v("key", s.key);
    v("data_set", s.data_set);
    v("as_of", s.as_of);
    v("reason", s.reason);
    v("certainty", s.certainty);
    v("caveat", s.caveat);
    v("inhibited", s.inhibited);
    v("inhibition", s.inhibition);
  }
};

struct Answer {
  using is_described = void;
  model::IndicatorKind kind = model::IndicatorKind::kDomain;
  std::string value;
  std::string suggested;  ///< code of the first registered candidate that may be notified
  std::vector<Candidate> candidates;   ///< best first
  std::vector<Candidate> denied;       ///< who said, or of whom was said, that it is not theirs
  std::vector<std::string> provinces;  ///< of the suggested organisation, else by hints (W17-03)
  bool provinces_are_hints = false;
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("kind", s.kind);
    v("value", s.value);
    v("suggested", s.suggested);
    v("candidates", s.candidates);
    v("denied", s.denied);
    v("provinces", s.provinces);
    v("provinces_are_hints", s.provinces_are_hints);
  }
};

/// The entries and the organisations at one moment, immutable.
class Directory {
 public:
  Directory(std::vector<model::Responsibility> entries,
            std::vector<model::Organization> organizations);

  /// Entries of people beat imported data; of the entries the most specific wins. `facts` are what
  /// enrich() says of the same indicator.
  Answer responsible(const model::Indicator& indicator, const ReferenceData& data,
                     const Enrichment& facts, Instant now) const;

 private:
  /// One key under which an entry about the indicator may stand, and what a hit would mean.
  struct Step {
    model::ResponsibilityKey kind;
    std::string key;
    Why why;
    const Fact* fact = nullptr;  ///< the imported fact that led to the key
  };
  std::vector<Step> steps(const model::Indicator& indicator, const ReferenceData& data,
                          const Enrichment& facts) const;
  void add_cidr_steps(const match::Prefix& prefix, std::vector<Step>& out) const;
  void add_imported_steps(const Enrichment& facts, std::vector<Step>& out) const;
  std::vector<const model::Responsibility*> at(const Step& step, model::ResponsibilityEffect effect,
                                               Instant now) const;
  std::vector<Candidate> candidates_at(const Step& step, Instant now) const;
  void judge(Candidate candidate, const std::vector<Step>& all, Instant now, Answer& into) const;

  std::vector<model::Responsibility> entries_;
  std::unordered_map<std::string, std::vector<std::size_t>> by_key_;
  std::unordered_map<std::string, model::Organization> organizations_;  ///< by id
  std::bitset<129> v4_lengths_;  ///< bits of 128 that an entry of IPv4 has
  std::bitset<129> v6_lengths_;
};

/// The canonical spelling of an entry's key. kInvalid naming the field `key`.
Result<std::string> canonical_key(model::ResponsibilityKey kind, std::string_view text);

}  // namespace tocsin::attribution
