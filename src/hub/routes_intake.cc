// Imports of feeds and previews.
#include <algorithm>

#include "desk/clocks.h"
#include "hub/app.h"
#include "hub/document_list.h"
#include "hub/import_submission.h"
#include "hub/schemas.h"
#include "hub/source_options.h"
#include "hub/views.h"
#include "intake/importer.h"
#include "intake/mapping.h"
#include "intake/shadowserver.h"

namespace tocsin::hub {
namespace {

using desk::Actor;

constexpr std::size_t kPreviewBytes = 8U << 20;

std::string query_or_empty(const http::Request& request, std::string_view key) {
  return std::string(request.query_value(key).value_or(""));
}

struct Asked {
  std::optional<intake::Format> format;
  intake::Options options;
};

Result<Asked> asked_of(const http::Request& request) {
  Asked out;
  if (const auto word = request.query_value("format"); word && !word->empty() && *word != "auto") {
    out.format = intake::format_named(*word);
    if (!out.format) {
      return fail_bi(Code::kInvalid, "unknown format '" + std::string(*word) + "'",
                     "未知格式“" + std::string(*word) + "”", "format");
    }
  }
  if (const auto word = request.query_value("kind"); word && !word->empty()) {
    out.options.kind = model::indicator_kind(*word);
    if (!out.options.kind) {
      return fail_bi(Code::kInvalid, "unknown kind of indicator", "未知的指标类型", "kind");
    }
  }
  if (const auto word = request.query_value("label"); word && !word->empty()) {
    out.options.labels.emplace_back(*word);
  }
  if (const auto word = request.query_value("confidence"); word && !word->empty()) {
    const auto number = to_int(*word);
    if (!number || *number < 0 || *number > 100) {
      return fail_bi(Code::kInvalid, "confidence is 0 to 100", "置信度为 0 至 100", "confidence");
    }
    out.options.confidence = static_cast<int>(*number);
  }
  TRY_STATUS(intake::read_mapping(query_or_empty(request, "csv"), out.options.csv));
  out.options.file_name = query_or_empty(request, "file");
  return out;
}

std::vector<http::Param> import_params() {
  return {query_param("source", {"来源名称", "name of the source"}),
          query_param("file", {"文件名", "file name"}),
          query_param("format", {"格式；默认自动判断", "format; guessed when left out"}),
          query_param("kind", {"所有行的指标类型", "kind of every line"}),
          query_param("label", {"标签", "label"}),
          query_param("confidence", {"置信度 0-100", "confidence 0-100"}),
          query_param("csv", {"CSV 列映射", "CSV columns: value:#1,label:Malware,header:no"}),
          query_param("sha256",
                      {"文件摘要，用于断点续传", "digest of the file: resumes a run cut short"})};
}

/// What a partner delivers is seen by its own unit and by those who oversee, nobody else.
bool may_see(const Actor& by, const model::Import& record) {
  return record.by.organization == by.organization.id || by.organization.is_authority() ||
         by.organization.type == model::OrganizationType::kExpertBody ||
         by.user.has(model::Role::kAuditor);
}

Result<model::Import> import_of(store::ReadTx& tx, const Actor& by, const std::string& id) {
  auto record = store::get<model::Import>(tx, id);
  if (record && may_see(by, *record)) return record;
  return fail_bi(Code::kNotFound, "there is no such import", "没有该导入记录", "id");
}

/// The publisher's schema, when the file may be one of its reports and somebody has given it.
Status add_schema(App& app, Asked& asked) {
  const bool report = asked.format
                          ? *asked.format == intake::Format::kShadowserver
                          : !intake::shadowserver::report_type(asked.options.file_name).empty();
  if (!report) return {};
  TRY(asked.options.shadowserver, shadowserver_schema(app.store));
  return {};
}

}  // namespace

Status may_import(const Actor& by) {
  if (!by.user.has(model::Role::kFinder)) {
    return fail_bi(Code::kForbidden, "importing needs the role finder", "导入需要“发现人”角色",
                   "actor", "W17-05");
  }
  if (by.organization.type == model::OrganizationType::kPublic) {
    return fail_bi(Code::kForbidden,
                   "the public reports single threats (`tocsin submit`); feeds are imported by the "
                   "units that answer for them",
                   "社会公众可逐条提交威胁（tocsin submit）；批量导入限于承担责任的单位",
                   "actor.organization", "W17-05");
  }
  return {};
}

namespace {

void add_imports(http::Router& router, App& app) {
  const Json import = model::schema_of<model::Import>();
  http::Route route;
  route.method = http::Method::kPost;
  route.pattern = "/api/v1/imports";
  route.operation = "importFeed";
  route.tag = "intake";
  route.summary = {"导入一个来源文件（请求体即文件，可为 gz/zst）",
                   "Import a file of a source (the body is the file, gz and zst too)"};
  route.scope = "import";
  route.params = import_params();
  route.request = Json::object({{"type", "string"}, {"format", "binary"}});
  route.request_type = "application/octet-stream";
  route.response = import;
  route.handler = [&app](http::Request& request) -> Result<http::Response> {
    const Actor by = session(request).actor;
    TRY_STATUS(may_import(by));
    TRY(auto asked, asked_of(request));
    TRY_STATUS(add_schema(app, asked));
    intake::ImportRequest run;
    run.source = query_or_empty(request, "source");
    run.file_name = query_or_empty(request, "file");
    run.format = asked.format;
    run.options = std::move(asked.options);
    run.digest = query_or_empty(request, "sha256");
    run.by = by.act(app.clock.now());
    run.basis = desk::basis_in(*app.law, "6", "W17-08");
    run.stale_after = app.options.stale_feed;
    TRY(const auto importer,
        intake::Importer::start(app.store, app.clock, app.ids, std::move(run)));
    const bool again = importer->progress().state == "done";
    for (;;) {
      TRY(const std::string bytes, request.body->read_some());
      if (bytes.empty()) break;
      TRY_STATUS(importer->feed(bytes));
    }
    TRY(const auto record, importer->finish());
    Json answer = model::to_json(record);
    if (again) answer.set("already_imported", true);
    return http::Response::json(answer);
  };
  router.add(std::move(route));

  http::Route look;
  look.method = http::Method::kPost;
  look.pattern = "/api/v1/imports/preview";
  look.operation = "previewImport";
  look.tag = "intake";
  look.summary = {"预览每行会变成什么，不入库", "Show what each line would become; stores nothing"};
  look.scope = "import";
  look.params = import_params();
  look.request = Json::object({{"type", "string"}, {"format", "binary"}});
  look.request_type = "application/octet-stream";
  look.response = preview_schema();
  look.handler = [&app](http::Request& request) -> Result<http::Response> {
    TRY_STATUS(may_import(session(request).actor));
    TRY(const std::string body, request.body->read_all(kPreviewBytes));
    TRY(auto asked, asked_of(request));
    TRY_STATUS(add_schema(app, asked));
    TRY(const auto seen,
        intake::preview(body, query_or_empty(request, "file"), asked.format, asked.options, 200));
    return http::Response::json(preview_json(seen));
  };
  router.add(std::move(look));

  const auto sorts = both_ways("created", false);
  auto params = page_params();
  params.push_back(sort_param(sorts));
  get(router, "/api/v1/imports", "listImports", "intake", {"导入记录", "Imports"}, "import",
      std::move(params), list_schema(import),
      [&app, sorts](http::Request& request) -> Result<Json> {
        TRY(const Page p, page(request));
        TRY(const auto order, list_order(request, sorts, p.after));
        const Actor by = session(request).actor;
        return app.store.read([&](store::ReadTx& tx) {
          return document_list<model::Import>(tx, {}, order, p.limit,
                                              [&](const auto& row) -> Result<std::optional<Json>> {
                                                if (!may_see(by, row)) return std::optional<Json>();
                                                return std::optional(model::to_json(row));
                                              });
        });
      });
  get(router, "/api/v1/imports/{id}", "getImport", "intake", {"导入记录", "An import"}, "import",
      {}, import, [&app](http::Request& request) -> Result<Json> {
        const Actor by = session(request).actor;
        return app.store.read([&](store::ReadTx& tx) -> Result<Json> {
          TRY(const auto record, import_of(tx, by, request.params["id"]));
          return model::to_json(record);
        });
      });
}

}  // namespace

void add_intake_routes(http::Router& router, App& app) {
  add_imports(router, app);
  post<SubmissionRequest>(
      router, "/api/v1/imports/{id}/submission", "submitImport", "intake",
      {"将导入的指标归并为威胁并提交", "Submit an import's indicators as distinct threats"},
      "submit", submission_schema(),
      [&app](const Actor& by, const std::string& id, const auto& r) -> Result<Json> {
        TRY(const auto record,
            app.store.read([&](store::ReadTx& tx) { return import_of(tx, by, id); }));
        TRY_STATUS(may_import(by));
        return submit_import(app, by, record, r);
      });
}

}  // namespace tocsin::hub
