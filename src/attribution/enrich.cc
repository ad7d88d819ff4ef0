#include "attribution/enrich.h"

#include <algorithm>
#include <functional>
#include <tuple>

#include "attribution/malware_name.h"
#include "attribution/words.h"
#include "match/canonical.h"

namespace tocsin::attribution {
namespace {

using model::IndicatorKind;
using model::ReferenceKind;

const Text& moves_caveat() {
  static const Text text = {
      "省份为按地址段推测：移动网络与骨干网地址会跨省调整，以数据日期为准，仅供参考",
      "a province by address is a hint: mobile and backbone ranges move between provinces"};
  return text;
}

const Text& portability_caveat() {
  static const Text text = {
      "号段仅表示原归属运营企业：用户可携号转网，现服务企业须以运营企业查询结果为准",
      "the prefix names the original operator only: numbers are portable, who serves it now only "
      "the operators can tell"};
  return text;
}

const Text& shared_caveat() {
  static const Text text = {"该地址属于托管或内容分发网络，可能由许多无关用户共用",
                            "hosting or content network: many strangers may share this address"};
  return text;
}

Text region_name(std::string_view country) {
  if (country == "CN") return {"中国大陆", "Chinese mainland"};
  if (country == "HK") return {"中国香港", "Hong Kong, China"};
  if (country == "MO") return {"中国澳门", "Macao, China"};
  if (country == "TW") return {"中国台湾", "Taiwan, China"};
  return {std::string(country), std::string(country)};
}

Fact fact_of(const DataSet& set, FactKind what, std::string value, Certainty certainty) {
  Fact fact;
  fact.what = what;
  fact.value = std::move(value);
  fact.data_set = std::string(name(set.info.kind)) + ":" + set.info.name;
  fact.data_date = set.info.data_date;
  fact.certainty = certainty;
  return fact;
}

/// Puts a fact that has words beside its value.
void push(std::vector<Fact>& facts, Fact fact, Text title) {
  fact.title = std::move(title);
  facts.push_back(std::move(fact));
}

std::string range_text(const Said& said) {
  return match::to_string(said.first) + "-" + match::to_string(said.last);
}

std::string_view column(std::string_view value, std::size_t index) {
  const auto parts = split(value, '\t');
  return index < parts.size() ? parts[index] : std::string_view();
}

const Fact* find_in(const std::vector<Fact>& facts, FactKind what) {
  const auto at =
      std::find_if(facts.begin(), facts.end(), [&](const Fact& f) { return f.what == what; });
  return at == facts.end() ? nullptr : &*at;
}

/// Service and short numbers belong to no place: 10086, 95588, 400..., 1010xxxx.
bool has_place(std::string_view digits) {
  if (!digits.starts_with("86")) return true;
  const std::string_view national = digits.substr(2);
  const bool service = national.starts_with("400") || national.starts_with("800");
  return national.size() >= 9 && !(service && national.size() == 10);
}

void add_malware(std::string_view label, std::vector<Fact>& facts) {
  const auto parsed = parse_malware_name(label);
  if (!parsed) return;
  const auto say = [&](FactKind what, std::string value, const Text& title) {
    Fact fact;
    fact.what = what;
    fact.value = std::move(value);
    fact.certainty = Certainty::kStated;
    if (!title.zh.empty()) fact.title = title;
    facts.push_back(std::move(fact));
  };
  say(FactKind::kMalwareName, to_lower(trim(label)), {});
  say(FactKind::kMalwareSystem, parsed->system, parsed->system_title);
  say(FactKind::kMalwareBehaviour, parsed->behaviour, parsed->behaviour_title);
}

void add_province(const DataSet& set, const Said& said, std::vector<Fact>& facts) {
  const std::string_view province = column(said.value, 0);
  const std::string_view code = division_code(province);
  const Fact* country = find_in(facts, FactKind::kCountry);
  const auto say = [&](FactKind what, std::string_view value, Text title) {
    Fact fact = fact_of(set, what, std::string(value), Certainty::kHint);
    fact.range = range_text(said);
    if (what == FactKind::kProvince) fact.caveat = moves_caveat();
    push(facts, std::move(fact), std::move(title));
  };
  if (const auto region = region_of_division(code); !region.empty()) {
    // Hong Kong, Macao and Taiwan are no provinces with an administration of the ministry.
    if (country == nullptr) say(FactKind::kCountry, region, region_name(region));
  } else if (!code.empty() && (country == nullptr || country->value == "CN")) {
    say(FactKind::kProvince, code, division_name(code));
    if (const auto city = column(said.value, 1); !city.empty()) {
      say(FactKind::kCity, city, {std::string(city), std::string(city)});
    }
  }
  if (const auto isp = column(said.value, 2); !isp.empty()) {
    const Operator known = operator_of(isp);
    say(FactKind::kAccessProvider, known.key, known.title);
  }
}

}  // namespace

const Fact* Enrichment::find(FactKind what) const { return find_in(facts, what); }

std::optional<match::Prefix> prefix_of(const model::Indicator& indicator) {
  if (indicator.kind == IndicatorKind::kIpv4Prefix ||
      indicator.kind == IndicatorKind::kIpv6Prefix) {
    return match::parse_prefix(indicator.value);
  }
  const auto host = match::host_of(indicator);
  if (host.empty()) return std::nullopt;
  if (const auto address = match::parse_address(host)) return match::Prefix{*address, 128};
  return std::nullopt;
}

std::string_view domain_of(const model::Indicator& indicator) {
  const auto host = match::host_of(indicator);
  return host.empty() || match::parse_address(host) ? std::string_view() : host;
}

std::string_view digits_of(const model::Indicator& indicator) {
  std::string_view text = indicator.value;
  if (indicator.kind == IndicatorKind::kSmsPort) return text;
  if (indicator.kind != IndicatorKind::kPhone) return {};
  if (text.starts_with('+')) text.remove_prefix(1);
  return text;
}

ReferenceData::ReferenceData(std::vector<std::shared_ptr<const DataSet>> sets,
                             match::PublicSuffixes built_in)
    : sets_(std::move(sets)), built_in_(std::move(built_in)) {
  std::sort(sets_.begin(), sets_.end(), [](const auto& a, const auto& b) {
    return std::tie(b->info.data_date, a->info.kind, a->info.name) <
           std::tie(a->info.data_date, b->info.kind, b->info.name);
  });
}

const match::PublicSuffixes& ReferenceData::suffixes() const {
  for (const auto& set : sets_) {
    if (set->suffixes) return *set->suffixes;
  }
  return built_in_;
}

std::optional<Fact> ReferenceData::name_of_asn(const DataSet& set, const Said& said) const {
  if (const auto title = column(said.value, 1); !title.empty()) {
    return fact_of(set, FactKind::kAsName, std::string(title), Certainty::kAssigned);
  }
  const auto asn = to_int(column(said.value, 0));
  for (const auto& names : sets_) {
    if (names->info.kind != ReferenceKind::kAsn || !asn) continue;
    if (const auto title = names->of_asn(static_cast<std::uint32_t>(*asn))) {
      return fact_of(*names, FactKind::kAsName, std::string(*title), Certainty::kAssigned);
    }
  }
  return std::nullopt;
}

void ReferenceData::add_address(const match::Prefix& prefix, std::vector<Fact>& facts) const {
  // A prefix has a fact only if all of it has.
  const auto ask = [&](const DataSet& set) -> std::optional<Said> {
    const auto said = set.of_address(prefix.first());
    if (!said || said->last < prefix.last()) return std::nullopt;
    return said;
  };
  const auto newest = [&](ReferenceKind kind,
                          const std::function<void(const DataSet&, const Said&)>& use) {
    for (const auto& set : sets_) {
      if (set->info.kind != kind) continue;
      if (const auto said = ask(*set)) {
        use(*set, *said);
        return;
      }
    }
  };
  newest(ReferenceKind::kIpCountry, [&](const DataSet& set, const Said& said) {
    Fact fact = fact_of(set, FactKind::kCountry, std::string(said.value), Certainty::kAssigned);
    fact.range = range_text(said);
    push(facts, std::move(fact), region_name(said.value));
  });
  newest(ReferenceKind::kIpAsn, [&](const DataSet& set, const Said& said) {
    const std::string number(column(said.value, 0));
    Fact asn = fact_of(set, FactKind::kAsn, number, Certainty::kAssigned);
    asn.range = range_text(said);
    const auto as_name = name_of_asn(set, said);
    const std::string shown = "AS" + number + (as_name ? " " + as_name->value : "");
    push(facts, std::move(asn), {shown, shown});
    if (as_name) facts.push_back(*as_name);
  });
  newest(ReferenceKind::kIpProvince,
         [&](const DataSet& set, const Said& said) { add_province(set, said, facts); });
  for (const auto& set : sets_) {
    const bool hosting = set->info.kind == ReferenceKind::kIpHosting;
    if (!hosting && set->info.kind != ReferenceKind::kIpOperator) continue;
    const auto said = ask(*set);
    if (!said) continue;
    const Operator who = operator_of(said->value);
    Fact fact = fact_of(*set, hosting ? FactKind::kHosting : FactKind::kOperator, who.key,
                        Certainty::kAssigned);
    fact.range = range_text(*said);
    if (hosting) fact.caveat = shared_caveat();
    push(facts, std::move(fact), who.title);
  }
}

void ReferenceData::add_domain(std::string_view domain, std::vector<Fact>& facts) const {
  const auto& table = suffixes();
  Fact fact;
  for (const auto& set : sets_) {
    if (&table != &built_in_ && set->suffixes) {
      fact = fact_of(*set, fact.what, {}, Certainty::kStated);
      break;
    }
  }
  fact.certainty = Certainty::kStated;
  const auto say = [&](FactKind what, std::string value) {
    if (value.empty()) return;
    fact.what = what;
    fact.value = std::move(value);
    facts.push_back(fact);
  };
  say(FactKind::kRegistrableDomain, table.registrable(domain));
  say(FactKind::kPublicSuffix, table.public_suffix(domain));
}

void ReferenceData::add_phone(std::string_view digits, std::vector<Fact>& facts) const {
  if (digits.starts_with("106")) return;  // an SMS port is nobody's number block
  const auto ask = [&](ReferenceKind kind, FactKind what) {
    for (const auto& set : sets_) {
      if (set->info.kind != kind) continue;
      const auto said = set->of_number(digits);
      if (!said) continue;
      const Operator who = operator_of(*said);
      const bool carrier = what == FactKind::kPhoneOperator;
      Fact fact = fact_of(*set, what, carrier ? who.key : std::string(*said), Certainty::kHint);
      fact.caveat = portability_caveat();
      push(facts, std::move(fact),
           carrier ? who.title : Text{std::string(*said), std::string(*said)});
      const auto code = division_code(*said);
      if (!carrier && is_mainland(code)) {
        Fact province = fact_of(*set, FactKind::kProvince, std::string(code), Certainty::kHint);
        province.caveat = portability_caveat();
        push(facts, std::move(province), division_name(code));
      }
      return;
    }
  };
  ask(ReferenceKind::kPhoneCarrier, FactKind::kPhoneOperator);
  if (has_place(digits)) ask(ReferenceKind::kPhoneRegion, FactKind::kPhoneRegion);
}

Enrichment ReferenceData::enrich(const model::Indicator& indicator, std::string_view label) const {
  Enrichment out;
  out.kind = indicator.kind;
  out.value = indicator.value;
  if (const auto prefix = prefix_of(indicator)) {
    add_address(*prefix, out.facts);
  } else if (const auto domain = domain_of(indicator); !domain.empty()) {
    add_domain(domain, out.facts);
  } else if (const auto digits = digits_of(indicator); !digits.empty()) {
    add_phone(digits, out.facts);
  }
  add_malware(label, out.facts);
  return out;
}

}  // namespace tocsin::attribution
