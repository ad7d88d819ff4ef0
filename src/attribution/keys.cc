// Canonical spelling of the keys of entries, so that an entry is found by what is computed later.
#include <algorithm>

#include "attribution/responsible.h"
#include "attribution/words.h"
#include "match/canonical.h"

namespace tocsin::attribution {
namespace {

using model::IndicatorKind;
using model::ResponsibilityKey;

tl::unexpected<Error> bad(std::string en, std::string zh) {
  return fail_bi(Code::kInvalid, std::move(en), std::move(zh), "key");
}

Result<std::string> cidr_key(std::string_view text) {
  bool host_bits = false;
  if (const auto address = match::parse_address(text)) {
    return match::to_string(match::Prefix{*address, 128});
  }
  const auto prefix = match::parse_prefix(text, &host_bits);
  if (!prefix) return bad("not a prefix such as 192.0.2.0/24", "不是形如 192.0.2.0/24 的前缀");
  if (host_bits) return bad("the prefix has host bits", "前缀的主机位不为零");
  return match::to_string(*prefix);
}

Result<std::string> indicator_key(std::string_view text) {
  std::optional<IndicatorKind> hint;
  if (const auto colon = text.find(':'); colon != std::string_view::npos) {
    hint = model::indicator_kind(text.substr(0, colon));
    if (hint) text.remove_prefix(colon + 1);
  }
  auto indicator = match::canonical(text, hint);
  if (!indicator) return tl::unexpected(indicator.error().at("key"));
  return std::string(name(indicator->kind)) + ":" + indicator->value;
}

Result<std::string> domain_key(std::string_view text) {
  // A public suffix may be the key too (its registry), and has only one label.
  std::string name = to_lower(trim(text));
  if (name.find('.') == std::string::npos && !name.empty() && name.size() <= 63 &&
      name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string::npos) {
    return name;
  }
  auto indicator = match::canonical(text, IndicatorKind::kDomain);
  if (!indicator) return tl::unexpected(indicator.error().at("key"));
  if (indicator->kind != IndicatorKind::kDomain) {
    return bad("a name without asterisk; it covers what is below it",
               "请填写不含星号的域名，其下级域名自动包含");
  }
  return indicator->value;
}

Result<std::string> phone_key(std::string_view text) {
  std::string digits;
  for (const char c : trim(text)) {
    if (c >= '0' && c <= '9') {
      digits.push_back(c);
    } else if (c != '+' && c != ' ' && c != '-') {
      return bad("a prefix is digits with the country code", "号段应为含国家码的数字");
    }
  }
  if (digits.empty() || digits.size() > kLongestNumber) {
    return bad("a prefix is 1 to 15 digits with the country code",
               "号段应为含国家码的 1 至 15 位数字");
  }
  return digits;
}

}  // namespace

Result<std::string> canonical_key(ResponsibilityKey kind, std::string_view text) {
  text = trim(text);
  if (text.size() > match::kMaxIndicatorBytes) return bad("the key is too long", "键值过长");
  if (kind == ResponsibilityKey::kAny) {
    if (!text.empty()) return bad("'any' has no key", "“any” 不带键值");
    return std::string();
  }
  if (text.empty()) return bad("the key is missing", "缺少键值");
  switch (kind) {
    case ResponsibilityKey::kIndicator:
      return indicator_key(text);
    case ResponsibilityKey::kCidr:
      return cidr_key(text);
    case ResponsibilityKey::kAsn: {
      if (text.size() > 2 && iequals(text.substr(0, 2), "as")) text.remove_prefix(2);
      const auto number = to_int(text);
      if (!number || *number < 1 || *number > 0xffff'ffffLL) {
        return bad("not the number of an autonomous system", "不是自治系统号");
      }
      return std::to_string(*number);
    }
    case ResponsibilityKey::kDomain:
      return domain_key(text);
    case ResponsibilityKey::kPhone:
      return phone_key(text);
    case ResponsibilityKey::kPlatform:
      return to_lower(text);
    case ResponsibilityKey::kOperator:
      return operator_of(text).key;
    case ResponsibilityKey::kApp:
    case ResponsibilityKey::kAny:
      break;
  }
  return std::string(text);
}

}  // namespace tocsin::attribution
