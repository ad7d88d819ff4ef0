#include "search/document.h"

#include <algorithm>

#include <fmt/format.h>

#include "match/address.h"
#include "match/canonical.h"
#include "search/words.h"

namespace tocsin::search {
namespace {

constexpr std::size_t kMostWords = 20'000;
constexpr std::size_t kMostKeys = 20'000;
/// No word, so that no phrase reaches over it.
constexpr std::string_view kBorder = ".";

std::string digits_of(const match::Prefix& prefix) {
  const int first = prefix.is_v4() ? 96 : 0;
  std::string out = prefix.is_v4() ? "v4:" : "v6:";
  for (int bit = first; bit < prefix.bits; ++bit) {
    const auto byte = prefix.base.bytes[static_cast<std::size_t>(bit / 8)];
    out += (byte >> (7 - bit % 8) & 1) != 0 ? '1' : '0';
  }
  return out;
}

}  // namespace

Text title(Place place) {
  switch (place) {
    case Place::kCases:
      return {"事项", "cases"};
    case Place::kTasks:
      return {"处置任务", "tasks"};
    case Place::kAppeals:
      return {"申诉", "appeals"};
    case Place::kOrganizations:
      return {"机构", "organisations"};
    case Place::kSources:
      return {"来源", "sources"};
    case Place::kVulnerabilities:
      return {"漏洞", "vulnerabilities"};
    case Place::kIndicators:
      return {"指标", "indicators"};
    case Place::kEntries:
      return {"名单条目", "list entries"};
  }
  panic(__FILE__, __LINE__, "unknown Place");
}

std::string key_of(std::string_view name, std::string_view value) {
  return std::string(name) + ":" + std::string(value);
}

std::string label_value(std::string_view label) { return join(cut(label).all, "-"); }

std::string host_value(std::string_view host) {
  std::string out;
  for (std::size_t end = host.size();;) {
    const auto dot = host.substr(0, end).rfind('.');
    const std::size_t begin = dot == std::string_view::npos ? 0 : dot + 1;
    out += host.substr(begin, end - begin);
    out += '.';
    if (begin == 0) return out;
    end = begin - 1;
  }
}

std::string network_key(std::string_view text) {
  if (const auto address = match::parse_address(text)) {
    return digits_of(match::Prefix{*address, 128});
  }
  if (const auto prefix = match::parse_prefix(text)) return digits_of(*prefix);
  return {};
}

Date clamped_day(Instant t) {
  using namespace std::chrono;
  return std::clamp(shanghai_date(t), Date(year(1990), January, day(1)),
                    Date(year(2099), December, day(31)));
}

std::string month_value(Date day) { return to_string(day).substr(0, 7); }
std::string year_value(Date day) { return to_string(day).substr(0, 4); }

void Document::text(std::string_view text) {
  if (words_.size() >= kMostWords) return;
  auto words = cut(text, kMostWords - words_.size()).all;
  if (words.empty()) return;
  if (!words_.empty()) words_.emplace_back(kBorder);
  std::move(words.begin(), words.end(), std::back_inserter(words_));
}

void Document::key(std::string_view name, std::string_view value) {
  if (value.empty() || keys_.size() >= kMostKeys) return;
  keys_.insert(key_of(name, value));
}

void Document::label(std::string_view label) {
  for (const auto& word : cut(label).all) key("label", word);
  key("label", label_value(label));
}

void Document::indicator(const model::Indicator& indicator) {
  text(indicator.value);
  key("kind", name(indicator.kind));
  key("indicator", indicator.value);
  const std::string_view host = match::host_of(indicator);
  std::string network = network_key(host.empty() ? indicator.value : host);
  if (!network.empty()) {
    key(network.substr(0, 2), network.substr(3));
  } else if (!host.empty()) {
    key("host", host_value(host));
  }
}

void Document::at(Instant time) {
  time_ = time;
  if (!time) return;
  key("month", month_value(clamped_day(time)));
  key("year", year_value(clamped_day(time)));
}

std::vector<std::string> Document::values(std::string_view name) const {
  const std::string begin = key_of(name, "");
  std::vector<std::string> out;
  for (auto k = keys_.lower_bound(begin); k != keys_.end() && k->starts_with(begin); ++k) {
    out.push_back(k->substr(begin.size()));
  }
  return out;
}

bool Document::has(const store::TextTerm& term) const {
  if (term.key) {
    const std::string& wanted = term.words.front();
    const auto k = keys_.lower_bound(wanted);
    return k != keys_.end() && (term.prefix ? k->starts_with(wanted) : *k == wanted);
  }
  const std::size_t n = term.words.size();
  const auto same = [&](const std::string& word, const std::string& wanted) {
    const bool last = &wanted == &term.words.back();
    return last && term.prefix ? word.starts_with(wanted) : word == wanted;
  };
  return n > 0 && std::search(words_.begin(), words_.end(), term.words.begin(), term.words.end(),
                              same) != words_.end();
}

}  // namespace tocsin::search
