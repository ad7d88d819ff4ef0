#include "intake/csv_records.h"

#include <algorithm>

namespace tocsin::intake {
namespace {

constexpr std::size_t kMaxRecordLines = 64;

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

}  // namespace

std::string_view CsvRecords::cell(int column) const {
  if (column == kAbsent || static_cast<std::size_t>(column) >= fields_.size()) return {};
  return trim(fields_[static_cast<std::size_t>(column)]);
}

void CsvRecords::on_line(std::string_view line) {
  if (open_.empty()) {
    if (trim(line).empty()) return;
    if (!comment_prefix_.empty() && line.starts_with(comment_prefix_)) return comment();
    if (auto_delimiter_) {
      delimiter_ = choose_delimiter(line);
      auto_delimiter_ = false;
    }
    const csv::Parse parsed = csv::parse_record(line, delimiter_, fields_, strictness_);
    if (parsed != csv::Parse::kNeedsMore) return take(LineReader::line(), line, parsed);
    open_line_ = LineReader::line();
  }
  open_bytes_ += line.size() + 1;
  open_.emplace_back(line);
  if (open_.size() == 1) return;
  if (open_.size() > kMaxRecordLines || open_bytes_ > options_.max_line_bytes) return give_up();
  // Only a line with a quote can close the field.
  if (line.find('"') == std::string_view::npos) return;
  const std::string whole = join(open_, "\n");
  const csv::Parse parsed = csv::parse_record(whole, delimiter_, fields_, strictness_);
  if (parsed == csv::Parse::kNeedsMore) return;
  open_.clear();
  open_bytes_ = 0;
  take(open_line_, whole, parsed);
}

/// A quote that never closes costs its own line, not the ones behind it.
void CsvRecords::give_up() {
  const std::vector<std::string> lines = std::move(open_);
  open_.clear();
  open_bytes_ = 0;
  refuse(open_line_, lines.front(), "open-quote", "A quoted field is never closed",
         "引号字段没有结束");
  std::int64_t number = open_line_;
  for (std::size_t i = 1; i < lines.size(); ++i) {
    ++number;
    const csv::Parse parsed = csv::parse_record(lines[i], delimiter_, fields_, strictness_);
    if (parsed == csv::Parse::kNeedsMore) {
      refuse(number, lines[i], "open-quote", "A quoted field is never closed", "引号字段没有结束");
    } else if (!trim(lines[i]).empty()) {
      take(number, lines[i], parsed);
    }
  }
}

void CsvRecords::take(std::int64_t number, std::string_view text, csv::Parse parsed) {
  if (stopped()) return;
  if (parsed == csv::Parse::kDone) return on_record(number, text);
  refuse(number, text, "bad-csv", "Text stands behind a closing quote, or too many columns",
         "引号后有多余文本，或列数过多");
}

void CsvRecords::on_end() {
  if (!open_.empty()) give_up();
}

}  // namespace tocsin::intake
