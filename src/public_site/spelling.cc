#include "public_site/spelling.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "match/canonical.h"

namespace tocsin::public_site {
namespace {

using K = model::IndicatorKind;
using model::Indicator;

/// The rest of Unicode's full-width forms follows ASCII and needs no table.
constexpr std::array<std::pair<std::string_view, char>, 8> kMarks = {{{"。", '.'},
                                                                      {"｡", '.'},
                                                                      {"　", ' '},
                                                                      {"【", '['},
                                                                      {"】", ']'},
                                                                      {"“", ' '},
                                                                      {"”", ' '},
                                                                      {"、", ' '}}};

/// U+FF01 to U+FF5E are three bytes: EF BC 81 to EF BC BF, EF BD 80 to EF BD 9E.
std::optional<char> full_width(std::string_view text) {
  if (text.size() < 3 || text[0] != '\xEF') return std::nullopt;
  const auto second = static_cast<unsigned char>(text[1]);
  const auto third = static_cast<unsigned char>(text[2]);
  if (second == 0xBC && third >= 0x81) return static_cast<char>(third - 0x80 + 0x20);
  if (second == 0xBD && third >= 0x80 && third <= 0x9E) {
    return static_cast<char>(third - 0x80 + 0x60);
  }
  return std::nullopt;
}

bool like_a_number(std::string_view text) {
  return std::count_if(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; }) >=
             3 &&
         text.find_first_not_of("0123456789+-() ") == std::string_view::npos;
}

void add(std::vector<Indicator>& out, K kind, std::string value) {
  Indicator made{kind, std::move(value)};
  if (out.size() < kMostCovering && std::find(out.begin(), out.end(), made) == out.end()) {
    out.push_back(std::move(made));
  }
}

void add_names(std::vector<Indicator>& out, std::string_view name) {
  add(out, K::kDomain, std::string(name));
  for (auto dot = name.find('.'); dot != std::string_view::npos; dot = name.find('.')) {
    name.remove_prefix(dot + 1);
    if (name.find('.') == std::string_view::npos) return;
    add(out, K::kDomain, std::string(name));
    add(out, K::kWildcardDomain, "*." + std::string(name));
  }
}

/// A URL, and what is like it to people: without query, and without scheme.
void add_pages(std::vector<Indicator>& out, const Indicator& i) {
  const auto mark = i.value.find("://");
  const std::string rest = mark == std::string::npos ? i.value : i.value.substr(mark + 3);
  for (const std::string& page : {rest, rest.substr(0, rest.find('?'))}) {
    add(out, K::kHostPath, page);
    for (const char* scheme : {"http://", "https://"}) add(out, K::kUrl, scheme + page);
  }
}

}  // namespace

std::string plain_marks(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const auto* mark = std::find_if(kMarks.begin(), kMarks.end(),
                                    [&](const auto& m) { return text.starts_with(m.first); });
    if (mark != kMarks.end()) {
      out += mark->second;
      text.remove_prefix(mark->first.size());
    } else if (const auto plain = full_width(text)) {
      out += *plain;
      text.remove_prefix(3);
    } else {
      out += text.front();
      text.remove_prefix(1);
    }
  }
  return std::string(trim(out));
}

Result<Indicator> read_value(std::string_view text, std::optional<K> hint) {
  const std::string plain = plain_marks(text);
  // Brackets around a dot are somebody's care, though a name may have them by the letter of IDNA.
  const bool bracketed = text.find("【") != std::string_view::npos;
  auto as_written = match::canonical(bracketed ? plain : trim(text), hint);
  if (as_written && !hint && (as_written->kind == K::kPattern || as_written->kind == K::kLiteral)) {
    return fail_bi(Code::kInvalid, "patterns are not looked up here", "此处不查询特征串", "value");
  }
  if (as_written) return as_written;
  if (auto read = match::canonical(plain, hint)) return read;
  if (!hint && like_a_number(plain)) {
    if (auto phone = match::canonical(plain, K::kPhone)) return phone;
    if (auto port = match::canonical(plain, K::kSmsPort)) return port;
  }
  return as_written;
}

std::vector<Indicator> covering(const Indicator& indicator) {
  std::vector<Indicator> out = {indicator};
  const bool page = indicator.kind == K::kUrl || indicator.kind == K::kHostPath;
  if (page) add_pages(out, indicator);
  if (!page && indicator.kind != K::kDomain && indicator.kind != K::kEndpoint) return out;
  const auto host = match::canonical(match::host_of(indicator));
  if (!host) return out;
  if (host->kind == K::kDomain) {
    add_names(out, host->value);
  } else {
    add(out, host->kind, host->value);
  }
  return out;
}

}  // namespace tocsin::public_site
