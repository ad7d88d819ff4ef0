// Sources: what they are told, how they are, what they would bring.
#include "base/crypto/hash.h"
#include "desk/clocks.h"
#include "hub/app.h"
#include "hub/schemas.h"
#include "hub/shape.h"
#include "hub/source_options.h"
#include "hub/views.h"
#include "sources/fetch.h"
#include "sources/sources.h"

namespace tocsin::hub {
namespace {

constexpr std::size_t kPreviewed = 200;
constexpr std::size_t kPreviewBytes = 8U << 20;
/// Held in memory, so that the same bytes again are known before anything is written.
constexpr std::size_t kPushedBytes = 64U << 20;

sources::Hand hand(const App& app, const desk::Actor& by) {
  return {by.user, by.organization, desk::basis_in(*app.law, "6", "W17-08")};
}

Result<model::Source> source_for(App& app, http::Request& request) {
  const auto& name = request.params["name"];
  TRY(auto found, app.store.read([&](store::ReadTx& tx) {
    return store::find_one<model::Source>(tx, "name", name);
  }));
  if (found && store::may_see(person(session(request).actor), *found)) return std::move(*found);
  return fail_bi(Code::kNotFound, "there is no source " + name, "没有来源 " + name, "name");
}

/// A source as it is shown. One that only imports have filled, not a run, says when the newest was.
Result<Json> shown(store::ReadTx& tx, const model::Source& source) {
  Json out = model::to_json(source);
  if (source.last_run) return out;
  TRY(const auto newest,
      store::find<model::Import>(tx, {"source", source.id, source.id, {}, {}, 1, true}));
  if (!newest.empty()) out.set("imported_at", to_string(newest.front().by.at));
  return out;
}

sources::RunnerOptions how(App& app) {
  return source_options(app.options, app.store, desk::basis_in(*app.law, "6", "W17-08"),
                        app.stopping);
}

sources::Sources all_sources(App& app) {
  return {app.store, app.clock, app.ids, source_vault(app.options), app.options.stale_feed};
}

std::string file_name(const http::Request& request, const char* otherwise) {
  const std::string name(request.query_value("file").value_or(""));
  return name.empty() ? otherwise : name.substr(0, 200);
}

Result<Json> preview(App& app, http::Request& request, const sources::Fetched* sent) {
  if (!session(request).actor.user.has(model::Role::kAdmin)) {
    return fail_bi(Code::kForbidden, "only an administrator makes the hub fetch",
                   "只有管理员可以让枢纽读取来源", "actor", "W17-10");
  }
  TRY(const auto found, source_for(app, request));
  const auto options = how(app);
  TRY(const auto seen,
      sources::Runner::preview(found, options.fetch, kPreviewed, options.schema, sent));
  return preview_json(seen);
}

/// Who may push: a token of this source alone, or a finder of the source's own unit (W17-05).
Result<model::Source> pushed_source(App& app, http::Request& request) {
  const auto& who = session(request);
  TRY_STATUS(may_import(who.actor));
  const auto& name = request.params["name"];
  TRY(auto found, app.store.read([&](store::ReadTx& tx) {
    return store::find_one<model::Source>(tx, "name", name);
  }));
  const bool own =
      found && (who.token.source.empty() ? found->organization == who.actor.organization.id
                                         : found->id == who.token.source);
  if (!own) {
    return fail_bi(Code::kNotFound, "there is no source " + name + " that you may push into",
                   "没有您可以推送的来源 " + name, "name", "W17-09");
  }
  if (found->terms.kind == model::SourceKind::kPush) return std::move(*found);
  return fail_bi(Code::kRefused, "the hub reads this source by itself", "该来源由枢纽自行读取",
                 "name", "W17-08");
}

Result<http::Response> push(App& app, http::Request& request) {
  TRY(const auto source, pushed_source(app, request));
  TRY(std::string body, request.body->read_all(kPushedBytes));
  sources::Runner runner(app.store, app.clock, app.ids, how(app));
  const auto content = sources::content_of(file_name(request, "push"), std::move(body));
  TRY(const auto record,
      runner.receive(source, content, session(request).actor.act(app.clock.now())));
  return http::Response::json(model::to_json(record));
}

/// A route whose body is a file.
void add_file_route(http::Router& router, App& app, const char* word, const char* operation,
                    Text summary, const char* scope, Json response,
                    Result<http::Response> (*call)(App&, http::Request&)) {
  http::Route route;
  route.method = http::Method::kPost;
  route.pattern = std::string("/api/v1/sources/{name}/") + word;
  route.operation = operation;
  route.tag = "sources";
  route.summary = std::move(summary);
  route.scope = scope;
  route.params = {query_param("file", {"文件名", "file name"})};
  route.request = Json::object({{"type", "string"}, {"format", "binary"}});
  route.request_type = "application/octet-stream";
  route.response = std::move(response);
  route.handler = [&app, call](http::Request& request) { return call(app, request); };
  router.add(std::move(route));
}

void add_file_routes(http::Router& router, App& app) {
  add_file_route(router, app, "push", "pushSource",
                 {"向推送来源发送内容（请求体即文件）",
                  "Send content to a source of kind push (the body is the file)"},
                 "push", model::schema_of<model::Import>(), push);
  add_file_route(
      router, app, "preview", "previewSent",
      {"预览所发送的文件在该来源下会变成什么，不入库",
       "Show what a file would become under this source's terms; stores nothing"},
      "admin", preview_schema(), [](App& hub, http::Request& request) -> Result<http::Response> {
        TRY(std::string body, request.body->read_all(kPreviewBytes));
        const auto sent = sources::content_of(file_name(request, "sent"), std::move(body));
        TRY(const Json seen, preview(hub, request, &sent));
        return http::Response::json(seen);
      });
}

/// What lies in the hub's folder of sources can only be read where there is one, and from below it.
Status check_folder(const App& app, const model::SourceTerms& terms) {
  using model::SourceKind;
  const bool by_url = terms.location.find("://") != std::string::npos;
  if (terms.kind == SourceKind::kPush || by_url || terms.location.empty()) return {};
  if (!app.options.sources.empty()) {
    return sources::check_there(app.options.sources, terms.location);
  }
  return fail_bi(Code::kRefused,
                 "this hub reads no files: start it with --sources DIR, the folder below which "
                 "they lie",
                 "本枢纽未设来源文件目录：请以 --sources DIR 启动枢纽", "terms.kind", "W17-08");
}

struct PauseRequest {
  using is_described = void;
  bool paused = true;
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("paused", s.paused);
  }
};

}  // namespace

void add_source_routes(http::Router& router, App& app) {
  const Json source = model::schema_of<model::Source>();
  const Json told = shape::extended(source, Json::object({{"imported_at", shape::time()}}));
  get(router, "/api/v1/sources", "listSources", "sources",
      {"来源及其状况", "Sources and how they are"}, "read", page_params(), list_schema(told),
      [&app](http::Request& request) -> Result<Json> {
        TRY(const auto asked, page(request));
        return app.store.read([&](store::ReadTx& tx) -> Result<Json> {
          TRY(const auto all, store::scan<model::Source>(tx, asked.after, asked.limit));
          Json items = Json::array();
          for (const auto& s : all) {
            if (!store::may_see(person(session(request).actor), s)) continue;
            TRY(Json item, shown(tx, s));
            items.push(std::move(item));
          }
          Json out = Json::object({{"items", std::move(items)}});
          if (all.size() == asked.limit) out.set("next", all.back().id);
          return out;
        });
      });
  get(router, "/api/v1/sources/{name}", "showSource", "sources", {"一个来源", "One source"}, "read",
      {}, told, [&app](http::Request& request) -> Result<Json> {
        TRY(const auto found, source_for(app, request));
        return app.store.read([&](store::ReadTx& tx) { return shown(tx, found); });
      });
  get(router, "/api/v1/sources/{name}/preview", "previewSource", "sources",
      {"读取一次，显示每行会变成什么，不入库",
       "Read it once and show what each line would become; stores nothing"},
      "admin", {}, preview_schema(),
      [&app](http::Request& request) { return preview(app, request, nullptr); });
  add_file_routes(router, app);
  post<sources::SourceRequest>(
      router, "/api/v1/sources", "defineSource", "sources",
      {"登记来源，或改变其条件", "Define a source, or change its terms"}, "admin", source,
      [&app](const desk::Actor& by, const std::string&,
             const sources::SourceRequest& request) -> Result<Json> {
        TRY_STATUS(check_folder(app, request.terms));
        auto all = all_sources(app);
        TRY(const auto made, all.define(hand(app, by), request));
        return model::to_json(made);
      },
      201);
  // One name of the path, three things that can be done with it.
  const auto act = [&](const char* word, const char* operation, Text summary, auto call) {
    http::Route route;
    route.method = http::Method::kPost;
    route.pattern = std::string("/api/v1/sources/{name}/") + word;
    route.operation = operation;
    route.tag = "sources";
    route.summary = std::move(summary);
    route.scope = "admin";
    route.request = model::schema_of<PauseRequest>();
    route.response = source;
    route.handler = [&app, call](http::Request& request) -> Result<http::Response> {
      TRY(const std::string body, read_body(request));
      TRY(const Json json, body.empty() ? Result<Json>(Json::object()) : Json::parse(body));
      TRY(const auto parsed, model::parse_request<PauseRequest>(json));
      auto all = all_sources(app);
      TRY(const model::Source done,
          call(all, hand(app, session(request).actor), request.params["name"], parsed));
      return http::Response::json(model::to_json(done));
    };
    router.add(std::move(route));
  };
  act("run", "runSource", {"立即读取", "Run it now"},
      [](sources::Sources& all, const sources::Hand& by, const std::string& name,
         const PauseRequest&) { return all.run_now(by, name); });
  act("pause", "pauseSource", {"暂停或恢复", "Pause it, or go on"},
      [](sources::Sources& all, const sources::Hand& by, const std::string& name,
         const PauseRequest& request) { return all.pause(by, name, request.paused); });
  act("retire", "retireSource",
      {"停用，并撤回仅由其提供的内容", "Use it no more, and take back what it said"},
      [](sources::Sources& all, const sources::Hand& by, const std::string& name,
         const PauseRequest&) { return all.retire(by, name); });
}

}  // namespace tocsin::hub
