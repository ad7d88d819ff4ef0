// The OpenAPI 3.1 document, from the same table that dispatches.
#include <map>

#include "http/router.h"

namespace tocsin::http {
namespace {

Json content(const std::string& type, const Json& schema) {
  Json media = Json::object();
  if (!schema.is_null()) media.set("schema", schema);
  return Json::object().set(type, std::move(media));
}

Json reference(const std::string& to) { return Json::object().set("$ref", to); }

std::string openapi_path(const std::string& pattern) { return replace_all(pattern, "*}", "}"); }

Json parameter(const Param& param) {
  Json out = Json::object();
  out.set("name", param.name);
  switch (param.in) {
    case Param::In::kPath:
      out.set("in", "path");
      break;
    case Param::In::kQuery:
      out.set("in", "query");
      break;
    case Param::In::kHeader:
      out.set("in", "header");
      break;
  }
  if (!param.description.en.empty()) out.set("description", param.description.en);
  if (!param.description.zh.empty()) out.set("x-description-zh", param.description.zh);
  out.set("required", param.required);
  out.set("schema", param.schema.is_null() ? Json::object().set("type", "string") : param.schema);
  return out;
}

/// Before the handler is reached, errors are problems whatever the handler's own look like.
Json errors_of(const Route& route) {
  if (route.error_type.empty()) return reference("#/components/responses/Problem");
  Json both = content("application/problem+json", reference("#/components/schemas/Problem"));
  both.set(route.error_type, Json::object().set("schema", Json::object().set("type", "object")));
  return Json::object().set("description", "An error").set("content", std::move(both));
}

Json operation(const Route& route) {
  Json out = Json::object();
  out.set("operationId", route.operation);
  if (!route.tag.empty()) out.set("tags", Json::array({Json(route.tag)}));
  out.set("summary", route.summary.en);
  if (!route.summary.zh.empty()) out.set("x-summary-zh", route.summary.zh);
  if (!route.params.empty()) {
    Json params = Json::array();
    for (const Param& param : route.params) params.push(parameter(param));
    out.set("parameters", std::move(params));
  }
  if (!route.request.is_null()) {
    Json body = Json::object();
    body.set("required", true);
    body.set("content", content(route.request_type, route.request));
    out.set("requestBody", std::move(body));
  }
  Json success = Json::object();
  success.set("description", std::string(reason(route.success)));
  if (!route.response.is_null() || route.response_type != "application/json") {
    Json types = content(route.response_type, route.response);
    for (const auto& type : route.more_types) types.set(type, Json::object());
    success.set("content", std::move(types));
  }
  Json responses = Json::object();
  responses.set(std::to_string(route.success), std::move(success));
  responses.set("default", errors_of(route));
  out.set("responses", std::move(responses));
  Json security = Json::array();
  if (!route.scope.empty()) {
    security.push(Json::object().set("bearer", Json::array({Json(route.scope)})));
  }
  out.set("security", std::move(security));
  return out;
}

/// RFC 9457 with our members (http.h, problem()).
Json problem_schema() {
  const auto text = [](const char* about) {
    return Json::object().set("type", "string").set("description", about);
  };
  Json codes = Json::array();
  for (int i = 0; i <= static_cast<int>(Code::kInternal); ++i) {
    codes.push(std::string(name(static_cast<Code>(i))));
  }
  Json members = Json::object();
  members.set("type", text("urn:tocsin:problem:<code>"));
  members.set("title", text("What kind of problem, English"));
  members.set("title_zh", text("What kind of problem, Chinese"));
  members.set("status", Json::object().set("type", "integer"));
  members.set("code", Json::object().set("type", "string").set("enum", std::move(codes)));
  members.set("detail", text("This occurrence, English"));
  members.set("detail_zh", text("This occurrence, Chinese"));
  members.set("field", text("Where in the input: JSON path, parameter, or line"));
  members.set("rule", text("Requirement, article or standard that was broken"));
  members.set("request_id", text("The same as in X-Request-Id and in the log"));
  Json schema = Json::object();
  schema.set("type", "object");
  schema.set("required", Json::array({"type", "title", "status", "code", "request_id"}));
  schema.set("properties", std::move(members));
  return schema;
}

Json default_components() {
  Json problem_response = Json::object();
  problem_response.set("description", "Problem document (RFC 9457)");
  problem_response.set(
      "content", content("application/problem+json", reference("#/components/schemas/Problem")));
  Json bearer = Json::object();
  bearer.set("type", "http");
  bearer.set("scheme", "bearer");
  bearer.set("description", "API token with scopes");
  Json out = Json::object();
  out.set("schemas", Json::object().set("Problem", problem_schema()));
  out.set("responses", Json::object().set("Problem", std::move(problem_response)));
  out.set("securitySchemes", Json::object().set("bearer", std::move(bearer)));
  return out;
}

}  // namespace

Json Router::openapi(const std::string& title, const std::string& version,
                     const Json& components) const {
  Json merged = default_components();
  for (const auto& [kind, entries] : components.members()) {
    Json section = merged[kind];
    for (const auto& [key, value] : entries.members()) section.set(key, value);
    merged.set(kind, std::move(section));
  }
  Json paths = Json::object();
  std::map<std::string, bool> tags;
  for (const Route& route : routes_) {
    if (!route.described) continue;
    const std::string path = openapi_path(route.pattern);
    Json item = paths[path];
    item.set(to_lower(name(route.method)), operation(route));
    paths.set(path, std::move(item));
    if (!route.tag.empty()) tags[route.tag] = true;
  }
  Json tag_list = Json::array();
  for (const auto& [tag, used] : tags) tag_list.push(Json::object().set("name", tag));
  Json out = Json::object();
  out.set("openapi", "3.1.0");
  out.set("info", Json::object().set("title", title).set("version", version));
  out.set("tags", std::move(tag_list));
  out.set("paths", std::move(paths));
  out.set("components", std::move(merged));
  return out;
}

}  // namespace tocsin::http
