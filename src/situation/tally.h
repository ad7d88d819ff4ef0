// Where a document counts: what of it, on which day, in which province, and for whom.
#pragma once

#include <string>
#include <vector>

#include "search/indexer.h"

namespace tocsin::situation {

/// Counted beside the search index, in its transactions, from the very keys by which documents are
/// found: a number and the query behind it cannot part.
search::Tallies tallies();

/// Groups whose counts together are what this person may list in that place; empty: nothing. They
/// do not overlap.
std::vector<std::string> groups_of(const store::Person& by, search::Place place);

/// Days since 1970 in Asia/Shanghai.
std::int64_t day_number(Date day);
Date day_of(std::int64_t number);

/// `cases.class`: what is counted of documents of a place.
std::string what_of(search::Place place, std::string_view dimension);

// What is counted besides keys of the same name.
inline constexpr const char* kAll = "all";        ///< every document, with this value
inline constexpr const char* kC2 = "c2";          ///< origin of control servers
inline constexpr const char* kGov = "party-gov";  ///< classes where the asset is of that kind
inline constexpr const char* kCii = "cii";
inline constexpr const char* kListed = "listed";  ///< measures, on the day of listing
inline constexpr const char* kEnded = "ended";    ///< measures, on the day of delisting

}  // namespace tocsin::situation
