// Imports of feeds and previews.
#include <algorithm>
#include <map>

#include "desk/clocks.h"
#include "hub/app.h"
#include "intake/classification.h"
#include "intake/importer.h"
#include "intake/mapping.h"
#include "intake/shadowserver.h"
#include "match/canonical.h"
#include "match/suffix.h"

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

Json refusal_json(const intake::Refusal& r) {
  return Json::object({{"line", r.line},
                       {"original", r.original},
                       {"code", r.code},
                       {"reason", model::to_json(r.message)}});
}

/// The publisher's schema, when the file may be one of its reports and somebody has given it.
Status add_schema(App& app, Asked& asked) {
  const bool report = asked.format
                          ? *asked.format == intake::Format::kShadowserver
                          : !intake::shadowserver::report_type(asked.options.file_name).empty();
  if (!report) return {};
  TRY(const auto body, app.store.read([](store::ReadTx& tx) {
    return tx.get_document(store::Collection<model::FeedSchema>::table, kShadowserverSchema);
  }));
  if (!body) return {};
  TRY(const auto schema, store::decode<model::FeedSchema>(*body));
  TRY(auto read, intake::shadowserver::read_schema(schema.body));
  asked.options.shadowserver = std::make_shared<intake::shadowserver::Schema>(std::move(read));
  return {};
}

/// What the source's own word for the rows says of their class, where all of them agree.
const intake::Classification* class_of(const std::vector<store::Sighting>& rows) {
  const intake::Classification* first = intake::by_label(rows.front().label);
  if (first == nullptr || !first->threat_class || first->subtype.empty()) return nullptr;
  const bool same = std::all_of(rows.begin(), rows.end(), [&](const store::Sighting& row) {
    return intake::by_label(row.label) == first;
  });
  return same ? first : nullptr;
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
  look.response = Json::object();
  look.handler = [&app](http::Request& request) -> Result<http::Response> {
    TRY_STATUS(may_import(session(request).actor));
    TRY(const std::string body, request.body->read_all(kPreviewBytes));
    TRY(auto asked, asked_of(request));
    TRY_STATUS(add_schema(app, asked));
    TRY(const auto seen,
        intake::preview(body, query_or_empty(request, "file"), asked.format, asked.options, 200));
    Json items = Json::array();
    for (const auto& i : seen.items) {
      items.push(Json::object({{"line", i.line},
                               {"kind", std::string(name(i.indicator.kind))},
                               {"value", i.indicator.value},
                               {"original", i.original},
                               {"confidence", i.confidence},
                               {"notes", model::to_json(match::describe_notes(i.notes))}}));
    }
    Json refused = Json::array();
    for (const auto& r : seen.refusals) refused.push(refusal_json(r));
    Json warnings = Json::array();
    for (const auto& w : seen.warnings) warnings.push(model::to_json(w.message));
    return http::Response::json(Json::object({{"format", std::string(name(seen.format))},
                                              {"lines", seen.counters.lines},
                                              {"items_total", seen.counters.items},
                                              {"refused_total", seen.counters.refused},
                                              {"comments", seen.counters.comments},
                                              {"items", std::move(items)},
                                              {"refusals", std::move(refused)},
                                              {"warnings", std::move(warnings)}}));
  };
  router.add(std::move(look));

  get(router, "/api/v1/imports", "listImports", "intake", {"导入记录", "Imports"}, "import",
      page_params(), list_schema(import), [&app](http::Request& request) -> Result<Json> {
        TRY(const Page p, page(request));
        const Actor by = session(request).actor;
        return app.store.read([&](store::ReadTx& tx) -> Result<Json> {
          Json items = Json::array();
          std::string after = p.after;
          // Unseen rows do not shorten a page; the number of rows looked at is bounded.
          for (int round = 0; round < 20 && items.items().size() < p.limit; ++round) {
            const std::size_t want = p.limit - items.items().size();
            TRY(const auto rows, store::scan<model::Import>(tx, after, want));
            for (const auto& row : rows) {
              if (may_see(by, row)) items.push(model::to_json(row));
            }
            after = rows.size() < want ? "" : rows.back().id;
            if (after.empty()) break;
          }
          Json out = Json::object({{"items", std::move(items)}});
          if (!after.empty()) out.set("next", after);
          return out;
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

/// How lines become threats: what shares a registrable domain or an address is one case.
std::string group_of(const model::Indicator& i, const match::PublicSuffixes& suffixes) {
  const std::string_view host = match::host_of(i);
  if (host.empty()) return std::string(name(i.kind)) + ":" + i.value;
  if (host.find_first_not_of("0123456789.") == std::string_view::npos ||
      host.find(':') != std::string_view::npos) {
    return std::string(host);
  }
  const std::string registrable = suffixes.registrable(host);
  return registrable.empty() ? std::string(host) : registrable;
}

struct SubmissionRequest {
  using is_described = void;
  std::string subtype;  ///< left out: by the kind of the indicators
  std::string title;    ///< prefix of every title; left out: the source's name
  std::vector<std::string> provinces;
  std::int64_t limit = 100'000;
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("subtype", s.subtype);
    v("title", s.title);
    v("provinces", s.provinces);
    v("limit", s.limit);
  }
};

std::string subtype_of(const std::vector<store::Sighting>& rows) {
  using model::IndicatorKind;
  for (const auto& row : rows) {
    switch (row.indicator.kind) {
      case IndicatorKind::kDomain:
      case IndicatorKind::kWildcardDomain:
        return "malicious-domain";
      case IndicatorKind::kUrl:
      case IndicatorKind::kHostPath:
        return "malicious-url";
      case IndicatorKind::kEmail:
      case IndicatorKind::kPhone:
      case IndicatorKind::kSmsPort:
        return "malicious-message";
      default:
        break;
    }
  }
  return "malicious-ip";
}

/// Submits the indicators of an import's source as threats, one for each group.
Result<Json> submit_import(App& app, const Actor& by, const std::string& id,
                           const SubmissionRequest& request) {
  constexpr std::size_t kPage = 5000;
  constexpr std::size_t kIndicatorsPerCase = 200;
  TRY(const auto suffixes, match::PublicSuffixes::system());
  model::Source source;
  model::Import record;
  std::map<std::string, std::vector<store::Sighting>> groups;
  std::int64_t indicators = 0;
  TRY_STATUS(app.store.read([&](store::ReadTx& tx) -> Status {
    TRY(record, import_of(tx, by, id));
    TRY_STATUS(may_import(by));
    TRY(source, store::get<model::Source>(tx, record.source));
    std::int64_t after = 0;
    while (indicators < request.limit) {
      TRY(auto rows, tx.sightings_of_source(source.number, after, kPage));
      for (auto& row : rows) {
        groups[group_of(row.indicator, suffixes)].push_back(std::move(row));
        if (++indicators >= request.limit) break;
      }
      if (rows.size() < kPage) break;
    }
    return {};
  }));
  std::int64_t submitted = 0;
  std::int64_t merged = 0;
  std::int64_t refused = 0;
  Json threats = Json::array();
  Json refusals = Json::array();
  std::vector<desk::Desk::Submission> submissions;
  const std::string title = request.title.empty() ? source.name : request.title;
  for (const auto& [group, rows] : groups) {
    // A group larger than a case becomes several cases; no line is left out.
    for (std::size_t from = 0; from < rows.size(); from += kIndicatorsPerCase) {
      const std::size_t until = std::min(from + kIndicatorsPerCase, rows.size());
      desk::SubmitRequest submit;
      submit.subtype = request.subtype.empty() ? subtype_of(rows) : request.subtype;
      if (const auto* known = class_of(rows); known != nullptr && request.subtype.empty()) {
        submit.threat_class = *known->threat_class;
        submit.subtype = known->subtype;
      }
      submit.title = title + ": " + group;
      submit.description = std::to_string(until - from) + " indicators from " + source.name +
                           ", file " + record.file_name;
      submit.provinces = request.provinces;
      for (std::size_t i = from; i < until; ++i) {
        const auto& indicator = rows[i].indicator;
        submit.indicators.push_back(std::string(name(indicator.kind)) + ":" + indicator.value);
      }
      submit.evidence.push_back(
          {"Lines of " + source.name, "text/plain", join(submit.indicators, "\n"), false});
      TRY_STATUS(default_provinces(app, submit));
      Actor once = by;  // the same import submitted twice makes no second case
      once.idempotency_key = "import:" + record.id + ":" + group;
      if (from > 0) once.idempotency_key += ":" + std::to_string(from);
      once.request_digest = record.id;
      once.key_lasts = true;
      submissions.push_back({std::move(once), std::move(submit)});
    }
  }
  const auto results = app.desk.submit_many(submissions);
  for (std::size_t i = 0; i < results.size(); ++i) {
    const auto& made = results[i];
    if (!made) {
      ++refused;
      if (refusals.items().size() < 100) {
        Json refusal =
            Json::object({{"group", submissions[i].request.title}, {"why", made.error().message}});
        if (!made.error().message_zh.empty()) refusal.set("why_zh", made.error().message_zh);
        refusals.push(std::move(refusal));
      }
      continue;
    }
    ++(made->state == model::ThreatState::kMerged ? merged : submitted);
    threats.push(made->number);
  }
  return Json::object({{"indicators", indicators},
                       {"threats", submitted},
                       {"merged", merged},
                       {"refused", refused},
                       {"numbers", std::move(threats)},
                       {"refusals", std::move(refusals)}});
}

}  // namespace

void add_intake_routes(http::Router& router, App& app) {
  add_imports(router, app);
  post<SubmissionRequest>(
      router, "/api/v1/imports/{id}/submission", "submitImport", "intake",
      {"将导入的指标归并为威胁并提交", "Submit an import's indicators as distinct threats"},
      "submit", Json::object(), [&app](const Actor& by, const std::string& id, const auto& r) {
        return submit_import(app, by, id, r);
      });
}

}  // namespace tocsin::hub
