// One page of a collection, whatever the filter.
#pragma once

#include <vector>

#include "exchange/taxii/filter.h"

namespace tocsin::exchange::taxii {

struct Page {
  std::vector<stix::Kept> items;  ///< ascending by date added
  bool more = false;
  Instant position;  ///< where the next page begins
};

/// The page strictly after `after`. Without filters, or with types only, it is one range of one
/// index (or one a type, merged). A filter for versions or specifications looks at what the range
/// holds until the page is full, at most 100,000 objects; only then can a page with `more` be
/// short. A page is cut at 16 MiB.
Result<Page> read_page(store::ReadTx& tx, std::int64_t collection, const Filter& filter,
                       Instant after);

}  // namespace tocsin::exchange::taxii
