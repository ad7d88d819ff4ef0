#include "match/guard.h"

#include <algorithm>

#include "match/address.h"
#include "match/canonical.h"
#include "match/special_ranges.h"
#include "match/tables.h"

namespace tocsin::match {

using model::Indicator;
using model::IndicatorKind;

struct Guard::Tables {
  std::vector<WarningList> lists;
  PublicSuffixes suffixes;
  GuardSettings settings;
  PrefixSet special;
  HostSet special_hosts;
  StringSet numbers;
  PrefixSet protected_prefixes;
  HostSet protected_hosts;
  HostSet reserved_hosts;
  StringSet protected_values;  ///< every other kind

  void check_range(const Prefix& prefix, std::vector<Stop>& out) const;
  void check_special(const Prefix& prefix, std::vector<Stop>& out) const;
  void check_name(std::string_view name, bool wildcard, std::vector<Stop>& out) const;
  void check_lists(const Indicator& indicator, std::vector<Stop>& out) const;
};

namespace {

Stop make_stop(std::string list, std::string_view zh, std::string_view en, std::string_view entry) {
  return {std::move(list), {std::string(zh), std::string(en)}, std::string(entry)};
}

std::string range_meaning(const Prefix& prefix, bool chinese) {
  std::string text = to_string(prefix);
  for (const SpecialRange& range : special_ranges()) {
    if (range.prefix == text || (prefix.bits == 128 && range.prefix == text + "/128")) {
      return std::string(chinese ? range.meaning_zh : range.meaning_en) + " (" +
             std::string(range.source) + ")";
    }
  }
  return text;
}

/// `+86571` + `96110` -> `+8696110`: the police line shows itself with an area code.
std::string without_area_code(std::string_view number) {
  if (!number.starts_with("+86") || number.size() < 8) return std::string(number);
  const std::string_view national = number.substr(3);
  const bool two = national.starts_with("10") || national[0] == '2';
  return "+86" + std::string(national.substr(two ? 2 : 3));
}

Indicator bare_host(std::string_view host) {
  if (const auto address = parse_address(host)) {
    return {address->is_v4() ? IndicatorKind::kIpv4 : IndicatorKind::kIpv6, std::string(host)};
  }
  return {IndicatorKind::kDomain, std::string(host)};
}

}  // namespace

void Guard::Tables::check_special(const Prefix& prefix, std::vector<Stop>& out) const {
  if (const auto hit = special.overlap(prefix)) {
    out.push_back(make_stop("special-purpose", "专用地址：" + range_meaning(*hit, true),
                            "special-purpose addresses: " + range_meaning(*hit, false),
                            to_string(*hit)));
  }
}

void Guard::Tables::check_range(const Prefix& prefix, std::vector<Stop>& out) const {
  check_special(prefix, out);
  const int widest = prefix.is_v4() ? settings.widest_ipv4_prefix : settings.widest_ipv6_prefix;
  if (prefix.length() < widest) {
    const std::string limit = "/" + std::to_string(widest);
    out.push_back(make_stop("prefix-size", "地址段大于允许的" + limit,
                            "the prefix is wider than the permitted " + limit, to_string(prefix)));
  }
  if (const auto hit = protected_prefixes.overlap(prefix)) {
    out.push_back(make_stop("protected", "涉及受保护单位的地址",
                            "addresses of a protected organisation", to_string(*hit)));
  }
}

void Guard::Tables::check_name(std::string_view name, bool wildcard, std::vector<Stop>& out) const {
  if (const auto hit = special_hosts.covering(name)) {
    out.push_back(make_stop("special-use-name", "互联网基础设施专用域名",
                            "a name the internet itself depends on", *hit));
  }
  if (suffixes.is_public_suffix(name)) {
    out.push_back(make_stop("public-suffix", "公共后缀：其下为许多互不相干的注册人",
                            "a public suffix: unrelated owners are below it", name));
  }
  if (const auto hit = protected_hosts.covering(name)) {
    out.push_back(
        make_stop("protected", "受保护单位的域名", "a name of a protected organisation", *hit));
  } else if (const auto child = protected_hosts.below(name)) {
    // Also for a plain domain: several channels cover what is below the name they are given.
    out.push_back(
        make_stop("protected", "受保护域名的上级域名", "a parent of a protected name", *child));
  }
  auto reserved = reserved_hosts.covering(name);
  if (!reserved) reserved = reserved_hosts.below(name);
  if (reserved) {
    out.push_back(make_stop(std::string(kReservedList), "平台用于验证屏蔽效果的域名",
                            "a name by which the platform proves that blocking works", *reserved));
  }
  if (wildcard) {
    if (const auto hit = special_hosts.below(name)) {
      out.push_back(make_stop("special-use-name", "其下有互联网基础设施专用域名",
                              "a name the internet depends on is below it", *hit));
    }
  }
}

void Guard::Tables::check_lists(const Indicator& indicator, std::vector<Stop>& out) const {
  for (const WarningList& list : lists) {
    if (auto hit = list.find(indicator)) {
      out.push_back(make_stop(list.id(), "在告警白名单中：" + list.name().zh,
                              "on the warning list: " + list.name().en, *hit));
    }
  }
}

Result<Indicator> protected_value(std::string_view value) {
  auto found = canonical(value);
  if (!found) found = canonical(value, IndicatorKind::kPhone);
  if (found) return std::move(*found);
  const std::string shown = "'" + std::string(value) + "'";
  return fail_bi(Code::kInvalid,
                 shown + " cannot be protected: write a domain, an address, a prefix or a " +
                     "telephone number",
                 shown + " 不能列为受保护项：应为域名、地址、网段或电话号码", std::string(value));
}

Result<Guard> Guard::build(std::vector<WarningList> lists, PublicSuffixes suffixes,
                           const GuardSettings& settings) {
  auto tables = std::make_shared<Tables>(
      Tables{std::move(lists), std::move(suffixes), settings, {}, {}, {}, {}, {}, {}, {}});
  for (const SpecialRange& range : special_ranges()) {
    const auto prefix = parse_prefix(range.prefix);
    ASSERT(prefix.has_value());
    tables->special.add(*prefix);
  }
  for (const SpecialName& name : special_names()) tables->special_hosts.add(name.name);
  for (const std::string_view number : emergency_numbers()) tables->numbers.emplace(number);
  for (const std::string& value : settings.protected_values) {
    TRY(const auto found, protected_value(value));
    if (found.kind == IndicatorKind::kDomain || found.kind == IndicatorKind::kWildcardDomain) {
      tables->protected_hosts.add(host_of(found));
    } else if (const auto prefix = parse_prefix(found.value)) {
      tables->protected_prefixes.add(*prefix);
    } else if (const auto address = parse_address(found.value)) {
      tables->protected_prefixes.add({*address, 128});
    } else {
      tables->protected_values.insert(found.value);
    }
  }
  for (const std::string& value : settings.reserved_names) {
    TRY(const auto found, canonical(value, IndicatorKind::kDomain));
    tables->reserved_hosts.add(host_of(found));
  }
  tables->special.seal();
  tables->protected_prefixes.seal();
  return Guard(std::move(tables));
}

std::vector<Stop> Guard::check(const Indicator& indicator) const {
  std::vector<Stop> out;
  switch (indicator.kind) {
    case IndicatorKind::kIpv4:
    case IndicatorKind::kIpv6:
      if (const auto address = parse_address(indicator.value)) {
        tables_->check_range({*address, 128}, out);
      }
      break;
    case IndicatorKind::kIpv4Prefix:
    case IndicatorKind::kIpv6Prefix:
      if (const auto prefix = parse_prefix(indicator.value)) tables_->check_range(*prefix, out);
      break;
    case IndicatorKind::kDomain:
    case IndicatorKind::kWildcardDomain:
      tables_->check_name(host_of(indicator), indicator.kind == IndicatorKind::kWildcardDomain,
                          out);
      break;
    case IndicatorKind::kEndpoint:
    case IndicatorKind::kUrl:
    case IndicatorKind::kHostPath:
      // No resource on such an address can be somebody's on the internet.
      if (const auto address = parse_address(host_of(indicator))) {
        tables_->check_special({*address, 128}, out);
      }
      break;
    case IndicatorKind::kPattern:
    case IndicatorKind::kLiteral:
      out.push_back(make_stop("pattern", "特征或正则的影响范围无法核定，须人工处理",
                              "the reach of a pattern cannot be computed; a person decides",
                              indicator.value));
      break;
    case IndicatorKind::kPhone:
    case IndicatorKind::kSmsPort:
      if (tables_->numbers.contains(indicator.value) ||
          tables_->numbers.contains(without_area_code(indicator.value))) {
        out.push_back(make_stop("emergency-number", "紧急、举报或公共服务号码",
                                "an emergency, reporting or public service number",
                                indicator.value));
      }
      break;
    default:
      break;
  }
  if (tables_->protected_values.contains(indicator.value)) {
    out.push_back(make_stop("protected", "受保护单位的标识", "belongs to a protected organisation",
                            indicator.value));
  }
  tables_->check_lists(indicator, out);
  return out;
}

const std::vector<WarningList>& Guard::lists() const { return tables_->lists; }

const WarningList* Guard::list(std::string_view id) const {
  const auto found = std::find_if(tables_->lists.begin(), tables_->lists.end(),
                                  [&](const WarningList& one) { return one.id() == id; });
  return found == tables_->lists.end() ? nullptr : &*found;
}

std::vector<Stop> Guard::check_host_block(const Indicator& indicator) const {
  const std::string_view host = host_of(indicator);
  if (host.empty() || indicator.kind == IndicatorKind::kWildcardDomain) return check(indicator);
  return check(bare_host(host));
}

}  // namespace tocsin::match
