#include "intake/table_rows.h"

#include <algorithm>
#include <array>

#include "intake/feed_time.h"

namespace tocsin::intake {
namespace {

using K = model::IndicatorKind;

constexpr int kAbsent = -1;
constexpr std::int64_t kMaxColumns = 1024;

int column_named(const std::string& wanted, const std::vector<std::string>& header,
                 std::string& missing) {
  if (wanted.empty()) return kAbsent;
  if (wanted[0] == '#') {
    const auto column = to_int(wanted.substr(1));
    if (column && *column >= 1 && *column <= kMaxColumns) return static_cast<int>(*column) - 1;
  }
  for (std::size_t i = 0; i < header.size(); ++i) {
    if (iequals(trim(header[i]), wanted)) return static_cast<int>(i);
  }
  if (missing.empty()) missing = wanted;
  return kAbsent;
}

/// Nobody mapped anything, and the table is one that we wrote.
bool is_own(const CsvMapping& map, const std::vector<std::string>& header) {
  return map.value == CsvMapping{}.value && map.kind.empty() && map.header &&
         header == own_columns();
}

/// How tables say that a cell has nothing to say.
bool is_blank(std::string_view cell) {
  constexpr std::array<std::string_view, 7> kNothing = {"", "-", "--", "none", "null", "n/a", "无"};
  return std::find(kNothing.begin(), kNothing.end(), to_lower(cell)) != kNothing.end();
}

Status read_time(std::string_view cell, std::chrono::minutes offset, const char* column,
                 Instant& into) {
  if (is_blank(cell)) return {};
  const auto time = parse_feed_time(cell, offset);
  if (!time) return fail_bi(Code::kInvalid, "Not a time", "时间格式错误", column, "bad-time");
  into = *time;
  return {};
}

Status read_level(std::string_view cell, int& into) {
  if (is_blank(cell)) return {};
  if (cell.ends_with('%')) cell.remove_suffix(1);
  const auto level = to_int(cell);
  if (!level || *level < 0 || *level > 100) {
    return fail_bi(Code::kInvalid, "confidence is a whole number from 0 to 100",
                   "confidence应为0到100的整数", "confidence", "bad-confidence");
  }
  into = static_cast<int>(*level);
  return {};
}

}  // namespace

const std::vector<std::string>& own_columns() {
  static const std::vector<std::string> kColumns = {
      "kind",        "value", "confidence", "tlp",         "first_seen", "last_seen",
      "valid_until", "label", "actionable", "description", "id"};
  return kColumns;
}

/// Words for kinds that vendors write in a type column.
std::optional<K> common_kind(const std::string& word) {
  static const std::map<std::string, K> kWords = {
      {"ip", K::kIpv4},          {"ipv4", K::kIpv4},
      {"ipv6", K::kIpv6},        {"ip address", K::kIpv4},
      {"ip-dst", K::kIpv4},      {"ip-src", K::kIpv4},
      {"cidr", K::kIpv4Prefix},  {"subnet", K::kIpv4Prefix},
      {"ip:port", K::kEndpoint}, {"domain", K::kDomain},
      {"hostname", K::kDomain},  {"fqdn", K::kDomain},
      {"host", K::kDomain},      {"domain name", K::kDomain},
      {"url", K::kUrl},          {"uri", K::kUrl},
      {"md5", K::kMd5},          {"sha1", K::kSha1},
      {"sha-1", K::kSha1},       {"sha256", K::kSha256},
      {"sha-256", K::kSha256},   {"sm3", K::kSm3},
      {"email", K::kEmail},      {"e-mail", K::kEmail},
      {"phone", K::kPhone},      {"域名", K::kDomain},
      {"网址", K::kUrl},         {"电话", K::kPhone},
      {"手机号", K::kPhone},     {"邮箱", K::kEmail}};
  if (const auto found = kWords.find(word); found != kWords.end()) return found->second;
  return model::indicator_kind(word);
}

Result<TableColumns> TableColumns::find(const CsvMapping& mapping,
                                        const std::vector<std::string>& header) {
  CsvMapping map = mapping;
  if (is_own(mapping, header)) {
    map.value = "value";
    map.kind = "kind";
    map.confidence = "confidence";
    map.tlp = "tlp";
    map.first_seen = "first_seen";
    map.last_seen = "last_seen";
    map.valid_until = "valid_until";
    map.label = "label";
    map.actionable = "actionable";
    map.description = "description";
    map.id = "id";
  }
  TableColumns out;
  std::string missing;
  const std::array<const std::string*, kFields> wanted = {
      &map.value, &map.value_tail, &map.kind,       &map.description,
      &map.label, &map.first_seen, &map.last_seen,  &map.valid_until,
      &map.tlp,   &map.actionable, &map.confidence, &map.id};
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    out.at_[i] = column_named(*wanted[i], header, missing);
  }
  if (missing.empty() && out.at_[kValue] != kAbsent) return out;
  if (missing.empty()) missing = map.value;
  const std::string there = join(header, ", ");
  return fail_bi(Code::kInvalid,
                 header.empty() ? "There is no column '" + missing +
                                      "': without a header, name columns by number, such as #1"
                                : "There is no column '" + missing + "'; the columns are: " + there,
                 header.empty() ? "没有列“" + missing + "”：无表头时请用列号，例如 #1"
                                : "没有列“" + missing + "”；现有各列：" + there,
                 "csv", "no-column");
}

Result<TableColumns::Value> TableColumns::read(const CsvMapping& mapping,
                                               const std::vector<std::string>& fields,
                                               Item& item) const {
  const auto cell = [&](Field field) {
    const int column = at_[field];
    const auto i = static_cast<std::size_t>(column);
    return column == kAbsent || i >= fields.size() ? std::string_view() : trim(fields[i]);
  };
  Value out;
  out.text = cell(kValue);
  if (out.text.empty()) {
    return fail_bi(Code::kInvalid, "The value is empty", "取值为空", "", "empty");
  }
  const std::string_view tail = cell(kTail);
  if (!tail.empty()) out.text += (tail.starts_with('/') ? "" : "/") + std::string(tail);
  item.description = cell(kDescription);
  item.foreign_id = cell(kId);
  if (const auto label = cell(kLabel); !label.empty()) item.labels.emplace_back(label);
  const auto offset = mapping.utc_offset;
  TRY_STATUS(read_time(cell(kFirstSeen), offset, "first_seen", item.first_seen));
  TRY_STATUS(read_time(cell(kLastSeen), offset, "last_seen", item.last_seen));
  TRY_STATUS(read_time(cell(kValidUntil), offset, "valid_until", item.valid_until));
  TRY_STATUS(read_level(cell(kConfidence), item.confidence));
  if (const auto word = cell(kTlp); !word.empty()) {
    const auto tlp = tlp_named(word);
    if (!tlp) return fail_bi(Code::kInvalid, "Unknown TLP", "未知的TLP", "tlp", "bad-tlp");
    item.tlp = *tlp;
  }
  const std::string use = to_lower(cell(kActionable));
  item.actionable = use != "no" && use != "false" && use != "否";
  if (mapping.fixed_kind) {
    out.kind = mapping.fixed_kind;
  } else if (const std::string word = to_lower(cell(kKind)); !word.empty()) {
    const auto own = mapping.kind_words.find(word);
    out.kind = own != mapping.kind_words.end() ? std::optional(own->second) : common_kind(word);
  }
  return out;
}

}  // namespace tocsin::intake
