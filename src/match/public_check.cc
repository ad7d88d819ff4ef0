#include "match/public_check.h"

#include <algorithm>

#include "match/canonical.h"

namespace tocsin::match {
namespace {

using model::IndicatorKind;

/// The names above, each as itself and as a wildcard; one label is nobody's to block.
void add_parents(std::string_view host, std::vector<std::string>& out) {
  for (auto dot = host.find('.'); dot != std::string_view::npos; dot = host.find('.')) {
    host.remove_prefix(dot + 1);
    if (host.find('.') == std::string_view::npos) return;
    out.emplace_back(host);
    out.push_back("*." + std::string(host));
  }
}

bool is_address(std::string_view host) {
  return host.find(':') != std::string_view::npos ||
         host.find_first_not_of("0123456789.") == std::string_view::npos;
}

void add_host(std::string_view host, std::vector<std::string>& out) {
  out.emplace_back(host);
  if (!is_address(host)) add_parents(host, out);
}

}  // namespace

std::string expression(const model::Indicator& indicator) {
  if (indicator.kind != IndicatorKind::kUrl) return indicator.value;
  const auto scheme = indicator.value.find("://");
  return scheme == std::string::npos ? indicator.value : indicator.value.substr(scheme + 3);
}

std::vector<std::string> expressions_for(const model::Indicator& indicator) {
  std::vector<std::string> out = {expression(indicator)};
  switch (indicator.kind) {
    case IndicatorKind::kDomain:
      add_parents(indicator.value, out);
      break;
    case IndicatorKind::kUrl:
    case IndicatorKind::kHostPath:
      if (const auto query = out.front().find('?'); query != std::string::npos) {
        out.push_back(out.front().substr(0, query));
      }
      add_host(host_of(indicator), out);
      break;
    case IndicatorKind::kEndpoint:
    case IndicatorKind::kEmail:
      add_host(host_of(indicator), out);
      break;
    default:
      break;
  }
  if (out.size() > kMostExpressions) out.resize(kMostExpressions);
  return out;
}

std::string expression_hash(std::string_view expression) { return crypto::sha256_hex(expression); }

std::string_view name(Verdict verdict) {
  return verdict == Verdict::kBlocked ? "blocked" : "reported";
}

void PublicIndex::add(const model::Indicator& indicator, Verdict verdict) {
  entries_.push_back({crypto::sha256(expression(indicator)), verdict});
}

void PublicIndex::finish() {
  std::sort(entries_.begin(), entries_.end(), std::greater<>());
  const auto same = [](const Entry& a, const Entry& b) { return a.hash == b.hash; };
  entries_.erase(std::unique(entries_.begin(), entries_.end(), same), entries_.end());
  std::reverse(entries_.begin(), entries_.end());
}

Result<std::vector<PublicIndex::Entry>> PublicIndex::find(std::string_view prefix) const {
  const bool digits = prefix.find_first_not_of("0123456789abcdef") == std::string_view::npos;
  if (!digits || prefix.size() < kShortestPrefix || prefix.size() > kLongestPrefix) {
    return fail_bi(Code::kInvalid, "prefix is the first four or five hexadecimal digits of a hash",
                   "prefix 应为散列的前四或五个十六进制数字", "prefix");
  }
  const auto bound = [&](char fill) {
    crypto::Digest digest{};
    static_cast<void>(
        crypto::from_hex(std::string(prefix) + std::string(64 - prefix.size(), fill), digest));
    return digest;
  };
  const auto below = [](const Entry& e, const crypto::Digest& d) { return e.hash < d; };
  const auto above = [](const crypto::Digest& d, const Entry& e) { return d < e.hash; };
  const auto from = std::lower_bound(entries_.begin(), entries_.end(), bound('0'), below);
  const auto to = std::upper_bound(from, entries_.end(), bound('f'), above);
  return std::vector<Entry>(from, to);
}

}  // namespace tocsin::match
