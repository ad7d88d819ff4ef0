// One record of a CSV (RFC 4180), for every reader and writer of tables.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tocsin::csv {

enum class Parse {
  kDone,
  kNeedsMore,  ///< a quoted field goes on in the next line
  kBroken,     ///< text behind a closing quote, or more than 1024 columns
};

enum class Strictness {
  kStrict,
  kLenient,  ///< text behind a closing quote belongs to the field, as many spreadsheets read it
};

/// Splits one record into `fields`, quotes undone; their memory is used again.
Parse parse_record(std::string_view text, char delimiter, std::vector<std::string>& fields,
                   Strictness strictness = Strictness::kStrict);

/// The field as it stands in a file: quoted where it must be.
std::string field(std::string_view text);
/// Fields with commas between them and a line feed behind.
std::string record(const std::vector<std::string>& fields);

}  // namespace tocsin::csv
