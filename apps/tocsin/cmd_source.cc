// `tocsin source …`: feeds that the hub reads by itself, and how each of them is.
#include <iostream>

#include "connect.h"
#include "intake/reader.h"
#include "model/indicator.h"
#include "model/labels.h"
#include "model/source.h"
#include "model/tlp.h"
#include "show.h"

namespace tocsin::cli {
namespace {

std::string word(const Json& value, Lang lang) {
  const auto text = model::label(value.as_string());
  return lang == Lang::kZh ? text.zh : text.en;
}

std::string show_source(const Json& s, Lang lang) {
  const Json& terms = s["terms"];
  std::string out = s.str("name") + "  " + word(terms["kind"], lang) + "  " +
                    word(s["health"], lang) +
                    (s["paused"].as_bool() ? say(lang, "（已暂停）", " (paused)") : "") + "\n";
  if (!terms.str("location").empty())
    out += say(lang, "位置：", "location: ") + terms.str("location") + "\n";
  const std::string problem = s["problem"].str(side(lang));
  if (!problem.empty()) out += say(lang, "注意：", "look: ") + problem + "\n";
  if (s.has("last_run")) {
    out += say(lang, "上次运行：", "last run: ") + when(s["last_run"]) + "  " +
           s.str("last_format") + "  " + s.str("last_import") + "\n";
  }
  if (s.has("next_run") && !s["paused"].as_bool())
    out += say(lang, "下次运行：", "next run: ") + when(s["next_run"]) + "\n";
  if (terms["complete"].as_bool())
    out += say(lang, "每次均为完整名单：不再列出的即撤回\n",
               "each run is the whole list: what it no longer names is withdrawn\n");
  return out;
}

std::string show_sources(const Json& json, Lang lang) {
  std::vector<std::vector<std::string>> rows;
  for (const auto& s : json["items"].items()) {
    rows.push_back({s.str("name"), word(s["terms"]["kind"], lang),
                    s["paused"].as_bool() ? say(lang, "已暂停", "paused") : word(s["health"], lang),
                    s.has("last_run") ? when(s["last_run"]) : "-",
                    s.has("next_run") && !s["paused"].as_bool() ? when(s["next_run"]) : "-",
                    s["problem"].str(side(lang)).substr(0, 60)});
  }
  if (rows.empty()) return say(lang, "尚无来源\n", "there are no sources yet\n");
  return table(
      {say(lang, "名称", "name"), say(lang, "方式", "kind"), say(lang, "状况", "health"),
       say(lang, "上次", "last run"), say(lang, "下次", "next run"), say(lang, "注意", "look")},
      rows);
}

std::string show_preview(const Json& seen, Lang lang) {
  std::vector<std::vector<std::string>> rows;
  for (const auto& i : seen["items"].items()) {
    rows.push_back({std::to_string(i["line"].as_int()), word(i["kind"], lang),
                    defang(i.str("value")), std::to_string(i["confidence"].as_int())});
  }
  std::string out = say(lang, "格式：", "format: ") + seen.str("format") +
                    say(lang, "；数据行：", "; data lines: ") +
                    std::to_string(seen["lines"].as_int()) + "\n";
  out += table({say(lang, "行", "line"), say(lang, "类型", "kind"), say(lang, "值", "value"),
                say(lang, "置信度", "confidence")},
               rows);
  for (const auto& r : seen["refusals"].items()) {
    out += say(lang, "拒绝 第 ", "refused line ") + std::to_string(r["line"].as_int()) +
           say(lang, " 行：", ": ") + r["reason"].str(side(lang)) + "  " +
           defang(r.str("original")) + "\n";
  }
  for (const auto& w : seen["warnings"].items())
    out += say(lang, "提示：", "warning: ") + w.str(side(lang)) + "\n";
  return out;
}

Result<Json> terms_of(const Args& args) {
  Json terms = Json::object({});
  for (const auto& [option, member] : {std::pair{"--kind", "kind"},
                                       {"--location", "location"},
                                       {"--format", "format"},
                                       {"--csv", "csv"},
                                       {"--indicator-kind", "indicator_kind"},
                                       {"--label", "label"},
                                       {"--tlp", "tlp"}}) {
    if (args.has(option)) terms.set(member, args.str(option));
  }
  for (const auto& [option, member] : {std::pair{"--confidence", "confidence"},
                                       {"--valid-hours", "valid_hours"},
                                       {"--every", "every_minutes"}}) {
    if (!args.has(option)) continue;
    TRY(const auto number, args.integer(option));
    terms.set(member, number);
  }
  if (args.has("--complete")) terms.set("complete", true);
  return terms;
}

std::string path_of(const Args& args, std::string_view tail = {}) {
  return "/api/v1/sources/" + encoded(args.str("NAME")) + std::string(tail);
}

Command named(std::vector<std::string> path, Text summary) {
  Command out;
  out.path = std::move(path);
  out.summary = std::move(summary);
  out.positionals = {{.name = "NAME", .help = {"来源名称", "name of the source"}}};
  out.options = with_hub({});
  return out;
}

Command define_command() {
  Command out =
      named({"source", "add"}, {"登记来源，或改变其条件", "define a source, or change its terms"});
  out.description = {
      "文件与目录须位于 tocsin hub --sources DIR 之内。口令（Authorization "
      "头的值）由标准输入给出。",
      "Files and folders lie below `tocsin hub --sources DIR`. A credential (the value of the "
      "Authorization header) comes from standard input."};
  out.options = with_hub(
      {among(needed("--kind", "KIND", "来源类型", "kind of source"),
             enum_names(model::SourceKind{})),
       opt("--location", "PATH|URL", "位置", "where it lies"),
       opt("--every", "MINUTES", "每隔多少分钟读取；不填则仅手动",
           "read it every so many minutes; left out: only by hand"),
       among(opt("--format", "FORMAT", "格式；不填则自动判断", "format; found out when left out"),
             intake::format_names()),
       opt("--csv", "MAPPING", "CSV 列映射", "CSV columns: value:#1,label:Malware"),
       among(opt("--indicator-kind", "KIND", "所有行的指标类型", "kind of every line"),
             enum_names(model::IndicatorKind{})),
       opt("--label", "TEXT", "无标签的行所用标签", "label of lines that have none"),
       opt("--confidence", "N", "置信度 0-100", "confidence 0-100"),
       among(opt("--tlp", "TLP", "无标记的行所用 TLP 级别", "TLP of lines that have none"),
             enum_names(model::Tlp{})),
       opt("--complete", "", "每次均为完整名单：不再列出的即撤回",
           "each run is the whole list: what it no longer names is withdrawn"),
       opt("--valid-hours", "N", "所述内容的有效小时数", "hours for which its word holds"),
       opt("--credential-stdin", "", "由标准输入读取口令", "read the credential from stdin")});
  out.examples = {
      {"tocsin source add partner --kind file --location partner.txt --every 60 "
       "--complete",
       {"每小时读取，且视为完整名单", "every hour, as a whole list"}}};
  out.run = [](const Args& args) {
    return with_answer(
        args,
        [&](HubClient& hub) -> Result<Json> {
          Json body = Json::object({{"name", args.str("NAME")}});
          TRY(Json terms, terms_of(args));
          body.set("terms", std::move(terms));
          if (args.has("--credential-stdin")) {
            std::string line;
            std::getline(std::cin, line);
            body.set("credential", line);
          }
          return hub.post("/api/v1/sources", body);
        },
        show_source);
  };
  return out;
}

Command acting(const char* verb, Text summary, const char* tail, Json body) {
  Command out = named({"source", verb}, std::move(summary));
  out.run = [tail, body = std::move(body)](const Args& args) {
    return with_answer(
        args, [&](HubClient& hub) { return hub.post(path_of(args, tail), body); }, show_source);
  };
  return out;
}

}  // namespace

void add_source(std::vector<Command>& commands) {
  commands.push_back(define_command());
  commands.push_back(hub_command(
      {"source", "list"}, {"来源及其状况", "sources and how they are"}, {}, {},
      [](HubClient& hub, const Args&) { return hub.get("/api/v1/sources?limit=1000"); },
      show_sources));
  Command show = named({"source", "show"}, {"显示一个来源", "show a source"});
  show.run = [](const Args& args) {
    return with_answer(args, [&](HubClient& hub) { return hub.get(path_of(args)); }, show_source);
  };
  commands.push_back(std::move(show));
  Command preview = named({"source", "preview"}, {"读取一次，显示每行会变成什么，不入库",
                                                  "read it once and show what each line would "
                                                  "become; stores nothing"});
  preview.run = [](const Args& args) {
    return with_answer(
        args, [&](HubClient& hub) { return hub.get(path_of(args, "/preview")); }, show_preview);
  };
  commands.push_back(std::move(preview));
  commands.push_back(acting(
      "run", {"立即读取（格式改变后亦以此确认）", "run it now (also confirms a changed format)"},
      "/run", Json::object({})));
  commands.push_back(
      acting("pause", {"暂停", "pause it"}, "/pause", Json::object({{"paused", true}})));
  commands.push_back(
      acting("resume", {"恢复", "go on"}, "/pause", Json::object({{"paused", false}})));
  commands.push_back(acting(
      "retire", {"停用，并撤回仅由其提供的内容", "use it no more, and take back what it said"},
      "/retire", Json::object({})));
}

}  // namespace tocsin::cli
