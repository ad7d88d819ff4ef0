// What other platforms' formats need beside an import: their schema, and the way out.
#include "base/crypto/hash.h"
#include "desk/clocks.h"
#include "hub/app.h"
#include "intake/classification.h"
#include "intake/shadowserver.h"
#include "intake/write/writer.h"

namespace tocsin::hub {
namespace {

using desk::Actor;

constexpr std::size_t kSchemaBytes = 16U << 20;

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

intake::Item item_of(store::Sighting&& s) {
  intake::Item item;
  const intake::Classification* row = intake::by_label(s.label());
  item.actionable = row == nullptr || row->role == intake::Role::kResource ||
                    row->role == intake::Role::kAttacker;
  item.indicator = std::move(s.indicator);
  item.confidence = static_cast<int>(s.confidence);
  item.first_seen = s.first_seen;
  if (s.last_seen != s.first_seen) item.last_seen = s.last_seen;
  item.labels = std::move(s.labels);
  return item;
}

struct ExportAsked {
  intake::OutForm form = intake::OutForm::kNdjson;
  std::string source;
  Instant since;
  std::int64_t after = 0;
  std::size_t limit = 0;
};

Result<ExportAsked> export_asked(const http::Request& request) {
  ExportAsked out;
  TRY(const Page p, page(request));
  const auto form = intake::out_form_named(request.query_value("format").value_or(""));
  if (!form) {
    return fail_bi(Code::kInvalid, "the forms are intelmq, n6, csv and ndjson",
                   "可用格式为 intelmq、n6、csv、ndjson", "format");
  }
  out.form = *form;
  out.source = std::string(request.query_value("source").value_or(""));
  if (const auto since = request.query_value("since"); since && !since->empty()) {
    TRY(out.since, parse_instant(*since));
  }
  out.limit = p.limit;
  if (!p.after.empty()) {
    const auto position = to_int(p.after);
    if (!position || *position < 0) {
      return fail_bi(Code::kInvalid, "not a position of this list", "不是该列表的位置", "after");
    }
    out.after = *position;
  }
  return out;
}

/// One page of a source's indicators as text. What a source delivered leaves only by its own unit
/// or by those who oversee, as with its imports.
Result<Json> export_page(store::ReadTx& tx, const Actor& by, const ExportAsked& asked) {
  TRY(const auto source, store::find_one<model::Source>(tx, "name", asked.source));
  const bool own = source && source->organization == by.organization.id;
  if (!source || !(own || by.organization.is_authority() ||
                   by.organization.type == model::OrganizationType::kExpertBody ||
                   by.user.has(model::Role::kAuditor))) {
    return fail_bi(Code::kNotFound, "there is no such source", "没有该来源", "source");
  }
  std::int64_t position = asked.after;
  TRY(auto rows, tx.sightings_of_source(source->number, position, asked.limit));
  const bool more = rows.size() == asked.limit;
  std::string text = asked.after == 0 ? intake::out_header(asked.form) : "";
  std::int64_t written = 0;
  std::int64_t left_out = 0;
  for (auto& row : rows) {
    if (asked.since && row.last_seen < asked.since) continue;
    const auto line = intake::out_line(asked.form, item_of(std::move(row)), source->name);
    ++(line ? written : left_out);
    if (line) text += *line;
  }
  Json out =
      Json::object({{"text", std::move(text)}, {"written", written}, {"left_out", left_out}});
  if (more) out.set("next", std::to_string(position));
  return out;
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
  route.response = Json::object();
  route.handler = [&app](http::Request& request) -> Result<http::Response> {
    TRY(const std::string body, request.body->read_all(kSchemaBytes));
    TRY(const Json answer, set_schema(app, session(request).actor, body));
    return http::Response::json(answer);
  };
  router.add(std::move(route));

  auto params = page_params();
  params.push_back(query_param("format", {"intelmq、n6、csv、ndjson", "intelmq, n6, csv, ndjson"}));
  params.push_back(query_param("source", {"来源名称", "name of the source"}));
  params.push_back(query_param("since", {"只要此后见过的", "only what was seen since then"}));
  get(router, "/api/v1/export", "exportIndicators", "intake",
      {"以其他平台的格式导出某来源的指标", "A source's indicators in the form of another platform"},
      "import", std::move(params), Json::object(), [&app](http::Request& request) -> Result<Json> {
        const Actor by = session(request).actor;
        TRY(const auto asked, export_asked(request));
        TRY_STATUS(may_import(by));
        return app.store.read([&](store::ReadTx& tx) { return export_page(tx, by, asked); });
      });
}

}  // namespace tocsin::hub
