#include "base/nearest.h"

#include <algorithm>

namespace tocsin {

std::optional<std::string> nearest(std::string_view given,
                                   const std::vector<std::string>& candidates) {
  std::optional<std::string> best;
  std::size_t best_distance = std::max<std::size_t>(1, given.size() / 3) + 1;
  for (const std::string& candidate : candidates) {
    // Damerau-Levenshtein with three rows: a swap of neighbours counts as one mistake.
    std::vector<std::size_t> before;
    std::vector<std::size_t> above(candidate.size() + 1);
    std::vector<std::size_t> row(candidate.size() + 1);
    for (std::size_t j = 0; j <= candidate.size(); ++j) above[j] = j;
    for (std::size_t i = 1; i <= given.size(); ++i) {
      row[0] = i;
      for (std::size_t j = 1; j <= candidate.size(); ++j) {
        const std::size_t change = given[i - 1] == candidate[j - 1] ? 0 : 1;
        row[j] = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + change});
        if (i > 1 && j > 1 && given[i - 1] == candidate[j - 2] &&
            given[i - 2] == candidate[j - 1]) {
          row[j] = std::min(row[j], before[j - 2] + 1);
        }
      }
      before = above;
      above = row;
    }
    const bool prefix = !given.empty() && candidate.starts_with(given);
    const std::size_t distance = prefix ? 1 : above[candidate.size()];
    if (distance < best_distance) {
      best_distance = distance;
      best = candidate;
    }
  }
  return best;
}

}  // namespace tocsin
