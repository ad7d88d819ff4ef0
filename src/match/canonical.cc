#include "match/canonical.h"

#include <array>
#include <re2/re2.h>

#include "match/address.h"
#include "match/domain.h"
#include "match/literal.h"
#include "match/phone.h"
#include "match/refang.h"
#include "match/url.h"

namespace tocsin::match {
namespace {

using model::Indicator;
using model::IndicatorKind;

tl::unexpected<Error> refuse(const char* rule, const char* en, const char* zh) {
  return fail_bi(Code::kInvalid, en, zh, "", rule);
}

Canonical make(IndicatorKind kind, std::string value, std::uint32_t notes = 0) {
  return {Indicator{kind, std::move(value)}, notes};
}

bool is_hex(std::string_view text) {
  for (const char c : text) {
    const bool digit = c >= '0' && c <= '9';
    if (!digit && !((c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'))) return false;
  }
  return true;
}

bool is_digits(std::string_view text) {
  return text.find_first_not_of("0123456789") == std::string_view::npos;
}

std::optional<IndicatorKind> hash_kind(std::string_view text) {
  if (text.size() == 32) return IndicatorKind::kMd5;
  if (text.size() == 40) return IndicatorKind::kSha1;
  if (text.size() == 64) return IndicatorKind::kSha256;
  return std::nullopt;
}

Result<Canonical> address_value(const Address& address, std::uint32_t notes) {
  return make(address.is_v4() ? IndicatorKind::kIpv4 : IndicatorKind::kIpv6, to_string(address),
              notes);
}

Result<Canonical> prefix_value(const Prefix& prefix, std::uint32_t notes) {
  if (prefix.bits == 128) return address_value(prefix.base, notes);
  return make(prefix.is_v4() ? IndicatorKind::kIpv4Prefix : IndicatorKind::kIpv6Prefix,
              to_string(prefix), notes);
}

Result<Canonical> host_value(Host host, std::uint32_t notes) {
  switch (host.kind) {
    case HostKind::kIpv4:
      return make(IndicatorKind::kIpv4, std::move(host.text), notes);
    case HostKind::kIpv6:
      return make(IndicatorKind::kIpv6, std::move(host.text), notes);
    case HostKind::kDomain:
      break;
  }
  return make(IndicatorKind::kDomain, std::move(host.text), notes);
}

Result<Canonical> wildcard_value(std::string_view base, std::uint32_t notes) {
  TRY(const std::string name, canonical_domain(base, notes));
  return make(IndicatorKind::kWildcardDomain, "*." + name, notes);
}

Result<Canonical> email_value(std::string_view text, std::uint32_t notes) {
  if (text.size() > 7 && iequals(text.substr(0, 7), "mailto:")) text.remove_prefix(7);
  const std::size_t at = text.rfind('@');
  const std::string_view local = text.substr(0, at == std::string_view::npos ? 0 : at);
  const bool dots =
      local.starts_with('.') || local.ends_with('.') || local.find("..") != std::string_view::npos;
  if (local.empty() || local.size() > 64 || dots ||
      local.find_first_of(" \t\"(),:;<>@[\\]*/") != std::string_view::npos) {
    return refuse("bad-email", "Not a mail address", "不是邮件地址");
  }
  TRY(const std::string domain, canonical_domain(text.substr(at + 1), notes));
  // Local parts are compared without case: no large provider tells them apart.
  return make(IndicatorKind::kEmail, to_lower(local) + "@" + domain, notes);
}

Result<Canonical> endpoint_value(std::string_view text, std::uint32_t notes) {
  TRY(Authority authority, parse_authority(text, false, notes));
  if (authority.port == 0) return host_value(std::move(authority.host), notes);
  return make(IndicatorKind::kEndpoint, to_string(authority), notes);
}

Result<Canonical> host_path_value(std::string_view text, std::uint32_t notes) {
  TRY(std::string value, canonical_host_path(text, notes));
  return make(IndicatorKind::kHostPath, std::move(value), notes);
}

/// Addresses with colons: plain, with zone (refused), with prefix length.
Result<Canonical> ipv6_value(std::string_view text, std::uint32_t notes) {
  if (text.find('%') != std::string_view::npos) {
    return refuse("zone", "An address with a zone means nothing on another machine",
                  "带区域标识的地址对其他机器没有意义");
  }
  bool host_bits = false;
  if (const auto prefix = parse_prefix(text, &host_bits)) {
    return prefix_value(*prefix, notes | (host_bits ? kHostBits : 0U));
  }
  if (const auto address = parse_ipv6(text)) {
    return address_value(*address, notes | (address->is_v4() ? kMappedAddress : 0U));
  }
  return refuse("bad-address", "Not an IPv6 address", "不是IPv6地址");
}

/// Text with a '/', '?' or '#' and no scheme: a prefix, or host/path.
Result<Canonical> slashed_value(std::string_view text, std::uint32_t notes) {
  const std::size_t slash = text.find_first_of("/?#");
  if (text[slash] == '#') return domain_error("bad-character");
  if (text[slash] == '/' && parse_ipv4(text.substr(0, slash))) {
    bool host_bits = false;
    if (const auto prefix = parse_prefix(text, &host_bits)) {
      return prefix_value(*prefix, notes | (host_bits ? kHostBits : 0U));
    }
    const std::string_view tail = text.substr(slash + 1);
    if (!tail.empty() && tail.size() <= 3 && is_digits(tail)) {
      return refuse("ambiguous-prefix", "Neither a prefix length nor clearly a path",
                    "既不是前缀长度，也不能确定是路径");
    }
  }
  return host_path_value(text, notes);
}

struct Adblock {
  std::string_view body;
  bool is_rule = false;
  bool exception = false;
  bool conditional = false;  ///< has options that limit where the rule applies
};

/// `||name^`, `||name/path^`, with options that do not narrow the rule.
Adblock read_adblock(std::string_view text) {
  Adblock out{text};
  if (text.starts_with("@@")) {
    out.exception = true;
    return out;
  }
  if (text.starts_with("||")) {
    out.body.remove_prefix(2);
    out.is_rule = true;
  } else if (text.starts_with("|http")) {
    out.body.remove_prefix(1);
    out.is_rule = true;
  } else {
    return out;
  }
  if (const std::size_t dollar = out.body.rfind('$'); dollar != std::string_view::npos) {
    for (const std::string_view option : split(out.body.substr(dollar + 1), ',')) {
      bool harmless = false;
      for (const std::string_view known : {"all", "document", "doc", "popup", "important"}) {
        harmless = harmless || option == known;
      }
      out.conditional = out.conditional || !harmless;
    }
    out.body = out.body.substr(0, dollar);
  }
  if (out.body.ends_with('|')) out.body.remove_suffix(1);
  if (out.body.ends_with('^')) out.body.remove_suffix(1);
  return out;
}

/// Everything that is not a regular expression, telephone number or path fragment. `text` is
/// refanged.
Result<Canonical> detect_plain(std::string_view text, std::uint32_t notes) {
  if (text.empty()) return refuse("empty", "Nothing is left of the line", "该行没有内容");
  if (has_scheme(text)) {
    TRY(std::string value, canonical_url(text, notes));
    return make(IndicatorKind::kUrl, std::move(value), notes);
  }
  const std::size_t head_end = text.find_first_of("/?#");
  const std::string_view head = text.substr(0, head_end);
  if (head.find('@') != std::string_view::npos) return email_value(text, notes);
  if (head.starts_with('[')) {
    if (head_end != std::string_view::npos) return host_path_value(text, notes);
    return endpoint_value(text, notes);
  }
  const std::size_t colon = head.find(':');
  if (colon != std::string_view::npos && head.find(':', colon + 1) != std::string_view::npos) {
    return ipv6_value(text, notes);
  }
  if (head_end != std::string_view::npos) return slashed_value(text, notes);
  if (colon != std::string_view::npos) return endpoint_value(text, notes);
  if (text.starts_with("*.")) return wildcard_value(text.substr(2), notes);
  if (text.starts_with('.')) return wildcard_value(text.substr(1), notes);
  if (const auto kind = hash_kind(text); kind && is_hex(text)) {
    return make(*kind, to_lower(text), notes);
  }
  if (is_digits(text)) {
    return refuse("ambiguous-digits", "Bare digits need a stated kind (telephone, port, account)",
                  "纯数字须指明类型（电话、短信端口、账号）");
  }
  TRY(Host host, canonical_host(text, false, notes));
  return host_value(std::move(host), notes);
}

bool looks_like_pattern(std::string_view text) {
  if (text.size() > 4096 || text.find_first_of(" \t") != std::string_view::npos) return false;
  if (text.starts_with('[') && text.find(':') != std::string_view::npos) return false;
  bool sign = text.starts_with('^') || text.ends_with('$');
  for (const std::string_view token :
       {"[", "(", "{", "|", ".*", ".+", "\\d", "\\w", "\\s", "\\b"}) {
    sign = sign || text.find(token) != std::string_view::npos;
  }
  if (!sign) return false;
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(1 << 20);
  return re2::RE2(re2::StringPiece(text.data(), text.size()), options).ok();
}

Result<Canonical> literal_value(std::string_view text) {
  TRY(const Literal literal, parse_literal(text));
  return make(IndicatorKind::kLiteral, to_string(literal));
}

Result<Canonical> detect(std::string_view text) {
  if (text.starts_with("content:\"")) return literal_value(text);
  if (text.starts_with('+') || (text.size() > 4 && iequals(text.substr(0, 4), "tel:"))) {
    TRY(Indicator phone, canonical_phone(text));
    return Canonical{std::move(phone), 0};
  }
  if (text.starts_with('/')) return make(IndicatorKind::kPattern, std::string(text));
  const Adblock rule = read_adblock(text);
  if (rule.exception) {
    return refuse("exception-rule", "An exception allows, it does not block",
                  "例外规则是放行，不是屏蔽");
  }
  if (rule.conditional) {
    return refuse("conditional-rule", "The rule applies only in a context that we cannot see",
                  "该规则只在特定条件下生效");
  }
  if (text.find("##") != std::string_view::npos || text.find("#@#") != std::string_view::npos) {
    return refuse("cosmetic-rule", "The rule hides parts of pages", "该规则只隐藏页面元素");
  }
  const std::string plain = refang(rule.body);
  std::uint32_t notes = plain != rule.body ? kRefanged : 0U;
  if (rule.is_rule && plain.find('/') == std::string::npos) notes |= kCoversBelow;
  auto found = detect_plain(plain, notes);
  if (!found && !rule.is_rule && looks_like_pattern(text)) {
    return make(IndicatorKind::kPattern, std::string(text));
  }
  return found;
}

Result<std::string_view> checked(std::string_view text) {
  text = trim(text);
  if (text.empty()) return refuse("empty", "Nothing is left of the line", "该行没有内容");
  if (text.size() > kMaxIndicatorBytes) {
    return fail_bi(Code::kTooLarge, "An indicator has at most 8192 bytes", "指标最长8192字节", "",
                   "too-long");
  }
  bool ascii = true;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte < 0x20 && byte != '\t') || byte == 0x7f) {
      return refuse("control-character", "A control character is in the text", "文本中有控制字符");
    }
    ascii = ascii && byte < 0x80;
  }
  if (!ascii && !is_utf8(text)) {
    return refuse("bad-utf8", "The text is not UTF-8", "文本不是UTF-8编码");
  }
  return text;
}

/// The common case without an allocation beyond the result: a plain IPv4 address or ASCII name.
std::optional<Canonical> fast(std::string_view text) {
  if (text.size() < 4 || text.size() > 253) return std::nullopt;
  if (text[0] >= '0' && text[0] <= '9') {
    if (const auto address = parse_ipv4(text)) {
      return make(IndicatorKind::kIpv4, std::string(text));  // strict form is canonical
    }
  }
  if (text[0] == '.') return std::nullopt;
  Canonical out;
  if (ascii_domain(text, out.indicator.value) != nullptr) return std::nullopt;
  if (out.indicator.value.find("xn--") != std::string::npos) return std::nullopt;
  return out;
}

Result<Canonical> hinted_hash(std::string_view text, IndicatorKind kind) {
  if (text.size() > 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X'))
    text.remove_prefix(2);
  const auto by_length = hash_kind(text);
  const auto wanted = kind == IndicatorKind::kSm3 ? IndicatorKind::kSha256 : kind;
  if (!is_hex(text) || by_length != wanted) {
    return refuse("bad-hash", "Not a hash of the stated kind", "不是所述类型的哈希值");
  }
  return make(kind, to_lower(text));
}

/// package[@certificate digest]; package names keep their case.
Result<Canonical> hinted_app(std::string_view text) {
  const std::size_t at = text.find('@');
  const std::string_view package = text.substr(0, at);
  bool ok = !package.empty() && package.size() <= 255;
  for (const std::string_view part : split(package, '.')) {
    ok = ok && !part.empty();
    for (const char c : part) {
      const char low = static_cast<char>(c | 0x20);
      ok = ok && ((low >= 'a' && low <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-');
    }
  }
  std::string value(package);
  if (at != std::string_view::npos) {
    std::string digest = to_lower(replace_all(std::string(text.substr(at + 1)), ":", ""));
    ok = ok && hash_kind(digest) && is_hex(digest);
    value += "@" + digest;
  }
  if (!ok) {
    return refuse("bad-app", "An app is package[@certificate digest]",
                  "应用应写作 包名[@证书摘要]");
  }
  return make(IndicatorKind::kApp, std::move(value));
}

Result<Canonical> hinted_account(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos || colon == 0 || colon > 32) {
    return refuse("bad-account", "An account is platform:account", "账号应写作 平台:账号");
  }
  const std::string platform = to_lower(trim(text.substr(0, colon)));
  const std::string_view account = trim(text.substr(colon + 1));
  if (platform.empty() || account.empty() || account.size() > 256) {
    return refuse("bad-account", "An account is platform:account", "账号应写作 平台:账号");
  }
  return make(IndicatorKind::kAccount, platform + ":" + std::string(account));
}

/// Kinds whose spelling says nothing about them. Nothing for kinds that detection can find.
std::optional<Result<Canonical>> hinted_opaque(std::string_view text, IndicatorKind kind) {
  switch (kind) {
    case IndicatorKind::kPhone:
    case IndicatorKind::kSmsPort: {
      auto phone = kind == IndicatorKind::kPhone ? canonical_phone(text) : canonical_sms_port(text);
      if (!phone) return tl::unexpected(phone.error());
      return Canonical{std::move(*phone), 0};
    }
    case IndicatorKind::kMd5:
    case IndicatorKind::kSha1:
    case IndicatorKind::kSha256:
    case IndicatorKind::kSm3:
      return hinted_hash(text, kind);
    case IndicatorKind::kApp:
      return hinted_app(text);
    case IndicatorKind::kAccount:
      return hinted_account(text);
    case IndicatorKind::kBroadbandAccount:
      if (text.size() > 128) return refuse("too-long", "The account is too long", "账号过长");
      return make(kind, std::string(text));
    case IndicatorKind::kPattern:
      return make(kind, std::string(text));
    case IndicatorKind::kLiteral:
      return literal_value(text);
    default:
      return std::nullopt;
  }
}

/// One number a family; hints are compared by it.
int family(IndicatorKind kind) {
  switch (kind) {
    case IndicatorKind::kIpv4:
    case IndicatorKind::kIpv6:
    case IndicatorKind::kIpv4Prefix:
    case IndicatorKind::kIpv6Prefix:
      return 1;
    case IndicatorKind::kDomain:
    case IndicatorKind::kWildcardDomain:
      return 2;
    case IndicatorKind::kUrl:
    case IndicatorKind::kHostPath:
      return 3;
    default:
      return 100 + static_cast<int>(kind);
  }
}

Result<Canonical> hinted_url(std::string_view text) {
  const Adblock rule = read_adblock(text);
  const std::string plain = refang(rule.body);
  std::uint32_t notes = plain != rule.body ? kRefanged : 0U;
  if (has_scheme(plain)) return detect_plain(plain, notes);
  if (plain.starts_with('/') || rule.exception || rule.conditional) {
    return refuse("kind-mismatch", "A URL has a host", "网址须有主机名");
  }
  if (plain.find('/') == std::string::npos) notes |= kRootPath;
  return host_path_value(plain, notes);
}

}  // namespace

std::vector<Text> describe_notes(std::uint32_t notes) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 9> kTexts = {{
      {"已还原去活写法", "defanged spelling undone"},
      {"已清除前缀的主机位", "host bits of the prefix cleared"},
      {"已去掉网址中的用户信息", "user information left out of the URL"},
      {"网址主机为非常规数字写法", "URL host was an unusual spelling of an IPv4 address"},
      {"IPv4映射地址已写作IPv4", "IPv4-mapped address written as IPv4"},
      {"国际化域名已转为A-label", "internationalised labels turned into A-labels"},
      {"xn--标签无法解码，原样保留", "an xn-- label does not decode; kept as it is"},
      {"来源还包括其下所有子域名", "the source also means all names below"},
      {"仅给出主机，按根路径处理", "a bare host was given; taken as its root path"},
  }};
  std::vector<Text> out;
  for (std::size_t i = 0; i < kTexts.size(); ++i) {
    if ((notes >> i & 1U) != 0) {
      out.push_back({std::string(kTexts[i].first), std::string(kTexts[i].second)});
    }
  }
  return out;
}

Result<Canonical> canonicalize(std::string_view text, std::optional<IndicatorKind> hint) {
  text = trim(text);
  const int wanted = hint ? family(*hint) : 0;
  if (wanted <= 2) {
    if (auto quick = fast(text); quick && (!hint || family(quick->indicator.kind) == wanted)) {
      return std::move(*quick);
    }
  }
  TRY(text, checked(text));
  if (!hint) return detect(text);
  if (auto opaque = hinted_opaque(text, *hint)) return std::move(*opaque);
  if (wanted == 3) return hinted_url(text);
  TRY(Canonical found, detect(text));
  if (family(found.indicator.kind) != wanted) {
    return refuse("kind-mismatch", "The value is not of the stated kind", "内容与所述类型不符");
  }
  return found;
}

Result<Indicator> canonical(std::string_view text, std::optional<IndicatorKind> hint) {
  auto found = canonicalize(text, hint);
  if (!found) return tl::unexpected(std::move(found).error());
  return std::move(found->indicator);
}

std::string_view host_of(const Indicator& indicator) {
  std::string_view text = indicator.value;
  switch (indicator.kind) {
    case IndicatorKind::kIpv4:
    case IndicatorKind::kIpv6:
    case IndicatorKind::kDomain:
      return text;
    case IndicatorKind::kWildcardDomain:
      return text.substr(2);
    case IndicatorKind::kEmail:
      return text.substr(text.rfind('@') + 1);
    case IndicatorKind::kUrl:
      text.remove_prefix(text.find("://") + 3);
      [[fallthrough]];
    case IndicatorKind::kEndpoint:
    case IndicatorKind::kHostPath:
      text = text.substr(0, text.find('/'));
      if (text.starts_with('[')) return text.substr(1, text.find(']') - 1);
      return text.substr(0, text.find(':'));
    default:
      return {};
  }
}

}  // namespace tocsin::match
