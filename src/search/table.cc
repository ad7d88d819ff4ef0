#include "search/table.h"

#include "base/csv.h"

namespace tocsin::search {
namespace {

const std::vector<std::string>& columns(Place place) {
  static const std::vector<std::string> kCases = {
      "number",        "state",        "class",     "subtype",    "certainty", "title",
      "discovered_at", "submitted_at", "provinces", "indicators", "tlp"};
  static const std::vector<std::string> kTasks = {"number",     "state", "measure", "title",
                                                  "indicators", "limit", "overdue"};
  static const std::vector<std::string> kAppeals = {"number", "state", "grounds", "knew_at",
                                                    "ruling"};
  static const std::vector<std::string> kUnits = {"code", "type", "title", "provinces", "active"};
  static const std::vector<std::string> kSources = {"name", "health", "paused", "last_run",
                                                    "last_good"};
  static const std::vector<std::string> kFlaws = {"id",        "title",   "cvss",
                                                  "published", "updated", "rejected"};
  static const std::vector<std::string> kIndicators = {
      "kind", "value", "first_seen", "last_seen", "confidence", "tlp", "sources"};
  static const std::vector<std::string> kEntries = {"indicator", "measure", "addressee", "case",
                                                    "since",     "live",    "ended"};
  switch (place) {
    case Place::kCases:
      return kCases;
    case Place::kTasks:
      return kTasks;
    case Place::kAppeals:
      return kAppeals;
    case Place::kOrganizations:
      return kUnits;
    case Place::kSources:
      return kSources;
    case Place::kVulnerabilities:
      return kFlaws;
    case Place::kIndicators:
      return kIndicators;
    case Place::kEntries:
      return kEntries;
  }
  panic(__FILE__, __LINE__, "unknown Place");
}

/// One value in one cell: lists with blanks between, indicators as `kind:value`, texts in both
/// languages.
std::string cell(const Json& value) {
  if (value.is_string()) return value.as_string();
  if (value.is_bool()) return value.as_bool() ? "true" : "false";
  if (value.is_array()) {
    std::string out;
    for (const auto& item : value.items()) out += (out.empty() ? "" : " ") + cell(item);
    return out;
  }
  if (value.has("kind")) return value.str("kind") + ":" + value.str("value");
  if (value.has("source")) return value.str("source");
  if (value.has("zh")) {
    return value.str("zh") == value.str("en") ? value.str("zh")
                                              : value.str("zh") + " / " + value.str("en");
  }
  return value.is_null() ? std::string() : value.dump();
}

std::string harmless(std::string text) {
  if (text.empty()) return text;
  const char first = text.front();
  const bool sign = first == '+' || first == '-';
  const bool number =
      sign && text.size() > 1 && text.find_first_not_of("0123456789", 1) == std::string::npos;
  if (first == '=' || first == '@' || first == '\t' || first == '\r' || (sign && !number)) {
    return "'" + text;
  }
  return text;
}

}  // namespace

std::string csv_header(Place place) { return csv::record(columns(place)); }

std::string csv_row(Place place, const Json& shown) {
  std::vector<std::string> fields;
  for (const auto& column : columns(place)) fields.push_back(harmless(cell(shown[column])));
  return csv::record(fields);
}

}  // namespace tocsin::search
