// Relations between indicators and what stands behind them (W17-08, A13-05, A13-08).
#include "desk/clocks.h"
#include "exchange/stix/export.h"
#include "graph/repeats.h"
#include "graph/state_by_hand.h"
#include "graph/write.h"
#include "hub/graph_view.h"
#include "hub/schemas.h"
#include "hub/shape.h"
#include "match/node.h"

namespace tocsin::hub {
namespace {

using desk::Actor;

constexpr std::chrono::milliseconds kRepeatsTime{5000};

/// A whole number of the query within its range; `otherwise` when it is not given.
Result<std::int64_t> number(const http::Request& request, const char* key, std::int64_t least,
                            std::int64_t most, std::int64_t otherwise) {
  const auto text = request.query_value(key);
  if (!text) return otherwise;
  const auto value = to_int(*text);
  if (value && *value >= least && *value <= most) return *value;
  const std::string range = std::to_string(least) + " .. " + std::to_string(most);
  return fail_bi(Code::kInvalid, std::string(key) + " is " + range,
                 std::string(key) + " 的范围为 " + range, key);
}

Result<model::Node> node_in(const http::Request& request, const char* key) {
  auto node = match::read_node(request.query_value(key).value_or(""));
  if (!node) return tl::unexpected(node.error().at(key));
  return node;
}

Result<std::vector<model::RelationKind>> kinds_in(const http::Request& request) {
  std::vector<model::RelationKind> out;
  const auto text = request.query_value("kinds").value_or("");
  if (text.empty()) return out;
  for (const auto word : split(text, ',')) {
    if (!model::parse_enum(trim(word), out.emplace_back())) {
      return fail_bi(Code::kInvalid, "no kind of relation is called '" + std::string(word) + "'",
                     "没有名为“" + std::string(word) + "”的关系类型", "kinds");
    }
  }
  return out;
}

/// A request may ask for less than the hub's fan-out, never for more: that border protects the hub.
Result<graph::Limits> limits_in(const App& app, const http::Request& request) {
  graph::Limits out;
  TRY(const auto hops, number(request, "hops", 1, graph::kMostHops, out.hops));
  TRY(const auto nodes, number(request, "limit", 1, static_cast<std::int64_t>(graph::kMostNodes),
                               static_cast<std::int64_t>(out.nodes)));
  TRY(out.fan_out,
      number(request, "fan_out", 1, app.options.graph_fan_out, app.options.graph_fan_out));
  out.hops = static_cast<int>(hops);
  out.nodes = static_cast<std::size_t>(nodes);
  return out;
}

/// What every question needs: one snapshot, the eyes of who asks, and a reader that looks by them.
template <typename Ask>
auto ask(App& app, const Actor& by, std::vector<model::RelationKind> kinds, std::int64_t fan_out,
         Ask&& body) {
  return app.store.read([&](store::ReadTx& tx) {
    graph::Eyes eyes(tx, by.user, by.organization);
    graph::Reader reader(
        tx, [&](const store::Claim& c) { return eyes.may_see(c); }, std::move(kinds), fan_out);
    return body(tx, eyes, reader);
  });
}

/// The walk that a request asks for, given to `body` with what else it needs.
template <typename Body>
auto walked(App& app, const http::Request& request, Body&& body)
    -> std::invoke_result_t<Body, store::ReadTx&, graph::Eyes&, const graph::Picture&> {
  const Actor by = session(request).actor;
  TRY(const auto limits, limits_in(app, request));
  TRY(auto kinds, kinds_in(request));
  TRY(const auto start, node_in(request, "from"));
  using R = std::invoke_result_t<Body, store::ReadTx&, graph::Eyes&, const graph::Picture&>;
  return ask(app, by, std::move(kinds), limits.fan_out,
             [&](store::ReadTx& tx, graph::Eyes& eyes, graph::Reader& reader) -> R {
               TRY(const auto picture, graph::walk(reader, app.clock, start, limits));
               return body(tx, eyes, picture);
             });
}

Result<Json> show(App& app, const http::Request& request) {
  const Actor by = session(request).actor;
  return walked(
      app, request,
      [&](store::ReadTx& tx, graph::Eyes& eyes, const graph::Picture& picture) -> Result<Json> {
        return picture_json(tx, by, eyes, picture);
      });
}

std::string stix_bundle(const graph::Picture& picture) {
  std::string text;
  exchange::stix::BundleWriter bundle("graph of " + picture.places[0].node.key(),
                                      [&](std::string_view piece) {
                                        text += piece;
                                        return true;
                                      });
  for (const Json& object : graph::to_stix(picture)) bundle.object(object.str("id"), object.dump());
  bundle.finish();
  return text;
}

using Write = std::string (*)(const http::Request&, const graph::Picture&);

struct Form {
  const char* name;
  const char* operation;
  const char* type;
  Write write;
};

std::string dot_of(const http::Request& request, const graph::Picture& picture) {
  const bool zh = request.query_value("lang").value_or("") == "zh";
  return graph::to_dot(picture, zh ? Lang::kZh : Lang::kEn);
}

constexpr Form kForms[] = {
    {"graphml", "graphAsGraphml", "application/graphml+xml",
     [](const http::Request&, const graph::Picture& p) { return graph::to_graphml(p); }},
    {"dot", "graphAsDot", "text/vnd.graphviz; charset=utf-8", dot_of},
    {"stix", "graphAsStix", "application/stix+json;version=2.1",
     [](const http::Request&, const graph::Picture& p) { return stix_bundle(p); }},
};

Result<Json> path(App& app, const http::Request& request) {
  const Actor by = session(request).actor;
  TRY(const auto limits, limits_in(app, request));
  TRY(auto kinds, kinds_in(request));
  TRY(const auto from, node_in(request, "from"));
  TRY(const auto to, node_in(request, "to"));
  return ask(app, by, std::move(kinds), limits.fan_out,
             [&](store::ReadTx& tx, graph::Eyes& eyes, graph::Reader& reader) -> Result<Json> {
               TRY(const auto found, graph::find_path(reader, app.clock, from, to, limits));
               TRY(Json out, picture_json(tx, by, eyes, found));
               out.set("found", from == to || !found.edges.empty());
               return out;
             });
}

Result<Json> beneficiaries(App& app, const http::Request& request) {
  const Actor by = session(request).actor;
  TRY(auto limits, limits_in(app, request));
  if (!request.query_value("hops")) limits.hops = graph::kMostHops;
  TRY(const auto start, node_in(request, "from"));
  return ask(app, by, graph::chain_kinds(), limits.fan_out,
             [&](store::ReadTx& tx, graph::Eyes& eyes, graph::Reader& reader) -> Result<Json> {
               TRY(const auto picture, graph::walk(reader, app.clock, start, limits));
               Json items = Json::array();
               for (const auto& party : graph::parties(picture)) {
                 items.push(party_json(picture, party));
               }
               TRY(Json out, picture_json(tx, by, eyes, picture));
               return out.set("items", std::move(items));
             });
}

Result<Json> relations(App& app, const http::Request& request) {
  const Actor by = session(request).actor;
  TRY(const auto asked, page(request));
  TRY(const auto node, node_in(request, "of"));
  const bool incoming = request.query_value("direction").value_or("out") == "in";
  store::ClaimRange::Position position;
  if (!asked.after.empty()) {
    const auto parts = split(asked.after, '.');
    const auto part = [&](std::size_t i) {
      return i < parts.size() ? to_int(parts[i]).value_or(0) : std::int64_t{0};
    };
    position = {part(0), part(1), part(2)};
  }
  return app.store.read([&](store::ReadTx& tx) -> Result<Json> {
    graph::Eyes eyes(tx, by.user, by.organization);
    TRY(const auto record, tx.find_node(node));
    Json items = Json::array();
    Json out = Json::object({{"node", node.key()}, {"degree", record ? record->degree : 0}});
    if (!record) return out.set("items", std::move(items));
    TRY(const auto claims, tx.claims({record->id, incoming, {}, &position, asked.limit}));
    for (const auto& claim : claims) {
      TRY(const bool visible, eyes.may_see(claim));
      if (!visible) continue;
      TRY(Json one, claim_json(eyes, by, claim));
      one.set("from", claim.relation.from.key()).set("to", claim.relation.to.key());
      items.push(one.set("kind", std::string(name(claim.relation.kind))));
    }
    if (claims.size() == asked.limit) {
      out.set("next", std::to_string(position.kind) + "." + std::to_string(position.other) + "." +
                          std::to_string(position.source));
    }
    return out.set("items", std::move(items));
  });
}

Json kinds() {
  Json items = Json::array();
  const auto names = [](const std::vector<model::NodeKind>& list) {
    Json out = Json::array();
    for (const auto kind : list) out.push(std::string(name(kind)));
    return out;
  };
  for (const auto& rule : model::relation_rules()) {
    Json one = kind_json(rule.kind);
    one.set("from", names(rule.from)).set("to", names(rule.to)).set("market", rule.market);
    items.push(one.set("computed", rule.kind == model::RelationKind::kAtHost));
  }
  return Json::object({{"items", std::move(items)}});
}

Result<Json> repeats(App& app, const http::Request& request) {
  const Actor by = session(request).actor;
  TRY(const auto at_least, number(request, "at_least", 2, 1'000'000, 3));
  return ask(
      app, by, graph::host_kinds(), app.options.graph_fan_out,
      [&](store::ReadTx& tx, graph::Eyes&, graph::Reader& reader) -> Result<Json> {
        const auto mine = [&](const model::Threat& t) { return may_read(tx, by, t); };
        TRY(const auto found, graph::repeats(tx, reader, app.clock, mine, at_least, kRepeatsTime));
        Json items = Json::array();
        for (const auto& repeat : found.items) {
          items.push(Json::object({{"node", repeat.node.key()},
                                   {"kind", std::string(name(repeat.node.kind))},
                                   {"value", repeat.node.value},
                                   {"count", repeat.count},
                                   {"cases", model::to_json(repeat.cases)}}));
        }
        return Json::object(
            {{"items", std::move(items)}, {"looked_at", found.looked_at}, {"cut", found.cut}});
      });
}

Json stated(const store::Claim& claim) {
  Json out = kind_json(claim.relation.kind);
  return out.set("from", claim.relation.from.key()).set("to", claim.relation.to.key());
}

Json stated_schema() {
  return shape::extended(relation_kind_schema(), shape::each_text({"from", "to"}));
}

Json relations_schema() {
  const Json item = shape::extended(claim_schema(), shape::each_text({"from", "to", "kind"}));
  return shape::extended(list_schema(item),
                         Json::object({{"node", shape::text()}, {"degree", shape::number()}}));
}

Json repeats_schema() {
  const Json item = shape::object(shape::each_text({"node", "kind", "value"})
                                      .set("count", shape::number())
                                      .set("cases", shape::texts()));
  return shape::object(Json::object(
      {{"items", shape::list(item)}, {"looked_at", shape::number()}, {"cut", shape::flag()}}));
}

std::vector<http::Param> walk_params() {
  return {
      query_param("from", {"起点，任意写法；实体写作 person:姓名",
                           "any spelling; person:NAME for entities"}),
      query_param("hops", {"层数，1 至 4", "hops, 1 to 4"}),
      query_param("limit", {"节点上限，至多 5000", "at most so many nodes, up to 5000"}),
      query_param("kinds", {"关系类型，逗号分隔", "kinds of relation, by commas"}),
      query_param("fan_out", {"关系多于此数的值不展开；不超过枢纽的设置",
                              "a value with more relations is not expanded; at most the hub's"})};
}

void add_statements(http::Router& router, App& app) {
  const auto hand = [&app](const Actor& by) {
    return graph::Hand{by.user, by.organization, desk::basis_in(*app.law, "6", "W17-08")};
  };
  post<graph::RelateRequest>(
      router, "/api/v1/graph/relations", "stateRelation", "graph",
      {"登记一条关系，须说明依据", "State a relation, with the reason"}, "submit", stated_schema(),
      [&app, hand](const Actor& by, const std::string&,
                   const graph::RelateRequest& request) -> Result<Json> {
        TRY(const auto claim, graph::relate(app.store, app.clock, app.ids, hand(by), request));
        return stated(claim);
      },
      201);
  post<graph::UnrelateRequest>(
      router, "/api/v1/graph/relations/withdraw", "withdrawRelation", "graph",
      {"撤回本单位登记的关系", "Take the unit's own word on a relation back"}, "submit",
      stated_schema(),
      [&app, hand](const Actor& by, const std::string&,
                   const graph::UnrelateRequest& request) -> Result<Json> {
        TRY(const auto claim, graph::unrelate(app.store, app.clock, app.ids, hand(by), request));
        return stated(claim);
      });
}

}  // namespace

void add_graph_routes(http::Router& router, App& app) {
  get(router, "/api/v1/graph", "walkGraph", "graph",
      {"从一个值出发，列出若干层内的关联",
       "What lies within some hops of a value; says what was cut and why"},
      "read", walk_params(), picture_schema(),
      [&app](http::Request& request) { return show(app, request); });
  for (const Form& form : kForms) {
    http::Route route;
    route.method = http::Method::kGet;
    route.pattern = std::string("/api/v1/graph/") + form.name;
    route.operation = form.operation;
    route.tag = "graph";
    route.summary = {std::string("同一查询，以 ") + form.name + " 格式给出",
                     std::string("The same walk as ") + form.name};
    route.scope = "read";
    route.params = walk_params();
    route.params.push_back(
        query_param("lang", {"dot 的标签语言：zh 或 en", "labels of dot: zh or en"}));
    route.response_type = form.type;
    route.handler = [&app, &form](http::Request& request) -> Result<http::Response> {
      return walked(app, request,
                    [&](store::ReadTx&, graph::Eyes&,
                        const graph::Picture& picture) -> Result<http::Response> {
                      return http::Response::text(form.write(request, picture), form.type);
                    });
    };
    router.add(std::move(route));
  }
  auto between = walk_params();
  between.push_back(query_param("to", {"终点", "the other end"}));
  get(router, "/api/v1/graph/path", "graphPath", "graph",
      {"两个值之间的最短关联", "The shortest way between two values"}, "read", std::move(between),
      shape::extended(picture_schema(), Json::object({{"found", shape::flag()}})),
      [&app](http::Request& request) { return path(app, request); });
  get(router, "/api/v1/graph/beneficiaries", "graphBeneficiaries", "graph",
      {"一个值背后的产业链：制作、出售、传播、推广、付款与获利者",
       "The chain behind a value: who makes, sells, spreads, advertises, pays and profits"},
      "read", walk_params(), chain_schema(),
      [&app](http::Request& request) { return beneficiaries(app, request); });
  auto of = page_params();
  of.push_back(query_param("of", {"值", "the value"}));
  of.push_back(query_param("direction", {"out 或 in", "out or in"}));
  get(router, "/api/v1/graph/relations", "listRelations", "graph",
      {"一个值的全部关系，逐页", "Every relation of a value, page by page; for crowds too"}, "read",
      std::move(of), relations_schema(),
      [&app](http::Request& request) { return relations(app, request); });
  get(router, "/api/v1/graph/kinds", "relationKinds", "graph",
      {"关系类型及其两端", "Kinds of relation and what may stand at their ends"}, "read", {},
      list_schema(
          shape::extended(relation_kind_schema(), Json::object({{"from", shape::texts()},
                                                                {"to", shape::texts()},
                                                                {"market", shape::flag()},
                                                                {"computed", shape::flag()}}))),
      [](http::Request&) -> Result<Json> { return kinds(); });
  get(router, "/api/v1/graph/repeats", "graphRepeats", "graph",
      {"多次出现于案件背后的托管地址、注册机构与服务商",
       "Hosts, registrars and hosters that stand behind many cases"},
      "read", {query_param("at_least", {"至少几个案件，默认 3", "at least so many cases, 3"})},
      repeats_schema(), [&app](http::Request& request) { return repeats(app, request); });
  add_statements(router, app);
}

}  // namespace tocsin::hub
