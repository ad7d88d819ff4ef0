// The order of a list: `sort=` in both directions, and cursors that belong to one of them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "hub/app.h"

namespace tocsin::hub {

/// Which way a list goes along its one order, and from where.
struct ListOrder {
  bool descending = false;
  std::string after;  ///< where to go on, without the mark of the direction; empty: begin

  /// The `next` of a page that ends there. It carries its direction, so that a page is never asked
  /// for with another one: what was read and what was not would be neither.
  std::string next(std::string_view position) const;
};

/// Both directions, `number` and `-number`, the usual one first.
std::vector<std::string> both_ways(std::string_view key, bool usually_descending);
/// The parameter `sort` with the words that it takes.
http::Param sort_param(const std::vector<std::string>& words);
/// What `sort` and `after` ask for. kInvalid naming the words, or when the cursor is of the other
/// direction.
Result<ListOrder> list_order(const http::Request& request, const std::vector<std::string>& words,
                             std::string_view after);

}  // namespace tocsin::hub
