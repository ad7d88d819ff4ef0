// Reading of rule-set files.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "law/reader.h"
#include "law/rule_set.h"

namespace tocsin::law {
namespace {

constexpr int kMaxLength = 1000;

template <typename T>
struct Word {
  std::string_view word;
  T value;
};

template <typename T, std::size_t N>
Result<T> choose(const Reader& in, std::string_view key, const std::array<Word<T>, N>& words) {
  TRY(const std::string given, in.string(key));
  std::vector<std::string> known;
  for (const Word<T>& w : words) {
    if (w.word == given) return w.value;
    known.emplace_back(w.word);
  }
  return in.error(key, fmt::format("'{}' is not one of {}", given, join(known, ", ")),
                  fmt::format("“{}”不在可选值之中：{}", given, join(known, "、")));
}

constexpr std::array<Word<Unit>, 9> kUnits{{{"minute", Unit::kMinute},
                                            {"hour", Unit::kHour},
                                            {"working_day", Unit::kWorkingDay},
                                            {"calendar_day", Unit::kCalendarDay},
                                            {"calendar_month", Unit::kCalendarMonth},
                                            {"month_end", Unit::kMonthEnd},
                                            {"prompt", Unit::kPrompt},
                                            {"notice", Unit::kNotice},
                                            {"not_required", Unit::kNotRequired}}};
constexpr std::array<Word<SettingType>, 4> kSettingTypes{{{"number", SettingType::kNumber},
                                                          {"boolean", SettingType::kBoolean},
                                                          {"choice", SettingType::kChoice},
                                                          {"time", SettingType::kTime}}};
constexpr std::array<Word<Confidence>, 3> kConfidences{{{"confirmed", Confidence::kConfirmed},
                                                        {"inferred", Confidence::kInferred},
                                                        {"unknown", Confidence::kUnknown}}};

Result<Level> read_level(const Reader& in, std::string_view key, std::string_view text) {
  auto level = parse_level(text);
  if (!level) return in.error(key, level.error().message, level.error().message_zh);
  return *level;
}

Result<Citation> read_citation(const Reader& in) {
  TRY_STATUS(in.only({"law", "version", "article"}));
  Citation out;
  TRY(out.law, in.string("law"));
  TRY(out.version, in.string("version"));
  TRY(out.article, in.string("article"));
  return out;
}

Result<Article> read_article(const Reader& in) {
  TRY_STATUS(in.only({"number", "gist", "requirements", "cites"}));
  Article out;
  TRY(out.number, in.string("number"));
  TRY(out.gist, in.text("gist"));
  TRY(out.requirements, in.strings("requirements"));
  TRY(const auto cites, in.objects("cites", 50));
  for (const Reader& cite : cites) {
    TRY(Citation c, read_citation(cite));
    out.cites.push_back(std::move(c));
  }
  return out;
}

Result<Duty> read_duty(const Reader& in) {
  TRY_STATUS(in.only({"who", "article", "requirement", "what"}));
  Duty out;
  TRY(out.who, in.string("who"));
  TRY(out.article, in.string("article"));
  TRY(out.requirement, in.string("requirement"));
  TRY(out.what, in.text("what"));
  return out;
}

Result<Length> read_length(const Reader& in) {
  TRY_STATUS(in.only({"grades", "unit", "length", "setting", "word", "requirements"}));
  Length out;
  TRY(const auto grades, in.strings("grades"));
  for (const std::string& grade : grades) {
    TRY(const Level level, read_level(in, "grades", grade));
    out.grades.push_back(level);
  }
  TRY(out.unit, choose(in, "unit", kUnits));
  TRY(out.setting, in.string_or_empty("setting"));
  TRY(out.word, in.optional_text("word"));
  TRY(out.requirements, in.strings("requirements"));
  const bool numbered = is_natural(out.unit) || out.unit == Unit::kWorkingDay ||
                        out.unit == Unit::kCalendarDay || out.unit == Unit::kCalendarMonth;
  if (numbered) {
    TRY(const std::int64_t amount, in.integer("length", 1, kMaxLength));
    out.amount = static_cast<int>(amount);
  } else if (in.has("length")) {
    return in.error("length", fmt::format("the unit {} takes no length", name(out.unit)),
                    fmt::format("单位 {} 不带长度", name(out.unit)));
  }
  if (out.unit == Unit::kPrompt && (out.setting.empty() || out.word.zh.empty())) {
    return in.error("setting", "the unit prompt needs a setting and the law's own word",
                    "单位 prompt 须有设置项与法规原文用语");
  }
  if (out.unit == Unit::kNotRequired && out.word.zh.empty()) {
    return in.error("word", "the unit not_required needs the law's own word",
                    "单位 not_required 须有法规原文用语");
  }
  return out;
}

Result<ClockRule> read_clock(const Reader& in) {
  TRY_STATUS(in.only({"id", "name", "article", "requirements", "by", "to", "start", "start_setting",
                      "floor", "right", "lengths"}));
  ClockRule out;
  TRY(out.id, in.string("id"));
  TRY(out.name, in.text("name"));
  TRY(out.article, in.string("article"));
  TRY(out.requirements, in.strings("requirements"));
  TRY(out.by, in.string("by"));
  TRY(out.to, in.strings("to"));
  TRY(out.start, in.text("start"));
  TRY(out.start_setting, in.string_or_empty("start_setting"));
  TRY(out.floor, in.flag("floor"));
  TRY(out.right, in.flag("right"));
  TRY(const auto lengths, in.objects("lengths", 20));
  if (lengths.empty())
    return in.error("lengths", "a clock needs at least one length", "时限至少须有一个长度");
  std::vector<Level> seen;
  for (const Reader& length : lengths) {
    TRY(Length l, read_length(length));
    if (l.grades.empty() && lengths.size() > 1) {
      return length.error("grades", "several lengths must each name their grades",
                          "有多个长度时，每个都须写明等级");
    }
    for (const Level level : l.grades) {
      if (std::find(seen.begin(), seen.end(), level) != seen.end()) {
        return length.error("grades", fmt::format("grade {} has two lengths", name(level)),
                            fmt::format("等级{}有两个长度", name(level)));
      }
      seen.push_back(level);
    }
    out.lengths.push_back(std::move(l));
  }
  return out;
}

Result<LevelRule> read_level_rule(const Reader& in, const GradeScheme& scheme) {
  TRY_STATUS(in.only({"level", "requirement", "any", "otherwise", "unknown", "impact"}));
  LevelRule out;
  TRY(const std::string level, in.string("level"));
  TRY(out.level, read_level(in, "level", level));
  TRY(out.requirement, in.string_or_empty("requirement"));
  TRY(out.otherwise, in.flag("otherwise"));
  TRY(out.unknown, in.flag("unknown"));
  TRY(out.impact, in.text("impact"));
  TRY(const auto conditions, in.objects("any", 50));
  for (const Reader& c : conditions) {
    TRY_STATUS(c.only({"fact", "over", "at_least"}));
    Condition condition;
    TRY(condition.fact, c.string("fact"));
    const bool known = std::any_of(scheme.facts.begin(), scheme.facts.end(),
                                   [&](const FactRule& f) { return f.id == condition.fact; });
    if (!known)
      return c.error("fact", fmt::format("'{}' is not among the facts", condition.fact),
                     fmt::format("事实中没有“{}”", condition.fact));
    condition.strict = c.has("over");
    if (condition.strict == c.has("at_least")) {
      return c.error("over", "give exactly one of over and at_least", "over 与 at_least 须二选一");
    }
    TRY(condition.limit,
        c.integer(condition.strict ? "over" : "at_least", 0, std::int64_t{1} << 60));
    out.any.push_back(std::move(condition));
  }
  if (int{!out.any.empty()} + int{out.otherwise} + int{out.unknown} != 1) {
    return in.error("any", "give exactly one of any, otherwise and unknown",
                    "any、otherwise、unknown 须三选一");
  }
  return out;
}

Result<GradeScheme> read_scheme(const Reader& in) {
  TRY_STATUS(in.only({"version", "article", "name", "facts", "levels"}));
  GradeScheme out;
  TRY(out.version, in.string("version"));
  TRY(out.article, in.string("article"));
  TRY(out.name, in.text("name"));
  TRY(const auto facts, in.objects("facts", 50));
  for (const Reader& fact : facts) {
    TRY_STATUS(fact.only({"id", "unit", "name"}));
    FactRule rule;
    TRY(rule.id, fact.string("id"));
    TRY(rule.unit, fact.string("unit"));
    TRY(rule.name, fact.text("name"));
    out.facts.push_back(std::move(rule));
  }
  TRY(const auto levels, in.objects("levels", 4));
  for (const Reader& level : levels) {
    TRY(LevelRule rule, read_level_rule(level, out));
    if (!out.levels.empty() && rule.level <= out.levels.back().level) {
      return level.error("level", "levels must come from the highest to the lowest",
                         "等级须由高到低排列");
    }
    out.levels.push_back(std::move(rule));
  }
  return out;
}

Result<Setting> read_setting(const Reader& in) {
  TRY_STATUS(in.only({"id", "type", "choices", "starts", "default", "unit", "min", "max", "article",
                      "requirement", "why"}));
  Setting out;
  TRY(out.id, in.string("id"));
  TRY(out.type, choose(in, "type", kSettingTypes));
  TRY(out.choices, in.strings("choices"));
  if (in.has("starts")) {
    TRY(const Reader starts, in.object("starts"));
    for (const std::string& choice : out.choices) {
      if (!starts.has(choice)) continue;
      TRY(out.starts[choice], starts.text(choice));
    }
    if (out.starts.size() != in["starts"].members().size()) {
      return in.error("starts", "names something that is not a choice", "所指不是可选值");
    }
  }
  TRY(out.otherwise, in.string("default"));
  TRY(out.unit, in.string_or_empty("unit"));
  TRY(out.article, in.string("article"));
  TRY(out.requirement, in.string("requirement"));
  TRY(out.why, in.text("why"));
  if (out.type == SettingType::kNumber) {
    TRY(out.least, in.integer("min", 0, 1'000'000));
    TRY(out.most, in.integer("max", out.least, 1'000'000));
  }
  if (const auto ok = check_value(out, out.otherwise); !ok) {
    return in.error("default", ok.error().message, ok.error().message_zh);
  }
  return out;
}

Result<Form> read_form(const Reader& in) {
  TRY_STATUS(in.only({"id", "title", "article", "printed", "inferred"}));
  Form out;
  TRY(out.id, in.string("id"));
  TRY(out.title, in.text("title"));
  TRY(out.article, in.string("article"));
  TRY(out.printed, in.strings("printed"));
  TRY(out.inferred, in.strings("inferred"));
  return out;
}

Status read_renumbered(const Reader& in, RuleSet& out) {
  TRY_STATUS(in.only({"from_version", "articles"}));
  TRY(out.renumbered_from, in.string("from_version"));
  TRY(const auto rows, in.objects("articles"));
  for (const Reader& row : rows) {
    TRY_STATUS(row.only({"old", "new", "confidence"}));
    Renumbered r;
    TRY(r.old_article, row.string("old"));
    TRY(r.new_article, row.string_or_empty("new"));
    TRY(r.confidence, choose(row, "confidence", kConfidences));
    if (r.new_article.empty() != (r.confidence == Confidence::kUnknown)) {
      return row.error("new", "a number is given exactly when its confidence is not unknown",
                       "可信程度不为 unknown 时必须给出条号，否则不得给出");
    }
    out.renumbered.push_back(std::move(r));
  }
  return {};
}

Status read_counting(const Reader& in, RuleSet& out) {
  TRY_STATUS(in.only({"days", "hours", "months", "end", "over"}));
  Counting counting;
  TRY(counting.days, in.string("days"));
  TRY(counting.hours, in.string("hours"));
  TRY(counting.months, in.string("months"));
  TRY(counting.end, in.string("end"));
  TRY(counting.over, in.string("over"));
  out.counting = std::move(counting);
  return {};
}

bool is_id(std::string_view text) {
  return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
}

Status read_head(const Reader& in, RuleSet& out) {
  TRY(out.id, in.string("id"));
  if (!is_id(out.id))
    return in.error("id", "must be lower-case letters, digits, '-' and '_'",
                    "应由小写字母、数字、“-”与“_”组成");
  TRY(out.law, in.string("law"));
  TRY(out.version, in.string("version"));
  if (!is_id(out.law) || out.version.empty())
    return in.error("law", "needs an id and a version", "须有标识与版本");
  TRY(out.name, in.text("name"));
  TRY(out.document, in.string("document"));
  TRY(out.issuer, in.text("issuer"));
  TRY(out.issued, in.date("issued"));
  TRY(out.valid_from, in.date("valid_from"));
  TRY(out.valid_to, in.optional_date("valid_to"));
  if (out.valid_to && *out.valid_to <= out.valid_from) {
    return in.error("valid_to", "must be after valid_from: it is the first day no longer in force",
                    "须晚于 valid_from：即失效之日");
  }
  TRY(out.province, in.string_or_empty("province"));
  if (!out.province.empty() && (out.province.size() != 6 || !to_int(out.province))) {
    return in.error("province", "must be an area code of six digits", "应为六位行政区划代码");
  }
  TRY(out.overlays, in.string_or_empty("overlays"));
  if (!out.province.empty() && out.overlays.empty()) {
    return in.error("overlays", "a province's rule must name the national rule set it adds to",
                    "省级规则须写明其所补充的全国性规则集");
  }
  TRY(out.prevails, in.flag("prevails"));
  if (out.prevails && out.overlays.empty()) {
    return in.error("prevails", "only an overlay can prevail over another rule set",
                    "只有补充规则才能优先于其他规则集");
  }
  if (in.has("notes")) {
    TRY(const auto notes, in.objects("notes", 50));
    const Json& items = in["notes"];
    for (std::size_t i = 0; i < notes.size(); ++i) {
      TRY_STATUS(notes[i].only({"zh", "en"}));
      out.notes.push_back({items.items()[i].str("zh"), items.items()[i].str("en")});
    }
  }
  return {};
}

/// Reads every object of a list with `read`, refusing two with the same `id`.
template <typename T, typename Read>
Status read_list(const Reader& in, std::string_view key, std::vector<T>& out, Read read) {
  TRY(const auto rows, in.objects(key));
  for (const Reader& row : rows) {
    TRY(T item, read(row));
    if constexpr (requires { item.id; }) {
      for (const T& other : out) {
        if (other.id == item.id) {
          return row.error("id", fmt::format("'{}' is already taken", item.id),
                           fmt::format("“{}”已被使用", item.id));
        }
      }
    }
    out.push_back(std::move(item));
  }
  return {};
}

/// Clocks must cite settings that exist and articles that are listed (unless none is known).
Status check_references(const Reader& in, const RuleSet& set) {
  for (std::size_t i = 0; i < set.clocks.size(); ++i) {
    const ClockRule& clock = set.clocks[i];
    const std::string place = fmt::format("clocks[{}]", i);
    const auto missing = [&](const std::string& id) {
      return !id.empty() && set.setting(id) == nullptr;
    };
    if (set.article(clock.article) == nullptr) {
      return in.error(place + ".article",
                      fmt::format("'{}' is not a listed article", clock.article),
                      fmt::format("条文清单中没有“{}”", clock.article));
    }
    if (missing(clock.start_setting)) {
      return in.error(place + ".start_setting",
                      fmt::format("'{}' is not a setting", clock.start_setting),
                      fmt::format("没有设置项“{}”", clock.start_setting));
    }
    for (const Length& length : clock.lengths) {
      if (!missing(length.setting)) continue;
      return in.error(place + ".lengths", fmt::format("'{}' is not a setting", length.setting),
                      fmt::format("没有设置项“{}”", length.setting));
    }
  }
  return {};
}

}  // namespace

Result<RuleSet> parse_rule_set(const Json& file) {
  TRY(const Reader in, Reader::of(file, ""));
  TRY_STATUS(in.only({"kind",     "id",     "law",        "version",   "name",     "document",
                      "issuer",   "issued", "valid_from", "valid_to",  "province", "overlays",
                      "prevails", "notes",  "articles",   "duties",    "clocks",   "grade_scheme",
                      "settings", "forms",  "counting",   "renumbered"}));
  RuleSet out;
  TRY_STATUS(read_head(in, out));
  TRY_STATUS(read_list(in, "articles", out.articles, read_article));
  TRY_STATUS(read_list(in, "duties", out.duties, read_duty));
  TRY_STATUS(read_list(in, "clocks", out.clocks, read_clock));
  TRY_STATUS(read_list(in, "settings", out.settings, read_setting));
  TRY_STATUS(read_list(in, "forms", out.forms, read_form));
  if (in.has("grade_scheme")) {
    TRY(const Reader scheme, in.object("grade_scheme"));
    TRY(out.grades, read_scheme(scheme));
  }
  if (in.has("counting")) {
    TRY(const Reader counting, in.object("counting"));
    TRY_STATUS(read_counting(counting, out));
  }
  if (in.has("renumbered")) {
    TRY(const Reader renumbered, in.object("renumbered"));
    TRY_STATUS(read_renumbered(renumbered, out));
  }
  TRY_STATUS(check_references(in, out));
  return out;
}

}  // namespace tocsin::law
