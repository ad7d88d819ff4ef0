// `tocsin vuln`: the vulnerability library.
#include "base/file.h"
#include "connect.h"
#include "show.h"

namespace tocsin::cli {
namespace {

Command import_command() {
  Command c;
  c.path = {"vuln", "import"};
  c.summary = {"导入漏洞文件：KEV、CVE 5.x、EPSS、CNVD XML",
               "import a vulnerability file: KEV, CVE 5.x, EPSS, CNVD XML"};
  c.positionals = {{.name = "FILE", .help = {"文件", "files"}, .required = true, .repeated = true}};
  c.options = with_hub({});
  c.run = [](const Args& args) {
    auto hub = HubClient::from(args);
    if (!hub) return report(args, hub.error());
    Json all = Json::array();
    std::vector<std::vector<std::string>> rows;
    for (const std::string& file : args.all("FILE")) {
      http::ClientRequest request;
      request.method = http::Method::kPost;
      request.url = "/api/v1/vulnerabilities/import";
      request.headers = {{"Content-Type", "application/octet-stream"}};
      auto bytes = read_file(file);
      if (!bytes) return report(args, bytes.error());
      request.body = std::move(*bytes);
      const auto answer = hub->raw(std::move(request));
      if (!answer) return report(args, answer.error().at(file));
      const auto json = Json::parse(answer->body);
      if (!json) return report(args, json.error());
      const auto count = [&](const char* key) { return grouped((*json)[key].as_int()); };
      rows.push_back({file, json->str("kind"), count("records"), count("added"), count("changed"),
                      count("same"), count("taken_back"), count("refused")});
      all.push(*json);
    }
    return print(args, Json::object({{"items", std::move(all)}}),
                 table({say(args.lang, "文件", "file"), say(args.lang, "类型", "kind"),
                        say(args.lang, "记录", "records"), say(args.lang, "新增", "added"),
                        say(args.lang, "变更", "changed"), say(args.lang, "不变", "same"),
                        say(args.lang, "移出", "taken back"), say(args.lang, "拒绝", "refused")},
                       rows));
  };
  return c;
}

std::string show_one(const Json& v, Lang lang) {
  std::string out = v.str("id") + "  " + v.str("title") + "\n";
  const auto line = [&](const char* zh, const char* en, const std::string& text) {
    if (!text.empty()) out += "  " + say(lang, zh, en) + text + "\n";
  };
  if (v["rejected"].as_bool()) line("已撤销", "rejected", " ");
  line("说明: ", "what: ", v.str("description"));
  line("CVSS: ", "CVSS: ", v.str("cvss"));
  if (v.has("kev")) {
    line("已知被利用，收录于 ", "known exploited since ", v["kev"].str("added"));
    line("处置期限: ", "due: ", v["kev"].str("due"));
  }
  line("EPSS: ", "EPSS: ", v["epss"].str("score"));
  line("SSVC利用情况: ", "SSVC exploitation: ", v["ssvc"].str("exploitation"));
  for (const Json& c : v["cnvd"].items()) {
    line("CNVD: ", "CNVD: ", c.str("number") + " " + c.str("severity") + " " + c.str("title"));
  }
  return out;
}

Command show_command() {
  return hub_command(
      {"vuln", "show"}, {"查看一个漏洞", "what is known about a vulnerability"},
      {{.name = "ID", .help = {"CVE或CNVD编号", "CVE or CNVD number"}}}, {},
      [](HubClient& hub, const Args& args) {
        return hub.get("/api/v1/vulnerabilities/" + encoded(args.str("ID")));
      },
      show_one);
}

Command list_command() {
  return hub_command(
      {"vuln", "list"}, {"漏洞列表", "vulnerabilities"}, {},
      {{.name = "--kev",
        .value = "",
        .help = {"只列已知被利用的，最新在前", "only known to be exploited, newest first"}},
       {.name = "--limit",
        .value = "N",
        .help = {"至多几个", "at most so many"},
        .otherwise = "100"}},
      [](HubClient& hub, const Args& args) {
        return hub.get("/api/v1/vulnerabilities?limit=" + encoded(args.str("--limit")) +
                       (args.has("--kev") ? "&kev=true" : ""));
      },
      [](const Json& json, Lang lang) {
        std::vector<std::vector<std::string>> rows;
        for (const Json& v : json["items"].items()) {
          rows.push_back({v.str("id"), v["kev"].str("added"), v.str("cvss"), v["epss"].str("score"),
                          v.str("title")});
        }
        return table({"ID", say(lang, "收录", "KEV"), "CVSS", "EPSS", say(lang, "名称", "title")},
                     rows);
      });
}

}  // namespace

void add_vulnerabilities(std::vector<Command>& commands) {
  commands.push_back(import_command());
  commands.push_back(show_command());
  commands.push_back(list_command());
}

}  // namespace tocsin::cli
