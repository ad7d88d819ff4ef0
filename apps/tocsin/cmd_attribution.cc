// `tocsin reference`, `enrich`, `responsible`, `responsibility`: what is known offline of an
// indicator, and whose it is.
#include <algorithm>
#include <map>

#include "auto_addressee.h"
#include "base/file.h"
#include "connect.h"
#include "show.h"

namespace tocsin::cli {
namespace {

std::string show_set(const Json& s, Lang lang) {
  std::string out = s.str("kind") + ":" + s.str("name") + "  " + s.str("form") + "  " +
                    say(lang, "数据日期 ", "data of ") + s.str("data_date") + "\n" +
                    say(lang, "采用 ", "rows ") + grouped(s["rows"].as_int()) +
                    say(lang, " 行，拒绝 ", ", refused ") + grouped(s["refused"].as_int()) +
                    say(lang, " 行，忽略 ", ", ignored ") + grouped(s["ignored"].as_int()) +
                    say(lang, " 行；内存 ", "; memory ") + grouped(s["memory"].as_int()) +
                    say(lang, " 字节\n", " bytes\n") + "SHA-256 " + s.str("source_digest") + "\n";
  for (const auto& r : s["refusals"].items()) {
    out += say(lang, "  第 ", "  line ") + std::to_string(r["line"].as_int()) +
           say(lang, " 行：", ": ") + r["reason"].str(side(lang)) + "  " +
           defang(r.str("original")) + "\n";
  }
  return out;
}

std::string show_sets(const Json& json, Lang lang) {
  std::vector<std::vector<std::string>> rows;
  for (const auto& s : json["items"].items()) {
    rows.push_back({s.str("kind"), s.str("name"), s.str("form"), s.str("data_date"),
                    when(s["by"]["at"]), grouped(s["rows"].as_int()),
                    grouped(s["refused"].as_int()), grouped(s["memory"].as_int())});
  }
  std::string out;
  for (const auto& u : json["unreadable"].items()) {
    out += say(lang, "无法读取：", "cannot be read: ") + u.as_string() + "\n";
  }
  if (rows.empty())
    return out + say(lang, "尚未导入基础数据\n", "no reference data was imported\n");
  return out + table({say(lang, "种类", "kind"), say(lang, "名称", "name"),
                      say(lang, "格式", "form"), say(lang, "数据日期", "data of"),
                      say(lang, "导入时间", "imported"), say(lang, "行", "rows"),
                      say(lang, "拒绝", "refused"), say(lang, "内存字节", "bytes")},
                     rows);
}

std::string show_enrichment(const Json& e, Lang lang) {
  std::vector<std::vector<std::string>> rows;
  std::vector<std::string> caveats;
  for (const auto& f : e["facts"].items()) {
    const std::string title = f.has("title") ? f["title"].str(side(lang)) : std::string();
    const std::string value = f.str("value");
    rows.push_back({word(f["what"], lang),
                    title.empty() || title == value ? value : value + "  " + title,
                    word(f["certainty"], lang), f.str("data_set"), f.str("data_date")});
    const std::string caveat = f["caveat"].str(side(lang));
    if (!caveat.empty() && std::find(caveats.begin(), caveats.end(), caveat) == caveats.end()) {
      caveats.push_back(caveat);
    }
  }
  std::string out = e.str("kind") + "  " + defang(e.str("value")) + "\n";
  if (rows.empty()) return out + say(lang, "  无数据\n", "  nothing is known\n");
  out +=
      table({say(lang, "项目", "what"), say(lang, "值", "value"), say(lang, "可信程度", "how sure"),
             say(lang, "数据集", "data set"), say(lang, "数据日期", "data of")},
            rows);
  for (const auto& c : caveats) out += say(lang, "注意：", "note: ") + c + "\n";
  return out;
}

std::string show_answer(const Json& a, Lang lang) {
  std::vector<std::vector<std::string>> rows;
  std::vector<std::string> notes;
  const auto add = [&](const Json& c, const std::string& mark) {
    const std::string title = c["title"].str(side(lang));
    const std::string contact = c.has("contact")
                                    ? c["contact"].str("name") + " " + c["contact"].str("phone") +
                                          " " + c["contact"].str("email")
                                    : "";
    rows.push_back({mark, c.has("code") ? c.str("code") : "-", title, word(c["why"], lang),
                    c.str("key"), c.str("as_of"), word(c["certainty"], lang), contact});
    const std::string caveat = c["caveat"].str(side(lang));
    if (!caveat.empty() && std::find(notes.begin(), notes.end(), caveat) == notes.end()) {
      notes.push_back(caveat);
    }
  };
  for (const auto& c : a["candidates"].items()) {
    const bool chosen = !a.str("suggested").empty() && c.str("code") == a.str("suggested");
    add(c, chosen ? "*" : c["inhibited"].as_bool() ? say(lang, "不予通知", "not notified") : "");
  }
  for (const auto& c : a["denied"].items()) add(c, say(lang, "已否认", "denied"));
  std::string out = a.str("kind") + "  " + defang(a.str("value")) + "\n";
  if (rows.empty()) return out + say(lang, "  无候选单位\n", "  no candidate\n");
  out += table({"", say(lang, "代码", "code"), say(lang, "单位", "unit"), say(lang, "依据", "why"),
                say(lang, "匹配", "key"), say(lang, "截至", "as of"),
                say(lang, "可信程度", "how sure"), say(lang, "联系人", "contact")},
               rows);
  if (!a["provinces"].items().empty()) {
    out += say(lang, "管辖省份：", "provinces: ");
    for (const auto& p : a["provinces"].items()) out += p.as_string() + " ";
    out += (a["provinces_are_hints"].as_bool() ? say(lang, "（推测）", "(hint)") : "") + "\n";
  }
  for (const auto& n : notes) out += say(lang, "注意：", "note: ") + n + "\n";
  return out;
}

Command question(const char* path, Text summary, std::vector<Option> options,
                 std::string (*show)(const Json&, Lang)) {
  Command c;
  c.path = {path};
  c.summary = std::move(summary);
  c.positionals = {{.name = "VALUE",
                    .help = {"任意写法，类型不明时写 kind:value",
                             "any spelling; kind:value where the kind is not clear"},
                    .required = true,
                    .repeated = true}};
  options.push_back(opt("--purpose", "TEXT", "查询目的，填写后记入日志",
                        "what for; when given, the query is journaled"));
  c.options = with_hub(std::move(options));
  c.run = [path = std::string(path), show](const Args& args) {
    auto hub = HubClient::from(args);
    if (!hub) return report(args, hub.error());
    const Json body =
        body_of(args, {{"--purpose", "purpose"}, {"--label", "label"}}, {{"VALUE", "values"}});
    const auto answer = hub->post("/api/v1/" + path, body);
    return answer ? print_items(args, *answer, show) : report(args, answer.error());
  };
  return c;
}

void add_reference(std::vector<Command>& all) {
  Command import;
  import.path = {"reference", "import"};
  import.summary = {"导入基础数据（IP 归属、号段、域名后缀等）",
                    "import reference data: networks, number prefixes, suffixes"};
  import.description = {
      "同种类同名称的数据集被替换；格式错误的行逐行拒绝并注明原因，空文件整体拒绝且保留原有数据。",
      "A data set of the same kind and name is replaced. Malformed rows are refused with their "
      "reason; an empty file is refused as a whole and what was there stays."};
  import.positionals = {
      {"KIND",
       {"ip-asn ip-country ip-province ip-operator ip-hosting asn phone-region phone-carrier "
        "suffixes",
        "ip-asn ip-country ip-province ip-operator ip-hosting asn phone-region phone-carrier "
        "suffixes"}},
      {"FILE", {"文件", "file"}}};
  import.options =
      with_hub({needed("--date", "DATE", "数据日期", "date of the data"),
                opt("--name", "NAME", "数据集名称（默认文件名）；前缀列表即运营企业或国家代码",
                    "name of the data set (left out: the file's); of a list of "
                    "prefixes: the operator, provider or country")});
  import.examples = {{"tocsin reference import ip-operator chinanet.txt --date 2026-02-16",
                      {"导入运营企业前缀列表", "import an operator's list of prefixes"}}};
  import.run = [](const Args& args) {
    return with_answer(
        args,
        [&](HubClient& hub) -> Result<Json> {
          const std::string& path = args.str("FILE");
          TRY(const auto bytes, read_file(path));
          const std::string file = path.substr(path.find_last_of('/') + 1);
          http::ClientRequest request;
          request.method = http::Method::kPost;
          request.url = "/api/v1/reference?kind=" + encoded(args.str("KIND")) +
                        "&file=" + encoded(file) + "&date=" + encoded(args.str("--date")) +
                        "&name=" + encoded(args.str("--name"));
          request.headers = {{"Content-Type", "application/octet-stream"}};
          request.body = bytes;
          TRY(const auto answer, hub.raw(std::move(request)));
          return Json::parse(answer.body);
        },
        show_set);
  };
  all.push_back(std::move(import));
  all.push_back(hub_command(
      {"reference", "list"}, {"基础数据清单", "list the data sets"}, {}, {},
      [](HubClient& hub, const Args&) { return hub.get("/api/v1/reference"); }, show_sets));
  all.push_back(hub_command(
      {"reference", "show"}, {"查看数据集及被拒绝的行", "show a data set with its refused rows"},
      {{"NAME", {"种类:名称，如 ip-asn:cn", "kind:name, for instance ip-asn:cn"}}}, {},
      [](HubClient& hub, const Args& args) {
        return hub.get("/api/v1/reference/" + encoded(args.str("NAME")));
      },
      show_set));
}

/// Entries name units by id; people know them by code and title.
Result<Json> with_units(HubClient& hub, const Json& entries) {
  TRY(const Json units, hub.get("/api/v1/organizations?limit=1000"));
  Json out = Json::array();
  for (Json entry : entries.items()) {
    for (const auto& unit : units["items"].items()) {
      if (unit.str("id") != entry.str("organization")) continue;
      entry.set("unit", Json::object({{"code", unit["code"]}, {"title", unit["title"]}}));
    }
    out.push(std::move(entry));
  }
  return out;
}

Result<Json> with_unit(HubClient& hub, Json entry) {
  TRY(const Json one, with_units(hub, Json::array().push(std::move(entry))));
  return one.items().front();
}

std::string whose(const Json& e, Lang lang) {
  if (e.has("outside")) return e.str("outside");
  if (!e.has("unit")) return e.str("organization");
  return e["unit"].str("code") + " " + e["unit"]["title"].str(side(lang));
}

std::string show_entry(const Json& e, Lang lang) {
  return e.str("id") + "  " + word(e["effect"], lang) + "  " + e.str("key_kind") + ":" +
         defang(e.str("key")) + "  " + whose(e, lang) +
         (e.has("suppressed") ? say(lang, "  已停用", "  set aside") : "") + "  " +
         e["by"].str("reason") + "\n";
}

void add_entries(std::vector<Command>& all) {
  Command add;
  add.path = {"responsibility", "add"};
  add.summary = {"登记责任归属（归属、非本单位、不予通知）",
                 "enter whose something is, is not, or who is not notified"};
  add.positionals = {
      {"KIND",
       {"indicator cidr asn domain phone platform app operator any",
        "indicator cidr asn domain phone platform app operator any"}},
      {.name = "KEY", .help = {"键值；any 不填", "key; none with any"}, .required = false}};
  add.options =
      with_hub({opt("--org", "ORG", "机构代码", "code of the organisation"),
                opt("--outside", "NAME", "未登记单位名称", "name of a unit that is not registered"),
                opt("--effect", "EFFECT", "assigns（默认）、not-ours、do-not-notify",
                    "assigns (default), not-ours, do-not-notify"),
                opt("--from", "TIME", "生效", "from"), opt("--until", "TIME", "失效", "until"),
                needed("--reason", "TEXT", "理由", "reason")});
  add.examples = {{"tocsin responsibility add operator chinanet --org op-a --reason 'licence'",
                   {"将导入数据中的运营企业对应到已登记机构",
                    "the operator of the imported lists is a registered organisation"}}};
  add.run = [](const Args& args) {
    return with_answer(
        args,
        [&](HubClient& hub) -> Result<Json> {
          Json body = Json::object({{"key_kind", args.str("KIND")}, {"key", args.str("KEY")}});
          for (const auto& [option, member] :
               {std::pair("--org", "organization"), std::pair("--outside", "outside"),
                std::pair("--effect", "effect"), std::pair("--from", "from"),
                std::pair("--until", "until"), std::pair("--reason", "reason")}) {
            if (args.has(option)) body.set(member, args.str(option));
          }
          TRY(Json made, hub.post("/api/v1/responsibilities", body));
          return with_unit(hub, std::move(made));
        },
        show_entry);
  };
  all.push_back(std::move(add));
  all.push_back(hub_command(
      {"responsibility", "list"}, {"责任登记清单", "list the entries"}, {}, {},
      [](HubClient& hub, const Args&) -> Result<Json> {
        TRY(Json page, hub.get("/api/v1/responsibilities?limit=1000"));
        TRY(Json named, with_units(hub, page["items"]));
        return page.set("items", std::move(named));
      },
      [](const Json& json, Lang lang) {
        std::string out;
        for (const auto& e : json["items"].items()) out += show_entry(e, lang);
        return out.empty() ? say(lang, "暂无\n", "nothing\n") : out;
      }));
  all.push_back(hub_command(
      {"responsibility", "suppress"}, {"停用一条责任登记", "set an entry aside"},
      {{"ENTRY", {"登记标识 rsp_…", "id of the entry, rsp_…"}}},
      {needed("--reason", "TEXT", "理由", "reason"),
       opt("--until", "TIME", "至（默认长期）", "until; left out: for good")},
      [](HubClient& hub, const Args& args) -> Result<Json> {
        Json body = Json::object({{"reason", args.str("--reason")}});
        if (args.has("--until")) body.set("until", args.str("--until"));
        TRY(Json entry,
            hub.post("/api/v1/responsibilities/" + encoded(args.str("ENTRY")) + "/suppression",
                     body));
        return with_unit(hub, std::move(entry));
      },
      show_entry));
}

}  // namespace

Status resolve_auto_addressees(HubClient& hub, const std::string& threat, Json& body) {
  Json proposals = Json::array();
  for (const auto& proposal : body["proposals"].items()) {
    if (proposal.str("addressee") != "auto") {
      proposals.push(proposal);
      continue;
    }
    TRY(const Json found, hub.get("/api/v1/threats/" + encoded(threat)));
    Json query = Json::object({{"purpose", "addressee of " + threat}});
    Json values = Json::array();
    for (const auto& i : found["indicators"].items()) {
      values.push(i.str("kind") + ":" + i.str("value"));
    }
    query.set("values", std::move(values));
    TRY(const Json answers, hub.post("/api/v1/responsible", query));
    // One proposal for each addressee, with the indicators that are its own.
    std::map<std::string, Json> by_addressee;
    for (const auto& a : answers["items"].items()) {
      const std::string& who = a.str("suggested");
      if (who.empty()) {
        return fail_bi(Code::kNotFound,
                       "nobody registered is responsible for " + defang(a.str("query")) +
                           "; name the addressee, or enter it with tocsin responsibility add",
                       "没有已登记单位对 " + defang(a.str("query")) +
                           " 负责；请指明处置单位，或用 tocsin responsibility add 登记",
                       "--propose");
      }
      Json& list = by_addressee[who];
      if (list.is_null()) list = Json::array();
      list.push(a.str("query"));
    }
    for (auto& [who, list] : by_addressee) {
      Json one = proposal;
      one.set("addressee", who);
      one.set("indicators", std::move(list));
      proposals.push(std::move(one));
    }
  }
  body.set("proposals", std::move(proposals));
  return {};
}

void add_attribution(std::vector<Command>& commands) {
  add_reference(commands);
  commands.push_back(question(
      "enrich",
      {"离线查询指标归属：网络、省份、运营企业、域名、号段",
       "what imported data say of an indicator: network, province, operator, name, number"},
      {opt("--label", "NAME", "恶意程序名称", "name of a malicious program")}, show_enrichment));
  commands.push_back(question(
      "responsible", {"建议的处置单位及理由", "who is responsible, and why"}, {}, show_answer));
  add_entries(commands);
}

}  // namespace tocsin::cli
