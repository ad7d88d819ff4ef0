// Reference data, enrichment, and who is responsible (W17-23). Proposals for people, no decisions.
#include <algorithm>

#include "attribution/reader.h"
#include "hub/app.h"

namespace tocsin::hub {
namespace {

using attribution::Asker;
using desk::Actor;

constexpr std::size_t kQueryLimit = 10'000;

Asker asker(const Actor& by) { return {by.user, by.organization}; }

std::string query_or_empty(const http::Request& request, std::string_view key) {
  return std::string(request.query_value(key).value_or(""));
}

/// The public sees what is on a list, not who answers for which network.
Status require_unit(const Actor& by) {
  if (by.organization.type != model::OrganizationType::kPublic) return {};
  return fail_bi(Code::kForbidden, "attribution is for units that take part, not for the public",
                 "归属查询仅供参与单位使用，不对公众开放", "actor.organization", "W17-23");
}

struct QueryRequest {
  using is_described = void;
  std::vector<std::string> values;  ///< any spelling; `kind:value` where the kind is not clear
  std::string label;                ///< name of a malicious program, for enrichment
  std::string purpose;              ///< when given, the query is journaled
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("values", s.values);
    v("label", s.label);
    v("purpose", s.purpose);
  }
};

using Ask = std::function<Result<Json>(const model::Indicator&, const std::string& label)>;

/// Answers many; a value that is no indicator is an error in its place.
Result<Json> answer_all(App& app, const Actor& by, std::string_view what, const QueryRequest& r,
                        const Ask& ask) {
  TRY_STATUS(require_unit(by));
  if (r.values.size() > kQueryLimit) {
    return fail_bi(Code::kTooLarge, "at most 10,000 values a request", "每次至多 10000 个",
                   "values");
  }
  if (!r.purpose.empty()) {
    TRY_STATUS(app.attribution.record_query(asker(by), what, r.purpose, r.values));
  }
  Json items = Json::array();
  for (const auto& text : r.values) {
    auto indicator = attribution::Service::parse(text);
    auto one = indicator ? ask(*indicator, r.label) : tl::unexpected(indicator.error());
    Json item =
        one ? std::move(*one)
            : Json::object({{"error", one.error().message}, {"error_zh", one.error().message_zh}});
    item.set("query", text);
    items.push(std::move(item));
  }
  return Json::object({{"items", std::move(items)}});
}

/// `GET path?kind=&value=` and `POST path` of one question.
void add_question(http::Router& router, App& app, const std::string& path, const char* operation,
                  const Text& summary, const Json& schema, const Ask& ask) {
  get(router, path, operation, "attribution", summary, "read",
      {query_param("kind", {"指标类型，可省略", "kind of indicator; guessed when left out"}),
       query_param("value", {"任意写法", "any spelling"}),
       query_param("label", {"恶意程序名称", "name of a malicious program"})},
      schema, [ask](http::Request& request) -> Result<Json> {
        TRY_STATUS(require_unit(session(request).actor));
        const std::string kind = query_or_empty(request, "kind");
        const std::string value = query_or_empty(request, "value");
        TRY(const auto indicator,
            attribution::Service::parse(kind.empty() ? value : kind + ":" + value));
        return ask(indicator, query_or_empty(request, "label"));
      });
  post<QueryRequest>(router, path, std::string(operation) + "Many", "attribution", summary, "read",
                     list_schema(schema),
                     [&app, ask, path](const Actor& by, const std::string&, const QueryRequest& r) {
                       return answer_all(app, by, path.substr(path.rfind('/') + 1), r, ask);
                     });
}

void add_reference_routes(http::Router& router, App& app) {
  const Json schema = model::schema_of<model::ReferenceSet>();
  http::Route route;
  route.method = http::Method::kPost;
  route.pattern = "/api/v1/reference";
  route.operation = "importReference";
  route.tag = "attribution";
  route.summary = {"导入基础数据文件（请求体即文件）",
                   "Import a file of reference data (the body is the file)"};
  route.scope = "admin";
  route.params = {query_param("kind", {"数据种类", "kind of data"}),
                  query_param("name", {"数据集名称", "name of the data set"}),
                  query_param("file", {"文件名", "file name"}),
                  query_param("date", {"数据日期 YYYY-MM-DD", "date of the data, YYYY-MM-DD"})};
  route.request = Json::object({{"type", "string"}, {"format", "binary"}});
  route.request_type = "application/octet-stream";
  route.response = schema;
  route.success = 201;
  route.handler = [&app](http::Request& request) -> Result<http::Response> {
    attribution::ImportRequest run;
    const std::string kind = query_or_empty(request, "kind");
    if (!parse_enum(kind, run.kind)) {
      std::string list;
      for (const auto k : enum_names(run.kind)) list += (list.empty() ? "" : ", ") + std::string(k);
      return fail_bi(Code::kInvalid, "unknown kind of data '" + kind + "'; known are " + list,
                     "未知的数据种类“" + kind + "”；可用：" + list, "kind");
    }
    run.name = query_or_empty(request, "name");
    run.file_name = query_or_empty(request, "file");
    run.data_date = query_or_empty(request, "date");
    TRY(const std::string bytes, request.body->read_all(attribution::kMaxReferenceBytes));
    TRY(const auto made, app.attribution.import(asker(session(request).actor), run, bytes));
    return http::Response::json(model::to_json(made), 201);
  };
  router.add(std::move(route));
  get(router, "/api/v1/reference", "listReference", "attribution",
      {"基础数据清单", "Data sets of reference data"}, "read", {}, list_schema(schema),
      [&app](http::Request&) -> Result<Json> {
        Json items = Json::array();
        for (const auto& set : app.attribution.data()->sets()) {
          Json item = model::to_json(set->info);
          item.erase("refusals");
          items.push(std::move(item));
        }
        Json out = Json::object({{"items", std::move(items)}});
        Json unreadable = Json::array();
        for (const auto& u : app.attribution.unreadable()) unreadable.push(u);
        out.set("unreadable", std::move(unreadable));
        return out;
      });
  get(router, "/api/v1/reference/{id}", "getReference", "attribution",
      {"基础数据集及被拒绝的行", "A data set with the rows that were refused"}, "read", {}, schema,
      [&app](http::Request& request) -> Result<Json> {
        const std::string& id = request.params["id"];
        for (const auto& set : app.attribution.data()->sets()) {
          const auto& info = set->info;
          if (info.id == id || std::string(name(info.kind)) + ":" + info.name == id) {
            return model::to_json(info);
          }
        }
        return fail_bi(Code::kNotFound, "there is no data set " + id, "没有数据集 " + id, "id");
      });
}

void add_entry_routes(http::Router& router, App& app) {
  const Json schema = model::schema_of<model::Responsibility>();
  get(router, "/api/v1/responsibilities", "listResponsibilities", "attribution",
      {"责任登记", "Entries of responsibility"}, "read", page_params(), list_schema(schema),
      [&app](http::Request& request) -> Result<Json> {
        TRY_STATUS(require_unit(session(request).actor));
        TRY(const Page p, page(request));
        return app.store.read([&](store::ReadTx& tx) -> Result<Json> {
          TRY(const auto rows, store::scan<model::Responsibility>(tx, p.after, p.limit));
          Json out = Json::object({{"items", model::to_json(rows)}});
          if (rows.size() == p.limit) out.set("next", rows.back().id);
          return out;
        });
      });
  post<attribution::EntryRequest>(
      router, "/api/v1/responsibilities", "addResponsibility", "attribution",
      {"登记责任归属、非本单位或不予通知",
       "Enter whose something is, is not, or who is not notified"},
      "submit", schema,
      [&app](const Actor& by, const std::string&, const auto& r) -> Result<Json> {
        TRY(const auto made, app.attribution.add_entry(asker(by), r));
        return model::to_json(made);
      },
      201);
  post<attribution::SuppressRequest>(
      router, "/api/v1/responsibilities/{id}/suppression", "suppressResponsibility", "attribution",
      {"停用一条责任登记", "Set an entry aside"}, "submit", schema,
      [&app](const Actor& by, const std::string& id, const auto& r) -> Result<Json> {
        TRY(const auto made, app.attribution.suppress(asker(by), id, r));
        return model::to_json(made);
      });
}

}  // namespace

Status default_provinces(App& app, desk::SubmitRequest& request) {
  if (!request.provinces.empty() || !request.owner.empty()) return {};
  std::vector<std::string> provinces;
  Json reasons = Json::array();
  for (const auto& text : request.indicators) {
    const auto indicator = attribution::Service::parse(text);
    if (!indicator) continue;  // the desk says what is wrong with it
    TRY(const auto answer, app.attribution.responsible(*indicator));
    if (answer.provinces.empty()) continue;
    for (const auto& p : answer.provinces) {
      if (std::find(provinces.begin(), provinces.end(), p) == provinces.end()) {
        provinces.push_back(p);
      }
    }
    reasons.push(model::to_json(answer));
  }
  // A finding all over the country is the ministry's alone; hints must not call everybody up.
  constexpr std::size_t kMostProvinces = 5;
  if (provinces.empty() || provinces.size() > kMostProvinces) return {};
  request.provinces = std::move(provinces);
  request.evidence.push_back({"Provinces of the target by reference data (推定目标所在省份)",
                              "application/json", reasons.pretty(), false});
  return {};
}

void add_attribution_routes(http::Router& router, App& app) {
  add_reference_routes(router, app);
  add_entry_routes(router, app);
  add_question(router, app, "/api/v1/enrich", "enrich",
               {"离线查询指标的网络、地域、运营企业与域名归属",
                "What imported data say of an indicator; nothing is asked of the network"},
               model::schema_of<attribution::Enrichment>(),
               [&app](const model::Indicator& i, const std::string& label) -> Result<Json> {
                 return model::to_json(app.attribution.data()->enrich(i, label));
               });
  add_question(router, app, "/api/v1/responsible", "responsible",
               {"建议的处置单位及理由", "Who is responsible: candidates, with reasons"},
               model::schema_of<attribution::Answer>(),
               [&app](const model::Indicator& i, const std::string&) -> Result<Json> {
                 TRY(const auto answer, app.attribution.responsible(i));
                 return model::to_json(answer);
               });
}

}  // namespace tocsin::hub
