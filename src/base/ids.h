// Sortable, typed identifiers: `thr_01J9Z…`, a prefix and a ULID (Crockford base 32, 26
// characters).
#pragma once

#include <string>
#include <string_view>

#include "base/time.h"

namespace tocsin {

/// Makes identifiers that sort by creation time, also within one millisecond.
/// Thread safety: safe; one instance is shared by the whole process.
class IdSource {
 public:
  explicit IdSource(const Clock& clock) : clock_(clock) {}
  /// `prefix` is three lower-case letters: thr, tsk, ntc, org, usr, ...
  std::string make(std::string_view prefix);

 private:
  const Clock& clock_;
};

/// True for `<prefix>_<26 Crockford base 32 characters>`.
bool is_id(std::string_view text, std::string_view prefix);

}  // namespace tocsin
