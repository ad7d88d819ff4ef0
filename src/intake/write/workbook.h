// A source's indicators as an Office Open XML workbook.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "intake/reader.h"

namespace tocsin::intake {

/// One sheet with the columns of own_columns(), written row by row with constant memory. Cells are
/// text, so that no spreadsheet program changes a telephone number or a time. Thread safety: none.
class WorkbookWriter {
 public:
  /// kInternal when the file cannot be made. Nothing is whole before finish().
  static Result<std::unique_ptr<WorkbookWriter>> open(const std::string& path,
                                                      std::string_view sheet);
  virtual ~WorkbookWriter() = default;
  /// kTooLarge beyond the 1,048,576 rows that a sheet has.
  virtual Status add(const Item& item) = 0;
  virtual Status finish() = 0;
};

}  // namespace tocsin::intake
