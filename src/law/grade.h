// Proposed grades. A person confirms them with a written statement of the impact (M11-15).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/text.h"
#include "base/time.h"
#include "law/library.h"
#include "law/rule_set.h"

namespace tocsin::law {

/// Five schemes use the same four words with different measures, so a level never travels alone
/// (regulation section 2.4; invariant 3.5-5).
struct Grade {
  std::string scheme;   ///< rule set id
  std::string version;  ///< of the thresholds (M11-16)
  Level level = Level::kIV;
  bool operator==(const Grade&) const = default;
};

struct GradeInput {
  std::string scheme;
  std::map<std::string, std::int64_t, std::less<>>
      facts;               ///< money in fen; absent: not established
  std::string impact;      ///< written statement of the social impact; may be empty
  std::optional<Date> at;  ///< day of the fact: the scheme must be in force; empty: not checked
};

struct Proposal {
  Grade grade;
  Citation citation;
  std::string requirement;
  std::vector<Condition> met;  ///< the thresholds passed; empty for the lowest grade by default
  std::map<std::string, std::int64_t, std::less<>> facts;
  Text impact_wanted;  ///< what the law says about the impact on society
  std::string impact;
  bool needs_impact = true;  ///< no statement was given yet
  Text explanation;
};

/// The highest grade one of whose thresholds is passed. Comparison is strict where the law says
/// 超过 (10,000,000.00 yuan is not over ten million). kNotFound: no such scheme; kInvalid: a fact
/// it does not know or a negative one; kRefused: not in force, or the cut-offs are unknown, or no
/// grade is reached.
Result<Proposal> propose(const Library& library, const GradeInput& input);

/// A phone number seen infected at a moment. The text must outlive the call.
struct Sighting {
  std::string_view number;
  Instant at;
};

struct WindowCount {
  std::int64_t most = 0;           ///< distinct numbers in the fullest window
  Instant from;                    ///< first sighting of that window
  Instant to;                      ///< last sighting of that window
  std::optional<Instant> crossed;  ///< when a window first held more than `limit`
};

/// Exact count of distinct numbers within any `window` (M11-11). Both ends belong to the window:
/// "within 24 hours" includes the 24th (Civil Code art 1259). O(n log n).
WindowCount distinct_in_window(std::vector<Sighting> sightings, std::int64_t limit,
                               std::chrono::microseconds window = std::chrono::hours{24});

}  // namespace tocsin::law
