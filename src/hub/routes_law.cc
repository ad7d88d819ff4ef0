// The rule sets and computed deadlines, as the command line shows them.
#include "hub/app.h"
#include "hub/schemas.h"
#include "law/clock.h"
#include "law/explain.h"
#include "model/province.h"

namespace tocsin::hub {

void add_law_routes(http::Router& router, App& app) {
  get(router, "/api/v1/law", "listRuleSets", "law",
      {"规则集与有效期", "Rule sets and their validity"}, "", {}, rule_sets_schema(),
      [&app](http::Request&) -> Result<Json> { return law::list_json(*app.law); });
  get(router, "/api/v1/law/rule-sets/{id}", "showRuleSet", "law", {"一个规则集", "A rule set"}, "",
      {query_param("article", {"条", "article"})}, rule_set_schema(),
      [&app](http::Request& request) -> Result<Json> {
        return law::show_json(*app.law, request.params["id"],
                              request.query_value("article").value_or(""),
                              shanghai_date(app.clock.now()));
      });
  get(router, "/api/v1/law/clocks/{id}", "computeClock", "law",
      {"计算时限并逐日说明", "Compute a deadline and explain it day by day"}, "",
      {query_param("from", {"起算时间", "start"}), query_param("grade", {"级别", "grade I..IV"}),
       query_param("limit", {"通知时限", "time limit of the notice"}),
       query_param("province", {"省份代码", "province code"})},
      deadline_schema(), [&app](http::Request& request) -> Result<Json> {
        law::ClockInput input;
        input.clock = request.params["id"];
        TRY(input.start, law::parse_start(request.query_value("from").value_or("")));
        if (const auto grade = request.query_value("grade")) {
          TRY(input.grade, law::parse_level(*grade));
        }
        if (const auto limit = request.query_value("limit")) {
          TRY(input.limit, law::parse_limit(*limit));
        }
        if (const auto province = request.query_value("province")) {
          TRY(const auto code, model::province_of(*province, "province", "W17-07"));
          input.province = code + "0000";
        }
        TRY(const auto deadline, law::compute(*app.law, input));
        return law::to_json(*app.law, deadline);
      });
  get(router, "/api/v1/law/files", "listRuleFiles", "law",
      {"本枢纽导入的规则文件", "Rule files imported into this hub"}, "read", {},
      list_schema(model::schema_of<model::RuleFile>()), [&app](http::Request&) -> Result<Json> {
        TRY(const auto files, app.rules.imported());
        return Json::object({{"items", model::to_json(files)}});
      });
  post<desk::RuleFileRequest>(
      router, "/api/v1/law/files/preview", "previewRuleFile", "law",
      {"导入前核对：规则文件将改变什么，多少暂定时限将重新计算",
       "What a rule file would change, and how many provisional deadlines; nothing is changed"},
      "admin", model::schema_of<desk::RuleFilePreview>(),
      [&app](const desk::Actor& by, const std::string&,
             const desk::RuleFileRequest& request) -> Result<Json> {
        TRY(const auto seen, app.rules.preview(by, request));
        return model::to_json(seen);
      });
  post<desk::RuleFileRequest>(
      router, "/api/v1/law/files", "importRuleFile", "law",
      {"导入工作日历或规则集，并重新计算暂定时限",
       "Take in a calendar year or a rule set; provisional deadlines are computed again"},
      "admin", model::schema_of<model::RuleFile>(),
      [&app](const desk::Actor& by, const std::string&,
             const desk::RuleFileRequest& request) -> Result<Json> {
        TRY(const auto file, app.rules.import(by, request));
        return model::to_json(file);
      },
      201);
}

}  // namespace tocsin::hub
