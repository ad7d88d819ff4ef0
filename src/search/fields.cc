#include "search/fields.h"

#include <algorithm>
#include <charconv>

#include "base/nearest.h"
#include "match/canonical.h"
#include "model/appeal.h"
#include "model/labels.h"
#include "model/organization.h"
#include "model/province.h"
#include "model/source.h"
#include "model/task.h"
#include "search/facts.h"

namespace tocsin::search {
namespace {

using store::TextTerm;
using Words = std::vector<std::string_view>;

tl::unexpected<Error> wrong(std::string en, std::string zh) {
  return fail_bi(Code::kInvalid, std::move(en), std::move(zh), "q");
}

TextTerm key(std::string_view name, std::string_view value, bool prefix = false) {
  return {true, {key_of(name, value)}, prefix};
}

std::string listed(const Words& words) {
  std::string out;
  for (const auto word : words) out += (out.empty() ? "" : ", ") + std::string(word);
  return out;
}

std::string maybe(std::string_view given, const Words& words, Lang lang) {
  const auto meant = nearest(given, {words.begin(), words.end()});
  if (!meant) return {};
  return lang == Lang::kZh ? "是否指 " + *meant + "？" : "; did you mean '" + *meant + "'?";
}

/// A stable word by itself or by its label in either language.
Result<std::string> one_of(std::string_view field, std::string_view value, const Words& words) {
  const std::string lower = to_lower(value);
  for (const auto word : words) {
    const Text label = model::label(word);
    if (word == lower || label.zh == value || to_lower(label.en) == lower) return std::string(word);
  }
  const std::string f(field);
  const std::string v(value);
  return wrong("'" + v + "' is no value of " + f + maybe(lower, words, Lang::kEn) +
                   " (values: " + listed(words) + ")",
               f + " 没有取值“" + v + "”。" + maybe(lower, words, Lang::kZh) + "可用的取值为 " +
                   listed(words));
}

template <typename E>
void append(Words& out, E e) {
  const auto& names = enum_names(e);
  out.insert(out.end(), names.begin(), names.end());
}

/// Classes of article 2 and the subtypes they name (W17-01).
Words classes() {
  Words out;
  append(out, model::ThreatClass{});
  for (std::size_t c = 0; c < enum_names(model::ThreatClass{}).size(); ++c) {
    const auto& of_class = model::subtypes(static_cast<model::ThreatClass>(c));
    out.insert(out.end(), of_class.begin(), of_class.end());
  }
  return out;
}

/// `class:phishing` means every class or subtype that has the word.
Result<std::vector<TextTerm>> class_terms(const std::string& value) {
  std::vector<TextTerm> out;
  const Words all = classes();
  for (const auto word : all) {
    const auto parts = split(word, '-');
    if (std::find(parts.begin(), parts.end(), to_lower(value)) != parts.end()) {
      out.push_back(key("class", word));
    }
  }
  if (!out.empty()) return out;
  TRY(const auto word, one_of("class", value, all));
  return std::vector{key("class", word)};
}

Result<Instant> time_of(std::string_view field, const std::string& value, bool end) {
  const auto day = parse_date(value);
  if (day) return shanghai_midnight(end ? add_days(*day, 1) : *day);
  const auto instant = parse_instant(value);
  if (instant) return *instant;
  return wrong("'" + value + "' is no time for " + std::string(field) +
                   ": write 2026-01-31 or 2026-01-31T08:00:00+08:00",
               std::string(field) + " 的时间“" + value +
                   "”无效：请写作 2026-01-31 或 2026-01-31T08:00:00+08:00");
}

Result<std::int64_t> number_of(std::string_view field, std::string_view value, std::int64_t most) {
  const auto number = to_int(value);
  if (number && *number >= 0 && *number <= most) return *number;
  return wrong("'" + std::string(value) + "' is no number from 0 to " + std::to_string(most) +
                   " for " + std::string(field),
               std::string(field) + " 须为 0 至 " + std::to_string(most) + " 的整数，而不是“" +
                   std::string(value) + "”");
}

/// A value in any spelling; with `*` at its end, whatever begins so.
Result<TextTerm> indicator_term(std::string value,
                                std::optional<model::IndicatorKind> kind = std::nullopt) {
  const bool prefix = value.size() > 1 && value.ends_with('*');
  if (prefix) {
    value.pop_back();
    return key("indicator", to_lower(value), true);
  }
  const auto canonical = match::canonical(value, kind);
  // What has no canonical form in this program, an account for instance, is meant as it stands.
  return key("indicator", canonical ? canonical->value : value);
}

Result<TextTerm> below_term(const std::string& value) {
  const auto name = match::canonical(value, model::IndicatorKind::kDomain);
  if (name) return key("host", host_value(match::host_of(*name)), true);
  return wrong("below: takes a domain name, not '" + value + "'",
               "below: 须为域名，而不是“" + value + "”");
}

Result<TextTerm> inside_term(const std::string& value) {
  const std::string network = network_key(value);
  if (!network.empty()) return TextTerm{true, {network}, true};
  return wrong("inside: takes an address or a prefix such as 192.0.2.0/24, not '" + value + "'",
               "inside: 须为地址或地址段（如 192.0.2.0/24），而不是“" + value + "”");
}

/// `dispose`, `dispose.late`, `dispose.late.op-a`: a clock, how it went, whose it is.
Result<TextTerm> clock_term(const std::string& value) {
  const auto parts = split(value, '.');
  TRY(std::string term, one_of("clock", parts.front(), counted_clocks()));
  if (parts.size() > 1) {
    TRY(const auto fate, one_of("clock", parts[1], fates()));
    term += "." + fate;
  }
  // The code of a unit may have dots itself.
  if (parts.size() > 2) term += value.substr(parts[0].size() + parts[1].size() + 1);
  return key("clock", term);
}

/// What one value of a field is looked up by.
Result<std::vector<TextTerm>> terms_of(Place place, std::string_view field,
                                       const std::string& value) {
  const auto word = [&](const Words& words) -> Result<std::vector<TextTerm>> {
    TRY(const auto known, one_of(field, value, words));
    return std::vector{key(field, known)};
  };
  const auto one = [](Result<TextTerm> term) -> Result<std::vector<TextTerm>> {
    TRY(auto known, std::move(term));
    return std::vector{std::move(known)};
  };
  if (field == "state") return word(states(place));
  if (field == "class") return class_terms(value);
  if (field == "kind") return word(enum_names(model::IndicatorKind{}));
  if (field == "measure") return word(enum_names(model::Measure{}));
  if (field == "tlp") return word(enum_names(model::Tlp{}));
  if (field == "level") {
    std::string upper = value;
    for (char& c : upper) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    static const Words kLevels = {"I", "II", "III", "IV"};
    if (std::find(kLevels.begin(), kLevels.end(), upper) == kLevels.end()) return word(kLevels);
    return std::vector{key(field, upper)};
  }
  if (field == "type") {
    return word(place == Place::kSources ? enum_names(model::SourceKind{})
                                         : enum_names(model::OrganizationType{}));
  }
  if (field == "asset") return word({kPartyGov, kCii});
  if (field == "imitates") return word(imitated());
  if (field == "behaviour") return word(behaviours());
  if (field == "origin") return word(origins());
  if (field == "ruling") return word(rulings());
  if (field == "severity") return word(severities());
  if (field == "clock") return one(clock_term(value));
  if (field == "province") {
    if (value == kAbroad || value == kUnknown) return std::vector{key(field, value)};
    TRY(const std::string code, model::province_of(value, "q", ""));
    return std::vector{key(field, code)};
  }
  if (field == "asn") {
    const bool marked = value.size() > 2 && iequals(value.substr(0, 2), "as");
    TRY(const auto number, number_of(field, marked ? value.substr(2) : value, 0xffff'ffffLL));
    return std::vector{key(field, std::to_string(number))};
  }
  if (field == "indicator") return one(indicator_term(value));
  if (field == "below") return one(below_term(value));
  if (field == "inside") return one(inside_term(value));
  if (field == "label") {
    const std::string label = label_value(value);
    if (label.empty()) return wrong("label: needs a word", "label: 后须有词语");
    return std::vector{key(field, label)};
  }
  return std::vector{key(field, value)};  // codes and names of units and sources
}

const FieldInfo* find_field(std::string_view name) {
  const auto& all = fields();
  const auto found = std::find_if(all.begin(), all.end(), [&](const FieldInfo& f) {
    return f.name == to_lower(name) || f.name_zh == name;
  });
  return found == all.end() ? nullptr : &*found;
}

std::optional<model::IndicatorKind> kind_named(std::string_view name) {
  if (const auto kind = model::indicator_kind(to_lower(name))) return kind;
  for (const auto word : enum_names(model::IndicatorKind{})) {
    if (model::label(word).zh == name) return model::indicator_kind(word);
  }
  return std::nullopt;
}

bool holds(const std::vector<Place>& places, Place place) {
  return std::find(places.begin(), places.end(), place) != places.end();
}

/// `domain:evil.example`, as indicators are shown everywhere.
Status add_kind(Query& query, model::IndicatorKind kind, const std::vector<std::string>& values,
                bool no) {
  Condition values_of{no, {}};
  for (const auto& value : values) {
    TRY(auto term, indicator_term(value, kind));
    values_of.any.push_back(std::move(term));
  }
  // Without it: the same value of another kind is not meant. With it excluded the value decides.
  if (!no) query.conditions.push_back({false, {key("kind", name(kind))}});
  query.conditions.push_back(std::move(values_of));
  return {};
}

/// Fields that bound a number or a time, once each.
Result<bool> add_bound(Query& query, std::string_view field, const std::vector<std::string>& values,
                       bool no) {
  if (field != "from" && field != "until" && field != "on" && field != "confidence") return false;
  if (no || values.size() != 1) {
    return wrong(std::string(field) + ": takes one value and cannot be excluded",
                 std::string(field) + ": 只取一个值，且不能用“-”排除");
  }
  if (field == "from") {
    TRY(query.from, time_of(field, values.front(), false));
  } else if (field == "until") {
    TRY(query.until, time_of(field, values.front(), true));
  } else if (field == "on") {
    TRY(query.until, time_of(field, values.front(), true));
    query.live_at = query.until;
  } else {
    TRY(query.least_confidence, number_of(field, values.front(), 100));
  }
  return true;
}

}  // namespace

bool is_field(std::string_view name) {
  return find_field(name) != nullptr || kind_named(name).has_value();
}

Status add_field(Query& query, std::string_view name, const std::vector<std::string>& values,
                 bool no) {
  Words here;
  for (const auto& f : fields()) {
    if (holds(f.places, query.place)) here.push_back(f.name);
  }
  const Text where = title(query.place);
  const FieldInfo* field = find_field(name);
  if (field == nullptr) {
    if (const auto kind = kind_named(name);
        kind && holds(find_field("kind")->places, query.place)) {
      return add_kind(query, *kind, values, no);
    }
    const std::string n(name);
    return wrong("there is no field '" + n + "'" + maybe(to_lower(name), here, Lang::kEn) +
                     " (fields of " + where.en + ": " + listed(here) +
                     "); to search for the text itself, put it in quotes",
                 "没有字段“" + n + "”。" + maybe(to_lower(name), here, Lang::kZh) + where.zh +
                     "可用的字段为 " + listed(here) + "；要检索文字本身，请加引号");
  }
  if (field->name == "state" && query.place == Place::kIndicators) {
    return wrong(
        "an indicator has no state of its own: each source's word stands or is over by the time of "
        "asking, which `tocsin lookup` says; what is blocked is a state of its case: search cases "
        "for state:listed with the indicator",
        "指标本身没有状态：各来源的说法是否有效取决于查询时刻，请用 tocsin lookup "
        "查询；是否已屏蔽是"
        "案件的状态，请在案件中以 state:listed 连同该指标检索");
  }
  if (!holds(field->places, query.place)) {
    return wrong(
        where.en + " have no field '" + std::string(field->name) + "' (fields: " + listed(here) +
            ")",
        where.zh + "没有字段“" + std::string(field->name) + "”，可用的字段为 " + listed(here));
  }
  TRY(const bool bound, add_bound(query, field->name, values, no));
  if (bound) return {};
  Condition condition{no, {}};
  for (const auto& value : values) {
    TRY(auto terms, terms_of(query.place, field->name, value));
    std::move(terms.begin(), terms.end(), std::back_inserter(condition.any));
  }
  query.conditions.push_back(std::move(condition));
  return {};
}

const std::vector<FieldInfo>& fields() {
  using enum Place;
  static const std::vector<FieldInfo> all = {
      {"state",
       "状态",
       {kCases, kTasks, kAppeals, kOrganizations, kSources, kVulnerabilities, kEntries},
       {"状态；另有 open（未办结）、listed（已列入名单）、overdue（逾期）",
        "state; also open, listed, overdue"}},
      {"class",
       "类别",
       {kCases, kTasks, kEntries},
       {"威胁类别或子类，可只写其中一词，如 phishing",
        "class or subtype, or one word of it: phishing"}},
      {"kind", "类型", {kCases, kTasks, kIndicators, kEntries}, {"指标类型", "kind of indicator"}},
      {"label",
       "标签",
       {kCases, kIndicators, kSources},
       {"威胁名称或标签中的词", "a word of the threat's name or label"}},
      {"source",
       "来源",
       {kCases, kIndicators},
       {"报送单位代码；指标则为来源名称", "code of a reporting unit; of indicators the source"}},
      {"owner", "归属", {kCases, kSources}, {"所属单位代码", "code of the owning unit"}},
      {"addressee",
       "处置单位",
       {kCases, kTasks, kEntries},
       {"处置单位代码", "code of the addressee"}},
      {"authority", "主管部门", {kTasks, kAppeals}, {"主管部门代码", "code of the authority"}},
      {"province",
       "省份",
       {kCases, kTasks, kAppeals, kEntries, kOrganizations},
       {"GB/T 2260 两位代码；另有 abroad（境外）、unknown（不明）",
        "two digits of GB/T 2260; also abroad, unknown"}},
      {"level", "等级", {kCases, kTasks}, {"I II III IV", "I II III IV"}},
      {"tlp",
       "共享级别",
       {kCases, kTasks},
       {"clear green amber amber+strict red", "clear green amber amber+strict red"}},
      {"measure", "措施", {kTasks, kEntries}, {"处置措施", "what was ordered"}},
      {"type", "种类", {kOrganizations, kSources}, {"单位或来源的种类", "of the unit or source"}},
      {"asset",
       "资产",
       {kCases},
       {"party-gov（党政机关）、cii（关键信息基础设施）",
        "of party and government, or critical infrastructure: party-gov cii"}},
      {"imitates",
       "仿冒",
       {kCases},
       {"钓鱼所仿冒的行业：government finance media e-commerce education other-sector unstated",
        "sector that phishing imitates: government finance media e-commerce education "
        "other-sector unstated"}},
      {"behaviour",
       "行为",
       {kCases},
       {"恶意程序八类行为，取自规范命名：payment privacy remote spread expense system fraud rogue；"
        "unstated 为未按规范命名",
        "class of malware by its standard name: payment privacy remote spread expense system "
        "fraud rogue; or unstated"}},
      {"origin",
       "境内外",
       {kCases},
       {"指标所在，依参考数据：home abroad hk-mo-tw unknown",
        "where an indicator is by reference data: home abroad hk-mo-tw unknown"}},
      {"clock",
       "时限",
       {kCases, kTasks, kAppeals},
       {"时限.结果.单位：dispose、dispose.late、dispose.late.op-a（met late running waived）",
        "a clock, its fate, whose: dispose, dispose.late, dispose.late.op-a (met late running "
        "waived)"}},
      {"ruling",
       "裁决",
       {kAppeals},
       {"upheld partly-upheld dismissed；pending 为未决",
        "upheld partly-upheld dismissed; pending: not ruled yet"}},
      {"severity",
       "严重程度",
       {kVulnerabilities},
       {"critical high medium low unrated", "critical high medium low unrated"}},
      {"on", "在列", {kEntries}, {"该日终了时仍在名单上", "on the list at the end of that day"}},
      {"asn",
       "自治系统",
       {kCases, kIndicators},
       {"指标所在自治系统号", "autonomous system of an indicator"}},
      {"indicator",
       "指标",
       {kCases, kTasks, kIndicators, kEntries},
       {"指标的值，任意写法；以 * 结尾为前缀", "a value in any spelling; with * its beginning"}},
      {"below",
       "下级",
       {kCases, kTasks, kIndicators, kEntries},
       {"该域名及其下级", "that name and what is below"}},
      {"inside",
       "网段",
       {kCases, kTasks, kIndicators, kEntries},
       {"该地址段之内", "inside that prefix"}},
      {"confidence", "置信度", {kIndicators}, {"至少为该值（0-100）", "at least so much (0-100)"}},
      {"from",
       "自",
       {kCases, kTasks, kAppeals, kIndicators, kSources, kVulnerabilities, kEntries},
       {"自该日起（含）", "from that day on"}},
      {"until",
       "至",
       {kCases, kTasks, kAppeals, kIndicators, kSources, kVulnerabilities, kEntries},
       {"至该日止（含）", "up to and including that day"}},
  };
  return all;
}

std::vector<std::string_view> states(Place place) {
  Words out;
  switch (place) {
    case Place::kCases:
      append(out, model::ThreatState{});
      out.insert(out.end(), {"open", "listed", "overdue"});
      break;
    case Place::kTasks:
      append(out, model::TaskState{});
      out.insert(out.end(), {"listed", "overdue"});
      break;
    case Place::kAppeals:
      append(out, model::AppealState{});
      break;
    case Place::kOrganizations:
      out = {"active", "disabled"};
      break;
    case Place::kSources:
      append(out, model::SourceHealth{});
      out.push_back("paused");
      break;
    case Place::kVulnerabilities:
      out = {"published", "exploited", "rejected"};
      break;
    case Place::kEntries:
      out = {"live", "delisted"};
      break;
    case Place::kIndicators:
      break;
  }
  return out;
}

}  // namespace tocsin::search
