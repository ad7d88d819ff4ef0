// What everybody may know (W17-08, A13-12): entries of the list of cases that may be public, with a
// written notice behind them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/list.h"
#include "model/task.h"
#include "store/store.h"

namespace tocsin::public_site {

struct Published {
  model::ListEntry entry;
  model::Measure measure = model::Measure::kBlock;
};

/// Entries on exactly this indicator: those that hold, else the last one that was lifted.
Result<std::vector<Published>> published_under(store::ReadTx& tx,
                                               const model::Indicator& indicator);

struct PublishedPage {
  std::vector<Published> rows;  ///< an indicator once, in order of kind and value
  std::string next;             ///< where the next page begins; empty at the end
};
/// Those that hold, strictly after `after` (a PublishedPage::next, or empty). Without a kind, all.
/// A page may be short: what is not public is passed over, at most so much at a time.
Result<PublishedPage> published_page(store::ReadTx& tx, std::optional<model::IndicatorKind> kind,
                                     std::string_view begins, std::string_view after,
                                     std::size_t limit);

}  // namespace tocsin::public_site
