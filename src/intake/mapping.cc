#include "intake/mapping.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace tocsin::intake {
namespace {

struct Column {
  std::string_view name;
  std::string CsvMapping::* field;
};

constexpr std::array kColumns = std::to_array<Column>({
    {"value", &CsvMapping::value},
    {"tail", &CsvMapping::value_tail},
    {"kind", &CsvMapping::kind},
    {"description", &CsvMapping::description},
    {"label", &CsvMapping::label},
    {"first_seen", &CsvMapping::first_seen},
    {"last_seen", &CsvMapping::last_seen},
    {"valid_until", &CsvMapping::valid_until},
    {"tlp", &CsvMapping::tlp},
    {"actionable", &CsvMapping::actionable},
    {"confidence", &CsvMapping::confidence},
    {"id", &CsvMapping::id},
    {"sheet", &CsvMapping::sheet},
});

}  // namespace

Status read_mapping(std::string_view text, CsvMapping& out) {
  for (const auto part : split(text, ',')) {
    if (trim(part).empty()) continue;
    const auto colon = part.find(':');
    const std::string key(trim(part.substr(0, colon)));
    const std::string value(colon == std::string_view::npos ? "" : trim(part.substr(colon + 1)));
    const auto column = std::find_if(kColumns.begin(), kColumns.end(),
                                     [&](const Column& c) { return c.name == key; });
    if (column != kColumns.end()) {
      out.*(column->field) = value;
    } else if (key == "header") {
      out.header = value != "no" && value != "false";
    } else if (key == "delimiter") {
      out.auto_delimiter = value == "auto";
      if (value == "tab") {
        out.delimiter = '\t';
      } else if (value == "comma") {
        out.delimiter = ',';
      } else if (value.size() == 1) {
        out.delimiter = value[0];
      }
    } else {
      return fail_bi(Code::kInvalid, "unknown column '" + key + "' in the CSV mapping",
                     "CSV 映射中有未知列“" + key + "”", "csv");
    }
  }
  return {};
}

}  // namespace tocsin::intake
