// CSV (RFC 4180) with a mapping of columns.
#include <algorithm>

#include "intake/csv_records.h"
#include "intake/feed_time.h"

namespace tocsin::intake {
namespace {

using K = model::IndicatorKind;

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

class CsvReader final : public CsvRecords {
 public:
  CsvReader(Options options, Sink& sink) : CsvRecords(std::move(options), sink) {
    delimiter_ = options_.csv.delimiter;
    auto_delimiter_ = options_.csv.auto_delimiter;
    comment_prefix_ = options_.csv.comment_prefix;
  }

 private:
  struct Columns {
    int value = kAbsent, tail = kAbsent, kind = kAbsent, description = kAbsent, label = kAbsent,
        first_seen = kAbsent, last_seen = kAbsent, confidence = kAbsent, id = kAbsent;
  };

  void on_record(std::int64_t number, std::string_view text) override;
  void resolve(std::int64_t number, std::string_view text, const std::vector<std::string>& header);
  std::optional<K> kind_of_row() const;

  Columns columns_;
  bool ready_ = false;
};

/// Finds the mapped columns. A name that the header does not have is a mistake of whoever mapped
/// it; reading on would refuse every line for another reason, or drop a column in silence.
void CsvReader::resolve(std::int64_t number, std::string_view text,
                        const std::vector<std::string>& header) {
  std::string missing;
  const auto find = [&](const std::string& wanted) {
    if (wanted.empty()) return kAbsent;
    if (wanted[0] == '#') {
      const auto column = to_int(wanted.substr(1));
      return column && *column >= 1 && *column <= 1024 ? static_cast<int>(*column) - 1 : kAbsent;
    }
    for (std::size_t i = 0; i < header.size(); ++i) {
      if (iequals(trim(header[i]), wanted)) return static_cast<int>(i);
    }
    if (missing.empty()) missing = wanted;
    return kAbsent;
  };
  const CsvMapping& map = options_.csv;
  columns_ = {find(map.value),       find(map.value_tail), find(map.kind),
              find(map.description), find(map.label),      find(map.first_seen),
              find(map.last_seen),   find(map.confidence), find(map.id)};
  if (missing.empty() && columns_.value != kAbsent) return;
  if (missing.empty()) missing = map.value;
  const std::string there = join(header, ", ");
  stop(number, text,
       fail_bi(Code::kInvalid,
               header.empty() ? "There is no column '" + missing +
                                    "': without a header, name columns by number, such as #1"
                              : "There is no column '" + missing + "'; the columns are: " + there,
               header.empty() ? "没有列“" + missing + "”：无表头时请用列号，例如 #1"
                              : "没有列“" + missing + "”；现有各列：" + there,
               "csv", "no-column")
           .value());
}

std::optional<K> CsvReader::kind_of_row() const {
  if (options_.csv.fixed_kind) return options_.csv.fixed_kind;
  const std::string word = to_lower(cell(columns_.kind));
  if (word.empty()) return std::nullopt;
  const auto own = options_.csv.kind_words.find(word);
  return own != options_.csv.kind_words.end() ? std::optional(own->second) : common_kind(word);
}

void CsvReader::on_record(std::int64_t number, std::string_view text) {
  if (!ready_) {
    ready_ = true;
    if (options_.csv.header) {
      comment();
      return resolve(number, text, fields_);
    }
    resolve(number, text, {});
    if (stopped()) return;
  }
  std::string value(cell(columns_.value));
  if (value.empty()) return refuse(number, text, "empty", "The value is empty", "取值为空");
  const std::string_view tail = cell(columns_.tail);
  if (!tail.empty()) value += (tail.starts_with('/') ? "" : "/") + std::string(tail);
  Item item = blank(number);
  item.description = cell(columns_.description);
  item.foreign_id = cell(columns_.id);
  if (const auto label = cell(columns_.label); !label.empty()) item.labels.emplace_back(label);
  const auto offset = options_.csv.utc_offset;
  if (const auto t = parse_feed_time(cell(columns_.first_seen), offset)) item.first_seen = *t;
  if (const auto t = parse_feed_time(cell(columns_.last_seen), offset)) item.last_seen = *t;
  if (const auto level = to_int(cell(columns_.confidence)); level && *level >= 0) {
    item.confidence = static_cast<int>(std::min<std::int64_t>(*level, 100));
  }
  emit(value, kind_of_row(), std::move(item));
}

}  // namespace

std::unique_ptr<Reader> make_csv(Options options, Sink& sink) {
  return std::make_unique<CsvReader>(std::move(options), sink);
}

}  // namespace tocsin::intake
