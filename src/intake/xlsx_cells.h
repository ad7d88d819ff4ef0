// What a cell of a workbook shows: numbers and dates as people see them.
#pragma once

#include <string>
#include <string_view>

namespace tocsin::intake::xlsx {

/// How a number format shows a value.
struct CellStyle {
  enum class Look { kNumber, kDate, kTime, kPercent, kPadded } look = Look::kNumber;
  std::size_t digits = 0;  ///< kPadded: `00000000000`
};

/// By the id of a built-in format, or a format's code.
CellStyle built_in_style(int id);
CellStyle style_of_code(std::string_view code);

/// The value of a `<v>` as shown: `2026-03-05 17:30:00`, `80%`, `13800138000` (never with an
/// exponent where fifteen digits are enough). What is no number stays as it is. `from_1904`: days
/// are counted as on old Macintoshes.
std::string shown(std::string_view raw, CellStyle style, bool from_1904);

/// `C7` -> 2; -1: not a reference, or beyond the 16,384 columns that a sheet has.
int column_of(std::string_view reference);

}  // namespace tocsin::intake::xlsx
