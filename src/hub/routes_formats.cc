// What other platforms' formats need beside an import: their schema, and the way out.
#include <fstream>

#include "base/crypto/hash.h"
#include "base/temporary_file.h"
#include "desk/clocks.h"
#include "hub/app.h"
#include "hub/shape.h"
#include "intake/shadowserver.h"
#include "intake/write/workbook.h"
#include "intake/write/writer.h"

namespace tocsin::hub {
namespace {

using desk::Actor;

constexpr std::size_t kSchemaBytes = 16U << 20;
constexpr std::size_t kWorkbookRows = 10'000;
constexpr std::string_view kWorkbookType =
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

Result<Json> set_schema(App& app, const Actor& by, const std::string& body) {
  TRY_STATUS(may_import(by));
  const bool severities = intake::shadowserver::is_severity_table(body);
  intake::shadowserver::Schema schema;
  if (severities) {
    TRY_STATUS(intake::shadowserver::read_severities(body, schema));
  } else {
    TRY(schema, intake::shadowserver::read_schema(body));
  }
  model::FeedSchema record;
  record.id = severities ? kShadowserverSeverities : kShadowserverSchema;
  record.body = body;
  record.digest = crypto::sha256_hex(body);
  record.by = by.act(app.clock.now());
  const auto reports = static_cast<std::int64_t>(schema.size());
  Json answer = Json::object({{"id", record.id}, {"digest", record.digest}, {"reports", reports}});
  return app.store.write([&](store::WriteTx& tx) -> Result<Json> {
    const auto table = store::Collection<model::FeedSchema>::table;
    TRY(const auto known, tx.get_document(table, record.id));
    if (known) {
      TRY(const auto before, store::decode<model::FeedSchema>(*known));
      if (before.digest == record.digest) return answer;  // the same again changes nothing
    }
    TRY_STATUS(store::put(tx, record));
    TRY_STATUS(tx.append({record.by.person,
                          record.by.organization,
                          "schema.set",
                          record.id,
                          "",
                          desk::basis_in(*app.law, "6", "W17-08"),
                          {},
                          Json::object({{"digest", record.digest}, {"reports", reports}})}));
    return answer;
  });
}

struct ExportAsked {
  intake::OutForm form = intake::OutForm::kNdjson;
  std::string source;
  Instant since;
  std::int64_t after = 0;
  bool begun = false;  ///< an item was written on a page before
  std::size_t limit = 0;
};

/// `after` of a page: where it starts, and `w` behind it once an item was written.
Status read_position(std::string_view text, ExportAsked& out) {
  out.begun = text.ends_with('w');
  if (out.begun) text.remove_suffix(1);
  const auto position = to_int(text);
  if (!position || *position < 0) {
    return fail_bi(Code::kInvalid, "not a position of this list", "不是该列表的位置", "after");
  }
  out.after = *position;
  return {};
}

Status read_source_and_time(const http::Request& request, ExportAsked& out) {
  out.source = std::string(request.query_value("source").value_or(""));
  if (const auto since = request.query_value("since"); since && !since->empty()) {
    TRY(out.since, parse_instant(*since));
  }
  return {};
}

Result<ExportAsked> export_asked(const http::Request& request) {
  ExportAsked out;
  TRY(const Page p, page(request));
  const auto form = intake::out_form_named(request.query_value("format").value_or(""));
  if (!form) {
    const std::string& names = intake::out_form_names();
    return fail_bi(Code::kInvalid, "the forms are " + names, "可用格式：" + names, "format");
  }
  out.form = *form;
  TRY_STATUS(read_source_and_time(request, out));
  out.limit = p.limit;
  if (!p.after.empty()) TRY_STATUS(read_position(p.after, out));
  return out;
}

/// An export is a reading: who finds a source may take along what it brought, and nobody else.
Result<model::Source> source_to_export(store::ReadTx& tx, const Actor& by,
                                       const std::string& name) {
  TRY(const auto source, store::find_one<model::Source>(tx, "name", name));
  if (!source || !store::may_see(person(by), *source)) {
    return fail_bi(Code::kNotFound,
                   "there is no source '" + name +
                       "' that you may export; its own unit may, and the authorities, expert "
                       "bodies, administrators and auditors",
                   "没有您可以导出的来源“" + name +
                       "”；来源可由其所属单位、电信主管部门、专业机构、平台管理员与审计人员导出",
                   "source", "W17-09");
  }
  return *source;
}

/// Every export is audited before its first byte leaves.
Status journal_export(App& app, const Actor& by, const model::Source& source, std::string_view form,
                      const ExportAsked& asked) {
  Json data = Json::object({{"form", std::string(form)}});
  if (asked.since) data.set("since", to_utc(asked.since));
  return app.store.write([&](store::WriteTx& tx) -> Status {
    TRY_STATUS(tx.append({by.user.id,
                          by.organization.id,
                          "source.exported",
                          source.id,
                          "",
                          desk::basis_in(*app.law, "6", "W17-08"),
                          {},
                          std::move(data)}));
    return {};
  });
}

/// A source does not pass on what it has taken back.
bool leaves(const store::Sighting& row, Instant since) {
  return !row.gone_at && !(since && row.last_seen < since);
}

/// One page of a source's indicators as text; the pages behind each other are the document.
Result<Json> export_page(store::ReadTx& tx, const model::Source& source, const ExportAsked& asked,
                         Instant now) {
  std::int64_t position = asked.after;
  TRY(auto rows, tx.sightings_of_source(source.number, position, asked.limit));
  const bool more = rows.size() == asked.limit;
  const auto frame = intake::out_frame(asked.form, source.name, now);
  std::string text = asked.after == 0 ? frame.head : "";
  bool begun = asked.begun;
  std::int64_t written = 0;
  std::int64_t left_out = 0;
  for (auto& row : rows) {
    if (!leaves(row, asked.since)) continue;
    const auto item = intake::out_item(asked.form, intake::item_of(std::move(row)), source.name);
    ++(item ? written : left_out);
    if (!item) continue;
    if (begun) text += frame.between;
    text += *item;
    begun = true;
  }
  if (!more) text += frame.tail;
  Json out =
      Json::object({{"text", std::move(text)}, {"written", written}, {"left_out", left_out}});
  if (more) out.set("next", std::to_string(position) + (begun ? "w" : ""));
  return out;
}

Result<std::int64_t> write_workbook(store::ReadTx& tx, const ExportAsked& asked,
                                    const model::Source& source, const std::string& path) {
  TRY(const auto book, intake::WorkbookWriter::open(path, source.name));
  std::int64_t written = 0;
  for (std::int64_t position = 0;;) {
    TRY(auto rows, tx.sightings_of_source(source.number, position, kWorkbookRows));
    for (auto& row : rows) {
      if (!leaves(row, asked.since)) continue;
      TRY_STATUS(book->add(intake::item_of(std::move(row))));
      ++written;
    }
    if (rows.size() < kWorkbookRows) break;
  }
  TRY_STATUS(book->finish());
  return written;
}

/// The whole workbook: a ZIP archive has no pages.
Result<http::Response> export_workbook(App& app, http::Request& request) {
  const Actor by = session(request).actor;
  ExportAsked asked;
  TRY_STATUS(read_source_and_time(request, asked));
  TRY(const auto source,
      app.store.read([&](store::ReadTx& tx) { return source_to_export(tx, by, asked.source); }));
  TRY(const auto file, TemporaryFile::make("export"));
  TRY(const std::int64_t written, app.store.read([&](store::ReadTx& tx) {
    return write_workbook(tx, asked, source, file->path());
  }));
  TRY_STATUS(journal_export(app, by, source, "xlsx", asked));
  http::Response response;
  response.header("Content-Type", std::string(kWorkbookType));
  response.header("Content-Disposition", "attachment; filename=\"indicators.xlsx\"");
  response.header("Tocsin-Written", std::to_string(written));
  response.stream = [file](http::BodyWriter& out) {
    std::ifstream in(file->path(), std::ios::binary);
    std::string piece(64U << 10, '\0');
    while (in) {
      in.read(piece.data(), static_cast<std::streamsize>(piece.size()));
      if (!out.write(std::string_view(piece).substr(0, static_cast<std::size_t>(in.gcount())))) {
        return;
      }
    }
  };
  return response;
}

}  // namespace

void add_format_routes(http::Router& router, App& app) {
  http::Route route;
  route.method = http::Method::kPost;
  route.pattern = "/api/v1/imports/schema";
  route.operation = "setReportSchema";
  route.tag = "intake";
  route.summary = {"上传Shadowserver公布的报告格式定义，此后的导入按其解释各列",
                   "Give Shadowserver's published schema; imports read columns by it from then on"};
  route.scope = "import";
  route.request = Json::object({{"type", "string"}, {"format", "binary"}});
  route.request_type = "application/octet-stream";  // kept as it came, with its digest
  route.response =
      shape::object(shape::each_text({"id", "digest"}).set("reports", shape::number()));
  route.handler = [&app](http::Request& request) -> Result<http::Response> {
    TRY(const std::string body, request.body->read_all(kSchemaBytes));
    TRY(const Json answer, set_schema(app, session(request).actor, body));
    return http::Response::json(answer);
  };
  router.add(std::move(route));

  auto params = page_params();
  const std::string& forms = intake::out_form_names();
  params.push_back(query_param("format", {forms, forms}));
  params.push_back(query_param("source", {"来源名称", "name of the source"}));
  params.push_back(query_param("since", {"只要此后见过的", "only what was seen since then"}));
  get(router, "/api/v1/export", "exportIndicators", "intake",
      {"以其他平台的格式导出某来源的指标", "A source's indicators in the form of another platform"},
      "read", std::move(params),
      shape::object(shape::each_text({"text", "next"})
                        .set("written", shape::number())
                        .set("left_out", shape::number())),
      [&app](http::Request& request) -> Result<Json> {
        const Actor by = session(request).actor;
        TRY(const auto asked, export_asked(request));
        TRY(const auto source, app.store.read([&](store::ReadTx& tx) {
          return source_to_export(tx, by, asked.source);
        }));
        if (asked.after == 0) {
          const auto form = request.query_value("format").value_or("");
          TRY_STATUS(journal_export(app, by, source, form, asked));
        }
        return app.store.read(
            [&](store::ReadTx& tx) { return export_page(tx, source, asked, app.clock.now()); });
      });

  http::Route workbook;
  workbook.pattern = "/api/v1/export/workbook";
  workbook.operation = "exportWorkbook";
  workbook.tag = "intake";
  workbook.summary = {"导出某来源的指标为XLSX工作簿", "A source's indicators as an XLSX workbook"};
  workbook.scope = "read";
  workbook.params = {query_param("source", {"来源名称", "name of the source"}),
                     query_param("since", {"只要此后见过的", "only what was seen since then"})};
  workbook.response_type = std::string(kWorkbookType);
  workbook.handler = [&app](http::Request& request) { return export_workbook(app, request); };
  router.add(std::move(workbook));
}

}  // namespace tocsin::hub
