// The mapping of a table (CSV, XLSX), as people write it.
#pragma once

#include <string_view>

#include "intake/reader.h"

namespace tocsin::intake {

/// `value:#1,label:Malware,header:no,delimiter:;`. kInvalid (field `csv`) names an unknown word.
Status read_mapping(std::string_view text, CsvMapping& out);

/// The words that a mapping knows, for helps and errors: `value tail kind … header delimiter`.
const std::string& mapping_words();

}  // namespace tocsin::intake
