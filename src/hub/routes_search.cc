// Search, saved searches, and the export of what was found (A13-15, W17-08, W17-09).
#include <algorithm>

#include "base/log.h"
#include "desk/clocks.h"
#include "exchange/stix/export.h"
#include "exchange/stix/render.h"
#include "hub/label_titles.h"
#include "hub/list_order.h"
#include "hub/shape.h"
#include "search/saved.h"
#include "search/table.h"

namespace tocsin::hub {
namespace {

using desk::Actor;
using search::Place;
using search::Query;

enum class Form { kNdjson, kCsv, kStix };
TOCSIN_ENUM_NAMES(Form, "ndjson", "csv", "stix")

/// Media types of the forms.
constexpr const char* kTypes[] = {"application/x-ndjson", "text/csv; charset=utf-8",
                                  "application/stix+json;version=2.1"};
constexpr std::size_t kExportPage = 200;

std::string query_or_empty(const http::Request& request, std::string_view key) {
  return std::string(request.query_value(key).value_or(""));
}

/// A parameter with the words it takes.
template <typename E>
http::Param word_param(std::string name, Text description) {
  auto out = query_param(std::move(name), std::move(description));
  out.schema = model::schema_of<E>();
  return out;
}

std::vector<http::Param> query_params() {
  return {query_param("q", {"检索式，见 docs/search.md", "query, see docs/search.md"}),
          word_param<Place>("in", {"检索范围，默认 cases", "what to search; cases by default"}),
          query_param("saved", {"已存检索的名称，代替 q 与 in",
                                "name of a saved search, instead of q and in"})};
}

/// The words of `sort` for every place; a place takes those of its own key.
http::Param search_sort_param() {
  std::vector<std::string> words;
  for (int place = 0; place < static_cast<int>(enum_names(Place{}).size()); ++place) {
    for (auto& word : both_ways(search::order_key(static_cast<Place>(place)), true)) {
      if (std::find(words.begin(), words.end(), word) == words.end()) {
        words.push_back(std::move(word));
      }
    }
  }
  return hub::word_param(
      "sort",
      {"顺序，默认最新在前：事项和申诉用 number，任务用 created，其余用 added",
       "the order, newest first by default: number of cases and appeals, created of "
       "tasks, added of the rest"},
      words);
}

/// `q` and `in`, or `saved`.
Result<Query> asked_of(App& app, const http::Request& request) {
  const std::string saved = query_or_empty(request, "saved");
  if (!saved.empty()) {
    const Actor by = session(request).actor;
    TRY(const auto found, app.store.read([&](store::ReadTx& tx) {
      return search::find_search(tx, person(by), saved);
    }));
    return search::parse(found);
  }
  const std::string in = query_or_empty(request, "in");
  TRY(const Place place, search::place_named(in.empty() ? "cases" : in));
  return search::parse(query_or_empty(request, "q"), place);
}

Json facets_json(const search::Facets& facets) {
  Json by = Json::object();
  for (const auto& [key, values] : facets.by) {
    Json counts = Json::object();
    for (const auto& [value, count] : values) counts.set(value, count);
    by.set(key, std::move(counts));
  }
  return Json::object({{"counted", facets.counted}, {"cut", facets.cut}, {"by", std::move(by)}});
}

/// Indicators as the look-up tells them: each source's labels with what a vocabulary calls them.
Result<Json> with_label_titles(App& app, const std::vector<search::Hit>& hits) {
  return app.store.read([&](store::ReadTx& tx) -> Result<Json> {
    LabelTitles titles(tx);
    Json items = Json::array();
    for (const auto& hit : hits) {
      TRY(auto sources, titles.beside(hit.shown["sources"]));
      Json titled = hit.shown;
      titled.set("sources", std::move(sources));
      items.push(std::move(titled));
    }
    return items;
  });
}

Result<Json> answer(App& app, const http::Request& request) {
  TRY(const Page p, page(request));
  TRY(const auto query, asked_of(app, request));
  TRY(const auto order,
      list_order(request, both_ways(search::order_key(query.place), true), p.after));
  const Actor by = session(request).actor;
  TRY(auto found,
      app.finder.find(person(by), query, p.limit, order.after,
                      order.descending ? search::Order::kNewest : search::Order::kOldest));
  Json items = Json::array();
  if (query.place == Place::kIndicators) {
    TRY(items, with_label_titles(app, found.hits));
  } else {
    for (auto& hit : found.hits) items.push(std::move(hit.shown));
  }
  Json out = Json::object(
      {{"in", std::string(name(query.place))}, {"query", query.text}, {"items", std::move(items)}});
  if (!found.next.empty()) out.set("next", order.next(found.next));
  if (query_or_empty(request, "facets") == "true") {
    TRY(const auto counts, app.finder.facets(person(by), query));
    out.set("facets", facets_json(counts));
  }
  TRY(const auto index, search::progress(app.store, app.text_index));
  out.set("index", model::to_json(index));
  return out;
}

/// One export on its way: every one is journaled before its first byte and after its last (W17-08).
class Export {
 public:
  Export(App& app, Actor by, Query query, Form form)
      : app_(app),
        by_(std::move(by)),
        query_(std::move(query)),
        form_(form),
        id_(app.ids.make("exp")) {}

  /// Whether it may be, before the first byte leaves.
  Status check() const {
    TRY_STATUS(search::may_search(person(by_), query_.place));
    if (form_ != Form::kStix || query_.place == Place::kCases ||
        query_.place == Place::kIndicators) {
      return {};
    }
    return fail_bi(Code::kInvalid, "STIX carries cases and indicators; use ndjson or csv",
                   "STIX 只能承载事项和指标；请使用 ndjson 或 csv", "form");
  }

  Status journal(const char* action, Json data) {
    data.set("query", query_.text);
    data.set("in", std::string(name(query_.place)));
    data.set("form", std::string(name(form_)));
    return app_.store.write([&](store::WriteTx& tx) -> Status {
      TRY_STATUS(tx.append({by_.user.id,
                            by_.organization.id,
                            action,
                            id_,
                            "",
                            desk::basis_in(*app_.law, "6", "W17-08"),
                            {},
                            data}));
      return {};
    });
  }

  void write(http::BodyWriter& out) {
    const exchange::stix::Write bytes = [&](std::string_view text) { return out.write(text); };
    exchange::stix::BundleWriter bundle(id_, bytes);
    std::int64_t rows = 0;
    const auto done = write_all(bytes, bundle, rows);
    if (!done) {
      // The status went out long ago; what is cut says so, a bundle by having no end.
      const Json why = Json::object({{"error", done.error().message}});
      if (form_ != Form::kStix) out.write((form_ == Form::kCsv ? "# " : "") + why.dump() + "\n");
      log::warn("search.export", {{"why", done.error().message}});
    } else if (form_ == Form::kStix) {
      static_cast<void>(bundle.finish());  // a client that left is told nothing
    }
    const auto kept =
        journal("search.exported", Json::object({{"rows", rows}, {"complete", done.has_value()}}));
    if (!kept) log::error("search.export", {{"why", kept.error().message}});
  }

 private:
  Status write_all(const exchange::stix::Write& bytes, exchange::stix::BundleWriter& bundle,
                   std::int64_t& rows) {
    const auto gone = [] { return fail(Code::kUnavailable, "the reader left"); };
    if (form_ == Form::kCsv && !bytes(search::csv_header(query_.place))) return gone();
    std::string after;
    do {
      TRY(const auto page, app_.finder.find(person(by_), query_, kExportPage, after));
      for (const auto& hit : page.hits) {
        TRY(const bool listening, one(hit, bytes, bundle));
        if (!listening) return gone();
        ++rows;
      }
      after = page.next;
    } while (!after.empty());
    return {};
  }

  Result<bool> one(const search::Hit& hit, const exchange::stix::Write& bytes,
                   exchange::stix::BundleWriter& bundle) {
    if (form_ == Form::kNdjson) return bytes(hit.shown.dump() + "\n");
    if (form_ == Form::kCsv) return bytes(search::csv_row(query_.place, hit.shown));
    if (query_.place == Place::kCases) {
      TRY_STATUS(app_.store.read([&](store::ReadTx& tx) -> Status {
        TRY(const auto threat, store::get<model::Threat>(tx, hit.id));
        return exchange::stix::export_case(tx, threat, bundle);
      }));
      return true;
    }
    exchange::stix::Known known;
    TRY_STATUS(model::from_json(hit.shown["kind"], known.indicator.kind));
    known.indicator.value = hit.shown.str("value");
    TRY(known.first_seen, parse_instant(hit.shown.str("first_seen")));
    TRY(known.last_seen, parse_instant(hit.shown.str("last_seen")));
    known.confidence = hit.shown["confidence"].as_int();
    TRY_STATUS(model::from_json(hit.shown["tlp"], known.tlp));
    const Json object = exchange::stix::render_known(known);
    return bundle.object(object.str("id"), object.dump());
  }

  App& app_;
  const Actor by_;
  const Query query_;
  const Form form_;
  const std::string id_;
};

Result<http::Response> start_export(App& app, const http::Request& request) {
  Form form{};
  const std::string word = query_or_empty(request, "form");
  if (!parse_enum(word.empty() ? "ndjson" : word, form)) {
    return fail_bi(Code::kInvalid, "the forms are ndjson, csv and stix",
                   "可用格式为 ndjson、csv、stix", "form");
  }
  TRY(auto query, asked_of(app, request));
  const auto run = std::make_shared<Export>(app, session(request).actor, std::move(query), form);
  TRY_STATUS(run->check());
  TRY_STATUS(run->journal("search.export-begun", Json::object()));
  http::Response response;
  response.header("Content-Type", kTypes[static_cast<std::size_t>(form)]);
  response.stream = [run](http::BodyWriter& out) { run->write(out); };
  return response;
}

void add_saved(http::Router& router, App& app) {
  const Json saved = model::schema_of<model::SavedSearch>();
  get(router, "/api/v1/searches", "listSearches", "search",
      {"已存检索：本人的，以及本单位共享的",
       "Saved searches: one's own, and those the unit shares"},
      "read", {}, list_schema(saved), [&app](http::Request& request) -> Result<Json> {
        const Actor by = session(request).actor;
        TRY(const auto all, app.store.read([&](store::ReadTx& tx) {
          return search::visible_searches(tx, person(by));
        }));
        return Json::object({{"items", model::to_json(all)}});
      });
  post<search::SaveRequest>(
      router, "/api/v1/searches", "saveSearch", "search",
      {"保存检索；同名的被替换", "Save a search; one's own of that name is replaced"}, "read",
      saved,
      [&app](const Actor& by, const std::string&, const auto& r) -> Result<Json> {
        TRY(const auto made, search::save(app.store, app.clock, app.ids, person(by), r));
        return model::to_json(made);
      },
      201);
  http::Route route;
  route.method = http::Method::kDelete;
  route.pattern = "/api/v1/searches/{name}";
  route.operation = "forgetSearch";
  route.tag = "search";
  route.summary = {"删除已存检索（名称或编号）", "Forget a saved search, by name or id"};
  route.scope = "read";
  route.response = shape::object(shape::each_text({"forgotten"}));
  route.handler = [&app](http::Request& request) -> Result<http::Response> {
    const Actor by = session(request).actor;
    const std::string& name = request.params["name"];
    TRY_STATUS(search::forget(app.store, person(by), name));
    return http::Response::json(Json::object({{"forgotten", name}}));
  };
  router.add(std::move(route));
}

}  // namespace

void add_search_routes(http::Router& router, App& app) {
  auto params = page_params();
  for (auto& p : query_params()) params.push_back(std::move(p));
  params.push_back(search_sort_param());
  params.push_back(query_param(
      "facets", {"true：按状态、类别、类型计数", "true: counts by state, class and kind"}));
  get(router, "/api/v1/search", "search", "search",
      {"检索；新的在前。index 说明索引到日志的哪一条",
       "Search, newest first; `index` says up to which journal entry the index is"},
      "read", std::move(params), list_schema(Json::object()),
      [&app](http::Request& request) { return answer(app, request); });
  http::Route route;
  route.pattern = "/api/v1/search/export";
  route.operation = "exportSearch";
  route.tag = "search";
  route.summary = {"导出全部检索结果（留痕）", "Export all that is found (journaled)"};
  route.scope = "read";
  route.params = query_params();
  route.params.push_back(
      word_param<Form>("form", {"格式，默认 ndjson", "the form; ndjson by default"}));
  route.response_type = kTypes[0];
  route.more_types = {kTypes[1], kTypes[2]};
  route.handler = [&app](http::Request& request) { return start_export(app, request); };
  router.add(std::move(route));
  add_saved(router, app);
}

}  // namespace tocsin::hub
