// `tocsin guard …`: what must not be blocked, and by which entry of which list. Entries are printed
// as they were written: they are the innocent.
#include "cli.h"
#include "connect.h"
#include "show.h"

namespace tocsin::cli {
namespace {

std::string show_lists(const Json& json, Lang lang) {
  std::vector<std::vector<std::string>> rows;
  for (const auto& list : json["items"].items()) {
    rows.push_back({list.str("id"), list.str("type"), grouped(list["entries"].as_int()),
                    grouped(list["skipped"].as_int()), list["name"].str(side(lang))});
  }
  return table({say(lang, "名单", "list"), say(lang, "类型", "type"), say(lang, "条目", "entries"),
                say(lang, "未读", "skipped"), say(lang, "名称", "name")},
               rows);
}

Command list_command() {
  return hub_command(
      {"guard", "list"}, {"列出生效的防误伤名单", "list the warning lists in effect"}, {}, {},
      [](HubClient& hub, const Args&) { return hub.get("/api/v1/warning-lists"); }, show_lists);
}

std::string show_entries(const Json& json, Lang lang) {
  const Json& list = json["list"];
  std::string out = list["name"].str(side(lang)) + say(lang, "，共 ", ", ") +
                    grouped(list["entries"].as_int()) + say(lang, " 条\n", " entries\n");
  std::vector<std::vector<std::string>> rows;
  for (const auto& item : json["items"].items()) {
    rows.push_back({std::to_string(item["number"].as_int()), item.str("entry")});
  }
  if (rows.empty()) return out + say(lang, "没有这样的条目\n", "no such entry\n");
  return out + table({"#", say(lang, "条目", "entry")}, rows) + show_more(json, lang);
}

Command show_command() {
  return hub_command(
      {"guard", "show"}, {"查看防误伤名单的条目", "the entries of a warning list"},
      {{.name = "ID", .help = {"名单编号（guard list）", "id of the list (guard list)"}}},
      {opt("--find", "TEXT", "只列出包含此文字的条目", "only entries that contain this"),
       opt("--after", "N", "从该序号之后", "after the entry of this number"),
       opt("--limit", "N", "条数", "how many", "100")},
      [](HubClient& hub, const Args& args) {
        return filled_page(hub, args,
                           "/api/v1/warning-lists/" + encoded(args.str("ID")) +
                               "?q=" + encoded(args.str("--find")));
      },
      show_entries);
}

std::string reasons(const Json& stops, const std::string& title, Lang lang) {
  std::string out = title + "\n";
  std::vector<std::vector<std::string>> rows;
  for (const auto& stop : stops.items()) {
    rows.push_back(
        {stop.str("list"), stop.str("entry"), stop["reason"].str(lang == Lang::kZh ? "zh" : "en")});
  }
  return out +
         table({say(lang, "名单", "list"), say(lang, "条目", "entry"), say(lang, "原因", "reason")},
               rows);
}

std::string show_check(const Json& json, Lang lang) {
  const std::string value = defang(json.str("value"));
  std::string out;
  if (json["stops"].items().empty()) {
    out += say(lang, "没有名单拦停：", "no list stops ") + value + "\n";
  } else {
    out += reasons(json["stops"], say(lang, "将被拦停：", "stopped: ") + value, lang);
  }
  if (!json["host_stops"].items().empty()) {
    out += reasons(json["host_stops"],
                   say(lang, "按整个主机屏蔽将被拦停：", "a block of the whole host is stopped:"),
                   lang);
  }
  return out;
}

Command check_command() {
  return hub_command(
      {"guard", "check"},
      {"哪些名单会拦停该指标，依据哪一条", "which lists would stop a value, and by which entry"},
      {{.name = "VALUE", .help = {"任意写法的指标", "an indicator in any spelling"}}}, {},
      [](HubClient& hub, const Args& args) {
        return hub.get("/api/v1/guard/check?value=" + encoded(args.str("VALUE")));
      },
      show_check);
}

}  // namespace

void add_guard(std::vector<Command>& commands) {
  commands.push_back(list_command());
  commands.push_back(show_command());
  commands.push_back(check_command());
}

}  // namespace tocsin::cli
