#include "intake/mapping.h"

#include "base/text.h"

namespace tocsin::intake {

Status read_mapping(std::string_view text, CsvMapping& out) {
  for (const auto part : split(text, ',')) {
    if (trim(part).empty()) continue;
    const auto colon = part.find(':');
    const std::string key(trim(part.substr(0, colon)));
    const std::string value(colon == std::string_view::npos ? "" : trim(part.substr(colon + 1)));
    if (key == "value") {
      out.value = value;
    } else if (key == "tail") {
      out.value_tail = value;
    } else if (key == "kind") {
      out.kind = value;
    } else if (key == "description") {
      out.description = value;
    } else if (key == "label") {
      out.label = value;
    } else if (key == "first_seen") {
      out.first_seen = value;
    } else if (key == "last_seen") {
      out.last_seen = value;
    } else if (key == "confidence") {
      out.confidence = value;
    } else if (key == "id") {
      out.id = value;
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
