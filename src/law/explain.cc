#include "law/explain.h"

#include <fmt/format.h>

#include "law/words.h"

namespace tocsin::law {
namespace {

/// The holidays among the skipped days, each once, in order: `Spring Festival 2026-02-15..23`.
Text skipped_holidays(const Deadline& d) {
  std::vector<std::string> zh;
  std::vector<std::string> en;
  for (std::size_t i = 0; i < d.days.size();) {
    std::size_t end = i + 1;
    if (d.days[i].kind == DayKind::kHoliday) {
      while (end < d.days.size() && d.days[end].kind == DayKind::kHoliday &&
             d.days[end].name.zh == d.days[i].name.zh) {
        ++end;
      }
      const std::string first = to_string(d.days[i].date);
      const std::string last = to_string(d.days[end - 1].date);
      const std::string run = first == last ? first : first + "/" + last;
      zh.push_back(d.days[i].name.zh + " " + run);
      en.push_back(d.days[i].name.en + " " + run);
    }
    i = end;
  }
  return {join(zh, "、"), join(en, ", ")};
}

Text make_up_days(const Deadline& d) {
  std::vector<std::string> days;
  for (const Day& day : d.days) {
    if (day.kind == DayKind::kMakeUp) days.push_back(to_string(day.date));
  }
  return {join(days, "、"), join(days, ", ")};
}

/// `10 working days`, or the law's own word with our number.
Text length_text(const Deadline& d) {
  if (d.unit == Unit::kNotice) return {"通知写明的时刻", "the moment stated in the notice"};
  if (d.unit == Unit::kMonthEnd) return {"当月最后一日", "the last day of the month"};
  const Text unit = unit_name(d.unit, d.length);
  Text out{fmt::format("{}{}", d.length, unit.zh), fmt::format("{} {}", d.length, unit.en)};
  if (d.basis == Basis::kPolicy && !d.word.zh.empty()) {
    out.zh = fmt::format("“{}”（管理目标{}）", d.word.zh, out.zh);
    out.en = fmt::format("“{}” (policy target {})", d.word.en, out.en);
  }
  return out;
}

std::string start_text(const Deadline& d) {
  return d.start.whole_day ? to_string(d.start.date()) : to_display(d.start.at);
}

void add_remarks(const Deadline& d, Text& out) {
  const auto say = [&](const std::string& zh, const std::string& en) {
    out.zh += zh;
    out.en += " " + en;
  };
  if (const Text off = skipped_holidays(d); !off.zh.empty()) {
    say(fmt::format("跳过假日：{}。", off.zh), fmt::format("Holidays skipped: {}.", off.en));
  }
  if (const Text worked = make_up_days(d); !worked.zh.empty()) {
    say(fmt::format("调休上班日计入：{}。", worked.zh),
        fmt::format("Make-up working days counted: {}.", worked.en));
  }
  if (d.provisional) {
    say("结果为暂定：涉及尚未公布放假安排的日期，公布后须重新计算。",
        "Provisional: it reaches days whose holidays are not announced yet; recompute then.");
  }
  if (d.transitional) {
    say("该规定在期满前废止，已起算的时限保持原长度。",
        "The rule is repealed before the end; a clock that has started keeps its length.");
  }
  for (const GaveWay& other : d.gave_way) {
    say(fmt::format("同时适用的{}第{}条期限为{}，以本条为准。", other.rule_set, other.article,
                    other.due_text),
        fmt::format("{} article {}, which applies too, ends at {} and gives way.", other.rule_set,
                    other.article, other.due_text));
  }
}

}  // namespace

std::string due_text(const Deadline& d) {
  return d.cutoff.empty() ? to_display(d.due) : to_string(d.last_day) + " " + d.cutoff;
}

Text explain(const Library&, const Deadline& d) {
  const Text length = length_text(d);
  const std::string due = due_text(d);
  const bool days =
      d.unit == Unit::kWorkingDay || d.unit == Unit::kCalendarDay || d.unit == Unit::kCalendarMonth;
  Text out;
  out.zh = fmt::format("{}第{}条：自{}（{}{}）起{}，{}{}{}。", d.law_title.zh, d.citation.article,
                       start_text(d), d.start_event.zh, days ? "，当日不计入" : "", length.zh,
                       d.floor ? "至少保存至" : "截至", due,
                       d.basis == Basis::kPolicy ? "（法律未规定数值）" : "");
  out.en =
      fmt::format("{}, article {}: {} from {} ({}{}), {} {}{}.", d.law_title.en, d.citation.article,
                  length.en, start_text(d), d.start_event.en, days ? ", that day not counted" : "",
                  d.floor ? "kept at least until" : "due", due,
                  d.basis == Basis::kPolicy ? " (the law gives no number)" : "");
  add_remarks(d, out);
  return out;
}

Text explain(const Library& library, const Proposal& p) {
  const RuleSet& set = *library.find(p.grade.scheme);
  std::vector<std::string> zh;
  std::vector<std::string> en;
  for (const Condition& c : p.met) {
    for (const FactRule& fact : set.grades->facts) {
      if (fact.id != c.fact) continue;
      const Text value = amount(fact.unit, p.facts.find(c.fact)->second);
      const Text limit = amount(fact.unit, c.limit);
      zh.push_back(fmt::format("{}{}{}{}", fact.name.zh, value.zh, c.strict ? "，超过" : "，达到",
                               limit.zh));
      en.push_back(fmt::format("{} {} is {} {}", fact.name.en, value.en,
                               c.strict ? "over" : "at least", limit.en));
    }
  }
  if (zh.empty()) {
    zh.emplace_back("未超过任何较高等级的界限");
    en.emplace_back("no threshold of a higher grade is passed");
  }
  const std::string article_zh =
      p.citation.article.empty() ? "" : fmt::format("第{}条", p.citation.article);
  const std::string article_en =
      p.citation.article.empty() ? "" : fmt::format(", article {}", p.citation.article);
  const Text level = title(p.grade.level);
  return {
      fmt::format(
          "{}{}：建议等级为{}（{}）。{}。该等级还要求“{}”：{}。", set.title().zh, article_zh,
          level.zh, name(p.grade.level), join(zh, "；"), p.impact_wanted.zh,
          p.needs_impact ? "须由人书面说明影响后确认" : "书面说明为“" + p.impact + "”，由人确认"),
      fmt::format("{}{}: proposed grade {}. {}. The grade also wants “{}”: {}.", set.title().en,
                  article_en, level.en, join(en, "; "), p.impact_wanted.en,
                  p.needs_impact ? "a person confirms it with a written statement of the impact"
                                 : "the statement is “" + p.impact + "”, a person confirms it")};
}

std::string describe(const Library& library, const Deadline& d, Lang lang) {
  const bool zh = lang == Lang::kZh;
  std::string out = fmt::format("{} ({})\n", d.clock_name.in(lang), d.clock);
  const auto line = [&](const char* label_zh, const char* label_en, const std::string& value) {
    out += zh ? fmt::format("  {}：{}\n", label_zh, value)
              : fmt::format("  {:<13}{}\n", label_en, value);
  };
  line(d.floor ? "至少保存至" : "截止", d.floor ? "keep until" : "due",
       due_text(d) + (d.provisional ? (zh ? "（暂定）" : "  (provisional)") : ""));
  line("时限", "length", length_text(d).in(lang));
  if (d.grade) line("等级", "grade", title(*d.grade).in(lang));
  line("起算", "start", fmt::format("{}  {}", start_text(d), d.start_event.in(lang)));
  line("依据", "rule",
       zh ? fmt::format("{}（{}）{} 第{}条", d.rule_set, d.citation.version, d.law_title.zh,
                        d.citation.article)
          : fmt::format("{} ({}), article {}: {}", d.rule_set, d.citation.version,
                        d.citation.article, d.law_title.en));
  line("要求", "requirement", join(d.requirements, ", "));
  std::vector<std::string> to;
  for (const std::string& id : d.to) to.push_back(library.party(id).in(lang));
  line("主体", "who", library.party(d.by).in(lang) + (to.empty() ? "" : " -> " + join(to, ", ")));
  if (!d.setting.empty()) {
    line("法律未规定", "silence",
         fmt::format("{} = {}{}{}", d.setting, d.setting_value, zh ? "：" : ": ",
                     d.setting_why.in(lang)));
  }
  if (d.counting) {
    line("计算规则", "counting",
         zh ? fmt::format("{}第{}条", d.counting_title.zh, d.counting->article)
            : fmt::format("{}, article {}", d.counting_title.en, d.counting->article));
  }
  if (!d.calendar.empty()) line("日历", "calendar", d.calendar);
  if (!d.days.empty()) out += zh ? "  逐日：\n" : "  days\n";
  int counted = 0;
  for (const Day& day : d.days) {
    // A roll-forward list has nothing to count: its last day is the deadline.
    const bool counts = day.working() && d.unit == Unit::kWorkingDay;
    out +=
        fmt::format("    {} {}  {:>3}  {}\n", to_string(day.date), weekday_name(day.date).in(lang),
                    counts ? std::to_string(++counted) : "-", day_text(day).in(lang));
  }
  out += "\n  " + d.explanation.in(lang) + "\n";
  return out;
}

std::string describe(const Library&, const Proposal& p, Lang lang) {
  const bool zh = lang == Lang::kZh;
  std::string out =
      zh ? fmt::format("建议等级：{}（{}）  分级方案 {} 版本 {}\n", title(p.grade.level).zh,
                       name(p.grade.level), p.grade.scheme, p.grade.version)
         : fmt::format("proposed grade: {}  scheme {} version {}\n", title(p.grade.level).en,
                       p.grade.scheme, p.grade.version);
  if (!p.requirement.empty()) out += (zh ? "要求：" : "requirement: ") + p.requirement + "\n";
  return out + p.explanation.in(lang) + "\n";
}

}  // namespace tocsin::law
