#include "match/warning_list.h"

#include <algorithm>
#include <array>
#include <bitset>
#include <re2/re2.h>
#include <vector>

#include "base/json.h"
#include "base/text.h"
#include "match/address.h"
#include "match/canonical.h"
#include "match/tables.h"

namespace tocsin::match {

using model::Indicator;
using model::IndicatorKind;

namespace {

enum class ListType { kString, kSubstring, kHostname, kCidr, kRegex };

constexpr std::size_t kMaxEntryBytes = 4096;
constexpr std::size_t kMaxEntries = 4'000'000;

constexpr std::array<std::string_view, 5> kTypeNames = {"string", "substring", "hostname", "cidr",
                                                        "regex"};  // in the order of ListType

std::optional<ListType> list_type(std::string_view text) {
  const auto found = std::find(kTypeNames.begin(), kTypeNames.end(), text);
  if (found == kTypeNames.end()) return std::nullopt;
  return static_cast<ListType>(found - kTypeNames.begin());
}

using Kinds = std::bitset<model::kIndicatorKinds>;

/// Our kinds for one MISP attribute type; composite types stand for both halves.
void add_kinds(std::string_view attribute, Kinds& kinds) {
  const auto set = [&](std::initializer_list<IndicatorKind> list) {
    for (const IndicatorKind kind : list) kinds.set(static_cast<std::size_t>(kind));
  };
  for (const std::string_view part : split(attribute, '|')) {
    if (part.starts_with("ip-")) {
      set({IndicatorKind::kIpv4, IndicatorKind::kIpv6, IndicatorKind::kIpv4Prefix,
           IndicatorKind::kIpv6Prefix, IndicatorKind::kEndpoint});
    } else if (part == "ip") {
      set({IndicatorKind::kIpv4, IndicatorKind::kIpv6});
    } else if (part == "domain" || part == "hostname") {
      set({IndicatorKind::kDomain, IndicatorKind::kWildcardDomain, IndicatorKind::kEndpoint});
    } else if (part == "url" || part == "uri" || part == "link") {
      set({IndicatorKind::kUrl, IndicatorKind::kHostPath});
    } else if (part.find("email") != std::string_view::npos) {
      set({IndicatorKind::kEmail});
    } else if (part.find("phone") != std::string_view::npos) {
      set({IndicatorKind::kPhone, IndicatorKind::kSmsPort});
    } else if (part == "md5") {
      set({IndicatorKind::kMd5});
    } else if (part == "sha1") {
      set({IndicatorKind::kSha1});
    } else if (part == "sha256") {
      set({IndicatorKind::kSha256});
    } else if (part == "sm3") {
      set({IndicatorKind::kSm3});
    }
  }
}

/// `/…/gi` as MISP writes expressions, or the bare expression.
std::unique_ptr<re2::RE2> expression(std::string_view text) {
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(1 << 22);
  if (text.starts_with('/')) {
    const std::size_t end = text.rfind('/');
    if (end == 0) return nullptr;
    options.set_case_sensitive(text.substr(end + 1).find('i') == std::string_view::npos);
    text = text.substr(1, end - 1);
  }
  auto made = std::make_unique<re2::RE2>(re2::StringPiece(text.data(), text.size()), options);
  return made->ok() ? std::move(made) : nullptr;
}

std::optional<Prefix> prefix_of(const Indicator& indicator) {
  switch (indicator.kind) {
    case IndicatorKind::kIpv4:
    case IndicatorKind::kIpv6:
      if (const auto address = parse_address(indicator.value)) return Prefix{*address, 128};
      return std::nullopt;
    case IndicatorKind::kIpv4Prefix:
    case IndicatorKind::kIpv6Prefix:
      return parse_prefix(indicator.value);
    default:
      return std::nullopt;
  }
}

/// Files of the MISP format say `name` in one language; ours say `name_zh` beside it.
Text both_ways(const Json& document, const std::string& key) {
  const std::string en = document.str(key);
  const std::string zh = document.str(key + "_zh");
  return {zh.empty() ? en : zh, en};
}

}  // namespace

struct WarningList::Tables {
  std::string id;
  Text name;
  Text description;
  ListType type = ListType::kString;
  Kinds kinds;
  std::size_t skipped = 0;
  EntryBook book;

  StringSet strings;  ///< lower case, and the canonical form beside it
  HostSet hosts;
  PrefixSet prefixes;
  std::vector<std::string> substrings;
  std::vector<std::unique_ptr<re2::RE2>> expressions;

  bool add(std::string_view entry);
  bool add_host(std::string_view entry);
  bool add_prefix(std::string_view entry);
  std::optional<std::string> find_prefix(const Prefix& prefix) const;
  std::optional<std::string> find_text(std::string_view text) const;
};

bool WarningList::Tables::add_host(std::string_view entry) {
  while (entry.starts_with('.') || entry.starts_with("*.")) entry.remove_prefix(1);
  if (entry.empty()) return false;
  const auto canonical_entry = canonical(entry);
  if (canonical_entry && canonical_entry->kind == IndicatorKind::kDomain) {
    hosts.add(canonical_entry->value);
    return true;
  }
  if (canonical_entry) return add_prefix(canonical_entry->value);
  hosts.add(to_lower(entry));  // a bare top-level label covers all below it
  return true;
}

bool WarningList::Tables::add_prefix(std::string_view entry) {
  if (const auto prefix = parse_prefix(entry)) {
    prefixes.add(*prefix);
    return true;
  }
  if (const auto address = parse_address(entry)) {
    prefixes.add({*address, 128});
    return true;
  }
  return false;
}

bool WarningList::Tables::add(std::string_view entry) {
  entry = trim(entry);
  if (entry.empty() || entry.size() > kMaxEntryBytes) return false;
  switch (type) {
    case ListType::kString:
      strings.insert(to_lower(entry));
      if (const auto same = canonical(entry)) strings.insert(same->value);
      return true;
    case ListType::kSubstring:
      substrings.push_back(to_lower(entry));
      return true;
    case ListType::kHostname:
      return add_host(entry);
    case ListType::kCidr:
      return add_prefix(entry);
    case ListType::kRegex:
      if (auto made = expression(entry)) {
        expressions.push_back(std::move(made));
        return true;
      }
      return false;
  }
  return false;
}

std::optional<std::string> WarningList::Tables::find_prefix(const Prefix& prefix) const {
  const auto found = prefixes.overlap(prefix);
  if (!found) return std::nullopt;
  return to_string(*found);
}

std::optional<std::string> WarningList::Tables::find_text(std::string_view text) const {
  const std::string folded = to_lower(text);
  if (const auto found = strings.find(folded); found != strings.end()) return *found;
  for (const std::string& part : substrings) {
    if (folded.find(part) != std::string::npos) return part;
  }
  for (const auto& re : expressions) {
    if (re2::RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), *re)) {
      return re->pattern();
    }
  }
  return std::nullopt;
}

Result<WarningList> WarningList::parse(std::string_view json, std::string id) {
  TRY(const Json document, Json::parse(json));
  const auto type = list_type(document.str("type"));
  if (!type || !document["list"].is_array()) {
    return fail_bi(Code::kInvalid, "Not a warning list: type and list are needed",
                   "不是有效的告警白名单：缺少type或list", "type");
  }
  const auto& list = document["list"].items();
  if (list.size() > kMaxEntries) {
    return fail_bi(Code::kTooLarge, "The warning list is too long", "告警白名单过长", "list");
  }
  auto tables = std::make_shared<Tables>();
  tables->id = std::move(id);
  tables->name = both_ways(document, "name");
  tables->description = both_ways(document, "description");
  tables->type = *type;
  for (const Json& attribute : document["matching_attributes"].items()) {
    add_kinds(attribute.as_string(), tables->kinds);
  }
  if (document["matching_attributes"].items().empty()) tables->kinds.set();
  for (const Json& entry : list) {
    if (entry.is_string() && tables->add(entry.as_string())) {
      tables->book.add(trim(entry.as_string()));
    } else {
      ++tables->skipped;
    }
  }
  tables->prefixes.seal();
  return WarningList(std::move(tables));
}

const std::string& WarningList::id() const { return tables_->id; }
const Text& WarningList::name() const { return tables_->name; }
const Text& WarningList::description() const { return tables_->description; }
std::size_t WarningList::entries() const { return tables_->book.size(); }
std::size_t WarningList::skipped() const { return tables_->skipped; }
const EntryBook& WarningList::book() const { return tables_->book; }
std::string_view WarningList::type() const {
  return kTypeNames.at(static_cast<std::size_t>(tables_->type));
}

bool WarningList::applies_to(IndicatorKind kind) const {
  return tables_->kinds.test(static_cast<std::size_t>(kind));
}

std::optional<std::string> WarningList::find(const Indicator& indicator) const {
  if (!applies_to(indicator.kind)) return std::nullopt;
  if (auto hit = tables_->find_text(indicator.value)) return hit;
  if (const auto prefix = prefix_of(indicator)) return tables_->find_prefix(*prefix);
  if (indicator.kind == IndicatorKind::kDomain) {
    if (const auto hit = tables_->hosts.covering(indicator.value)) return std::string(*hit);
  }
  if (indicator.kind == IndicatorKind::kWildcardDomain) {
    const std::string_view base = host_of(indicator);
    if (const auto hit = tables_->hosts.covering(base)) return std::string(*hit);
    if (const auto hit = tables_->hosts.below(base)) return std::string(*hit);
    return tables_->find_text(base);
  }
  return std::nullopt;
}

std::optional<std::string> WarningList::find_host(std::string_view host) const {
  const auto address = parse_address(host);
  Indicator bare{IndicatorKind::kDomain, std::string(host)};
  if (address) bare.kind = address->is_v4() ? IndicatorKind::kIpv4 : IndicatorKind::kIpv6;
  return find(bare);
}

}  // namespace tocsin::match
