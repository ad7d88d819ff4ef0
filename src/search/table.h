// Found documents as rows of a table, for spreadsheets.
#pragma once

#include <string>

#include "base/json.h"
#include "search/document.h"

namespace tocsin::search {

/// Names of the columns, as the first line of a CSV.
std::string csv_header(Place place);
/// One document, as it was shown, as one line. What spreadsheets would take for a formula gets an
/// apostrophe before it: the texts come from strangers.
std::string csv_row(Place place, const Json& shown);

}  // namespace tocsin::search
