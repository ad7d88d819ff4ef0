// `tocsin law`: which rules there are, what they say, what they make of a date or of facts.
#include <memory>

#include "base/file.h"
#include "cli.h"
#include "connect.h"
#include "help.h"
#include "law/clock.h"
#include "law/explain.h"
#include "law/grade.h"
#include "law/library.h"
#include "model/province.h"
#include "show.h"

namespace tocsin::cli {
namespace {

using law::Library;

Option rules_option() {
  return {
      .name = "--rules",
      .value = "DIR",
      .help = {"另外读取此目录中的规则文件（增加或替换内置规则）",
               "also read the rule files of this folder (they add to or replace the built-in)"}};
}

Result<std::shared_ptr<const Library>> load(const Args& args) {
  return args.has("--rules") ? Library::load(args.str("--rules")) : Library::load_embedded();
}

/// `id=value` pairs of a repeated option.
Result<std::vector<std::pair<std::string, std::string>>> pairs(const Args& args,
                                                               std::string_view option) {
  std::vector<std::pair<std::string, std::string>> out;
  for (const std::string& text : args.all(option)) {
    const auto equals = text.find('=');
    if (equals == std::string::npos || equals == 0) {
      return fail_bi(Code::kInvalid, "'" + text + "' is not NAME=VALUE",
                     "“" + text + "”不是 NAME=VALUE 形式", std::string(option));
    }
    out.emplace_back(text.substr(0, equals), text.substr(equals + 1));
  }
  return out;
}

int run_list(const Args& args) {
  const auto library = load(args);
  if (!library) return report(args, library.error());
  return print(args, law::list_json(**library), law::describe_list(**library, args.lang));
}

Result<std::pair<Json, std::string>> show(const Args& args) {
  TRY(const auto library, load(args));
  const std::string& id = args.str("ID");
  const std::string& article = args.str("--article");
  Date on = shanghai_date(SystemClock().now());
  if (args.has("--on")) {
    TRY(on, parse_date(args.str("--on")));
  }
  TRY(Json json, law::show_json(*library, id, article, on));
  TRY(std::string human, law::describe_rule_set(*library, id, article, on, args.lang));
  return std::pair{std::move(json), std::move(human)};
}

Result<std::pair<Json, std::string>> clock(const Args& args) {
  TRY(const auto library, load(args));
  law::ClockInput input;
  input.clock = args.str("CLOCK");
  TRY(input.start, law::parse_start(args.str("--from")));
  if (args.has("--grade")) {
    TRY(input.grade, law::parse_level(args.str("--grade")));
  }
  if (args.has("--limit")) {
    TRY(input.limit, law::parse_limit(args.str("--limit")));
  }
  if (args.has("--province")) {
    TRY(const auto code, model::province_of(args.str("--province"), "--province", "W17-07"));
    input.province = code + "0000";
  }
  input.rule_set = args.str("--rule-set");
  TRY(const auto settings, pairs(args, "--set"));
  input.policy.insert(settings.begin(), settings.end());
  TRY(const law::Deadline deadline, law::compute(*library, input));
  return std::pair{law::to_json(*library, deadline), law::describe(*library, deadline, args.lang)};
}

Result<std::pair<Json, std::string>> grade(const Args& args) {
  TRY(const auto library, load(args));
  law::GradeInput input;
  input.scheme = args.str("--scheme");
  input.impact = args.str("--impact");
  if (args.has("--loss-fen")) {
    TRY(input.facts["loss_fen"], args.integer("--loss-fen"));
  }
  if (args.has("--infected")) {
    TRY(input.facts["infected_24h"], args.integer("--infected"));
  }
  TRY(const auto facts, pairs(args, "--fact"));
  for (const auto& [id, text] : facts) {
    const auto value = to_int(text);
    if (!value) {
      return fail_bi(Code::kInvalid, "'" + text + "' is not a whole number",
                     "“" + text + "”不是整数", "--fact " + id);
    }
    input.facts[id] = *value;
  }
  if (input.facts.empty()) {
    return fail_bi(Code::kInvalid,
                   "a grade is proposed from facts: give --loss-fen, --infected or --fact NAME=N",
                   "等级须依事实提出：请给出 --loss-fen、--infected 或 --fact 名称=数值", "--fact");
  }
  if (args.has("--on")) {
    TRY(input.at, parse_date(args.str("--on")));
  }
  TRY(const law::Proposal proposal, law::propose(*library, input));
  return std::pair{law::to_json(*library, proposal), law::describe(*library, proposal, args.lang)};
}

template <typename Make>
std::function<int(const Args&)> printing(Make make) {
  return [make](const Args& args) {
    const auto made = make(args);
    return made ? print(args, made->first, made->second) : report(args, made.error());
  };
}

Command list_command() {
  return {.path = {"law", "list"},
          .summary = {"列出规则集、有效期和工作日历",
                      "list the rule sets, their validity and the working-day calendar"},
          .description = {},
          .positionals = {},
          .options = {rules_option()},
          .examples = {{"tocsin law list", {"全部规则集", "every rule set"}}},
          .run = run_list};
}

Command show_command() {
  return {.path = {"law", "show"},
          .summary = {"显示一个规则集：条文、职责、时限、分级、设置项",
                      "show a rule set: articles, duties, clocks, grades, settings"},
          .description = {requirement_note(Lang::kZh), requirement_note(Lang::kEn)},
          .positionals = {{.name = "ID", .help = {"规则集编号", "rule set id"}}},
          .options = {{.name = "--article",
                       .value = "N",
                       .help = {"只显示此条", "only what belongs to this article"}},
                      {.name = "--on",
                       .value = "DATE",
                       .help = {"按此日有效的版本显示引用的条文（默认今天）",
                                "show cited articles as numbered on that day (default: today)"}},
                      rules_option()},
          .examples = {{"tocsin law show miit-202 --article 12",
                        {"第十二条及其引用的网络安全法条文的现行条号",
                         "article 12 and where the articles it cites stand now"}}},
          .run = printing(show)};
}

Command clock_command() {
  return {
      .path = {"law", "clock"},
      .summary = {"计算一个法定时限，列出逐日计算和依据",
                  "compute a deadline, with every day counted and the article"},
      .description =
          {"按起算日（北京时间）有效的规定计算；工作日按国务院放假通知和调休计算，"
           "小时不受节假日影响。",
           "Uses the rules in force on the day the clock started (Asia/Shanghai). Working "
           "days follow the State Council's notices; hours run through holidays."},
      .positionals = {{.name = "CLOCK",
                       .help = {"时限编号，如 appeal_file（law list 列出全部）",
                                "clock id, such as appeal_file (law list shows all)"}}},
      .options =
          {{.name = "--from",
            .value = "DATE|TIME",
            .help = {"起算日或时刻：2026-02-13 或 '2026-02-13 09:30'",
                     "start: 2026-02-13 or '2026-02-13 09:30' (Asia/Shanghai)"},
            .required = true},
           {.name = "--grade", .value = "I|II|III|IV", .help = {"事件等级", "grade"}},
           {.name = "--limit",
            .value = "24h|3wd|TIME",
            .help = {"处置通知写明的时限：30m、24h、3wd（工作日）、5d（日）或时刻",
                     "time limit of the notice: 30m, 24h, 3wd (working days), 5d, or a time"}},
           {.name = "--rule-set", .value = "ID", .help = {"只用此规则集", "only this rule set"}},
           {.name = "--province",
            .value = "CODE",
            .help = {"省份（GB/T 2260，如 51 或 510000）：加上该省的实施细则",
                     "province (GB/T 2260: 51 or 510000): adds that province's rules"}},
           {.name = "--set",
            .value = "NAME=VALUE",
            .help = {"法律未规定处的设置项，如 cutoff_time=17:30",
                     "a setting where the law is silent, such as cutoff_time=17:30"},
            .repeated = true},
           rules_option()},
      .examples = {{"tocsin law clock appeal_file --from 2026-02-13",
                    {"春节前收到处置决定：申诉截止 2026-03-05",
                     "a measure served before Spring Festival: appeal by 2026-03-05"}},
                   {"tocsin law clock event_report --from '2016-05-03 09:00' --grade II",
                    {"2011年机制下的2小时报告", "the two-hour report of the 2011 mechanism"}}},
      .run = printing(clock)};
}

Command grade_command() {
  return {
      .path = {"law", "grade"},
      .summary = {"按门槛提出事件等级建议", "propose an event's grade from its facts"},
      .description =
          {"只提出建议：由人书面说明社会影响后确认。",
           "A proposal only: a person confirms it with a written statement of the impact."},
      .positionals = {},
      .options = {{.name = "--scheme",
                   .value = "ID",
                   .help = {"分级方案：miit-545、miit-157、miit-281",
                            "scheme: miit-545, miit-157, miit-281"},
                   .required = true},
                  {.name = "--loss-fen",
                   .value = "N",
                   .help = {"用户通信费用累计损失（分）", "cumulative loss of charges, in fen"}},
                  {.name = "--infected",
                   .value = "N",
                   .help = {"24小时内受感染的不同号码数", "distinct numbers infected within 24 h"}},
                  {.name = "--fact",
                   .value = "NAME=N",
                   .help = {"方案的其他事实，如 leaked_users=2000000",
                            "another fact of the scheme, such as leaked_users=2000000"},
                   .repeated = true},
                  {.name = "--impact",
                   .value = "TEXT",
                   .help = {"社会影响的书面说明", "written statement of the impact"}},
                  {.name = "--on",
                   .value = "DATE",
                   .help = {"事实发生日：检查方案当日是否有效",
                            "day of the fact: checks that the scheme was in force"}},
                  rules_option()},
      .examples = {{"tocsin law grade --scheme miit-545 --loss-fen 1000000000 --infected 50001",
                    {"一千万元整不算超过一千万元：重大",
                     "exactly ten million yuan is not over it: grade II"}}},
      .run = printing(grade)};
}

int run_import(const Args& args) {
  constexpr std::size_t kMostBytes = 4U << 20;
  return with_answer(
      args,
      [&](HubClient& hub) -> Result<Json> {
        TRY(const auto content, read_file(args.str("FILE"), kMostBytes));
        return hub.post("/api/v1/law/files", Json::object({{"content", content}}));
      },
      [](const Json& file, Lang lang) {
        return say(lang, "已导入，即刻生效；暂定时限已重新计算：",
                   "imported and in force; provisional deadlines were computed again: ") +
               file.str("id") + "\n";
      });
}

Command import_command() {
  return {
      .path = {"law", "import"},
      .summary = {"将工作日历或规则集导入枢纽", "take a calendar year or a rule set into the hub"},
      .description =
          {"即刻生效，写入日志；跨越该年度的暂定时限随即重新计算。离线命令（law clock 等）"
           "不读取枢纽，请用 --rules。",
           "In force at once and journaled; deadlines that were provisional for want of that "
           "year are computed again. Commands without a hub (law clock, ...) take --rules."},
      .positionals = {{.name = "FILE",
                       .help = {"规则文件（docs/law.md）", "rule file (docs/law.md)"}}},
      .options = with_hub({}),
      .examples = {{"tocsin law import 2027.json",
                    {"国务院公布2027年放假安排后", "once the holidays of 2027 are announced"}}},
      .run = run_import};
}

}  // namespace

void add_law(std::vector<Command>& commands) {
  commands.push_back(list_command());
  commands.push_back(show_command());
  commands.push_back(clock_command());
  commands.push_back(grade_command());
  commands.push_back(import_command());
}

}  // namespace tocsin::cli
