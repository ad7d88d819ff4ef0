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

bool is_unmapped(const CsvMapping& map) {
  return map.value == CsvMapping{}.value && map.kind.empty() && map.header;
}

struct Heading {
  std::string_view word;
  std::string CsvMapping::* field;
};

/// Headings of tables that Chinese units keep; those of the value are in common_kind() as well.
constexpr std::array kHeadings = std::to_array<Heading>({
    {"指标", &CsvMapping::value},
    {"指标值", &CsvMapping::value},
    {"文件哈希", &CsvMapping::value},
    {"哈希", &CsvMapping::value},
    {"哈希值", &CsvMapping::value},
    {"类型", &CsvMapping::kind},
    {"指标类型", &CsvMapping::kind},
    {"时间", &CsvMapping::first_seen},
    {"发现时间", &CsvMapping::first_seen},
    {"首次发现时间", &CsvMapping::first_seen},
    {"最近发现时间", &CsvMapping::last_seen},
    {"最后发现时间", &CsvMapping::last_seen},
    {"失效时间", &CsvMapping::valid_until},
    {"有效期至", &CsvMapping::valid_until},
    {"备注", &CsvMapping::description},
    {"说明", &CsvMapping::description},
    {"描述", &CsvMapping::description},
    {"标签", &CsvMapping::label},
    {"家族", &CsvMapping::label},
    {"威胁类型", &CsvMapping::label},
    {"置信度", &CsvMapping::confidence},
    {"编号", &CsvMapping::id},
});

/// The word of a heading: `IP 地址（v4）` is `ip地址`, `网址/URL` is `网址`.
std::string heading_word(std::string_view heading) {
  for (const std::string_view mark : {"/", "(", "（"})
    heading = heading.substr(0, heading.find(mark));
  std::string word = to_lower(trim(heading));
  std::erase(word, ' ');
  return word;
}

std::string CsvMapping::* field_of(std::string_view word) {
  const auto found = std::find_if(kHeadings.begin(), kHeadings.end(),
                                  [&](const Heading& h) { return h.word == word; });
  if (found != kHeadings.end()) return found->field;
  return common_kind(std::string(word)) ? &CsvMapping::value : nullptr;
}

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return (c & 0x80) == 0; });
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
      {"ip", K::kIpv4},          {"ipv4", K::kIpv4},       {"ipv6", K::kIpv6},
      {"ip address", K::kIpv4},  {"ip地址", K::kIpv4},     {"ip-dst", K::kIpv4},
      {"ip-src", K::kIpv4},      {"cidr", K::kIpv4Prefix}, {"subnet", K::kIpv4Prefix},
      {"ip:port", K::kEndpoint}, {"domain", K::kDomain},   {"hostname", K::kDomain},
      {"fqdn", K::kDomain},      {"host", K::kDomain},     {"domain name", K::kDomain},
      {"url", K::kUrl},          {"uri", K::kUrl},         {"md5", K::kMd5},
      {"sha1", K::kSha1},        {"sha-1", K::kSha1},      {"sha256", K::kSha256},
      {"sha-256", K::kSha256},   {"sm3", K::kSm3},         {"email", K::kEmail},
      {"e-mail", K::kEmail},     {"phone", K::kPhone},     {"域名", K::kDomain},
      {"网址", K::kUrl},         {"链接", K::kUrl},        {"电话", K::kPhone},
      {"电话号码", K::kPhone},   {"手机号", K::kPhone},    {"手机号码", K::kPhone},
      {"邮箱", K::kEmail},       {"电子邮箱", K::kEmail}};
  if (const auto found = kWords.find(word); found != kWords.end()) return found->second;
  return model::indicator_kind(word);
}

Status TableColumns::read_headings(CsvMapping& map, const std::vector<std::string>& header) {
  std::vector<std::string> values;
  bool chinese = false;
  CsvMapping found;
  for (std::size_t i = 0; i < header.size(); ++i) {
    const std::string word = heading_word(header[i]);
    const auto field = field_of(word);
    if (field == nullptr) continue;
    chinese = chinese || !is_ascii(word);
    const std::string column = "#" + std::to_string(i + 1);
    if (field == &CsvMapping::value) {
      values.push_back(header[i]);
      found.value = column;
      kind_ = common_kind(word);
    } else if ((found.*field).empty()) {
      found.*field = column;
    }
  }
  if (!chinese) {
    kind_.reset();  // read by its first column, as ever
    return {};
  }
  if (values.size() > 1) {
    const std::string there = join(values, ", ");
    return fail_bi(Code::kInvalid,
                   "Several columns could be the value: " + there +
                       "; name one of them, as in value:" + values.front(),
                   "有多列可作为指标：" + there + "；请指定其中一列，如 value:" + values.front(),
                   "csv", "many-values");
  }
  for (const auto& heading : kHeadings) {
    auto& mapped = map.*(heading.field);
    if (mapped == CsvMapping{}.*(heading.field)) mapped = found.*(heading.field);
  }
  if (!values.empty()) map.value = found.value;
  offset_ = std::chrono::hours(8);
  return {};
}

Result<TableColumns> TableColumns::find(const CsvMapping& mapping,
                                        const std::vector<std::string>& header) {
  CsvMapping map = mapping;
  TableColumns out;
  if (is_unmapped(mapping) && header == own_columns()) {
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
  } else if (is_unmapped(mapping)) {
    TRY_STATUS(out.read_headings(map, header));
  }
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
  const auto offset = offset_.value_or(mapping.utc_offset);
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
  } else {
    out.kind = kind_;
  }
  return out;
}

}  // namespace tocsin::intake
