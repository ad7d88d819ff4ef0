#include <algorithm>
#include <array>

#include "base/json.h"
#include "intake/shadowserver.h"

namespace tocsin::intake::shadowserver {
namespace {

using idf::Field;

constexpr std::size_t kMaxReports = 2000;
constexpr std::size_t kMaxColumns = 2000;

struct Named {
  std::string_view name;
  Convert convert;
};
constexpr std::array kConverters = std::to_array<Named>({
    {"add_UTC_to_timestamp", Convert::kTimeUtc},
    {"convert_date", Convert::kTimeUtc},
    {"convert_date_utc", Convert::kTimeUtc},
    {"invalidate_zero", Convert::kNotZero},
    {"validate_to_none", Convert::kNotZero},
    {"convert_int", Convert::kInteger},
    {"validate_ip", Convert::kAddress},
    {"validate_network", Convert::kNetwork},
    {"validate_fqdn", Convert::kName},
    {"convert_http_host_and_url", Convert::kUrl},
    {"category_or_detail", Convert::kCategory},
    {"scan_exchange_type", Convert::kExchangeType},
    {"scan_exchange_identifier", Convert::kExchangeName},
});

Convert converter_named(std::string_view name) {
  if (name.empty()) return Convert::kNone;
  for (const Named& known : kConverters) {
    if (known.name == name) return known.convert;
  }
  return Convert::kUnknown;
}

tl::unexpected<Error> bad(std::string_view report, std::string_view en, std::string_view zh) {
  return fail_bi(Code::kInvalid,
                 "The schema's report " + std::string(report) + " " + std::string(en),
                 "报告格式定义“" + std::string(report) + "”" + std::string(zh), std::string(report),
                 "bad-schema");
}

/// `[field, column, converter?, whole row?]`, a list of them.
Status read_fields(const std::string& name, const Json& list, bool required, Report& out) {
  if (list.items().size() > kMaxColumns) return bad(name, "has too many fields", "字段过多");
  for (const Json& entry : list.items()) {
    const auto& parts = entry.items();
    if (parts.size() < 2 || !parts[0].is_string() || !parts[1].is_string()) {
      return bad(name, "has a field that is not [field, column, ...]", "的字段应为 [字段, 列, …]");
    }
    const std::string& column = parts[1].as_string();
    if (required) out.required.push_back(column);
    std::string target = parts[0].as_string();
    if (target.ends_with('.')) target += column;  // "extra." takes the column's own name
    const auto field = idf::field_named(target);
    if (!field) continue;
    const std::string converter = parts.size() > 2 ? parts[2].as_string() : "";
    out.columns.push_back({*field, column, converter_named(converter), converter});
  }
  return {};
}

std::string url_of(std::string_view value, const Row& row) {
  if (value.find("://") != std::string_view::npos) return std::string(value);
  std::string_view host = row("cc_dns");
  if (host.empty()) host = row("http_host");
  std::string_view path = value.empty() ? row("http_url") : value;
  // Some reports hold the whole request line, `GET /x HTTP/1.1`.
  if (const auto space = path.find(' '); space != std::string_view::npos) {
    path = path.substr(space + 1);
    path = path.substr(0, path.find(' '));
  }
  if (host.empty() || path.empty()) return {};
  const std::string scheme = row("application") == "https" ? "https" : "http";
  return scheme + "://" + std::string(host) + (path.starts_with('/') ? "" : "/") +
         std::string(path);
}

bool is_address(std::string_view text) {
  if (text.find(':') != std::string_view::npos) {
    return text.find_first_not_of("0123456789abcdefABCDEF:.") == std::string_view::npos;
  }
  return std::count(text.begin(), text.end(), '.') == 3 &&
         text.find_first_not_of("0123456789.") == std::string_view::npos;
}

}  // namespace

Result<Schema> read_schema(std::string_view text) {
  const auto json = Json::parse(text);
  if (!json) {
    return fail_bi(Code::kInvalid, "The schema is not valid JSON at " + json.error().field,
                   "报告格式定义不是有效的JSON，位置 " + json.error().field, json.error().field,
                   "bad-schema");
  }
  Schema out;
  for (const auto& [name, entry] : json->members()) {
    if (name.starts_with('_')) continue;  // _meta
    if (!entry.is_object()) return bad(name, "is not an object", "不是JSON对象");
    if (out.size() >= kMaxReports) return bad(name, "is one too many", "超出数量上限");
    Report report;
    for (const auto& [target, value] : entry["constant_fields"].members()) {
      const auto field = idf::field_named(target);
      if (field == Field::kSeverity) {  // for lines that state none
        report.severity = value.as_string();
      } else if (field) {
        report.constants.emplace_back(*field, value.as_string());
      }
    }
    TRY_STATUS(read_fields(name, entry["required_fields"], true, report));
    TRY_STATUS(read_fields(name, entry["optional_fields"], false, report));
    const std::string& file = entry.str("file_name");
    out.insert_or_assign(file.empty() ? name : file, std::move(report));
  }
  if (out.empty()) {
    return fail_bi(Code::kInvalid, "The schema has no report", "报告格式定义中没有任何报告", "",
                   "bad-schema");
  }
  return out;
}

bool is_severity_table(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n\xef\xbb\xbf");
  return first != std::string_view::npos && text[first] != '{';
}

Status read_severities(std::string_view table, Schema& schema) {
  static constexpr std::array<std::string_view, 5> kLevels = {"critical", "high", "medium", "low",
                                                              "info"};
  std::size_t found = 0;
  for (const std::string_view line : split(table, '\n')) {
    const auto cells = split(line, '|');
    if (cells.size() < 4) continue;
    const std::string_view name = trim(cells[1]);
    const std::string_view level = trim(cells[2]);
    const bool is_level = std::find(kLevels.begin(), kLevels.end(), level) != kLevels.end();
    if (!is_level || report_type(std::string(name) + ".csv") != name) continue;
    if (++found > kMaxReports) return bad(name, "is one too many", "超出数量上限");
    auto report = schema.find(name);
    if (report == schema.end()) {
      report = schema.emplace(std::string(name), common_report(name)).first;
      report->second.common = true;
    }
    report->second.severity = level;
  }
  if (found > 0) return {};
  return fail_bi(Code::kInvalid, "No line of the table names a report with its severity",
                 "表中没有任何报告的严重程度", "", "bad-schema");
}

std::string report_type(std::string_view file_name) {
  if (const auto slash = file_name.rfind('/'); slash != std::string_view::npos) {
    file_name.remove_prefix(slash + 1);
  }
  const auto csv = file_name.find(".csv");
  if (csv == std::string_view::npos) return {};
  file_name = file_name.substr(0, csv);
  const auto digits = [&](std::size_t from, std::size_t n) {
    return file_name.substr(from, n).find_first_not_of("0123456789") == std::string_view::npos;
  };
  if (file_name.size() > 11 && digits(0, 4) && file_name[4] == '-' && digits(5, 2) &&
      file_name[7] == '-' && digits(8, 2) && file_name[10] == '-') {
    file_name.remove_prefix(11);
  }
  const std::string_view type = file_name.substr(0, file_name.find('-'));
  const bool plain =
      type.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == std::string_view::npos;
  return plain ? std::string(type) : std::string();
}

Report common_report(std::string_view type) {
  // By what a report's name contains; the first match counts.
  struct Word {
    std::string_view part;
    std::string_view meaning;
  };
  static constexpr std::array kWords = std::to_array<Word>({
      {"phish_url", "phishing"},
      {"malware_url", "malware-distribution"},
      {"spam_url", "spam"},
      {"blocklist", "blacklist"},
      {"ddos_participant", "ddos"},
      {"honeypot_brute_force", "brute-force"},
      {"honeypot_ddos", "ddos"},
      {"honeypot", "scanner"},
      {"ip_spoofer", "masquerade"},
      {"sinkhole", "infected-system"},
      {"infected", "infected-system"},
      {"drone", "infected-system"},
      {"compromised_account", "data-leak"},
      {"compromised", "system-compromise"},
      {"scan", "vulnerable-system"},
      {"population", "other"},
      {"device_id", "other"},
  });
  Report out;
  std::string_view meaning = "undetermined";
  for (const Word& word : kWords) {
    if (type.find(word.part) == std::string_view::npos) continue;
    meaning = word.meaning;
    break;
  }
  out.constants = {{Field::kType, std::string(meaning)}, {Field::kIdentifier, std::string(type)}};
  const bool resource = type.ends_with("_url");
  const auto add = [&](Field field, std::string column, Convert convert) {
    out.columns.push_back({field, std::move(column), convert, ""});
  };
  add(Field::kTimeSource, "timestamp", Convert::kTimeUtc);
  add(Field::kIp, "ip", Convert::kNone);
  add(Field::kIp, "src_ip", Convert::kNone);
  add(Field::kPort, "port", Convert::kNotZero);
  add(Field::kPort, "src_port", Convert::kNotZero);
  if (resource) {
    add(Field::kUrl, "url", Convert::kNone);
    add(Field::kFqdn, "host", Convert::kName);
  }
  add(Field::kSha256, "sha256", Convert::kNotZero);
  add(Field::kMd5, "md5", Convert::kNotZero);
  add(Field::kFamily, "family", Convert::kNotZero);
  add(Field::kFamily, "infection", Convert::kNotZero);
  add(Field::kSeverity, "severity", Convert::kNotZero);
  add(Field::kTag, "tag", Convert::kNotZero);
  add(Field::kDestinationIp, "dst_ip", Convert::kAddress);
  out.required = {"timestamp"};
  return out;
}

std::string convert(const Column& column, std::string_view value, const Row& row) {
  const auto keep = [&](bool good) { return good ? std::string(value) : std::string(); };
  switch (column.convert) {
    case Convert::kNone:
    case Convert::kUnknown:
      break;
    case Convert::kTimeUtc:
      return keep(true);  // times without a zone are UTC to idf::read()
    case Convert::kNotZero:
      return keep(value != "0" && value != "unknown");
    case Convert::kInteger:
      return keep(to_int(value).has_value());
    case Convert::kAddress:
      return keep(is_address(value));
    case Convert::kNetwork:
      return keep(value.find('/') != std::string_view::npos);
    case Convert::kName:
      return keep(value.find('.') != std::string_view::npos && !is_address(value));
    case Convert::kUrl:
      return url_of(value, row);
    case Convert::kCategory:
      return std::string(value.empty() ? row("detail") : value);
    case Convert::kExchangeType:
      return value.find("webshell") != std::string_view::npos ? "system-compromise"
                                                              : "vulnerable-system";
    case Convert::kExchangeName:
      return value.find("webshell") != std::string_view::npos ? "exchange-server-webshell"
                                                              : "vulnerable-exchange-server";
  }
  return keep(true);
}

}  // namespace tocsin::intake::shadowserver
