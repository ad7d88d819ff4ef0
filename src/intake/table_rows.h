// Rows of a table become items by a mapping of columns, whatever the table came in.
#pragma once

#include <algorithm>
#include <map>

#include "base/text.h"
#include "intake/reader_base.h"

namespace tocsin::intake {

/// The header of our own tables, written and recognised.
const std::vector<std::string>& own_columns();

/// What a type column of vendors calls a kind, in lower case; our own names too.
std::optional<model::IndicatorKind> common_kind(const std::string& word);

/// Where the mapped columns are; -1: not there.
class TableColumns {
 public:
  /// Finds the mapped columns. A name that the header does not have is kInvalid (`no-column`): it
  /// is a mistake of whoever mapped it; reading on would refuse every line for another reason, or
  /// drop a column in silence. A header that is our own needs no mapping, and one in the usual
  /// Chinese words neither; when several of its columns could be the value, that is kInvalid too
  /// (`many-values`).
  static Result<TableColumns> find(const CsvMapping& mapping,
                                   const std::vector<std::string>& header);

  /// The indicator as text and its kind; fills the rest of the item. An empty value is an Error.
  struct Value {
    std::string text;
    std::optional<model::IndicatorKind> kind;
  };
  Result<Value> read(const CsvMapping& mapping, const std::vector<std::string>& fields,
                     Item& item) const;

 private:
  enum Field {
    kValue,
    kTail,
    kKind,
    kDescription,
    kLabel,
    kFirstSeen,
    kLastSeen,
    kValidUntil,
    kTlp,
    kActionable,
    kConfidence,
    kId,
    kFields,
  };
  /// A header in the usual Chinese words, for whoever mapped nothing.
  Status read_headings(CsvMapping& map, const std::vector<std::string>& header);

  int at_[kFields] = {};
  std::optional<model::IndicatorKind> kind_;    ///< what the heading of the value says
  std::optional<std::chrono::minutes> offset_;  ///< of times without a zone, when the header tells
};

}  // namespace tocsin::intake
