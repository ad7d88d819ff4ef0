#include "situation/report.h"

#include <algorithm>
#include <functional>

#include "attribution/words.h"

namespace tocsin::situation {
namespace {

using Names = std::vector<std::string_view>;

/// What a section shows: groups whole, or some subtypes.
struct Plan {
  Text title;
  Names groups;
  Names subtypes;
  Names series;
  bool clocks = false;
  bool monthly = false;  ///< not in the weekly report
};

const std::vector<Plan>& plans() {
  static const std::vector<Plan> all = {
      {{"网络安全基本态势", "Overall situation"},
       {"class", "cases", "c2", "level", "province"},
       {},
       {"malicious-resource", "malware", "hidden-danger", "incident", "other"}},
      {{"关键信息基础设施", "Critical infrastructure"}, {"cii"}, {}, {}, false, true},
      {{"网络病毒活动情况", "Activity of malicious programs"},
       {"behaviour"},
       {"trojan", "virus", "bot-program", "mobile-malware", "controlled-host", "c2-server",
        "distribution-server"},
       {}},
      {{"网站安全情况", "Security of websites"},
       {"imitates", "party-gov"},
       {"defacement", "backdoor", "phishing-site", "phishing-message"},
       {}},
      {{"重要漏洞情况", "Vulnerabilities"},
       {"severity"},
       {"hardware-flaw", "code-flaw", "business-logic-flaw", "weak-password"},
       {}},
      {{"事件处理情况", "Handling"},
       {"state", "tasks", "measure", "task-state", "list", "list-new", "appeals", "ruling"},
       {},
       {"list"},
       true},
      {{"数据来源", "Sources"}, {"sources", "indicators"}, {}, {}},
  };
  return all;
}

bool holds(const Names& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

Section section_of(const Plan& plan, const Situation& s) {
  Section out;
  out.title = plan.title;
  for (const auto name : plan.groups) {
    const FigureGroup* group = s.find(name);
    if (group != nullptr && !group->figures.empty()) out.groups.push_back(*group);
  }
  if (const FigureGroup* subtypes = s.find("subtype"); subtypes != nullptr) {
    FigureGroup some{"subtype", subtypes->title, {}};
    for (const auto& figure : subtypes->figures) {
      if (holds(plan.subtypes, figure.name)) some.figures.push_back(figure);
    }
    if (!some.figures.empty()) out.groups.push_back(std::move(some));
  }
  for (const auto& series : s.series) {
    if (holds(plan.series, series.name)) out.series.push_back(series);
  }
  if (plan.clocks) out.clocks = s.clocks;
  return out;
}

Text compared_text(const std::optional<std::int64_t>& percent) {
  if (!percent) return {"上期为零，无法比较", "nothing to compare with"};
  if (*percent == 0) return {"与上期持平", "as many as before"};
  const std::string size = std::to_string(*percent < 0 ? -*percent : *percent) + "%";
  if (*percent > 0) return {"环比上升 " + size, "up by " + size};
  return {"环比下降 " + size, "down by " + size};
}

/// The total, how it changed, and the largest class.
Text lead_of(const Situation& s) {
  const FigureGroup* cases = s.find("cases");
  const FigureGroup* classes = s.find("class");
  if (cases == nullptr || cases->figures.empty() || classes == nullptr) return {};
  const Figure& all = cases->figures.front();
  const Text change = compared_text(all.change_percent);
  const std::string n = std::to_string(all.current.count);
  Text out{"本期发现网络安全威胁 " + n + " 起，" + change.zh + "。",
           n + " threats were found, " + change.en + "."};
  const auto most = std::max_element(
      classes->figures.begin(), classes->figures.end(),
      [](const Figure& a, const Figure& b) { return a.current.count < b.current.count; });
  if (most == classes->figures.end() || most->current.count == 0) return out;
  const std::string m = std::to_string(most->current.count);
  out.zh += "其中" + most->title.zh + "最多，为 " + m + " 起。";
  out.en += " Most were of the class " + most->title.en + ": " + m + ".";
  return out;
}

Text scope_of(const Situation& s) {
  Text out;
  switch (s.view) {
    case View::kWhole:
      out = {"统计范围：本平台全部事项", "Counted: all cases of this platform"};
      break;
    case View::kUnit:
      out = {"统计范围：本单位可查看的事项", "Counted: the cases that this unit may see"};
      break;
    case View::kPublished:
      out = {"统计范围：已公开的事项", "Counted: the cases that were made public"};
      break;
  }
  if (s.province.empty()) return out;
  const Text place = attribution::division_name(s.province);
  const std::string zh = place.zh.empty() ? s.province : place.zh;
  const std::string en = place.en.empty() ? s.province : place.en;
  return {out.zh + "（" + zh + "）", out.en + " (" + en + ")"};
}

Text title_of(Period period) {
  switch (period) {
    case Period::kWeek:
      return {"网络安全信息与动态周报", "Weekly report on network security"};
    case Period::kMonth:
      return {"网络安全信息与动态月报", "Monthly report on network security"};
    case Period::kQuarter:
      return {"网络安全威胁态势季报", "Quarterly report on network security"};
    case Period::kYear:
      return {"网络安全威胁态势年报", "Yearly report on network security"};
  }
  panic(__FILE__, __LINE__, "unknown Period");
}

}  // namespace

Report report_of(const Situation& s, Instant made) {
  Report out;
  out.title = title_of(s.period);
  out.lead = lead_of(s);
  out.scope = scope_of(s);
  out.period = s.period;
  out.current = s.current;
  out.previous = s.previous;
  out.last_year = s.last_year;
  out.made = to_display(made);
  for (const auto& plan : plans()) {
    if (plan.monthly && s.period == Period::kWeek) continue;
    Section section = section_of(plan, s);
    const bool empty = section.groups.empty() && section.clocks.empty() && section.series.empty();
    if (!empty) out.sections.push_back(std::move(section));
  }
  return out;
}

Text column_title(std::string_view column) {
  if (column == "name") return {"项目", "of what"};
  if (column == "current") return {"本期", "this period"};
  if (column == "previous") return {"上期", "period before"};
  if (column == "last_year") return {"去年同期", "last year"};
  if (column == "change") return {"环比", "change"};
  if (column == "change_year") return {"同比", "on last year"};
  if (column == "query") return {"检索范围与检索式", "rows: place and query"};
  if (column == "clock") return {"时限", "clock"};
  if (column == "unit") return {"单位", "unit"};
  if (column == "on_time") return {"按期率", "on time"};
  return {std::string(column), std::string(column)};
}

std::string change_text(const std::optional<std::int64_t>& percent) {
  if (!percent) return "–";
  return (*percent > 0 ? "+" : "") + std::to_string(*percent) + "%";
}

}  // namespace tocsin::situation
