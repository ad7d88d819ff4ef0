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
constexpr std::string_view kHeader = "header";
constexpr std::string_view kDelimiter = "delimiter";

}  // namespace

const std::string& mapping_words() {
  static const std::string words = [] {
    std::string out;
    for (const auto& column : kColumns) out += std::string(column.name) + " ";
    return out + std::string(kHeader) + " " + std::string(kDelimiter);
  }();
  return words;
}

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
    } else if (key == kHeader) {
      out.header = value != "no" && value != "false";
    } else if (key == kDelimiter) {
      out.auto_delimiter = value == "auto";
      if (value == "tab") {
        out.delimiter = '\t';
      } else if (value == "comma") {
        out.delimiter = ',';
      } else if (value.size() == 1) {
        out.delimiter = value[0];
      }
    } else {
      return fail_bi(
          Code::kInvalid,
          "unknown word '" + key + "' in the mapping of columns; known are: " + mapping_words(),
          "列映射中有未知的“" + key + "”；可用：" + mapping_words(), "csv");
    }
  }
  return {};
}

}  // namespace tocsin::intake
