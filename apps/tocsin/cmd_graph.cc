// `tocsin graph`, `tocsin relapses`: what hangs together, and what came back.
#include <map>
#include <set>

#include "base/file.h"
#include "cli.h"
#include "connect.h"
#include "model/tlp.h"
#include "show.h"

namespace tocsin::cli {
namespace {

// --- a picture as a tree -----------------------------------------------------------------------

/// `domain:evil[.]example`, the kind in the reader's language.
std::string node_text(const Json& node, Lang lang) {
  return word(node["kind"], lang) + say(lang, "：", ": ") + defang(node.str("value"));
}

std::string state_text(const Json& node, Lang lang) {
  std::string out;
  for (const Json& one : node["cases"].items()) {
    out += "  [" + one.str("number") + " " + word(one["state"], lang) + "]";
  }
  if (node["blocked"].as_bool()) out += say(lang, "  已屏蔽", "  blocked");
  if (node["crowd"].as_bool()) {
    out += say(lang, "  （关系 ", "  (") + grouped(node["degree"].as_int()) +
           say(lang, " 条，不展开）", " relations, not expanded)");
  }
  return out;
}

/// Draws each node below the one it was reached from first; every relation appears once.
class Tree {
 public:
  Tree(const Json& picture, Lang lang) : lang_(lang) {
    for (const Json& node : picture["nodes"].items()) nodes_[node.str("node")] = &node;
    for (const Json& edge : picture["edges"].items()) {
      near_[edge.str("from")].push_back(&edge);
      near_[edge.str("to")].push_back(&edge);
    }
  }
  std::string draw(const std::string& root) {
    const auto found = nodes_.find(root);
    if (found == nodes_.end()) return {};
    out_ = node_text(*found->second, lang_) + state_text(*found->second, lang_) + "\n";
    branch(root, "");
    return std::move(out_);
  }

 private:
  void branch(const std::string& at, const std::string& indent) {
    std::vector<const Json*> edges;
    for (const Json* edge : near_[at]) {
      if (drawn_.insert(edge).second) edges.push_back(edge);
    }
    for (std::size_t i = 0; i < edges.size(); ++i) {
      const Json& edge = *edges[i];
      const bool forward = edge.str("from") == at;
      const std::string& other = forward ? edge.str("to") : edge.str("from");
      const bool last = i + 1 == edges.size();
      const Json& node = *nodes_.at(other);
      const bool known = !placed_.insert(other).second;
      out_ += indent + (last ? "└─ " : "├─ ") +
              edge[forward ? "label" : "inverse"].str(side(lang_)) + " " + node_text(node, lang_) +
              (known ? say(lang_, "（见别处）", " (see elsewhere)") : state_text(node, lang_)) +
              by_whom(edge) + "\n";
      if (!known) branch(other, indent + (last ? "   " : "│  "));
    }
  }
  std::string by_whom(const Json& edge) const {
    if (edge["computed"].as_bool()) return {};
    std::string out;
    for (const Json& said : edge["sources"].items()) {
      out += (out.empty() ? "  — " : say(lang_, "、", ", ")) + said.str("source");
    }
    return out;
  }

  const Lang lang_;
  std::map<std::string, const Json*> nodes_;
  std::map<std::string, std::vector<const Json*>> near_;
  std::set<const Json*> drawn_;
  std::set<std::string> placed_;
  std::string out_;
};

std::string cuts_text(const Json& picture, Lang lang) {
  std::string out;
  for (const Json& cut : picture["cuts"].items()) out += "! " + cut["text"].str(side(lang)) + "\n";
  return out;
}

std::string root_of(const Json& picture) {
  const Json& nodes = picture["nodes"];
  return nodes.items().empty() ? std::string() : nodes.items().front().str("node");
}

std::string tree_text(const Json& picture, Lang lang) {
  return Tree(picture, lang).draw(root_of(picture)) + cuts_text(picture, lang);
}

std::string path_text(const Json& picture, Lang lang) {
  if (picture["found"].as_bool()) return tree_text(picture, lang);
  return say(lang, "未找到关联\n", "no way was found\n") + cuts_text(picture, lang);
}

std::string chain_text(const Json& picture, Lang lang) {
  std::vector<std::vector<std::string>> rows;
  for (const Json& party : picture["items"].items()) {
    std::string way;
    for (const Json& edge : party["way"].items()) {
      way += (way.empty() ? "" : "; ") + defang(edge.str("from")) + " " +
             edge["label"].str(side(lang)) + " " + defang(edge.str("to"));
    }
    rows.push_back({party["beneficiary"].as_bool() ? say(lang, "是", "yes") : "",
                    node_text(party, lang), joined_words(party["roles"], lang), way});
  }
  if (rows.empty()) {
    return say(lang, "未发现背后的人员或账户\n", "nobody is known to stand behind it\n") +
           cuts_text(picture, lang);
  }
  return table({say(lang, "获利", "gains"), say(lang, "主体", "who"), say(lang, "角色", "roles"),
                say(lang, "关联", "by")},
               rows) +
         cuts_text(picture, lang);
}

// --- commands ----------------------------------------------------------------------------------

std::vector<Option> walk_options(const char* hops) {
  return {opt("--hops", "N", "层数，1 至 4", "hops, 1 to 4", hops),
          opt("--limit", "N", "节点上限，至多 5000", "at most so many nodes, up to 5000", "500"),
          opt("--fan-out", "N", "关系多于此数的值不展开，不超过枢纽的设置",
              "a value with more relations is not expanded; at most the hub's setting")};
}

std::string walk_query(const Args& args, const std::string& start) {
  std::string out = "from=" + encoded(start) + "&hops=" + encoded(args.str("--hops")) +
                    "&limit=" + encoded(args.str("--limit"));
  if (args.has("--fan-out")) out += "&fan_out=" + encoded(args.str("--fan-out"));
  if (args.has("--kind")) {
    std::string kinds;
    for (const auto& kind : args.all("--kind")) kinds += (kinds.empty() ? "" : ",") + kind;
    out += "&kinds=" + encoded(kinds);
  }
  return out;
}

const Positional kValue = {.name = "VALUE",
                           .help = {"任意写法；实体写作 person:姓名、company:名称",
                                    "any spelling; person:NAME, company:NAME for entities"}};

/// Files in the forms of other programs go to standard output or to --out as they come.
int export_picture(const Args& args) {
  auto hub = HubClient::from(args);
  if (!hub) return report(args, hub.error());
  http::ClientRequest request;
  request.url = "/api/v1/graph/" + encoded(args.str("--format")) + "?" +
                walk_query(args, args.str("VALUE")) + "&lang=" + side(args.lang);
  const auto answer = hub->raw(std::move(request));
  if (!answer) return report(args, answer.error());
  if (args.has("--out")) {
    const auto kept = write_file(args.str("--out"), answer->body);
    return kept ? kOk : report(args, kept.error());
  }
  std::fwrite(answer->body.data(), 1, answer->body.size(), stdout);
  return kOk;
}

Command show_command() {
  auto options = walk_options("2");
  options.push_back(many("--kind", "KIND", "只看这些关系类型", "only relations of these kinds"));
  options.push_back(opt("--format", "graphml|dot|stix", "以该格式输出", "write in this form"));
  options.push_back(
      opt("--out", "FILE", "写入文件（与 --format 同用）", "into a file, with --format"));
  Command c = hub_command(
      {"graph", "show"}, {"一个值周围的关联", "what hangs together with a value"}, {kValue},
      std::move(options),
      [](HubClient& hub, const Args& args) {
        return hub.get("/api/v1/graph?" + walk_query(args, args.str("VALUE")));
      },
      tree_text);
  c.examples = {{"tocsin graph show evil[.]example --hops 2", {"两层以内", "within two hops"}},
                {"tocsin graph show evil[.]example --format dot | dot -Tsvg -o g.svg",
                 {"画成图", "as a drawing"}}};
  c.run = [ask = std::move(c.run)](const Args& args) {
    return args.has("--format") ? export_picture(args) : ask(args);
  };
  return c;
}

Command path_command() {
  return hub_command(
      {"graph", "path"}, {"两个值之间的最短关联", "the shortest way between two values"},
      {kValue, {.name = "OTHER", .help = {"另一端", "the other end"}}}, walk_options("4"),
      [](HubClient& hub, const Args& args) {
        return hub.get("/api/v1/graph/path?" + walk_query(args, args.str("VALUE")) +
                       "&to=" + encoded(args.str("OTHER")));
      },
      path_text);
}

Command beneficiaries_command() {
  Command c = hub_command(
      {"graph", "beneficiaries"},
      {"一个值背后的产业链与获利者", "the chain behind a value, and who gains by it"}, {kValue},
      walk_options("4"),
      [](HubClient& hub, const Args& args) {
        return hub.get("/api/v1/graph/beneficiaries?" + walk_query(args, args.str("VALUE")));
      },
      chain_text);
  c.description = {
      "依 2013 年专项行动方案：监测地下产业链，关联利益获得者，溯源并形成可供公安机关使用的线索。",
      "By the campaign plan of 2013: monitor the underground market, link its "
      "beneficiaries, trace back to leads that the police can use."};
  return c;
}

std::string relation_text(const Json& stated, Lang lang) {
  return defang(stated.str("from")) + " " + stated["label"].str(side(lang)) + " " +
         defang(stated.str("to")) + "\n";
}

std::vector<Positional> relation_positionals() {
  return {
      {.name = "A", .help = {"一端", "one end"}},
      {.name = "KIND", .help = {"关系类型，见 graph kinds", "kind of relation, see graph kinds"}},
      {.name = "B", .help = {"另一端", "the other end"}}};
}

Json relation_body(const Args& args) {
  Json body = body_of(args, {{"--reason", "reason"}, {"--tlp", "tlp"}});
  return body.set("from", args.str("A")).set("kind", args.str("KIND")).set("to", args.str("B"));
}

Command relate_command() {
  return hub_command(
      {"graph", "relate"}, {"登记一条关系", "state a relation"}, relation_positionals(),
      {needed("--reason", "TEXT", "依据", "what it rests on"),
       among(opt("--tlp", "LEVEL", "可传播范围", "how far it may be passed on", "amber"),
             enum_names(model::Tlp{})),
       opt("--confidence", "0-100", "置信度", "how sure", "50")},
      [](HubClient& hub, const Args& args) -> Result<Json> {
        TRY(const auto confidence, args.integer("--confidence"));
        return hub.post("/api/v1/graph/relations",
                        relation_body(args).set("confidence", confidence));
      },
      relation_text);
}

Command unrelate_command() {
  return hub_command(
      {"graph", "unrelate"},
      {"撤回本单位登记的关系", "take the unit's own word on a relation back"},
      relation_positionals(), {needed("--reason", "TEXT", "理由", "why")},
      [](HubClient& hub, const Args& args) {
        return hub.post("/api/v1/graph/relations/withdraw", relation_body(args));
      },
      [](const Json& stated, Lang lang) {
        return say(lang, "已撤回：", "withdrawn: ") + relation_text(stated, lang);
      });
}

Command kinds_command() {
  return hub_command(
      {"graph", "kinds"}, {"关系类型及其两端", "kinds of relation and their ends"}, {}, {},
      [](HubClient& hub, const Args&) { return hub.get("/api/v1/graph/kinds"); },
      [](const Json& json, Lang lang) {
        std::vector<std::vector<std::string>> rows;
        // A long list does not fit a line, one of nearly every kind says no more than "any".
        constexpr std::size_t kAny = 20;
        constexpr std::size_t kShown = 6;
        const auto ends = [&](const Json& list) {
          const std::size_t count = list.items().size();
          if (count > kAny) return say(lang, "任意", "any");
          if (count <= kShown) return joined_words(list, lang);
          Json first = Json::array();
          for (std::size_t i = 0; i < kShown; ++i) first.push(list.items()[i]);
          return joined_words(first, lang) + say(lang, " 等 ", " … ") + std::to_string(count) +
                 say(lang, " 类", " kinds");
        };
        for (const Json& k : json["items"].items()) {
          rows.push_back({k.str("kind"), k["label"].str(side(lang)),
                          k["market"].as_bool() ? say(lang, "产业链", "market") : "",
                          ends(k["from"]), ends(k["to"])});
        }
        return table({say(lang, "类型", "kind"), say(lang, "含义", "meaning"), "",
                      say(lang, "一端", "from"), say(lang, "另一端", "to")},
                     rows);
      });
}

Command repeats_command() {
  return hub_command(
      {"graph", "repeats"},
      {"多次出现于案件背后的托管地址、注册机构与服务商",
       "hosts, registrars and hosters that stand behind many cases"},
      {}, {opt("--at-least", "N", "至少几个案件", "at least so many cases", "3")},
      [](HubClient& hub, const Args& args) {
        return hub.get("/api/v1/graph/repeats?at_least=" + encoded(args.str("--at-least")));
      },
      [](const Json& json, Lang lang) {
        std::vector<std::vector<std::string>> rows;
        for (const Json& one : json["items"].items()) {
          rows.push_back(
              {node_text(one, lang), grouped(one["count"].as_int()), joined(one["cases"], lang)});
        }
        std::string out = table(
            {say(lang, "值", "value"), say(lang, "案件数", "cases"), say(lang, "编号", "numbers")},
            rows);
        if (json["cut"].as_bool()) {
          out += say(lang, "! 只查看了最新的 ", "! only the newest ") +
                 grouped(json["looked_at"].as_int()) +
                 say(lang, " 个案件\n", " cases were looked at\n");
        }
        return out;
      });
}

/// An appeal that is dismissed is another thing.
std::string relapse_state(const Json& relapse, Lang lang) {
  const std::string& state = relapse.str("state");
  if (state == "open") return say(lang, "待处理", "open");
  if (state == "dismissed") return say(lang, "不构成复发", "no relapse");
  return word(relapse["state"], lang);
}

Command relapses_command() {
  return hub_command(
      {"relapses"},
      {"办结、解除或验证之后再次发现的威胁（第六条）",
       "threats seen again after they were dealt with (article 6)"},
      {},
      {opt("--state", "open|reopened|dismissed", "只看这一状态", "only of this state"),
       opt("--limit", "N", "至多几条", "at most so many", "100"),
       opt("--after", "ID", "接上一页", "go on behind this one")},
      [](HubClient& hub, const Args& args) {
        std::string path = "/api/v1/relapses?limit=" + encoded(args.str("--limit"));
        if (args.has("--state")) path += "&state=" + encoded(args.str("--state"));
        if (args.has("--after")) path += "&after=" + encoded(args.str("--after"));
        return hub.get(path);
      },
      [](const Json& json, Lang lang) {
        std::vector<std::vector<std::string>> rows;
        for (const Json& r : json["items"].items()) {
          rows.push_back(
              {r.str("case_number"), r.str("day"), indicator_text(r["indicator"], lang),
               word(r["occasion"], lang) + " " + when(r["ended_at"]), joined(r["sources"], lang),
               relapse_state(r, lang),
               say(lang, "第", "art. ") + r["basis"].str("article") + say(lang, "条", "")});
        }
        return table({say(lang, "事项", "case"), say(lang, "再次发现", "seen again"),
                      say(lang, "指标", "indicator"), say(lang, "此前", "ended"),
                      say(lang, "来源", "by"), say(lang, "状态", "state"),
                      say(lang, "依据", "basis")},
                     rows) +
               show_more(json, lang);
      });
}

Command relapse_command(const char* verb, Text summary, Show show) {
  return hub_command(
      {"relapse", verb}, std::move(summary),
      {{.name = "CASE",
        .help = {"事项编号，或复发记录编号", "number of the case, or id of the relapse"}}},
      {needed("--reason", "TEXT", "理由", "why")},
      [verb](HubClient& hub, const Args& args) {
        return hub.post("/api/v1/relapses/" + encoded(args.str("CASE")) + "/" + verb,
                        body_of(args, {{"--reason", "reason"}}));
      },
      std::move(show));
}

}  // namespace

void add_graph(std::vector<Command>& commands) {
  for (auto& command :
       {show_command(), path_command(), beneficiaries_command(), relate_command(),
        unrelate_command(), kinds_command(), repeats_command(), relapses_command()}) {
    commands.push_back(command);
  }
  commands.push_back(relapse_command(
      "reopen", {"就复发再次提交，原事项重开", "submit it again: the case is reopened"},
      [](const Json& json, Lang lang) {
        return json.str("case") + "  " + word(json["state"], lang) + "\n";
      }));
  commands.push_back(relapse_command(
      "dismiss", {"判断并非复发", "judge that it is none"}, [](const Json& json, Lang lang) {
        return json.str("case_number") + "  " + relapse_state(json, lang) + "\n";
      }));
}

}  // namespace tocsin::cli
