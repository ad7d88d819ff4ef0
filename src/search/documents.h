// Reads what is searched from one snapshot of the store: what of it can be found, and what of it
// this person may see.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "model/organization.h"
#include "search/document.h"
#include "search/query.h"
#include "store/case_readers.h"
#include "store/store.h"

namespace tocsin::search {

/// Where an indicator is by imported data; nothing is asked of the network.
struct Location {
  std::optional<std::int64_t> asn;
  std::string country;  ///< ISO 3166; HK, MO and TW stand for themselves; empty: unknown
};
using Locate = std::function<Location(const model::Indicator&)>;

struct Found {
  Document document;
  /// As the lists of the API show it; nothing when it is not for this person. To be called while
  /// the Documents that made it live.
  std::function<Result<std::optional<Json>>(const store::Person&)> shown;
};

/// Not for several threads; `tx`, `locate` and `by` outlive it. With `by`, a document has only what
/// that person is shown: what is masked cannot be found out by asking for it. Without, everything,
/// as the index has it.
class Documents {
 public:
  Documents(store::ReadTx& tx, const Locate& locate, const store::Person* by = nullptr)
      : tx_(tx), locate_(locate), by_(by) {}

  /// Nothing when there is no such document (any more).
  Result<std::optional<Found>> load(Place place, const std::string& id);

  /// The same of a case that is at hand.
  Result<Document> of_case(const model::Threat& threat);

 private:
  Result<std::optional<Found>> load_case(const std::string& id);
  Result<std::optional<Found>> load_task(const std::string& id);
  Result<std::optional<Found>> load_appeal(const std::string& id);
  Result<std::optional<Found>> load_organization(const std::string& id);
  Result<std::optional<Found>> load_source(const std::string& id);
  Result<std::optional<Found>> load_vulnerability(const std::string& id);
  Result<std::optional<Found>> load_indicator(const std::string& id);
  Result<std::optional<Found>> load_entry(const std::string& id);

  Status add_readers(Document& d, const model::Threat& threat);
  /// `performer` and `authority`: organisation ids of those whose clocks they are.
  Status add_clocks(Document& d, const std::vector<model::ClockFact>& clocks,
                    const std::string& performer, const std::string& authority);
  void add_places(Document& d, const model::Threat& threat) const;
  Status add_unit(Document& d, std::string_view name, const std::string& id);
  Result<std::string> code_of(const std::string& unit);
  Result<std::string> source_name(std::int64_t number);

  store::ReadTx& tx_;
  const Locate& locate_;
  const store::Person* by_;
  std::map<std::string, std::string, std::less<>> codes_;
  std::map<std::int64_t, std::string> sources_;
};

/// Value of the key `filer`: a person who appealed, for the organisation acted for then.
std::string filer_key(std::string_view organization, std::string_view person);
/// Keys of which a document has at least one when this person may read it; empty when the index
/// cannot narrow by that. Whoever shows it asks Found::shown() all the same.
std::vector<store::TextTerm> readable_by(const store::Person& by, Place place);
/// May this person search there at all? As with the lists and files of the same things.
Status may_search(const store::Person& by, Place place);

}  // namespace tocsin::search
