// What is said of a document in one word, so that it can be counted and found by the same word.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/threat.h"

namespace tocsin::search {

using WordList = std::vector<std::string_view>;

inline constexpr std::string_view kUnstated = "unstated";  ///< nobody said so
inline constexpr std::string_view kUnknown = "unknown";    ///< no data say so
inline constexpr std::string_view kAbroad = "abroad";
inline constexpr std::string_view kPending = "pending";
inline constexpr std::string_view kPartyGov = "party-gov";  ///< of an asset (W17-18)
inline constexpr std::string_view kCii = "cii";
/// Beside the units that may read a case: everybody is told of it in bulletins. No unit has that
/// id.
inline constexpr std::string_view kEverybody = "*bulletin";

/// Sectors that phishing imitates (A13-02, F18-03), and `unstated`.
const WordList& imitated();

/// The eight classes of YD/T 2439 (regulation notes 2.1), and `unstated`.
const WordList& behaviours();
/// By the name that the expert body gave it.
std::string behaviour_of(const model::Threat& threat);

/// home, abroad, hk-mo-tw, unknown. Hong Kong, Macao and Taiwan are neither a province nor abroad.
const WordList& origins();
std::string_view origin_of(std::string_view country);

/// upheld, partly-upheld, dismissed, pending.
const WordList& rulings();

/// By the base score, as CVSS rates it; `unrated` without one.
const WordList& severities();
std::string_view severity_of(std::string_view cvss);

/// Clocks that somebody has to keep (W17-06, W17-07, W17-22, W17-24, W17-27). Retention is none.
const WordList& counted_clocks();
/// Whether the authority has to keep it, and not who performs the step.
bool is_authoritys(std::string_view clock);
/// met, late, running, waived. Late is what was met too late, and what runs and was marked late.
const WordList& fates();
std::string_view fate_of(const model::ClockFact& clock);

}  // namespace tocsin::search
