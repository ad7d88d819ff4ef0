// The object base: every STIX object of every collection as it was given, in versions, found by the
// order in which it came.
//
// A document is one version of one object in one collection; its id is
// `<collection>/<object id>/<version>` with both numbers padded, so versions of an object lie next
// to each other. Objects without `modified` have the version 0. Keys of a document:
//   added   <collection>/<date added>         every version
//   last    <collection>/<date added>         the newest version of its object
//   kind    <collection>/<type>/<date added>  the newest version of its object
//   newest  <collection>/<object id>          the newest version of its object
// The date added is a microsecond that no other document of the collection has, and that only
// grows: a page of a collection is one range of one index, and "later than the last I saw" loses
// nothing.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "exchange/stix/object.h"
#include "model/exchange.h"
#include "store/store.h"

namespace tocsin::exchange::stix {

/// One kept version of an object.
struct Kept {
  std::string id;
  Spec spec = Spec::k21;
  Instant version;  ///< modified, else created, else the date added (TAXII 2.1 section 5.5)
  Instant added;
  std::string bytes;  ///< as given
  std::string_view type() const { return std::string_view(id).substr(0, id.find("--")); }
};

Result<Kept> unpack(store::Stored&& row);

enum class Fate {
  kAdded,        ///< a new object or a new version
  kKnown,        ///< the same bytes are here already
  kConflicting,  ///< another content under an id and version that are here already: not taken
  kTooStrict     ///< marked stricter than the collection may hold
};

struct Counts {
  std::int64_t objects = 0;
  std::int64_t added = 0;
  std::int64_t known = 0;
  std::int64_t conflicting = 0;
  std::int64_t too_strict = 0;
  std::int64_t refused = 0;  ///< not a STIX object
  void count(Fate fate);
};

/// Adds objects to one collection within one transaction. The caller journals.
class Adder {
 public:
  Adder(store::WriteTx& tx, const model::ExchangeCollection& collection, Instant now)
      : tx_(tx), collection_(collection), now_(now) {}
  Result<Fate> add(const Object& object);

 private:
  Result<Instant> next_added();
  Status demote(const store::Stored& row);

  store::WriteTx& tx_;
  const model::ExchangeCollection& collection_;
  const Instant now_;
  Instant last_;
};

/// Which versions of an object a reader wants (TAXII match[version]).
struct Versions {
  bool all = false;
  bool first = false;
  bool last = true;
  std::vector<Instant> exact;
};

/// The newest version of that object in the collection, if any.
Result<std::optional<Kept>> newest(store::ReadTx& tx, std::int64_t collection,
                                   std::string_view object);
/// The wanted versions of one object, oldest version first; at most 10,000.
Result<std::vector<Kept>> versions_of(store::ReadTx& tx, std::int64_t collection,
                                      std::string_view object, const Versions& wanted);
/// Erases the wanted versions of one object, only those of `specs` unless it is empty; the newest
/// that is left takes their place. Returns how many were erased. The caller journals.
Result<std::int64_t> erase(store::WriteTx& tx, std::int64_t collection, std::string_view object,
                           const Versions& wanted, const std::vector<Spec>& specs = {});

/// A range of a collection in the order of dates added, strictly after `after`.
struct Range {
  std::int64_t collection = 0;
  std::string type;  ///< only newest versions of that type
  bool last = true;  ///< only the newest version of each object
  Instant after;
  std::size_t limit = 1000;
};
Result<std::vector<Kept>> read_range(store::ReadTx& tx, const Range& range);

}  // namespace tocsin::exchange::stix
