// Numbers and times in an English or Chinese sentence of a report.
#pragma once

#include <string>

#include "base/time.h"

namespace tocsin::evidence {

/// `1 document`, `2 documents`; `entry` becomes `entries`.
inline std::string counted(std::size_t n, std::string word) {
  if (n == 1) return "1 " + word;
  if (word.ends_with('y')) {
    word.replace(word.size() - 1, 1, "ies");
  } else {
    word += 's';
  }
  return std::to_string(n) + " " + word;
}

/// With its zone: a bundle is read years later and elsewhere.
inline std::string zoned(Instant t) { return to_display(t) + " +08:00"; }

}  // namespace tocsin::evidence
