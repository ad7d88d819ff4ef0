#include "base/csv.h"

#include <algorithm>

namespace tocsin::csv {
namespace {

constexpr std::size_t kMaxColumns = 1024;

/// The quoted field that starts behind `i`; false when the text ends inside it.
bool quoted(std::string_view text, std::size_t& i, std::string& field) {
  for (++i; i < text.size(); ++i) {
    if (text[i] != '"') {
      field.push_back(text[i]);
    } else if (i + 1 < text.size() && text[i + 1] == '"') {
      field.push_back(text[i++]);
    } else {
      ++i;
      return true;
    }
  }
  return false;
}

}  // namespace

Parse parse_record(std::string_view text, char delimiter, std::vector<std::string>& fields,
                   Strictness strictness) {
  std::size_t count = 0;
  for (std::size_t i = 0;; ++i) {
    if (count >= kMaxColumns) return Parse::kBroken;
    if (count == fields.size()) fields.emplace_back();
    std::string& field = fields[count++];
    field.clear();
    if (i < text.size() && text[i] == '"') {
      if (!quoted(text, i, field)) return Parse::kNeedsMore;
      if (i < text.size() && text[i] != delimiter) {
        if (strictness == Strictness::kStrict) return Parse::kBroken;
        const std::size_t end = std::min(text.find(delimiter, i), text.size());
        field.append(text.substr(i, end - i));
        i = end;
      }
    } else {
      const std::size_t end = std::min(text.find(delimiter, i), text.size());
      field.assign(text.substr(i, end - i));
      i = end;
    }
    if (i >= text.size()) break;
  }
  fields.resize(count);
  return Parse::kDone;
}

std::string field(std::string_view text) {
  const bool plain = text.find_first_of(",;\"\r\n\t") == std::string_view::npos &&
                     (text.empty() || (text.front() != ' ' && text.front() != '#'));
  if (plain) return std::string(text);
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + '"';
}

std::string record(const std::vector<std::string>& fields) {
  std::string out;
  for (const std::string& text : fields) {
    if (!out.empty() || &text != &fields.front()) out += ',';
    out += field(text);
  }
  return out + '\n';
}

}  // namespace tocsin::csv
