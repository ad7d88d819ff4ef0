// Shadowserver's reports: what each column of each report means, by their published schema.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "intake/idf.h"

namespace tocsin::intake::shadowserver {

/// How a column becomes a field: the schema's converters, by name.
enum class Convert {
  kNone,
  kTimeUtc,       ///< add_UTC_to_timestamp, convert_date, convert_date_utc
  kNotZero,       ///< invalidate_zero, validate_to_none: `0` and `unknown` are absent
  kInteger,       ///< convert_int: anything else is absent
  kAddress,       ///< validate_ip: an address, else absent
  kNetwork,       ///< validate_network: with a prefix length, else absent
  kName,          ///< validate_fqdn: has a dot and is no address, else absent
  kUrl,           ///< convert_http_host_and_url: host and path from their own columns
  kCategory,      ///< category_or_detail
  kExchangeType,  ///< scan_exchange_type: a web shell is a compromise, else a weakness
  kExchangeName,  ///< scan_exchange_identifier
  kUnknown,       ///< a converter that we do not know: the value as it is, with a warning
};

struct Column {
  idf::Field field;
  std::string column;
  Convert convert = Convert::kNone;
  std::string converter;  ///< the name in the schema, for the warning
};

struct Report {
  std::vector<std::pair<idf::Field, std::string>> constants;
  std::vector<Column> columns;
  std::vector<std::string> required;  ///< columns without which this is another report
  std::string severity;               ///< of lines that state none, by the publisher
  bool common = false;                ///< read by the columns that reports share
};

/// Reports by `file_name` of the schema, `scan_rdp`.
using Schema = std::map<std::string, Report, std::less<>>;

/// Reads the published file: an object of reports with constant_fields, required_fields and
/// optional_fields; fields that no item uses are dropped. Errors name the report. At most 2000
/// reports of 2000 fields.
Result<Schema> read_schema(std::string_view json);

/// Does this file hold severities by report instead of the schema?
bool is_severity_table(std::string_view text);

/// The publisher's table of default severities (Markdown, `| scan_rdp | high |`): each report of
/// the schema gets its own; one that the schema does not know is read by common columns. At most
/// 2000 reports. kInvalid when no line of it names one.
Status read_severities(std::string_view table, Schema& schema);

/// `2026-08-22-scan_rdp-cn.csv` is `scan_rdp`, `scan_rdp.csv` too; empty when it is no such name.
std::string report_type(std::string_view file_name);

/// What we take a report for without a schema, by the columns that reports share.
Report common_report(std::string_view type);

/// Looks up another column of the same line; empty when it is not there.
using Row = std::function<std::string_view(std::string_view column)>;
/// The field's value; empty means absent.
std::string convert(const Column& column, std::string_view value, const Row& row);

}  // namespace tocsin::intake::shadowserver
