// TAXII 2.1, the collections behind it, and export as STIX.
#include "base/crypto/hash.h"
#include "base/file.h"
#include "base/log.h"
#include "base/random.h"
#include "desk/clocks.h"
#include "desk/permissions.h"
#include "exchange/credentials.h"
#include "exchange/stix/export.h"
#include "exchange/stix/importer.h"
#include "exchange/taxii/service.h"
#include "exchange/taxii/submission.h"
#include "hub/app.h"
#include "hub/shape.h"
#include "vulnerability/stix.h"

namespace tocsin::hub {
namespace {

using desk::Actor;
using exchange::Principal;

Principal principal(const App& app, const Actor& by) {
  return {by.user, by.organization, desk::basis_in(*app.law, "6", "W17-08")};
}

std::string query_or_empty(const http::Request& request, std::string_view key) {
  return std::string(request.query_value(key).value_or(""));
}

Result<exchange::taxii::Caller> caller_of(App& app, const http::Request& request) {
  TRY(const auto session, any_session(app, request));
  exchange::taxii::Caller caller;
  caller.who = principal(app, session.actor);
  caller.reads = desk::scope_allows(session.token.scopes, "read");
  // As for every other way in: a finder submits (W17-07).
  caller.writes = desk::scope_allows(session.token.scopes, "import") &&
                  session.actor.user.has(model::Role::kFinder);
  return caller;
}

/// What `next` is bound to; made once, so that pages go on after a restart.
std::string page_secret(const std::filesystem::path& data) {
  const auto file = data / "keys" / "taxii.secret";
  if (auto known = read_file(file, 256); known && !known->empty()) return *known;
  std::string secret = random_secret(32);
  if (const auto kept = write_file(file, secret, 0600); !kept) {
    log::warn("taxii.secret", {{"why", kept.error().message}});
  }
  return secret;
}

void add_taxii(http::Router& router, App& app) {
  exchange::taxii::ServiceOptions options;
  options.description = "Indicators of determined threats, and exchange with members";
  options.scheme = app.options.http.certificate_file.empty() ? "http" : "https";
  options.secret = page_secret(app.options.data);
  const auto service = std::make_shared<const exchange::taxii::Service>(
      app.store, app.clock, app.ids, std::move(options),
      [&app](const http::Request& request) { return caller_of(app, request); });
  const auto add = [&](http::Method method, const char* operation, Text summary) {
    http::Route route;
    route.method = method;
    route.pattern = "/taxii2/{rest*}";
    route.operation = operation;
    route.tag = "exchange";
    route.summary = std::move(summary);
    route.response_type = std::string(exchange::taxii::kMediaType);
    route.error_type = route.response_type;
    if (method == http::Method::kPost) {
      route.request = Json::object({{"type", "object"}});
      route.request_type = std::string(exchange::taxii::kMediaType);
      route.success = 202;
    }
    route.handler = [service](http::Request& request) -> Result<http::Response> {
      return service->handle(request);
    };
    router.add(std::move(route));
  };
  add(http::Method::kGet, "taxiiGet", {"TAXII 2.1：读取", "TAXII 2.1: reading"});
  add(http::Method::kPost, "taxiiPost", {"TAXII 2.1：提交对象", "TAXII 2.1: adding objects"});
  add(http::Method::kDelete, "taxiiDelete",
      {"TAXII 2.1：删除对象", "TAXII 2.1: erasing an object"});
}

void add_collections(http::Router& router, App& app) {
  const Json collection = model::schema_of<model::ExchangeCollection>();
  get(router, "/api/v1/collections", "listCollections", "exchange",
      {"交换集合", "Collections of the exchange"}, "read", {}, list_schema(collection),
      [&app](http::Request& request) -> Result<Json> {
        TRY(const auto all, app.store.read([&](store::ReadTx& tx) {
          return exchange::visible_collections(tx, principal(app, session(request).actor));
        }));
        return Json::object({{"items", model::to_json(all)}});
      });
  post<exchange::CollectionRequest>(
      router, "/api/v1/collections", "addCollection", "exchange",
      {"设立交换集合", "Make a collection"}, "admin", collection,
      [&app](const Actor& by, const std::string&, const auto& r) -> Result<Json> {
        TRY(const auto made, exchange::add_collection(app.store, app.clock, principal(app, by), r));
        return model::to_json(made);
      },
      201);
  post<exchange::GrantRequest>(
      router, "/api/v1/collections/{id}/grants", "grantCollection", "exchange",
      {"授予读写权限", "Grant reading and writing"}, "admin", collection,
      [&app](const Actor& by, const std::string& id, const auto& r) -> Result<Json> {
        TRY(const auto changed, exchange::set_grant(app.store, principal(app, by), id, r));
        return model::to_json(changed);
      });
  post<exchange::CertificateRequest>(
      router, "/api/v1/certificates", "bindCertificate", "exchange",
      {"登记客户端证书：本人的；管理员可为他人登记只读证书",
       "Bind a client certificate: one's own; for reading, administrators anybody's"},
      "read", model::schema_of<model::Token>(),
      [&app](const Actor& by, const std::string&, const auto& r) -> Result<Json> {
        TRY_STATUS(
            desk::require_held(by, r.scopes.empty() ? std::vector<std::string>{"read"} : r.scopes));
        TRY(auto token,
            exchange::bind_certificate(app.store, app.clock, app.ids, principal(app, by), r));
        return model::to_json(token);
      },
      201);
}

/// Where pulling from a peer goes on; one cursor for each peer and collection.
std::string cursor_name(std::string_view peer, const model::ExchangeCollection& collection) {
  return "taxii-pull:" + crypto::sha256_hex(std::string(peer) + "\n" + collection.id);
}

Result<http::Response> import_objects(App& app, http::Request& request) {
  const Actor by = session(request).actor;
  TRY(const auto collection, app.store.read([&](store::ReadTx& tx) {
    return exchange::find_collection(tx, request.params["id"]);
  }));
  if (!collection.grant_of(by.organization.id).write || collection.projection ||
      !by.user.has(model::Role::kFinder)) {
    return fail_bi(Code::kForbidden, "writing needs a grant of the collection and the role finder",
                   "写入需要该集合的写权限和“finder”角色", "actor", "W17-07");
  }
  exchange::stix::ImportRequest run;
  run.collection = collection;
  run.by = by.act(app.clock.now());
  run.basis = desk::basis_in(*app.law, "6", "W17-08");
  run.source = query_or_empty(request, "source");
  if (run.source.empty()) run.source = exchange::taxii::source_of(collection, by.organization);
  run.file_name = query_or_empty(request, "file");
  if (const auto peer = query_or_empty(request, "peer"); !peer.empty()) {
    run.cursor = cursor_name(peer, collection);
    const auto position = to_int(query_or_empty(request, "position"));
    if (!position || *position < 0) {
      return fail_bi(Code::kInvalid, "a position is a number of microseconds",
                     "position 应为微秒数", "position");
    }
    run.position = static_cast<std::uint64_t>(*position);
  }
  exchange::stix::Importer importer(app.store, app.clock, app.ids, std::move(run));
  for (;;) {
    TRY(const std::string bytes, request.body->read_some());
    if (bytes.empty()) break;
    TRY_STATUS(importer.feed(bytes));
  }
  TRY(const auto result, importer.finish());
  return http::Response::json(exchange::stix::to_json(result));
}

void add_objects(http::Router& router, App& app) {
  http::Route route;
  route.method = http::Method::kPost;
  route.pattern = "/api/v1/collections/{id}/objects";
  route.operation = "importObjects";
  route.tag = "exchange";
  route.summary = {"导入 STIX 文档（任意大小，流式处理）",
                   "Import a STIX document of any size, as a stream"};
  route.scope = "import";
  route.params = {query_param("source", {"来源名称", "name of the source"}),
                  query_param("file", {"文件名", "file name"}),
                  query_param("peer", {"对端集合地址", "address of the peer's collection"}),
                  query_param("position", {"对端位置（微秒）", "position at the peer, µs"})};
  route.request = Json::object({{"type", "object"}});
  route.request_type = "application/stix+json";
  route.response = shape::object(
      shape::each_number({"objects", "added", "known", "conflicting", "too_strict", "refused",
                          "indicators_imported", "indicators_merged", "relations"})
          .set("import", shape::text())
          .set("refusals", model::schema_of<std::vector<model::RefusedLine>>()));
  route.handler = [&app](http::Request& request) { return import_objects(app, request); };
  router.add(std::move(route));
  get(router, "/api/v1/collections/{id}/position", "pullPosition", "exchange",
      {"从对端拉取到的位置", "How far a peer was pulled"}, "import",
      {query_param("peer", {"对端集合地址", "address of the peer's collection"})},
      shape::object(shape::each_number({"position"}).set("added_after", shape::text())),
      [&app](http::Request& request) -> Result<Json> {
        return app.store.read([&](store::ReadTx& tx) -> Result<Json> {
          TRY(const auto collection, exchange::find_collection(tx, request.params["id"]));
          TRY(const auto position,
              tx.cursor(cursor_name(query_or_empty(request, "peer"), collection)));
          const Instant at{static_cast<std::int64_t>(position)};
          return Json::object(
              {{"position", position}, {"added_after", at ? exchange::stix::timestamp6(at) : ""}});
        });
      });
}

struct Export {
  std::string collection;
  std::string number;
  Instant since;
  std::string vulnerabilities;  ///< `all`, `kev`: the library (A13-15) and no cases
};

Status export_vulnerabilities(store::ReadTx& tx, bool only_exploited,
                              exchange::stix::BundleWriter& out) {
  constexpr std::size_t kRows = 1000;
  std::string after;
  for (;;) {
    TRY(const auto rows, store::scan<vulnerability::Vulnerability>(tx, after, kRows));
    for (const auto& row : rows) {
      if (only_exploited && !row.kev) continue;
      const Json object = vulnerability::stix_object(row);
      if (!out.object(object.str("id"), object.dump())) return {};  // the client left
    }
    if (rows.size() < kRows) return {};
    after = rows.back().id;
  }
}

/// What is asked for, checked before the first byte leaves.
Status write_export(App& app, const Actor& by, const Export& what, bool only_check,
                    const exchange::stix::Write& write) {
  namespace stix = exchange::stix;
  return app.store.read([&](store::ReadTx& tx) -> Status {
    stix::BundleWriter out(what.collection + "|" + what.number + "|" +
                               std::to_string(what.since.micros) + what.vulnerabilities,
                           write);
    if (!what.vulnerabilities.empty()) {
      if (only_check) return {};
      TRY_STATUS(export_vulnerabilities(tx, what.vulnerabilities == "kev", out));
    } else if (!what.collection.empty()) {
      TRY(const auto collection, exchange::find_collection(tx, what.collection));
      if (!collection.grant_of(by.organization.id).read &&
          !exchange::may_manage(principal(app, by))) {
        return fail_bi(Code::kForbidden, "you may not read this collection", "您无权读取该集合",
                       "collection");
      }
      if (only_check) return {};
      TRY_STATUS(stix::export_collection(tx, collection, what.since, out));
    } else if (!what.number.empty()) {
      TRY(const auto threat, store::find_one<model::Threat>(tx, "number", what.number));
      bool readable = false;
      if (threat) {
        TRY(readable, may_read(tx, by, *threat));
      }
      if (!readable) {
        return fail_bi(Code::kNotFound, "there is no such case", "没有该事项", "case");
      }
      if (only_check) return {};
      TRY_STATUS(stix::export_case(tx, *threat, out));
    } else {
      if (only_check) return {};
      TRY_STATUS(stix::export_cases(
          tx, what.since, [&](const model::Threat& t) { return may_read(tx, by, t); }, out));
    }
    static_cast<void>(out.finish());  // a client that left is told nothing
    return {};
  });
}

void add_export(http::Router& router, App& app) {
  http::Route route;
  route.pattern = "/api/v1/export/stix";
  route.operation = "exportStix";
  route.tag = "exchange";
  route.summary = {"导出为 STIX 2.1", "Export as STIX 2.1"};
  route.scope = "read";
  route.params = {query_param("collection", {"集合", "collection"}),
                  query_param("case", {"事项编号", "number of the case"}),
                  query_param("since", {"此后新增", "added or determined after"}),
                  query_param("vulnerabilities", {"漏洞库：all 或 kev（已知被利用）",
                                                  "the library: all, or kev (exploited)"})};
  route.response_type = "application/stix+json;version=2.1";
  route.handler = [&app](http::Request& request) -> Result<http::Response> {
    Export what{query_or_empty(request, "collection"),
                query_or_empty(request, "case"),
                {},
                query_or_empty(request, "vulnerabilities")};
    if (const auto& which = what.vulnerabilities;
        !which.empty() && which != "all" && which != "kev") {
      return fail_bi(Code::kInvalid, "vulnerabilities is all or kev",
                     "vulnerabilities 应为 all 或 kev", "vulnerabilities");
    }
    if (const auto since = query_or_empty(request, "since"); !since.empty()) {
      TRY(what.since, parse_instant(since));
    }
    const Actor by = session(request).actor;
    TRY_STATUS(write_export(app, by, what, true, {}));
    http::Response response;
    response.header("Content-Type", "application/stix+json;version=2.1");
    response.stream = [&app, by, what](http::BodyWriter& out) {
      const auto done = write_export(app, by, what, false,
                                     [&](std::string_view bytes) { return out.write(bytes); });
      if (!done) log::warn("export.stix", {{"why", done.error().message}});
    };
    return response;
  };
  router.add(std::move(route));
}

}  // namespace

void add_exchange_routes(http::Router& router, App& app) {
  add_taxii(router, app);
  add_collections(router, app);
  add_objects(router, app);
  add_export(router, app);
}

}  // namespace tocsin::hub
