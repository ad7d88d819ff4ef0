// One row of a text file of reference data: where it applies and what it says there.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "match/address.h"
#include "model/reference.h"

namespace tocsin::attribution {

/// Exactly one of addresses and numbers is meant, by the kind.
struct Row {
  match::Address first;
  match::Address last;
  std::uint64_t first_number = 0;
  std::uint64_t last_number = 0;
  std::string value;  ///< columns separated by a tab
};

struct RowOutcome {
  enum class What { kRow, kIgnored, kRefused } what = What::kRow;
  Row row;
  std::string code;
  Text reason;
};

/// How the rows of a file are written, told from its first data line.
enum class RowForm { kCsv, kTsv, kCidrList, kPrefixText };
std::string_view name(RowForm form);
RowForm form_of(model::ReferenceKind kind, std::string_view line);

/// Columns of a line; quotes as in RFC 4180. Nothing when a quote stays open or columns are too
/// many.
std::optional<std::vector<std::string>> columns_of(std::string_view line, char separator);

/// Reads one line that is neither blank nor a comment. `name` is the data set's.
RowOutcome read_row(model::ReferenceKind kind, RowForm form, std::string_view name,
                    std::string_view line);

/// The value of a row, as each kind keeps it.
std::string asn_value(std::uint32_t asn, std::string_view name);

}  // namespace tocsin::attribution
