// `tocsin search`: the query language, saved searches, export of what is found.
#include <iostream>

#include "base/file.h"
#include "connect.h"
#include "out_file.h"
#include "search/query.h"
#include "show.h"

namespace tocsin::cli {
namespace {

/// What the language has, from the table that the hub reads queries by.
Text language() {
  Text out{
      "检索式由空格分隔的条件组成，须全部满足：\n"
      "  词语 \"短语\" 前缀*      文字；中文单字也可检索，恶意地址可写成 evil[.]example\n"
      "  字段:值  字段:值1,值2  按字段筛选；逗号表示任一\n"
      "  -条件                 排除\n"
      "字段（也可用中文名，如 状态:已批准）：\n",
      "A query is conditions with blanks between; all of them must hold:\n"
      "  word \"a phrase\" begin*   text; single Chinese characters too, and evil[.]example\n"
      "  field:value field:a,b    narrows; a comma means either\n"
      "  -condition               excludes\n"
      "Fields:\n"};
  for (const auto& field : search::fields()) {
    Text where;
    for (const auto place : field.places) {
      where.zh += (where.zh.empty() ? "" : "、") + search::title(place).zh;
      where.en += (where.en.empty() ? "" : ", ") + search::title(place).en;
    }
    const std::string name(field.name);
    out.zh += "  " + name + "（" + std::string(field.name_zh) + "）：" + field.help.zh + "〔" +
              where.zh + "〕\n";
    out.en += "  " + name + ": " + field.help.en + " [" + where.en + "]\n";
  }
  out.zh += "指标类型也可作字段：domain:evil.example、sha256:…";
  out.en += "Kinds of indicators are fields, too: domain:evil.example, sha256:...";
  return out;
}

Option in_option() {
  return opt("--in", "PLACE",
             "检索范围：cases tasks appeals organizations sources vulnerabilities indicators "
             "entries",
             "what to search: cases tasks appeals organizations sources vulnerabilities "
             "indicators entries",
             "cases");
}

Option saved_option() {
  return opt("--saved", "NAME", "使用已存检索，代替检索式", "a saved search instead of a query");
}

/// `q` and `in`, or `saved`, as the routes of search take them.
Result<std::string> asked(const Args& args) {
  if (args.has("--saved")) {
    if (!args.has("QUERY") && !args.has("--in")) return "saved=" + encoded(args.str("--saved"));
    return fail_bi(Code::kInvalid, "a saved search has its own query and place",
                   "已存检索自带检索式和范围", "--saved");
  }
  // Words that the shell took apart belong together again.
  return "q=" + encoded(join(args.all("QUERY"), " ")) + "&in=" + encoded(args.str("--in"));
}

Positional query_positional() {
  return {.name = "QUERY",
          .help = {"检索式；留空为全部", "the query; nothing means everything"},
          .required = false,
          .repeated = true};
}

using Row = std::vector<std::string>;

/// Header and cells for each place: what a person needs to recognise an item.
Row header_of(const std::string& in, Lang lang) {
  const auto t = [&](const char* zh, const char* en) { return say(lang, zh, en); };
  if (in == "indicators") {
    return {t("类型", "kind"), t("指标", "indicator"), t("最近", "last seen"),
            t("置信度", "confidence"), t("来源", "sources")};
  }
  if (in == "organizations") return {t("代码", "code"), t("种类", "type"), t("名称", "title")};
  if (in == "sources") return {t("名称", "name"), t("状况", "state"), t("最近", "last run")};
  if (in == "vulnerabilities") return {"ID", "CVSS", t("名称", "title")};
  if (in == "entries") {
    return {t("事项", "case"),          t("指标", "indicator"), t("措施", "measure"),
            t("处置单位", "addressee"), t("列入", "since"),     t("移出", "ended")};
  }
  return {t("编号", "number"), t("状态", "state"), t("日期", "date"), t("名称", "title")};
}

Row row_of(const std::string& in, const Json& item, Lang lang) {
  if (in == "indicators") {
    std::string sources;
    for (const auto& s : item["sources"].items()) {
      const std::string labels = labels_text(s, lang);
      sources += (sources.empty() ? "" : " ") + s.str("source") +
                 (labels.empty() ? "" : "(" + excerpt(labels) + ")");
    }
    return {word(item["kind"], lang), excerpt(item.str("value")), when(item["last_seen"]),
            std::to_string(item["confidence"].as_int()), sources};
  }
  if (in == "organizations") {
    return {item.str("code"), word(item["type"], lang), item["title"].str(side(lang))};
  }
  if (in == "sources") {
    return {item.str("name"), word(item["health"], lang), when(item["last_run"])};
  }
  if (in == "vulnerabilities") {
    return {item.str("id"), item.str("cvss"), excerpt(item.str("title"))};
  }
  if (in == "entries") {
    return {item.str("case"),
            indicator_text(item["indicator"], lang),
            word(item["measure"], lang),
            item.str("addressee"),
            when(item["since"]),
            when(item["ended"])};
  }
  const Json& date = in == "cases"   ? item["discovered_at"]
                     : in == "tasks" ? item["ladder"]["approved"]
                                     : item["filed"]["at"];
  const std::string& title = item.str(in == "appeals" ? "grounds" : "title");
  return {item.str("number"), word(item["state"], lang), when(date), excerpt(title)};
}

std::string show_facets(const Json& facets, Lang lang) {
  std::string out = say(lang, "统计前 ", "counted: ") + grouped(facets["counted"].as_int()) +
                    (facets["cut"].as_bool() ? say(lang, " 条（还有更多）", " (there are more)")
                                             : say(lang, " 条（全部）", " (all)")) +
                    "\n";
  for (const auto& [key, values] : facets["by"].members()) {
    out += "  " + key + ":";
    for (const auto& [value, count] : values.members()) {
      out += "  " + word(value, lang) + " " + std::to_string(count.as_int());
    }
    out += "\n";
  }
  return out;
}

/// Nothing when the index is up to date.
std::string show_index(const Json& index, Lang lang) {
  const std::int64_t behind = index["journal"].as_int() - index["indexed"].as_int();
  std::string out;
  if (!index["complete"].as_bool()) {
    out += say(lang, "注意：索引正在建立，结果可能不全\n",
               "note: the index is being built, the result may be incomplete\n");
  } else if (behind > 0) {
    out += say(lang, "注意：索引落后日志 ", "note: the index is ") + std::to_string(behind) +
           say(lang, " 条\n", " journal entries behind\n");
  }
  if (const auto n = index["indicators_behind"].as_int(); n > 0) {
    out += say(lang, "注意：尚有 ", "note: ") + grouped(n) +
           say(lang, " 个指标未编入索引\n", " indicators are not in the index yet\n");
  }
  return out;
}

std::string show_found(const Json& answer, Lang lang) {
  const std::string& in = answer.str("in");
  std::string out;
  if (answer["items"].items().empty()) {
    out = say(lang, "没有找到（检索范围：", "nothing found (in: ") + in +
          say(lang, "；可用 --in 检索其他内容）\n", "; --in searches elsewhere)\n");
  } else {
    std::vector<Row> rows;
    for (const auto& item : answer["items"].items()) rows.push_back(row_of(in, item, lang));
    out = table(header_of(in, lang), rows);
  }
  out += show_more(answer, lang);
  if (answer.has("facets")) out += show_facets(answer["facets"], lang);
  return out + show_index(answer["index"], lang);
}

Command find_command() {
  Command c = hub_command(
      {"search"},
      {"检索事项、任务、申诉、指标等", "search cases, tasks, appeals, indicators and more"},
      {query_positional()},
      {in_option(), saved_option(), opt("--limit", "N", "至多几条", "at most so many", "20"),
       opt("--after", "NEXT", "上一页给出的位置", "where the page before stopped"),
       opt("--facets", "", "按状态、类别、类型计数", "count by state, class and kind")},
      [](HubClient& hub, const Args& args) -> Result<Json> {
        TRY(std::string path, asked(args));
        path = "/api/v1/search?" + path + "&limit=" + encoded(args.str("--limit"));
        if (args.has("--after")) path += "&after=" + encoded(args.str("--after"));
        if (args.has("--facets")) path += "&facets=true";
        return hub.get(path);
      },
      show_found);
  c.description = language();
  c.examples = {
      {"tocsin search 'state:listed kind:domain class:phishing \"冒充银行\"'",
       {"已列入名单的钓鱼域名，文字含“冒充银行”",
        "phishing names that are blocked, with that phrase"}},
      {"tocsin search 'evil[.]example -state:closed' --facets",
       {"提到该域名且未办结的事项，并计数", "open cases that mention the name, with counts"}},
      {"tocsin search 'below:evil.example label:mirai confidence:60' --in indicators",
       {"该域名之下、标签含 mirai 的指标", "indicators below the name that are called mirai"}},
      {"tocsin search 'inside:192.0.2.0/24 from:2026-01-01' --in indicators",
       {"该地址段内今年见过的指标", "indicators in that network, seen this year"}}};
  return c;
}

Command save_command() {
  Command c = hub_command(
      {"search", "save"}, {"保存检索", "keep a search under a name"},
      {{"NAME", {"名称", "its name"}}, query_positional()},
      {in_option(), opt("--shared", "", "本单位的人都可使用", "everybody of the unit may use it")},
      [](HubClient& hub, const Args& args) {
        return hub.post("/api/v1/searches", Json::object({{"name", args.str("NAME")},
                                                          {"query", join(args.all("QUERY"), " ")},
                                                          {"in", args.str("--in")},
                                                          {"shared", args.has("--shared")}}));
      },
      [](const Json& s, Lang lang) {
        return say(lang, "已保存 ", "saved ") + s.str("name") + "  " + s.str("id") + "\n";
      });
  c.description = {"同名的检索被替换。订阅可以使用：tocsin subscription add --search NAME …",
                   "One of the same name is replaced. Subscriptions can go by it: tocsin "
                   "subscription add --search NAME ..."};
  return c;
}

Command saved_command() {
  return hub_command(
      {"search", "saved"}, {"已存检索", "the searches that are kept"}, {}, {},
      [](HubClient& hub, const Args&) { return hub.get("/api/v1/searches"); },
      [](const Json& json, Lang lang) {
        std::vector<Row> rows;
        for (const auto& s : json["items"].items()) {
          rows.push_back({s.str("name"), s.str("in"),
                          s["shared"].as_bool() ? say(lang, "共享", "shared") : "",
                          s.str("query")});
        }
        return table(
            {say(lang, "名称", "name"), say(lang, "范围", "in"), "", say(lang, "检索式", "query")},
            rows);
      });
}

Command forget_command() {
  Command c;
  c.path = {"search", "forget"};
  c.summary = {"删除已存检索", "forget a saved search"};
  c.positionals = {{"NAME", {"名称或编号", "name or id"}}};
  c.options = with_hub({});
  c.run = [](const Args& args) {
    return with_answer(
        args,
        [&](HubClient& hub) -> Result<Json> {
          http::ClientRequest request;
          request.method = http::Method::kDelete;
          request.url = "/api/v1/searches/" + encoded(args.str("NAME"));
          TRY(const auto answer, hub.raw(std::move(request)));
          return Json::parse(answer.body);
        },
        [](const Json& json, Lang lang) {
          return say(lang, "已删除 ", "forgotten: ") + json.str("forgotten") + "\n";
        });
  };
  return c;
}

/// Line by line to `out`; how many.
Result<std::int64_t> write_export(HubClient& hub, const Args& args, std::ostream& out) {
  TRY(const auto path, asked(args));
  http::ClientRequest request;
  request.url = "/api/v1/search/export?" + path + "&form=" + encoded(args.str("--form"));
  std::int64_t lines = 0;
  request.line = [&](std::string_view line) {
    ++lines;
    out << line << '\n';
    return static_cast<bool>(out);
  };
  TRY_STATUS(hub.raw(std::move(request)).map([](const auto&) {}));
  out.flush();
  if (out) return lines;
  return fail_bi(Code::kInternal, "cannot write " + args.str("--to"),
                 "无法写入 " + args.str("--to"), "--to");
}

Command export_command() {
  Command c;
  c.path = {"search", "export"};
  c.summary = {"导出全部检索结果", "write all that a search finds"};
  c.description = {"每次导出都记入日志：谁、用什么检索式、多少条。",
                   "Every export is journaled: who, by which query, how many."};
  c.positionals = {query_positional()};
  c.options = with_hub({in_option(), saved_option(),
                        opt("--form", "FORM", "ndjson csv stix", "ndjson csv stix", "ndjson"),
                        opt("--to", "FILE", "写入的文件（默认标准输出）",
                            "file to write (standard output without it)")});
  c.examples = {{"tocsin search export 'state:listed' --form csv --to listed.csv",
                 {"名单中的事项，制成表格", "cases on the list, as a table"}}};
  c.run = [](const Args& args) {
    auto hub = HubClient::from(args);
    if (!hub) return report(args, hub.error());
    if (!args.has("--to")) {
      const auto done = write_export(*hub, args, std::cout);
      return done ? static_cast<int>(kOk) : report(args, done.error());
    }
    OutFile out(args.str("--to"));
    const auto done = write_export(*hub, args, out.stream());
    if (!done) return report(args, done.error());
    if (const auto kept = out.finish(); !kept) return report(args, kept.error());
    return print(args, Json::object({{"lines", *done}, {"file", args.str("--to")}}),
                 say(args.lang, "写出行数：", "lines written: ") + grouped(*done) + "\n");
  };
  return c;
}

}  // namespace

void add_search(std::vector<Command>& commands) {
  for (auto& command :
       {find_command(), save_command(), saved_command(), forget_command(), export_command()}) {
    commands.push_back(command);
  }
}

}  // namespace tocsin::cli
