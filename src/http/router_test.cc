#include "http/router.h"

#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http/url.h"

namespace tocsin::http {
namespace {

Route route(Method method, std::string pattern, const std::string& operation) {
  Route out;
  out.method = method;
  out.pattern = std::move(pattern);
  out.operation = operation;
  out.tag = "test";
  out.summary = {"试", "Test"};
  out.handler = [operation](Request& request) -> Result<Response> {
    std::string text = operation;
    for (const auto& [name, value] : request.params) text += " " + name + "=" + value;
    return Response::text(text);
  };
  return out;
}

Router sample() {
  Router router;
  router.add(route(Method::kGet, "/api/threats", "listThreats"));
  router.add(route(Method::kPost, "/api/threats", "createThreat"));
  router.add(route(Method::kGet, "/api/threats/{id}", "getThreat"));
  router.add(route(Method::kGet, "/api/threats/new", "newThreat"));
  router.add(route(Method::kGet, "/api/threats/{id}/tasks/{task}", "getTask"));
  router.add(route(Method::kGet, "/files/{path*}", "getFile"));
  return router;
}

Response ask(const Router& router, Method method, const std::string& target) {
  Request request;
  request.method = method;
  request.request_id = "req_test";
  const Target parsed = parse_target(target).value();
  request.path = parsed.path;
  request.raw_path = parsed.raw_path;
  request.query = parsed.query;
  return router.handle(request);
}

TEST(Router, FindsTheRoute) {
  const Router router = sample();
  EXPECT_EQ(ask(router, Method::kGet, "/api/threats").body, "listThreats");
  EXPECT_EQ(ask(router, Method::kPost, "/api/threats").body, "createThreat");
  EXPECT_EQ(ask(router, Method::kGet, "/api/threats/new").body, "newThreat");
  EXPECT_EQ(ask(router, Method::kGet, "/api/threats/a%2Fb%20c").body, "getThreat id=a/b c");
  EXPECT_EQ(ask(router, Method::kGet, "/api/threats/1/tasks/2").body, "getTask id=1 task=2");
  // A literal that leads nowhere does not hide the parameter.
  EXPECT_EQ(ask(router, Method::kGet, "/api/threats/new/tasks/2").body, "getTask id=new task=2");
  EXPECT_EQ(ask(router, Method::kGet, "/files/a/b.js").body, "getFile path=a/b.js");
  EXPECT_EQ(ask(router, Method::kGet, "/files/a%2Fb").status, 404);
  EXPECT_EQ(ask(router, Method::kGet, "/api/threats/").status, 404);
  EXPECT_EQ(ask(router, Method::kGet, "/nothing").status, 404);
  EXPECT_EQ(ask(router, Method::kHead, "/api/threats").status, 200);
}

TEST(Router, NamesTheMethods) {
  const Router router = sample();
  const Response refused = ask(router, Method::kDelete, "/api/threats");
  EXPECT_EQ(refused.status, 405);
  const std::pair<std::string, std::string> allow{"Allow", "GET, HEAD, POST, OPTIONS"};
  EXPECT_THAT(refused.headers, ::testing::Contains(allow));
  EXPECT_EQ(ask(router, Method::kTrace, "/api/threats").status, 405) << "known, and never allowed";
  const Response options = ask(router, Method::kOptions, "/api/threats");
  EXPECT_EQ(options.status, 204);
  EXPECT_THAT(options.headers, ::testing::Contains(allow));
}

TEST(Router, GuardRefusesBeforeTheHandler) {
  Router router = sample();
  router.set_guard([](Request& request, const Route& found) -> Status {
    EXPECT_EQ(request.params["id"], "7");
    EXPECT_EQ(found.operation, "getThreat");
    return fail_bi(Code::kForbidden, "no", "不行");
  });
  const Response response = ask(router, Method::kGet, "/api/threats/7");
  EXPECT_EQ(response.status, 403);
  EXPECT_EQ(Json::parse(response.body).value().str("detail_zh"), "不行");
}

TEST(Router, ErrorsAndExceptionsBecomeProblems) {
  Router router;
  Route failing = route(Method::kGet, "/fail", "fail");
  failing.handler = [](Request&) -> Result<Response> {
    return fail(Code::kConflict, "changed meanwhile", "version");
  };
  router.add(std::move(failing));
  Route throwing = route(Method::kGet, "/throw", "throw");
  throwing.handler = [](Request&) -> Result<Response> { throw std::runtime_error("secret"); };
  router.add(std::move(throwing));
  const Response conflict = ask(router, Method::kGet, "/fail");
  EXPECT_EQ(conflict.status, 409);
  EXPECT_EQ(Json::parse(conflict.body).value().str("field"), "version");
  const Response thrown = ask(router, Method::kGet, "/throw");
  EXPECT_EQ(thrown.status, 500);
  EXPECT_EQ(thrown.body.find("secret"), std::string::npos);
}

TEST(Router, RequiredParametersAreRequired) {
  Router router;
  Route one = route(Method::kGet, "/search", "search");
  one.params = {
      {.name = "q", .in = Param::In::kQuery, .description = {}, .schema = {}, .required = true}};
  router.add(std::move(one));
  EXPECT_EQ(ask(router, Method::kGet, "/search?q=").status, 200);
  const Response refused = ask(router, Method::kGet, "/search");
  EXPECT_EQ(refused.status, 400);
  EXPECT_EQ(Json::parse(refused.body).value().str("field"), "q");
}

TEST(RouterDeathTest, MistakesInTheTableStopTheProgram) {
  Router router = sample();
  EXPECT_DEATH(router.add(route(Method::kGet, "/api/threats", "again")), "broken promise");
  EXPECT_DEATH(router.add(route(Method::kGet, "/other", "listThreats")), "broken promise");
  EXPECT_DEATH(router.add(route(Method::kGet, "/{rest*}/more", "more")), "broken promise");
}

void collect_references(const Json& value, std::set<std::string>& out) {
  for (const auto& [key, member] : value.members()) {
    if (key == "$ref") out.insert(member.as_string());
    collect_references(member, out);
  }
  for (const Json& item : value.items()) collect_references(item, out);
}

TEST(OpenApi, NamesEveryMediaTypeOfAnAnswer) {
  Router router;
  Route file = route(Method::kGet, "/file", "getFile");
  file.response_type = "application/x-ndjson";
  file.more_types = {"text/csv"};
  router.add(std::move(file));
  const Json document = router.openapi("Tocsin", "1", Json::object());
  const Json& types = document["paths"]["/file"]["get"]["responses"]["200"]["content"];
  EXPECT_TRUE(types.has("application/x-ndjson"));
  EXPECT_TRUE(types.has("text/csv"));
  EXPECT_EQ(types.members().size(), 2U);
}

TEST(OpenApi, HoldsTogether) {
  Router router = sample();
  Route create = route(Method::kPost, "/api/tasks", "createTask");
  create.scope = "tasks:write";
  create.request = Json::object().set("$ref", "#/components/schemas/Task");
  create.response = create.request;
  create.success = 201;
  router.add(std::move(create));
  const Json components = Json::object().set(
      "schemas", Json::object().set("Task", Json::object().set("type", "object")));
  const Json document = router.openapi("Tocsin", "1", components);

  EXPECT_EQ(document.str("openapi"), "3.1.0");
  std::set<std::string> operations;
  for (const auto& [path, item] : document["paths"].members()) {
    EXPECT_EQ(path.find('*'), std::string::npos);
    for (const auto& [method, operation] : item.members()) {
      EXPECT_TRUE(operations.insert(operation.str("operationId")).second);
      EXPECT_TRUE(operation["responses"].has("default"));
      EXPECT_EQ(operation.str("x-summary-zh"), "试");
      std::set<std::string> declared;
      for (const Json& param : operation["parameters"].items()) {
        if (param.str("in") == "path") {
          EXPECT_TRUE(param["required"].as_bool());
          EXPECT_TRUE(declared.insert(param.str("name")).second);
        }
      }
      std::set<std::string> used;
      for (std::string_view segment : split(path, '/')) {
        if (segment.starts_with('{'))
          used.insert(std::string(segment.substr(1, segment.size() - 2)));
      }
      EXPECT_EQ(declared, used) << path;
    }
  }
  EXPECT_EQ(operations.size(), router.routes().size());
  std::set<std::string> references;
  collect_references(document, references);
  EXPECT_TRUE(references.contains("#/components/schemas/Task"));
  for (const std::string& reference : references) {
    const Json* at = &document;
    ASSERT_TRUE(reference.starts_with("#/")) << reference;
    for (std::string_view step : split(std::string_view(reference).substr(2), '/')) {
      at = &(*at)[step];
    }
    EXPECT_FALSE(at->is_null()) << reference;
  }
  const Json& security = document["paths"]["/api/tasks"]["post"]["security"];
  EXPECT_EQ(security.items()[0]["bearer"].items()[0].as_string(), "tasks:write");
  EXPECT_TRUE(document["components"]["securitySchemes"].has("bearer"));
  EXPECT_TRUE(document["paths"]["/api/tasks"]["post"]["responses"].has("201"));
}

}  // namespace
}  // namespace tocsin::http
