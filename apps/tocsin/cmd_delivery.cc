// Subscriptions and deliveries.
#include "connect.h"
#include "model/delivery.h"
#include "model/indicator.h"
#include "model/labels.h"
#include "model/threat.h"
#include "show.h"

namespace tocsin::cli {
namespace {

Json words(const std::vector<std::string>& all) {
  Json out = Json::array();
  for (const auto& word : all) out.push(word);
  return out;
}

std::string show_subscription(const Json& s, Lang lang) {
  std::string out =
      s.str("id") + "  " + s.str("channel") + "  " + s.str("rhythm") + "  TLP:" + s.str("ceiling") +
      "  " + s.str("address") + "  " + s.str("label") +
      (s.str("search").empty() ? "" : say(lang, "  检索 ", "  search ") + s.str("search")) +
      (s["paused"].as_bool() ? say(lang, "  已暂停", "  paused") : "") + "\n";
  if (!s.str("secret").empty()) {
    out += say(lang, "webhook 密钥（只显示这一次）：", "webhook key (shown this once): ") +
           s.str("secret") + "\n";
  }
  return out;
}

/// What the new subscription will never tell. Cases are amber unless somebody says otherwise.
std::string show_added(const Json& s, Lang lang) {
  std::string left_out;
  bool usual = false;
  for (const auto& level : s["leaves_out"].items()) {
    left_out += (left_out.empty() ? "TLP:" : say(lang, "、TLP:", ", TLP:")) + level.as_string();
    usual = usual || level.as_string() == "amber";
  }
  std::string out = show_subscription(s, lang);
  if (usual) {
    out += say(lang, "注意：不投递 ", "note: it leaves out ") + left_out +
           say(lang, "；事项默认为 TLP:amber，如需收到请使用 --tlp amber\n",
               "; cases are TLP:amber unless somebody says otherwise, --tlp amber gets them\n");
  }
  return out;
}

Result<Json> request_of(const Args& args) {
  Json asns = Json::array();
  for (const auto& text : args.all("--asn")) {
    const auto number = to_int(text);
    if (!number) {
      return fail_bi(Code::kInvalid, "a number, without AS", "应为数字，不带 AS", "--asn");
    }
    asns.push(*number);
  }
  TRY(const auto hour, args.integer("--hour"));
  const bool mail = args.has("--mail");
  if (mail == args.has("--webhook")) {
    return fail_bi(Code::kInvalid, "say either --webhook or --mail",
                   "须二选一：--webhook 或 --mail", "--webhook");
  }
  return Json::object({{"organization", args.str("--organization")},
                       {"label", args.str("--label")},
                       {"concern", Json::object({{"networks", words(args.all("--network"))},
                                                 {"asns", std::move(asns)},
                                                 {"domains", words(args.all("--domain"))},
                                                 {"provinces", words(args.all("--province"))},
                                                 {"sectors", words(args.all("--sector"))}})},
                       {"kinds", words(args.all("--kind"))},
                       {"classes", words(args.all("--class"))},
                       {"search", args.str("--search")},
                       {"least_level", args.str("--level")},
                       {"ceiling", args.str("--tlp")},
                       {"channel", mail ? "mail" : "webhook"},
                       {"address", args.str(mail ? "--mail" : "--webhook")},
                       {"rhythm", args.str("--rhythm")},
                       {"hour", hour},
                       {"language", args.str("--language")}});
}

Command add() {
  Command c;
  c.path = {"subscription", "add"};
  c.summary = {"为单位设立订阅", "let a unit be told of what concerns it"};
  c.description = {"不指定网段、自治系统、域名、省份和行业时，订阅全部（在 TLP 上限之内）。",
                   "Without network, number, name, province and sector: everything up to the TLP."};
  c.options = with_hub(
      {{.name = "--organization",
        .value = "CODE",
        .help = {"接收单位代码", "code of the recipient"},
        .required = true},
       opt("--label", "TEXT", "名称", "a name for it"),
       opt("--webhook", "URL", "投递到该网址", "deliver to this URL"),
       opt("--mail", "ADDRESS", "投递到该邮箱", "deliver to this mail address"),
       many("--network", "CIDR", "本单位网段（IPv4 或 IPv6）", "its network, IPv4 or IPv6"),
       many("--asn", "N", "本单位自治系统号", "its autonomous system"),
       many("--domain", "NAME", "本单位域名及其下级", "its name and what is below"),
       many("--province", "CODE", "省份（GB/T 2260，如 51 或 510000）",
            "province (GB/T 2260: 51 or 510000)"),
       many("--sector", "WORD", "单位类型、cii 或 party-gov",
            "type of organisation, cii or party-gov"),
       among(many("--kind", "KIND", "只含该类指标", "only this kind of indicator"),
             enum_names(model::IndicatorKind{})),
       among(many("--class", "CLASS", "只含该类威胁", "only this class of threat"),
             enum_names(model::ThreatClass{})),
       opt("--search", "NAME", "只含该已存检索找到的事项",
           "only cases that this saved search finds"),
       among(opt("--level", "LEVEL", "最低等级", "at least this grave"), {"I", "II", "III", "IV"}),
       among(opt("--tlp", "LEVEL", "TLP 上限", "strictest level", "green"),
             {"clear", "green", "amber", "amber+strict"}),
       among(opt("--rhythm", "WORD", "何时投递", "when it is told", "immediate"),
             enum_names(model::Rhythm{})),
       opt("--hour", "H", "每日汇总的钟点（北京时间）", "hour of a daily digest, Asia/Shanghai",
           "9"),
       among(opt("--language", "zh|en", "接收方语言", "language of the recipient", "zh"),
             {"zh", "en"})});
  c.run = [](const Args& args) {
    return with_answer(
        args,
        [&](HubClient& hub) -> Result<Json> {
          TRY(const auto request, request_of(args));
          return hub.post("/api/v1/subscriptions", request);
        },
        show_added);
  };
  return c;
}

Command list() {
  return hub_command(
      {"subscription", "list"}, {"可见的订阅", "the subscriptions you can see"}, {}, {},
      [](HubClient& hub, const Args&) { return hub.get("/api/v1/subscriptions"); },
      [](const Json& json, Lang lang) {
        std::string out;
        for (const auto& item : json["items"].items()) out += show_subscription(item, lang);
        return out;
      });
}

Command turn(const char* word, const char* route, Text summary) {
  Command c;
  c.path = {"subscription", word};
  c.summary = std::move(summary);
  c.positionals = {{"ID", {"订阅标识", "id of the subscription"}}};
  c.options = with_hub({});
  c.run = [route = std::string(route)](const Args& args) {
    return with_answer(
        args,
        [&](HubClient& hub) {
          return hub.post("/api/v1/subscriptions/" + encoded(args.str("ID")) + "/" + route,
                          Json::object());
        },
        show_subscription);
  };
  return c;
}

std::string show_delivery(const Json& d, Lang lang) {
  std::string cases;
  for (const auto& e : d["events"].items()) {
    cases += "  " + e.str("case") + " " + e.str("event");
  }
  return d.str("id") + "  " + model::label("delivery." + d.str("state")).in(lang) + "  " +
         std::to_string(d["attempts"].as_int()) + say(lang, " 次", " attempts") + cases +
         (d.str("last_error").empty() ? "" : "  " + d.str("last_error")) + "\n";
}

Command deliveries() {
  return hub_command(
      {"delivery", "list"}, {"投递记录，新的在前", "deliveries, newest first"}, {},
      {among(opt("--state", "STATE", "只看该状态", "only this state"),
             enum_names(model::DeliveryState{})),
       opt("--limit", "N", "至多条数", "at most so many", "100")},
      [](HubClient& hub, const Args& args) {
        return hub.get("/api/v1/deliveries?limit=" + encoded(args.str("--limit")) +
                       "&state=" + encoded(args.str("--state")));
      },
      [](const Json& json, Lang lang) {
        std::string out;
        for (const auto& item : json["items"].items()) out += show_delivery(item, lang);
        return out;
      });
}

Command retry() {
  return hub_command(
      {"delivery", "retry"}, {"立即重新投递", "try a delivery again now"},
      {{"ID", {"投递标识", "id of the delivery"}}}, {},
      [](HubClient& hub, const Args& args) {
        return hub.post("/api/v1/deliveries/" + encoded(args.str("ID")) + "/retry", Json::object());
      },
      show_delivery);
}

}  // namespace

void add_delivery(std::vector<Command>& commands) {
  for (auto& command :
       {add(), list(), turn("pause", "pause", {"暂停订阅", "pause a subscription"}),
        turn("resume", "resume", {"恢复订阅", "resume a subscription"}),
        turn("remove", "removal", {"删除订阅", "remove a subscription"}), deliveries(), retry()}) {
    commands.push_back(command);
  }
}

}  // namespace tocsin::cli
