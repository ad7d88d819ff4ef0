// Sources: what they are told, how they are, what they would bring.
#include "desk/clocks.h"
#include "hub/app.h"
#include "hub/views.h"
#include "sources/runner.h"
#include "sources/sources.h"

namespace tocsin::hub {
namespace {

constexpr std::size_t kPreviewed = 200;

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
  get(router, "/api/v1/sources", "listSources", "sources",
      {"来源及其状况", "Sources and how they are"}, "read", page_params(), list_schema(source),
      [&app](http::Request& request) -> Result<Json> {
        TRY(const auto asked, page(request));
        TRY(const auto all, app.store.read([&](store::ReadTx& tx) {
          return store::scan<model::Source>(tx, asked.after, asked.limit);
        }));
        Json items = Json::array();
        for (const auto& s : all) {
          if (store::may_see(person(session(request).actor), s))
            items.push(sources::to_public_json(s));
        }
        Json out = Json::object({{"items", std::move(items)}});
        if (all.size() == asked.limit) out.set("next", all.back().id);
        return out;
      });
  get(router, "/api/v1/sources/{name}", "showSource", "sources", {"一个来源", "One source"}, "read",
      {}, source, [&app](http::Request& request) -> Result<Json> {
        TRY(const auto found, source_for(app, request));
        return sources::to_public_json(found);
      });
  get(router, "/api/v1/sources/{name}/preview", "previewSource", "sources",
      {"读取一次，显示每行会变成什么，不入库",
       "Read it once and show what each line would become; stores nothing"},
      "admin", {}, Json::object(), [&app](http::Request& request) -> Result<Json> {
        if (!session(request).actor.user.has(model::Role::kAdmin)) {
          return fail_bi(Code::kForbidden, "only an administrator makes the hub fetch",
                         "只有管理员可以让枢纽读取来源", "actor", "W17-10");
        }
        TRY(const auto found, source_for(app, request));
        sources::FetchOptions fetch;
        fetch.folder = app.options.sources;
        TRY(const auto seen, sources::Runner::preview(found, fetch, kPreviewed));
        return preview_json(seen);
      });
  post<sources::SourceRequest>(
      router, "/api/v1/sources", "defineSource", "sources",
      {"登记来源，或改变其条件", "Define a source, or change its terms"}, "admin", source,
      [&app](const desk::Actor& by, const std::string&,
             const sources::SourceRequest& request) -> Result<Json> {
        sources::Sources all(app.store, app.clock, app.ids);
        TRY(const auto made, all.define(hand(app, by), request));
        return sources::to_public_json(made);
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
      sources::Sources all(app.store, app.clock, app.ids);
      TRY(const model::Source done,
          call(all, hand(app, session(request).actor), request.params["name"], parsed));
      return http::Response::json(sources::to_public_json(done));
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
