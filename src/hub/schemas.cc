#include "hub/schemas.h"

#include "hub/app.h"
#include "hub/shape.h"

namespace tocsin::hub {
namespace {

using namespace shape;

Json step_schema() {
  return object(each_text({"to", "role", "article", "requirement", "by"}).set("mine", flag()));
}

Json task_detail_schema() {
  const Json indicators = model::schema_of<std::vector<model::CaseIndicator>>();
  return extended(model::schema_of<model::Task>(), Json::object({{"addressee_code", text()},
                                                                 {"notice_numbers", list(text())},
                                                                 {"uncarried", indicators},
                                                                 {"silent_points", list(text())},
                                                                 {"next", list(step_schema())}}));
}

/// Cases about an indicator, as far as the reader may see them.
Json cases_schema() {
  const Json task = object(each_text({"number", "state", "measure", "addressee"}));
  return list(object(each_text({"number", "state", "title"})
                         .set("discovered_at", time())
                         .set("tasks", list(task))));
}

Json listed_schema() {
  return list(
      object(each_text({"addressee", "case"}).set("since", time()).set("version", number())));
}

Json edge_schema() {
  return extended(relation_kind_schema(), each_text({"from", "to"}).set("computed", flag()));
}

}  // namespace

Json threat_detail_schema() {
  return extended(model::schema_of<model::Threat>(),
                  Json::object({{"merged_into_number", text()},
                                {"task_details", list(task_detail_schema())},
                                {"appeals", model::schema_of<std::vector<model::Appeal>>()},
                                {"next", list(step_schema())}}));
}

Json list_change_schema() {
  return extended(model::schema_of<model::ListChange>(), Json::object({{"task_number", text()}}));
}

Json entries_schema() {
  Json entry = each_text({"time", "actor", "org", "action", "subject", "threat", "prev", "hash"});
  entry.set("seq", number());
  entry.set("basis", object(each_text({"rule_set", "version", "article", "requirement"})));
  // What changed: any members, or none.
  entry.set("before", Json::object());
  entry.set("data", Json::object());
  return list_schema(object(std::move(entry)));
}

Json names_schema() { return list_schema(object(each_text({"id", "name", "organization"}))); }

Json duties_schema() {
  Json duty = each_text({"number", "title", "state"});
  duty.set("clock", model::schema_of<model::ClockFact>());
  duty.set("left_ms", number());
  duty.set("overdue", flag());
  duty.set("next", list(step_schema()));
  duty.set("relapse", model::schema_of<model::Relapse>());
  return extended(list_schema(object(std::move(duty))), Json::object({{"now", text()}}));
}

Json preview_schema() {
  const Json item = object(each_text({"kind", "value", "original"})
                               .set("line", number())
                               .set("confidence", number())
                               .set("actionable", flag())
                               .set("notes", list(bilingual())));
  const Json refusal =
      object(each_text({"original", "code"}).set("line", number()).set("reason", bilingual()));
  return object(each_number({"lines", "items_total", "refused_total", "comments"})
                    .set("format", text())
                    .set("items", list(item))
                    .set("refusals", list(refusal))
                    .set("warnings", list(bilingual())));
}

Json submission_schema() {
  const Json stop = object(each_text({"list", "case"})
                               .set("indicator", object(each_text({"kind", "value"})))
                               .set("reason", bilingual()));
  return object(
      each_number({"indicators", "threats", "merged", "patterns", "left", "stopped", "refused"})
          .set("merged_into", texts())
          .set("merged_numbers", texts())
          .set("numbers", texts())
          .set("stops", list(stop))
          .set("refusals", list(object(each_text({"group", "why", "why_zh"})))));
}

Json decisions_schema() {
  return or_null(
      list(object(each_text({"uuid", "origin", "type", "scope", "value", "duration", "scenario"})
                      .set("id", number())
                      .set("simulated", flag()))));
}

Json lookup_schema() {
  const Json source = object(each_text({"source", "label", "original"})
                                 .set("first_seen", time())
                                 .set("last_seen", time())
                                 .set("valid_until", time())
                                 .set("gone_at", time())
                                 .set("confidence", number())
                                 .set("labels", texts())
                                 .set("label_titles", by_name(bilingual()))
                                 .set("actionable", flag())
                                 .set("stands", flag()));
  return object(each_text({"query", "kind", "value"})
                    .set("known", flag())
                    .set("first_seen", time())
                    .set("last_seen", time())
                    .set("sources", list(source))
                    .set("cases", cases_schema())
                    .set("listed", listed_schema())
                    .set("blocked", flag())
                    .set("below", object(each_text({"kind", "state", "matched"}))));
}

Json lookups_schema() {
  const Json item = extended(lookup_schema(), each_text({"error", "error_zh"}));
  return object(Json::object(
      {{"items", list(item)},
       {"as_of", object(each_text({"from"}).set("version", number()).set("at", time()))}}));
}

Json relation_kind_schema() {
  return object(each_text({"kind"}).set("label", bilingual()).set("inverse", bilingual()));
}

Json claim_schema() {
  return object(each_text({"source", "tlp", "origin", "reason"})
                    .set("first_seen", time())
                    .set("last_seen", time())
                    .set("confidence", number()));
}

Json picture_schema() {
  const Json node = object(each_text({"node", "kind", "value"})
                               .set("hop", number())
                               .set("degree", number())
                               .set("crowd", flag())
                               .set("blocked", flag())
                               .set("cases", cases_schema())
                               .set("listed", listed_schema()));
  const Json edge = extended(edge_schema(), Json::object({{"sources", list(claim_schema())}}));
  const Json cut =
      object(each_text({"why", "node", "kind"}).set("count", number()).set("text", bilingual()));
  return object(Json::object({{"nodes", list(node)}, {"edges", list(edge)}, {"cuts", list(cut)}}));
}

Json chain_schema() {
  const Json party = object(each_text({"node", "kind", "value"})
                                .set("hop", number())
                                .set("roles", texts())
                                .set("beneficiary", flag())
                                .set("way", list(edge_schema())));
  return extended(picture_schema(), Json::object({{"items", list(party)}}));
}

}  // namespace tocsin::hub
