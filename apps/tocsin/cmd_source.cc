// `tocsin source …`: feeds that the hub reads by itself, and how each of them is.
#include <chrono>
#include <iostream>

#include "base/clock_wait.h"
#include "base/file.h"
#include "cmd_formats.h"
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

/// Of a source that is not read: for a while, or for good and what it said was taken back.
std::string rest_of(const Json& s, Lang lang) {
  const bool retired = s.has("retired") && s.str("last_run") <= s.str("retired");
  return retired ? say(lang, "已停用", "retired") : say(lang, "已暂停", "paused");
}

std::string show_source(const Json& s, Lang lang) {
  const Json& terms = s["terms"];
  std::string out =
      s.str("name") + "  " + word(terms["kind"], lang) + "  " + word(s["health"], lang) +
      (s["paused"].as_bool() ? say(lang, "（", " (") + rest_of(s, lang) + say(lang, "）", ")")
                             : "") +
      "\n";
  if (!terms.str("location").empty())
    out += say(lang, "位置：", "location: ") + terms.str("location") + "\n";
  const std::string problem = s["problem"].str(side(lang));
  if (!problem.empty()) out += say(lang, "问题：", "problem: ") + problem + "\n";
  if (s.has("last_run")) {
    out += say(lang, "上次运行：", "last run: ") + when(s["last_run"]) + "  " +
           s.str("last_format") + "  " + s.str("last_import") + "\n";
  }
  if (s.has("imported_at")) {
    out += say(lang, "由导入填充，最近一次：", "filled by import, last at ") +
           when(s["imported_at"]) + "\n";
  }
  if (const Json& run = s["last_counts"]; run.has("state")) {
    const auto count = [&](const char* key) { return grouped(run[key].as_int()); };
    out += say(lang, "  行数 ", "  lines ") + count("lines") + say(lang, "，新增 ", ", new ") +
           count("imported") + say(lang, "，合并 ", ", merged ") + count("merged") +
           say(lang, "，拒绝 ", ", refused ") + count("refused") +
           say(lang, "，撤回 ", ", taken back ") + count("withdrawn") + "\n";
  }
  if (s.has("next_run") && !s["paused"].as_bool())
    out += say(lang, "下次运行：", "next run: ") + when(s["next_run"]) + "\n";
  const Json& access = terms["access"];
  if (access.str("kind") != "none" && access.has("kind")) {
    out += say(lang, "凭据：", "credential: ") + word(access["kind"], lang) + "  " +
           (access.has("certificate") ? access.str("certificate") : access.str("secret")) + "\n";
  }
  if (terms.has("expiry"))
    out += say(lang, "有效天数：", "days its word holds: ") + terms.str("expiry") + "\n";
  if (s["set_aside_total"].as_int() > 0) {
    out += say(lang, "未能读取的邮件：", "messages set aside: ") +
           std::to_string(s["set_aside_total"].as_int()) + "\n";
    for (const auto& one : s["set_aside"].items()) {
      out += "  " + when(one["at"]) + "  " + excerpt(one.str("name")) + "  " +
             one["reason"].str(side(lang)) + "\n";
    }
  }
  if (terms["complete"].as_bool())
    out += say(lang, "每次均为完整名单：不再列出的即撤回\n",
               "each run is the whole list: what it no longer names is withdrawn\n");
  return out;
}

std::string show_sources(const Json& json, Lang lang) {
  std::vector<std::vector<std::string>> rows;
  for (const auto& s : json["items"].items()) {
    rows.push_back({s.str("name"), word(s["terms"]["kind"], lang),
                    s["paused"].as_bool() ? rest_of(s, lang) : word(s["health"], lang),
                    s.has("last_run") ? when(s["last_run"]) : "-",
                    s.has("next_run") && !s["paused"].as_bool() ? when(s["next_run"]) : "-",
                    s["problem"].str(side(lang)).substr(0, 60)});
  }
  if (rows.empty()) return say(lang, "尚无来源\n", "there are no sources yet\n");
  return table(
      {say(lang, "名称", "name"), say(lang, "方式", "kind"), say(lang, "状况", "health"),
       say(lang, "上次", "last run"), say(lang, "下次", "next run"), say(lang, "问题", "problem")},
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
  out += more_rows(seen, lang);
  for (const auto& w : seen["warnings"].items())
    out += say(lang, "提示：", "warning: ") + w.str(side(lang)) + "\n";
  return out;
}

Json access_of(const Args& args) {
  Json out = Json::object({{"kind", args.str("--access")}});
  for (const auto& [option, member] : {std::pair{"--access-login", "login"},
                                       {"--access-header", "header"},
                                       {"--access-secret", "secret"},
                                       {"--access-certificate", "certificate"},
                                       {"--access-key", "key"}}) {
    if (args.has(option)) out.set(member, args.str(option));
  }
  // Without a place the secret was sealed before, or is given now.
  if (args.str("--access") != "certificate" && !out.has("secret")) out.set("secret", "sealed");
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
                                       {"--expiry", "expiry"},
                                       {"--tlp", "tlp"}}) {
    if (args.has(option)) terms.set(member, args.str(option));
  }
  for (const auto& [option, member] : {std::pair{"--confidence", "confidence"},
                                       {"--valid-hours", "valid_hours"},
                                       {"--stale-hours", "stale_hours"},
                                       {"--every", "every_minutes"}}) {
    if (!args.has(option)) continue;
    TRY(const auto number, args.integer(option));
    terms.set(member, number);
  }
  if (args.has("--complete")) terms.set("complete", true);
  if (args.has("--private-addresses")) terms.set("private_addresses", true);
  if (args.has("--access")) terms.set("access", access_of(args));
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

std::vector<Option> access_options() {
  return {opt("--access", "HOW", "凭据方式：bearer basic header certificate",
              "how the hub shows itself: bearer basic header certificate"),
          opt("--access-login", "NAME", "用户名（basic）", "login, for basic"),
          opt("--access-header", "NAME", "请求头名称（header），如 X-Api-Key",
              "name of the header, such as X-Api-Key"),
          opt("--access-secret", "WHERE", "密钥所在：env:TOCSIN_SOURCE_名称 或 file:文件名",
              "where the secret lies: env:TOCSIN_SOURCE_NAME or file:NAME"),
          opt("--access-certificate", "FILE", "客户端证书文件名（PEM）",
              "client certificate (PEM), a file's name"),
          opt("--access-key", "FILE", "其私钥文件名（PEM）", "its key (PEM), a file's name"),
          opt("--credential-stdin", "", "由标准输入读取密钥并密封保存",
              "read the secret from standard input and seal it"),
          opt("--private-addresses", "", "允许非公网地址（内网、本机）",
              "may lie at an address that is not public")};
}

std::vector<Option> term_options() {
  return {
      among(needed("--kind", "KIND", "来源类型", "kind of source"),
            enum_names(model::SourceKind{})),
      opt("--location", "PATH|URL", "位置；taxii 为集合地址",
          "where it lies; for taxii the "
          "collection's address"),
      opt("--every", "MINUTES", "每隔多少分钟读取；不填则仅手动",
          "read it every so many minutes; left out: only by hand"),
      among(opt("--format", "FORMAT", "格式；不填则自动判断", "format; found out when left out"),
            intake::format_names()),
      mapping_option(),
      among(opt("--indicator-kind", "KIND", "所有行的指标类型", "kind of every line"),
            enum_names(model::IndicatorKind{})),
      opt("--label", "TEXT", "无标签的行所用标签", "label of lines that have none"),
      opt("--confidence", "N", "置信度 0-100", "confidence 0-100"),
      among(opt("--tlp", "TLP", "无标记的行所用 TLP 级别", "TLP of lines that have none"),
            enum_names(model::Tlp{})),
      opt("--complete", "", "每次均为完整名单：不再列出的即撤回",
          "each run is the whole list: what it no longer names is withdrawn"),
      opt("--valid-hours", "N", "所述内容的有效小时数", "hours for which its word holds"),
      opt("--expiry", "KIND:DAYS,…", "按类型的有效天数，自最后所见起算",
          "days its word holds after last seen, by kind: ipv4:7,domain:90"),
      opt("--stale-hours", "N", "多少小时没有新内容即视为停更",
          "without anything new for so many hours it is stale")};
}

Command define_command() {
  Command out =
      named({"source", "add"}, {"登记来源，或改变其条件", "define a source, or change its terms"});
  out.description = {
      "文件、目录与邮箱须位于 tocsin hub --sources DIR 之内。凭据密封保存于枢纽，或只登记其所在："
      "环境变量 TOCSIN_SOURCE_*，或数据目录 credentials 中仅枢纽可读的文件；不再显示。",
      "Files, folders and mailboxes lie below `tocsin hub --sources DIR`. A credential is sealed "
      "by "
      "the hub, or only named: a variable TOCSIN_SOURCE_*, or a file of DATA/credentials that the "
      "hub alone can read. It is never shown again."};
  out.options = term_options();
  for (auto& option : access_options()) out.options.push_back(std::move(option));
  out.options = with_hub(std::move(out.options));
  out.examples = {
      {"tocsin source add partner --kind file --location partner.txt --every 60 --complete",
       {"每小时读取，且视为完整名单", "every hour, as a whole list"}},
      {"tocsin source add peer --kind taxii --location "
       "https://peer.example/api/collections/91a7b528-80eb-42ed-a74d-c6fbd5a26116/ --every 15 "
       "--access basic --access-login us --access-secret env:TOCSIN_SOURCE_PEER",
       {"TAXII 集合，只读取新增", "a TAXII collection, only what is new"}},
      {"tocsin source add osint --kind misp-feed --location https://feed.example/osint/ --every "
       "120 --expiry ipv4:7,domain:90",
       {"MISP 订阅源，只读取变化的事件", "a MISP feed, only events that changed"}},
      {"tocsin source add abuse --kind mailbox --location abuse/Maildir --every 5",
       {"举报邮箱，每封邮件只读一次", "a mailbox of reports, each message once"}},
      {"tocsin source add partner-push --kind push --format csv --csv value:#1,label:#2",
       {"由对方推送；令牌用 source token 签发", "sent by others; `source token` gives the token"}}};
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

/// Sends a file to a route of the source.
Result<Json> send_file(HubClient& hub, const Args& args, const std::string& file,
                       const char* route) {
  http::ClientRequest request;
  request.method = http::Method::kPost;
  request.url = path_of(args, route) + "?file=" + encoded(file.substr(file.find_last_of('/') + 1));
  request.headers = {{"Content-Type", "application/octet-stream"}};
  TRY(request.body, read_file(file));
  TRY(const auto answer, hub.raw(std::move(request)));
  return Json::parse(answer.body);
}

Command push_command() {
  Command out = named({"source", "push"}, {"向推送来源发送一个文件",
                                           "send a file to a source of "
                                           "kind push"});
  out.positionals.push_back({.name = "FILE", .help = {"文件", "file"}});
  out.run = [](const Args& args) {
    return with_answer(
        args, [&](HubClient& hub) { return send_file(hub, args, args.str("FILE"), "/push"); },
        show_import);
  };
  return out;
}

Command token_command() {
  Command out = named({"source", "token"}, {"签发只能向该来源推送的令牌",
                                            "a token that may push into this source and nothing "
                                            "else"});
  out.options = with_hub({needed("--user", "LOGIN", "推送者（须具备“发现人”角色）",
                                 "who pushes; needs the role finder"),
                          opt("--expires", "TIME", "失效时间", "when it expires")});
  out.run = [](const Args& args) {
    return with_answer(
        args,
        [&](HubClient& hub) {
          Json body = body_of(args, {{"--user", "user"}, {"--expires", "expires"}});
          body.set("source", args.str("NAME"));
          body.set("label", "push " + args.str("NAME"));
          Json scopes = Json::array();
          scopes.push("push");
          body.set("scopes", std::move(scopes));
          return hub.post("/api/v1/tokens", body);
        },
        [](const Json& token, Lang) { return token.str("secret") + "\n"; });
  };
  return out;
}

Command preview_command() {
  Command out = named({"source", "preview"}, {"读取一次，显示每行会变成什么，不入库",
                                              "read it once and show what each line would become; "
                                              "stores nothing"});
  out.options = with_hub({opt("--file", "FILE", "改看此文件（推送来源须提供）",
                              "look at this file instead; needed for a source of kind push")});
  out.run = [](const Args& args) {
    return with_answer(
        args,
        [&](HubClient& hub) {
          return args.has("--file") ? send_file(hub, args, args.str("--file"), "/preview")
                                    : hub.get(path_of(args, "/preview"));
        },
        show_preview);
  };
  return out;
}

/// With what became of the lines of its last run, for those who may know.
Result<Json> with_counts(HubClient& hub, Json source) {
  const std::string import = source.str("last_import");
  if (import.empty()) return source;
  auto record = hub.get("/api/v1/imports/" + encoded(import));
  if (record) source.set("last_counts", std::move(*record));
  return source;
}

/// Waits until the run that was asked for is over; a long one goes on by itself.
Result<Json> run_now(HubClient& hub, const Args& args) {
  TRY(const Json before, hub.get(path_of(args)));
  TRY(Json source, hub.post(path_of(args, "/run"), Json::object({})));
  Status asked;
  wait_until(std::chrono::seconds(20), std::chrono::milliseconds(100), [&] {
    if (source.str("last_run") != before.str("last_run")) return true;
    auto now = hub.get(path_of(args));
    if (!now) {
      asked = tl::unexpected(now.error());
      return true;
    }
    source = std::move(*now);
    return false;
  });
  TRY_STATUS(asked);
  return with_counts(hub, std::move(source));
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
    return with_answer(
        args,
        [&](HubClient& hub) -> Result<Json> {
          TRY(Json source, hub.get(path_of(args)));
          return with_counts(hub, std::move(source));
        },
        show_source);
  };
  commands.push_back(std::move(show));
  commands.push_back(preview_command());
  commands.push_back(push_command());
  commands.push_back(token_command());
  Command run = named({"source", "run"}, {"立即读取（格式改变后亦以此确认）",
                                          "run it now (also confirms a changed format)"});
  run.run = [](const Args& args) {
    return with_answer(args, [&](HubClient& hub) { return run_now(hub, args); }, show_source);
  };
  commands.push_back(std::move(run));
  commands.push_back(
      acting("pause", {"暂停", "pause it"}, "/pause", Json::object({{"paused", true}})));
  commands.push_back(
      acting("resume", {"恢复", "go on"}, "/pause", Json::object({{"paused", false}})));
  commands.push_back(acting(
      "retire", {"停用，并撤回仅由其提供的内容", "use it no more, and take back what it said"},
      "/retire", Json::object({})));
}

}  // namespace tocsin::cli
