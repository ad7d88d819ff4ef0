// The list in its wire formats: JSON with versions, text, CSV, CrowdSec decisions, resolver files.
#include <algorithm>
#include <map>

#include "desk/clocks.h"
#include "enforce/decisions.h"
#include "enforce/dns/resolver_config.h"
#include "hub/app.h"
#include "hub/dns_service.h"
#include "hub/list_order.h"
#include "hub/list_view.h"
#include "hub/schemas.h"
#include "hub/shape.h"
#include "store/list_changes.h"

namespace tocsin::hub {
namespace {

constexpr std::size_t kPage = 5000;

/// For whoever oversees lists and has none: an empty one says nothing about those of the others.
constexpr const char* kWhoseList =
    "# This is your own unit's list, and it is empty. Another unit's: ?organization=CODE\n"
    "# 这是本单位自己的名单，目前为空。查看其他单位的名单：?organization=单位代码\n";

std::uint64_t acknowledged(App& app, const http::Request& request) {
  const std::string& point = session(request).token.point;
  if (point.empty()) return 0;
  const auto found = app.store.read(
      [&](store::ReadTx& tx) { return store::get<model::EnforcementPoint>(tx, point); });
  return found ? found->acknowledged : 0;
}

/// Writes every live entry through `line`, page by page, so memory stays flat with the list.
http::Response rendered(App& app, const std::string& organization, std::string_view type,
                        std::uint64_t version, std::string head,
                        std::function<std::string(const model::ListEntry&)> line) {
  http::Response response;
  response.header("Content-Type", std::string(type));
  response.header("ETag", etag_of(version));
  response.header("X-List-Version", std::to_string(version));
  response.header("Cache-Control", "no-cache");
  response.stream = [&app, organization, head = std::move(head),
                     line = std::move(line)](http::BodyWriter& out) {
    const auto done = app.store.read([&](store::ReadTx& tx) -> Status {
      if (!head.empty() && !out.write(head)) return {};
      std::string after;
      for (;;) {
        TRY(const auto page, store::live_entries(tx, organization, after, kPage));
        std::string text;
        for (const auto& e : page) text += line(e);
        if (!text.empty() && !out.write(text)) return {};
        if (page.size() < kPage) return {};
        after = page.back().id;
      }
    });
    static_cast<void>(
        done);  // the stream is cut short, which the client sees as an incomplete body
  };
  return response;
}

void add_text(http::Router& router, App& app, const char* pattern, const char* operation,
              Text summary, const char* type, bool csv) {
  http::Route route;
  route.pattern = pattern;
  route.operation = operation;
  route.tag = "list";
  route.summary = std::move(summary);
  route.scope = "list";
  route.response_type = type;
  route.params = {query_param("organization", {"单位代码", "code of the organisation"}),
                  query_param("kind", {"指标类型", "kind of indicator"})};
  route.handler = [&app, type, csv](http::Request& request) -> Result<http::Response> {
    TRY(const auto organization, list_owner(app, request));
    TRY(const auto version,
        app.store.read([&](store::ReadTx& tx) { return store::list_version(tx, organization); }));
    if (request.header("if-none-match") == etag_of(version)) {
      acknowledge_pull(app, request, version);
      http::Response same;
      same.status = 304;
      same.header("ETag", etag_of(version));
      return same;
    }
    const std::string kind(request.query_value("kind").value_or(""));
    if (!kind.empty() && !model::indicator_kind(kind)) {
      return fail_bi(Code::kInvalid, "unknown kind of indicator", "未知的指标类型", "kind");
    }
    const auto wanted = [kind](const model::ListEntry& e) {
      return kind.empty() || name(e.indicator.kind) == kind;
    };
    if (csv) {
      return rendered(app, organization, type, version, "kind,value,case,task,since\r\n",
                      [wanted](const model::ListEntry& e) -> std::string {
                        if (!wanted(e)) return {};
                        return std::string(name(e.indicator.kind)) + ",\"" +
                               replace_all(e.indicator.value, "\"", "\"\"") + "\"," +
                               e.case_number + "," + e.task + "," + to_string(e.since) + "\r\n";
                      });
    }
    std::string head = "# Tocsin list, version " + std::to_string(version) + "\n";
    if (version == 0 && !request.query_value("organization")) head += kWhoseList;
    return rendered(app, organization, type, version, std::move(head),
                    [wanted](const model::ListEntry& e) -> std::string {
                      return wanted(e) ? e.indicator.value + "\n" : "";
                    });
  };
  router.add(std::move(route));
}

std::vector<std::string> words(std::optional<std::string_view> text) {
  std::vector<std::string> out;
  if (!text) return out;
  for (const auto word : split(*text, ',')) {
    if (!trim(word).empty()) out.emplace_back(trim(word));
  }
  return out;
}

/// The bouncers' protocol has no version numbers: what a key was given last is remembered here, and
/// its next request for news confirms it.
class Offers {
 public:
  std::uint64_t take(const std::string& token) {
    auto map = offered_.lock();
    const auto found = map->find(token);
    return found == map->end() ? 0 : found->second;
  }
  void give(const std::string& token, std::uint64_t version) {
    (*offered_.lock())[token] = version;
  }

 private:
  Guarded<std::map<std::string, std::uint64_t>> offered_;
};

void add_decisions(http::Router& router, App& app) {
  http::Route stream;
  stream.pattern = "/v1/decisions/stream";
  stream.operation = "decisionStream";
  stream.tag = "list";
  stream.summary = {"CrowdSec 兼容的决策流", "CrowdSec-compatible stream of decisions"};
  stream.scope = "list";
  for (const char* p :
       {"startup", "scopes", "origins", "scenarios_containing", "scenarios_not_containing"}) {
    stream.params.push_back(query_param(p, {"见 CrowdSec 接口", "as in CrowdSec's interface"}));
  }
  stream.response =
      shape::object(Json::object({{"new", decisions_schema()}, {"deleted", decisions_schema()}}));
  stream.handler = [&app, offers = std::make_shared<Offers>()](
                       http::Request& request) -> Result<http::Response> {
    const auto& who = session(request);
    const bool startup = request.query_value("startup").value_or("") == "true";
    const bool head = request.method == http::Method::kHead;
    std::uint64_t since = startup ? 0 : offers->take(who.token.id);
    if (!startup && since == 0)
      since = acknowledged(app, request);  // we restarted, the bouncer did not
    const enforce::DecisionFilter filter{words(request.query_value("scopes")),
                                         words(request.query_value("origins"))};
    TRY(auto answer, app.store.read([&](store::ReadTx& tx) {
      return enforce::decision_stream(tx, who.actor.organization.id, startup || since == 0, since,
                                      filter);
    }));
    if (!head) {  // HEAD asks without taking
      if (!startup) acknowledge_pull(app, request, since);
      offers->give(who.token.id, answer.version);
    }
    return http::Response::json(answer.body);
  };
  router.add(std::move(stream));
  get(router, "/v1/decisions", "decisionsAbout", "list",
      {"对单个值的决策（live 模式）", "Decisions about one value (live mode)"}, "list",
      {query_param("ip", {"地址", "address"}), query_param("range", {"网段", "prefix"}),
       query_param("scope", {"范围", "scope"}), query_param("value", {"值", "value"})},
      decisions_schema(), [&app](http::Request& request) -> Result<Json> {
        std::string scope(request.query_value("scope").value_or(""));
        std::string value(request.query_value("value").value_or(""));
        if (const auto ip = request.query_value("ip")) {
          scope = "ip";
          value = *ip;
        } else if (const auto range = request.query_value("range")) {
          scope = "range";
          value = *range;
        }
        if (value.empty()) {
          return fail_bi(Code::kInvalid, "give ip, range or value", "请给出 ip、range 或 value",
                         "value");
        }
        return app.store.read([&](store::ReadTx& tx) {
          return enforce::decisions_about(tx, session(request).actor.organization.id, scope, value);
        });
      });
}

/// `after` 0: from the beginning of the order.
Result<std::vector<model::ListChange>> changes_behind(store::ReadTx& tx,
                                                      const std::string& organization,
                                                      bool descending, std::uint64_t after,
                                                      std::size_t limit) {
  if (!descending) return store::list_changes(tx, organization, after, limit);
  return store::newest_list_changes(tx, organization, limit, after == 0 ? UINT64_MAX : after);
}

/// People know a task by its number.
Result<Json> with_task_numbers(store::ReadTx& tx, const std::vector<model::ListChange>& changes) {
  std::map<std::string, std::string> numbers;
  Json out = Json::array();
  for (const auto& change : changes) {
    auto& number = numbers[change.entry.task];
    if (number.empty()) {
      TRY(const auto task, store::get<model::Task>(tx, change.entry.task));
      number = task.number;
    }
    out.push(model::to_json(change).set("task_number", number));
  }
  return out;
}

void add_changes(http::Router& router, App& app) {
  const auto sorts = both_ways("version", false);
  auto params = page_params();
  params.push_back(query_param("organization", {"单位代码", "code of the organisation"}));
  params.push_back(sort_param(sorts));
  get(router, "/api/v1/list/changes", "listChanges", "list",
      {"名单增量：new、update、delist、expire、change",
       "List deltas: new, update, delist, expire, change"},
      "list", params, list_schema(list_change_schema()),
      [&app, sorts](http::Request& request) -> Result<Json> {
        TRY(const Page p, page(request));
        TRY(const auto order, list_order(request, sorts, p.after));
        TRY(const auto organization, list_owner(app, request));
        const auto after =
            order.after.empty() ? std::optional<std::int64_t>(0) : to_int(order.after);
        if (!after || *after < 0) {
          return fail_bi(Code::kInvalid, "after is a list version", "after 为名单版本号", "after");
        }
        return app.store.read([&](store::ReadTx& tx) -> Result<Json> {
          TRY(const auto rows, changes_behind(tx, organization, order.descending,
                                              static_cast<std::uint64_t>(*after), p.limit));
          TRY(auto items, with_task_numbers(tx, rows));
          TRY(const auto version, store::list_version(tx, organization));
          Json out = Json::object({{"items", std::move(items)}, {"version", version}});
          if (rows.size() == p.limit) {
            out.set("next", order.next(std::to_string(rows.back().version)));
          }
          return out;
        });
      });
}

/// A complete configuration for the resolver of a point, with its key: shown to its owner only, and
/// the journal remembers that it was.
void add_resolver_config(http::Router& router, App& app) {
  http::Route route;
  route.pattern = "/api/v1/points/{id}/configuration";
  route.operation = "pointConfiguration";
  route.tag = "enforcement";
  route.summary = {"解析器的完整配置文件", "A complete configuration file for the resolver"};
  route.scope = "dispose";
  route.response_type = "text/plain";
  route.params = {
      word_param("resolver", {"unbound（默认）或 bind", "unbound (default) or bind"},
                 {"unbound", "bind"}),
      query_param("directory", {"解析器可写目录", "directory that the resolver may write"}),
      query_param("forwarder", {"上游地址:端口", "upstream address:port"})};
  route.handler = [&app](http::Request& request) -> Result<http::Response> {
    const auto& who = session(request);
    TRY(const auto resolver, word_of(request, "resolver", {"unbound", "bind"}));
    TRY(const auto point,
        app.store.write([&](store::WriteTx& tx) -> Result<model::EnforcementPoint> {
          TRY(const auto found,
              store::find_one<model::EnforcementPoint>(tx, "code", request.params["id"]));
          if (!found || found->organization != who.actor.organization.id) {
            return fail_bi(Code::kNotFound, "your unit has no such enforcement point",
                           "本单位没有该执行点", "id");
          }
          TRY_STATUS(tx.append({who.actor.user.id,
                                who.actor.organization.id,
                                "point.configuration-shown",
                                found->id,
                                "",
                                desk::basis_in(*app.law, "8(1)", "W17-15"),
                                {},
                                {}}));
          return *found;
        }));
    enforce::dns::ResolverOptions options;
    TRY(options.primary, enforce::dns::Endpoint::make(app.options.dns_address, app.dns_port()));
    options.zones = app.zones_of(point.organization);
    TRY(options.listen,
        enforce::dns::Endpoint::make(point.address, static_cast<std::uint16_t>(point.port)));
    options.transfer_source = point.address;
    options.clients = {"127.0.0.0/8", "::1/128"};
    options.identity = point.code;
    options.directory = request.query_value("directory").value_or("/var/lib/tocsin-resolver");
    if (const auto forwarder = request.query_value("forwarder")) {
      const auto colon = forwarder->rfind(':');
      const auto port =
          colon == std::string_view::npos ? std::nullopt : to_int(forwarder->substr(colon + 1));
      if (!port || *port < 1 || *port > 65535) {
        return fail_bi(Code::kInvalid, "forwarder is ADDRESS:PORT", "forwarder 形如 地址:端口",
                       "forwarder");
      }
      TRY(const auto upstream, enforce::dns::Endpoint::make(forwarder->substr(0, colon),
                                                            static_cast<std::uint16_t>(*port)));
      options.forwarders.push_back(upstream);
      options.validate_dnssec = false;
    }
    if (resolver == "bind") {
      TRY(const auto key, DnsService::key_of(point));
      TRY(const auto text, enforce::dns::named_config(options, key));
      return http::Response::text(text);
    }
    TRY(const auto text,
        enforce::dns::unbound_config(options, options.directory + "/control.sock"));
    return http::Response::text(text);
  };
  router.add(std::move(route));
}

}  // namespace

void add_list_routes(http::Router& router, App& app) {
  add_changes(router, app);
  add_text(router, app, "/api/v1/list.txt", "listText",
           {"纯文本名单（ETag）", "The list as plain text (ETag)"}, "text/plain; charset=utf-8",
           false);
  add_text(router, app, "/api/v1/list.csv", "listCsv",
           {"CSV 名单（ETag）", "The list as CSV (ETag)"}, "text/csv; charset=utf-8", true);
  add_decisions(router, app);
  add_resolver_config(router, app);
}

}  // namespace tocsin::hub
