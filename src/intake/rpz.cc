// Response policy zones: the triggers on names and answers that a resolver can block by.
#include <algorithm>
#include <vector>

#include "intake/reader_base.h"
#include "match/address.h"

namespace tocsin::intake {
namespace {

class RpzReader final : public LineReader {
 public:
  using LineReader::LineReader;

 private:
  void on_line(std::string_view line) override;
  void on_record(std::string_view owner, std::string_view type, std::string_view data,
                 std::string_view line);
  std::string_view relative(std::string_view owner) const;

  std::string owner_;
  std::string origin_;  ///< with trailing dot
  bool in_parentheses_ = false;
};

std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  while (words.size() < 16) {
    line = trim(line);
    if (line.empty()) break;
    words.push_back(line.substr(0, line.find_first_of(" \t")));
    line.remove_prefix(words.back().size());
  }
  return words;
}

bool is_number(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789smhdwSMHDW") == text.npos &&
         text[0] >= '0' && text[0] <= '9';
}

/// `24.0.2.0.192` -> 192.0.2.0/24; `48.zz.1.db8.2001` -> 2001:db8:1::/48.
std::string address_trigger(std::string_view labels) {
  auto parts = split(labels, '.');
  if (parts.size() < 2) return {};
  const std::string_view length = parts[0];
  parts.erase(parts.begin());
  std::reverse(parts.begin(), parts.end());
  const bool v4 = parts.size() == 4 && std::none_of(parts.begin(), parts.end(), [](auto part) {
                    return part == "zz" || part.find_first_of("abcdef") != part.npos;
                  });
  std::string out;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (parts[i] == "zz") {
      out += i == 0 || i + 1 == parts.size() ? (i == 0 ? "::" : ":") : ":";
      continue;
    }
    out += parts[i];
    if (i + 1 < parts.size()) out += v4 ? '.' : ':';
  }
  return out + "/" + std::string(length);
}

std::string_view RpzReader::relative(std::string_view owner) const {
  if (!owner.ends_with('.')) return owner;
  owner.remove_suffix(1);
  std::string_view origin = origin_;
  if (origin.ends_with('.')) origin.remove_suffix(1);
  if (!origin.empty() && owner.size() > origin.size() && owner.ends_with(origin) &&
      owner[owner.size() - origin.size() - 1] == '.') {
    owner.remove_suffix(origin.size() + 1);
  }
  return owner;
}

void RpzReader::on_line(std::string_view line) {
  bool quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '"') quoted = !quoted;
    if (line[i] == ';' && !quoted) {
      if (trim(line.substr(0, i)).empty()) comment();
      line = line.substr(0, i);
      break;
    }
  }
  if (trim(line).empty()) return;
  if (in_parentheses_ || line[0] == '$') {
    comment();
    if (line.find(')') != line.npos) in_parentheses_ = false;
    if (line.starts_with("$ORIGIN")) origin_ = trim(line.substr(7).substr(0, 254));
    return;
  }
  auto words = words_of(line);
  if (line[0] != ' ' && line[0] != '\t') {
    owner_ = words.front();
    words.erase(words.begin());
  }
  while (!words.empty() && (is_number(words[0]) || iequals(words[0], "IN"))) {
    words.erase(words.begin());
  }
  if (words.empty()) {
    refuse(LineReader::line(), line, "bad-record", "Not a zone record", "不是区域文件记录");
    return;
  }
  const std::string_view type = words[0];
  if (iequals(type, "SOA") || iequals(type, "NS")) {
    comment();
    in_parentheses_ = line.find('(') != line.npos && line.find(')') == line.npos;
    return;
  }
  on_record(owner_, type, words.size() > 1 ? words[1] : "", trim(line));
}

void RpzReader::on_record(std::string_view owner, std::string_view type, std::string_view data,
                          std::string_view line) {
  const std::int64_t number = LineReader::line();
  const bool passthru = iequals(type, "CNAME") && to_lower(data).starts_with("rpz-passthru");
  const bool action = iequals(type, "CNAME") || iequals(type, "A") || iequals(type, "AAAA");
  if (passthru || !action) {
    refuse(number, line, passthru ? "exception-rule" : "unsupported-type",
           passthru ? "A passthru rule allows, it does not block" : "The record blocks nothing",
           passthru ? "passthru规则是放行，不是屏蔽" : "该记录不产生屏蔽");
    return;
  }
  const std::string_view name = relative(owner);
  Item item = blank(number);
  if (name.ends_with(".rpz-ip")) {
    emit(address_trigger(name.substr(0, name.size() - 7)), model::IndicatorKind::kIpv4,
         std::move(item));
  } else if (name.ends_with(".rpz-nsdname") || name.ends_with(".rpz-nsip") ||
             name.ends_with(".rpz-client-ip")) {
    refuse(number, line, "unsupported-type", "The trigger is not about what is asked for",
           "触发条件与被查询的名称无关");
  } else {
    emit(name, model::IndicatorKind::kDomain, std::move(item));
  }
}

}  // namespace

std::unique_ptr<Reader> make_rpz(Options options, Sink& sink) {
  return std::make_unique<RpzReader>(std::move(options), sink);
}

}  // namespace tocsin::intake
