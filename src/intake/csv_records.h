// Lines become CSV records: quoted fields over several lines, comments, the delimiter.
#pragma once

#include "base/csv.h"
#include "intake/reader_base.h"

namespace tocsin::intake {

class CsvRecords : public LineReader {
 public:
  using LineReader::LineReader;

 protected:
  /// A record; `fields_` holds its fields. `number` is the line it starts on.
  virtual void on_record(std::int64_t number, std::string_view text) = 0;
  /// The column, trimmed; empty when the record is shorter, or the column is kAbsent.
  std::string_view cell(int column) const;

  static constexpr int kAbsent = -1;
  char delimiter_ = ',';
  bool auto_delimiter_ = false;  ///< by the first record
  csv::Strictness strictness_ = csv::Strictness::kStrict;
  std::string comment_prefix_ = "#";
  std::vector<std::string> fields_;

 private:
  void on_line(std::string_view line) final;
  void on_end() final;
  void take(std::int64_t number, std::string_view text, csv::Parse parsed);
  void give_up();

  std::vector<std::string> open_;  ///< physical lines of a record whose quote is still open
  std::size_t open_bytes_ = 0;
  std::int64_t open_line_ = 0;
};

}  // namespace tocsin::intake
