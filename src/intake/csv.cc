// CSV (RFC 4180) with a mapping of columns.
#include <algorithm>

#include "intake/feed_time.h"
#include "intake/reader_base.h"

namespace tocsin::intake {
namespace {

using K = model::IndicatorKind;

constexpr std::size_t kMaxColumns = 1024;
constexpr std::size_t kMaxRecordLines = 64;
constexpr int kAbsent = -1;

enum class Parse { kDone, kNeedsMore, kBroken };

/// One record into `fields`. kNeedsMore: a quoted field goes on in the next line.
Parse parse_record(std::string_view text, char delimiter, std::vector<std::string>& fields) {
  fields.clear();
  std::size_t i = 0;
  while (true) {
    if (fields.size() >= kMaxColumns) return Parse::kBroken;
    std::string& field = fields.emplace_back();
    if (i < text.size() && text[i] == '"') {
      for (++i;; ++i) {
        if (i >= text.size()) return Parse::kNeedsMore;
        if (text[i] != '"') {
          field.push_back(text[i]);
        } else if (i + 1 < text.size() && text[i + 1] == '"') {
          field.push_back(text[i++]);
        } else {
          break;
        }
      }
      ++i;
      if (i < text.size() && text[i] != delimiter) return Parse::kBroken;
    } else {
      const std::size_t end = std::min(text.find(delimiter, i), text.size());
      field.assign(text.substr(i, end - i));
      i = end;
    }
    if (i >= text.size()) return Parse::kDone;
    ++i;
  }
}

char choose_delimiter(std::string_view line) {
  char best = ',';
  std::ptrdiff_t most = 0;
  for (const char candidate : {',', ';', '\t', '|'}) {
    const auto count = std::count(line.begin(), line.end(), candidate);
    if (count > most) {
      most = count;
      best = candidate;
    }
  }
  return best;
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

class CsvReader final : public LineReader {
 public:
  using LineReader::LineReader;

 private:
  struct Columns {
    int value = kAbsent, tail = kAbsent, kind = kAbsent, description = kAbsent, label = kAbsent,
        first_seen = kAbsent, last_seen = kAbsent, confidence = kAbsent, id = kAbsent;
  };

  void on_line(std::string_view line) override;
  void on_end() override;
  void on_record(std::int64_t number, std::string_view text);
  void resolve(std::int64_t number, std::string_view text, const std::vector<std::string>& header);
  void give_up();
  std::string_view cell(int column) const;
  std::optional<K> kind_of_row() const;

  Columns columns_;
  bool ready_ = false;
  std::vector<std::string> fields_;
  std::vector<std::string> open_;  ///< physical lines of a record whose quote is still open
  std::size_t open_bytes_ = 0;
  std::int64_t open_line_ = 0;
};

std::string_view CsvReader::cell(int column) const {
  if (column == kAbsent || static_cast<std::size_t>(column) >= fields_.size()) return {};
  return trim(fields_[static_cast<std::size_t>(column)]);
}

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

void CsvReader::on_line(std::string_view line) {
  if (open_.empty()) {
    if (trim(line).empty()) return;
    const std::string& mark = options_.csv.comment_prefix;
    if (!mark.empty() && line.starts_with(mark)) return comment();
    if (!ready_ && options_.csv.auto_delimiter) {
      options_.csv.delimiter = choose_delimiter(line);
      options_.csv.auto_delimiter = false;
    }
    if (parse_record(line, options_.csv.delimiter, fields_) != Parse::kNeedsMore) {
      return on_record(LineReader::line(), line);
    }
    open_line_ = LineReader::line();
  }
  open_bytes_ += line.size() + 1;
  open_.emplace_back(line);
  if (open_.size() == 1) return;
  if (open_.size() > kMaxRecordLines || open_bytes_ > options_.max_line_bytes) return give_up();
  // Only a line with a quote can close the field.
  if (line.find('"') == std::string_view::npos) return;
  const std::string whole = join(open_, "\n");
  if (parse_record(whole, options_.csv.delimiter, fields_) == Parse::kNeedsMore) return;
  open_.clear();
  open_bytes_ = 0;
  on_record(open_line_, whole);
}

/// A quote that never closes costs its own line, not the ones behind it.
void CsvReader::give_up() {
  const std::vector<std::string> lines = std::move(open_);
  open_.clear();
  open_bytes_ = 0;
  refuse(open_line_, lines.front(), "open-quote", "A quoted field is never closed",
         "引号字段没有结束");
  std::int64_t number = open_line_;
  for (std::size_t i = 1; i < lines.size(); ++i) {
    ++number;
    if (parse_record(lines[i], options_.csv.delimiter, fields_) == Parse::kNeedsMore) {
      refuse(number, lines[i], "open-quote", "A quoted field is never closed", "引号字段没有结束");
    } else if (!trim(lines[i]).empty()) {
      on_record(number, lines[i]);
    }
  }
}

void CsvReader::on_record(std::int64_t number, std::string_view text) {
  if (stopped()) return;
  if (parse_record(text, options_.csv.delimiter, fields_) != Parse::kDone) {
    return refuse(number, text, "bad-csv",
                  "Text stands behind a closing quote, or too many columns",
                  "引号后有多余文本，或列数过多");
  }
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

void CsvReader::on_end() {
  if (!open_.empty()) give_up();
}

}  // namespace

std::unique_ptr<Reader> make_csv(Options options, Sink& sink) {
  return std::make_unique<CsvReader>(std::move(options), sink);
}

}  // namespace tocsin::intake
