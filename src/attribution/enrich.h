// What imported data say about an indicator. Nothing is ever looked up on the network.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "attribution/data_set.h"
#include "match/suffix.h"
#include "model/indicator.h"

namespace tocsin::attribution {

/// How sure a statement is.
enum class Certainty {
  kStated,    ///< a person with the right to say so entered it, or it follows from the text itself
  kAssigned,  ///< by an assignment or a routing table on the day of the data
  kHint       ///< may well have moved: a province by address, an operator by number prefix
};
TOCSIN_ENUM_NAMES(Certainty, "stated", "assigned", "hint")

enum class FactKind {
  kAsn,
  kAsName,
  kCountry,   ///< ISO 3166; HK, MO and TW are codes of their own
  kProvince,  ///< two digits of GB/T 2260, mainland only
  kCity,
  kAccessProvider,
  kOperator,  ///< key of words.h
  kHosting,   ///< name of the list: many strangers share such addresses
  kRegistrableDomain,
  kPublicSuffix,
  kPhoneOperator,
  kPhoneRegion,
  kMalwareName,
  kMalwareSystem,
  kMalwareBehaviour
};
TOCSIN_ENUM_NAMES(FactKind, "asn", "as-name", "country", "province", "city", "access-provider",
                  "operator", "hosting", "registrable-domain", "public-suffix", "phone-operator",
                  "phone-region", "malware-name", "malware-system", "malware-behaviour")

/// One statement with where it comes from and how sure it is.
struct Fact {
  using is_described = void;
  FactKind what = FactKind::kAsn;
  std::string value;
  std::optional<Text> title;  ///< the value in words
  std::string data_set;       ///< `kind:name`; empty when it follows from the value itself
  std::string data_date;
  std::string range;  ///< the run of addresses of which it is said
  Certainty certainty = Certainty::kAssigned;
  std::optional<Text> caveat;
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("what", s.what);
    v("value", s.value);
    v("title", s.title);
    v("data_set", s.data_set);
    v("data_date", s.data_date);
    v("range", s.range);
    v("certainty", s.certainty);
    v("caveat", s.caveat);
  }
};

struct Enrichment {
  using is_described = void;
  model::IndicatorKind kind = model::IndicatorKind::kDomain;
  std::string value;
  std::vector<Fact> facts;
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("kind", s.kind);
    v("value", s.value);
    v("facts", s.facts);
  }
  const Fact* find(FactKind what) const;
};

/// All data sets at one moment, immutable. Of several of one kind the newest that answers is taken;
/// operators and hosting lists overlap in truth, so all that answer are.
class ReferenceData {
 public:
  ReferenceData(std::vector<std::shared_ptr<const DataSet>> sets, match::PublicSuffixes built_in);
  const std::vector<std::shared_ptr<const DataSet>>& sets() const { return sets_; }
  const match::PublicSuffixes& suffixes() const;

  /// `label` may be the name of a malicious program; anything else in it is left alone.
  Enrichment enrich(const model::Indicator& indicator, std::string_view label = {}) const;

 private:
  void add_address(const match::Prefix& prefix, std::vector<Fact>& facts) const;
  std::optional<Fact> name_of_asn(const DataSet& set, const Said& said) const;
  void add_domain(std::string_view name, std::vector<Fact>& facts) const;
  void add_phone(std::string_view digits, std::vector<Fact>& facts) const;

  std::vector<std::shared_ptr<const DataSet>> sets_;  ///< newest data first
  match::PublicSuffixes built_in_;
};

/// The address or prefix an indicator stands on, if it is one.
std::optional<match::Prefix> prefix_of(const model::Indicator& indicator);
/// The host name an indicator stands on; empty when it has none.
std::string_view domain_of(const model::Indicator& indicator);
/// Digits of a telephone number or SMS port.
std::string_view digits_of(const model::Indicator& indicator);

}  // namespace tocsin::attribution
