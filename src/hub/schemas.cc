#include "hub/schemas.h"

#include <initializer_list>

#include "hub/app.h"

namespace tocsin::hub {
namespace {

Json typed(const char* type) { return Json::object({{"type", type}}); }
Json array_of(Json item) { return Json::object({{"type", "array"}, {"items", std::move(item)}}); }
Json object_of(Json properties) {
  return Json::object({{"type", "object"}, {"properties", std::move(properties)}});
}
Json texts(std::initializer_list<const char*> names) {
  Json out = Json::object();
  for (const char* one : names) out.set(one, typed("string"));
  return out;
}

/// The schema of a document with members that only an answer has.
Json extended(Json schema, const Json& more) {
  Json properties = schema["properties"];
  for (const auto& [key, value] : more.members()) properties.set(key, value);
  schema.set("properties", std::move(properties));
  return schema;
}

Json step_schema() {
  return object_of(
      texts({"to", "role", "article", "requirement", "by"}).set("mine", typed("boolean")));
}

Json task_detail_schema() {
  const Json indicators = model::schema_of<std::vector<model::CaseIndicator>>();
  return extended(model::schema_of<model::Task>(),
                  Json::object({{"addressee_code", typed("string")},
                                {"notice_numbers", array_of(typed("string"))},
                                {"uncarried", indicators},
                                {"silent_points", array_of(typed("string"))},
                                {"next", array_of(step_schema())}}));
}

}  // namespace

Json threat_detail_schema() {
  return extended(model::schema_of<model::Threat>(),
                  Json::object({{"merged_into_number", typed("string")},
                                {"task_details", array_of(task_detail_schema())},
                                {"appeals", model::schema_of<std::vector<model::Appeal>>()},
                                {"next", array_of(step_schema())}}));
}

Json list_change_schema() {
  return extended(model::schema_of<model::ListChange>(),
                  Json::object({{"task_number", typed("string")}}));
}

Json entries_schema() {
  Json entry = texts({"time", "actor", "org", "action", "subject", "threat", "prev", "hash"});
  entry.set("seq", typed("integer"));
  entry.set("basis", object_of(texts({"rule_set", "version", "article", "requirement"})));
  // What changed: any members, or none.
  entry.set("before", Json::object());
  entry.set("data", Json::object());
  return list_schema(object_of(std::move(entry)));
}

Json names_schema() { return list_schema(object_of(texts({"id", "name", "organization"}))); }

Json duties_schema() {
  Json duty = texts({"number", "title", "state"});
  duty.set("clock", model::schema_of<model::ClockFact>());
  duty.set("left_ms", typed("integer"));
  duty.set("overdue", typed("boolean"));
  duty.set("next", array_of(step_schema()));
  duty.set("relapse", model::schema_of<model::Relapse>());
  return extended(list_schema(object_of(std::move(duty))),
                  Json::object({{"now", typed("string")}}));
}

}  // namespace tocsin::hub
