// One indicator a line: blocklists, adblock rules, ipsum, FireHOL ipsets and netsets.
#include <algorithm>
#include <array>

#include "base/fold.h"
#include "intake/feed_time.h"
#include "intake/reader_base.h"
#include "match/canonical.h"

namespace tocsin::intake {
namespace {

constexpr int kMaxHeaderLines = 200;

class PlainReader final : public LineReader {
 public:
  using LineReader::LineReader;

 private:
  void on_line(std::string_view line) override;
  void on_end() override;
  void read_header(std::string_view comment);

  int header_lines_ = 0;
};

bool is_comment(std::string_view line) {
  return line[0] == '#' || line[0] == '!' || line[0] == ';' || line.starts_with("//") ||
         (line[0] == '[' && line.find("Adblock") != std::string_view::npos);
}

/// Where a comment behind the value begins, white space of any width and a mark, Chinese ones too.
struct Trailing {
  std::size_t value_end = std::string_view::npos;  ///< npos: there is none
  std::string_view text;
};

Trailing trailing_comment(std::string_view line) {
  constexpr std::array<std::string_view, 4> kMarks{"#", ";", "；", "，"};
  for (std::size_t i = 1; i < line.size();) {
    std::size_t after = i;
    while (const std::size_t n = blank_at(line.substr(after))) after += n;
    const std::string_view rest = line.substr(after);
    for (const auto mark : kMarks) {
      if (after > i && rest.starts_with(mark)) return {i, trim(rest.substr(mark.size()))};
    }
    i = std::max(after, i + 1);
  }
  return {};
}

/// Without the invisible characters that copying from a page leaves at the end.
std::string_view without_blank_end(std::string_view line) {
  for (std::size_t n = 3; n > 0;) {
    if (line.size() > n && blank_at(line.substr(line.size() - n)) == n) {
      line.remove_suffix(n);
      n = 3;
    } else {
      --n;
    }
  }
  return line;
}

/// A source that n independent lists name: 50 for one, 67 for two, 91 for ten; monotonic, below
/// 100.
int confidence_of(std::int64_t lists) { return static_cast<int>(100 * lists / (lists + 1)); }

void PlainReader::on_line(std::string_view line) {
  line = trim(line);
  if (line.empty()) return;
  if (is_comment(line)) {
    comment();
    read_header(line);
    return;
  }
  Item item = blank(LineReader::line());
  // In a payload literal every mark is one of its bytes, and what follows changes its meaning.
  const bool literal = options_.kind ? *options_.kind == model::IndicatorKind::kLiteral
                                     : line.starts_with("content:\"");
  if (literal) return emit(line, model::IndicatorKind::kLiteral, std::move(item));
  if (const std::size_t tab = line.find('\t'); tab != std::string_view::npos) {
    const std::string_view rest = trim(line.substr(tab));
    const auto count = to_int(rest);
    if (count && *count >= 1 && *count <= 10000) {
      item.confidence = confidence_of(*count);
    } else {
      item.description = rest;
    }
    line = trim(line.substr(0, tab));
  } else if (const auto behind = trailing_comment(line);
             behind.value_end != std::string_view::npos) {
    item.description = behind.text;
    line = line.substr(0, behind.value_end);
  } else if (const std::size_t semi = line.find(';');
             semi != std::string_view::npos && line.substr(0, semi).find('/') == line.npos) {
    item.description = trim(line.substr(semi + 1));
    line = trim(line.substr(0, semi));
  }
  emit(without_blank_end(line), std::nullopt, std::move(item));
}

/// `# Source File Date: …`, `# Entries : 12 subnets, 34 unique IPs`, `! Updated: …`.
void PlainReader::read_header(std::string_view comment) {
  if (++header_lines_ > kMaxHeaderLines) return;
  const std::size_t colon = comment.find(':');
  if (colon == std::string_view::npos) return;
  std::string_view key = comment.substr(0, colon);
  while (!key.empty() && (key[0] == '#' || key[0] == '!' || key[0] == ';' || key[0] == ' ')) {
    key.remove_prefix(1);
  }
  key = trim(key);
  const std::string_view value = trim(comment.substr(colon + 1));
  if (iequals(key, "Source File Date")) {
    if (const auto date = parse_feed_time(value)) source_.source_date = *date;
  } else if (!source_.source_date && (iequals(key, "Updated") || iequals(key, "Last update") ||
                                      iequals(key, "Last modified"))) {
    if (const auto date = parse_feed_time(value)) source_.source_date = *date;
  } else if (iequals(key, "Entries")) {
    source_.declared_entries = to_int(value.substr(0, value.find(' ')));
  }
}

void PlainReader::on_end() {
  if (!source_.declared_entries || *source_.declared_entries == counters_.lines) return;
  const std::string declared = std::to_string(*source_.declared_entries);
  const std::string seen = std::to_string(counters_.lines);
  warn("count-mismatch", "The header declares " + declared + " entries, the list has " + seen,
       "文件头声明" + declared + "条，实际" + seen + "条");
}

}  // namespace

std::unique_ptr<Reader> make_plain(Options options, Sink& sink) {
  return std::make_unique<PlainReader>(std::move(options), sink);
}

}  // namespace tocsin::intake
