// The situation: figures with the rows behind them, and the printable report (W17-04, W17-08).
#include <algorithm>

#include "base/file.h"
#include "base/temporary_file.h"
#include "hub/app.h"
#include "model/province.h"
#include "search/facts.h"
#include "situation/report.h"

namespace tocsin::hub {

enum class ReportForm { kHtml, kXlsx, kJson };
TOCSIN_ENUM_NAMES(ReportForm, "html", "xlsx", "json")

namespace {

using situation::Period;

constexpr const char* kHtml = "text/html; charset=utf-8";
constexpr const char* kWorkbook =
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

const std::vector<std::string>& words_of_periods() {
  static const std::vector<std::string> all(enum_names(Period{}).begin(),
                                            enum_names(Period{}).end());
  return all;
}

std::vector<http::Param> asked_params() {
  return {word_param("period", {"统计周期，默认 week", "the period; week by default"},
                     words_of_periods()),
          query_param("until", {"统计至该日（含），默认今天；取该日所在的周、月、季、年",
                                "up to and including this day, today by default: the week, month, "
                                "quarter or year that it lies in"}),
          query_param("province", {"GB/T 2260 两位代码，或 abroad、unknown",
                                   "two digits of GB/T 2260, or abroad, unknown"})};
}

Result<situation::Asked> asked_of(const App& app, const http::Request& request) {
  situation::Asked out;
  TRY(const auto period, word_of(request, "period", words_of_periods()));
  parse_enum(period, out.period);
  out.until = shanghai_date(app.clock.now());
  if (const auto until = request.query_value("until"); until && !until->empty()) {
    const auto day = parse_date(*until);
    if (!day) {
      return fail_bi(Code::kInvalid, "'" + std::string(*until) + "' is no day: write 2026-01-31",
                     "“" + std::string(*until) + "”不是日期：请写作 2026-01-31", "until");
    }
    // Beyond these years nothing is counted, and calendars end.
    out.until = std::clamp(*day, Date(std::chrono::year(1990) / 1 / 1),
                           Date(std::chrono::year(2099) / 12 / 31));
  }
  const std::string province(request.query_value("province").value_or(""));
  if (province == search::kAbroad || province == search::kUnknown) {
    out.province = province;
  } else if (!province.empty()) {
    TRY(out.province, model::province_of(province, "province", "W17-03"));
  }
  return out;
}

Result<situation::Situation> figures(App& app, const http::Request& request) {
  TRY(const auto asked, asked_of(app, request));
  const desk::Actor by = session(request).actor;
  return situation::situation(app.store, app.text_index, person(by), asked);
}

Result<http::Response> report(App& app, const http::Request& request) {
  const std::vector<std::string> forms(enum_names(ReportForm{}).begin(),
                                       enum_names(ReportForm{}).end());
  TRY(const auto word, word_of(request, "form", forms));
  ReportForm form{};
  parse_enum(word, form);
  TRY(const auto language, word_of(request, "lang", {"zh", "en"}));
  const Lang lang = language == "zh" ? Lang::kZh : Lang::kEn;
  TRY(const auto found, figures(app, request));
  const auto made = situation::report_of(found, app.clock.now());
  if (form == ReportForm::kJson) return http::Response::json(model::to_json(made));
  if (form == ReportForm::kHtml) {
    auto response = http::Response::text(situation::html_of(made, lang), kHtml);
    response.header("Content-Security-Policy", situation::html_policy());
    return response;
  }
  TRY(const auto file, TemporaryFile::make("report"));
  TRY_STATUS(situation::write_workbook(made, lang, file->path()));
  TRY(auto bytes, read_file(file->path()));
  auto response = http::Response::text(std::move(bytes), kWorkbook);
  response.header("Content-Disposition", "attachment; filename=\"tocsin-" +
                                             std::string(name(made.period)) + "-" +
                                             made.current.until + ".xlsx\"");
  return response;
}

}  // namespace

void add_situation_routes(http::Router& router, App& app) {
  get(router, "/api/v1/situation", "situation", "situation",
      {"态势：各项数字，与上期、去年同期比较，每个数字附其明细的检索式",
       "The situation: figures against the period before and last year's, each with the query "
       "that lists its rows"},
      "read", asked_params(), model::schema_of<situation::Situation>(),
      [&app](http::Request& request) -> Result<Json> {
        TRY(const auto found, figures(app, request));
        return model::to_json(found);
      });
  http::Route route;
  route.pattern = "/api/v1/situation/report";
  route.operation = "situationReport";
  route.tag = "situation";
  route.summary = {"周报、月报：可打印网页、工作簿或 JSON",
                   "The weekly or monthly report as a printable page, a workbook or JSON"};
  route.scope = "read";
  route.params = asked_params();
  route.params.push_back(
      word_param("lang", {"语言，默认 zh", "language; zh by default"}, {"zh", "en"}));
  route.params.push_back(word_param("form", {"格式，默认 html", "the form; html by default"},
                                    {"html", "xlsx", "json"}));
  route.response = model::schema_of<situation::Report>();
  route.response_type = "application/json";
  route.more_types = {kHtml, kWorkbook};
  route.handler = [&app](http::Request& request) { return report(app, request); };
  router.add(std::move(route));
}

}  // namespace tocsin::hub
