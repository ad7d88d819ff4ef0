#include "hub/app.h"

#include "base/crypto/hash.h"

namespace tocsin::hub {
namespace {

constexpr std::size_t kBodyLimit = 8U << 20;

}  // namespace

const desk::Registry::Session& session(const http::Request& request) {
  ASSERT(request.caller != nullptr);
  return *static_cast<const desk::Registry::Session*>(request.caller.get());
}

Result<desk::Actor> actor(const http::Request& request, std::string_view body) {
  desk::Actor by = session(request).actor;
  by.idempotency_key = request.header("idempotency-key");
  if (by.idempotency_key.size() > 200) {
    return fail_bi(Code::kInvalid, "at most 200 characters", "不超过 200 个字符",
                   "Idempotency-Key");
  }
  // The same words for another organisation are another request.
  by.request_digest =
      crypto::sha256_hex(request.path + "\n" + by.organization.id + "\n" + std::string(body));
  return by;
}

Result<std::string> read_body(http::Request& request) { return request.body->read_all(kBodyLimit); }

void get(http::Router& router, std::string pattern, std::string operation, std::string tag,
         Text summary, std::string scope, std::vector<http::Param> params, Json response,
         std::function<Result<Json>(http::Request&)> call) {
  http::Route route;
  route.method = http::Method::kGet;
  route.pattern = std::move(pattern);
  route.operation = std::move(operation);
  route.tag = std::move(tag);
  route.summary = std::move(summary);
  route.scope = std::move(scope);
  route.params = std::move(params);
  route.response = std::move(response);
  route.handler = [call = std::move(call)](http::Request& request) -> Result<http::Response> {
    TRY(const Json answer, call(request));
    return http::Response::json(answer);
  };
  router.add(std::move(route));
}

Result<Page> page(const http::Request& request) {
  Page out;
  if (const auto text = request.query_value("limit")) {
    const auto limit = to_int(*text);
    if (!limit || *limit < 1 || *limit > 1000) {
      return fail_bi(Code::kInvalid, "limit is 1 to 1000", "limit 为 1 至 1000", "limit");
    }
    out.limit = static_cast<std::size_t>(*limit);
  }
  out.after = request.query_value("after").value_or("");
  return out;
}

http::Param query_param(std::string name, Text description) {
  return {std::move(name), http::Param::In::kQuery, std::move(description),
          Json::object({{"type", "string"}}), false};
}

http::Param word_param(std::string name, Text description, const std::vector<std::string>& words) {
  http::Param out = query_param(std::move(name), std::move(description));
  Json values = Json::array();
  for (const auto& word : words) values.push(word);
  out.schema.set("enum", std::move(values));
  return out;
}

Result<std::string> word_of(const http::Request& request, std::string_view name,
                            const std::vector<std::string>& words) {
  const auto given = request.query_value(name);
  if (!given) return words.front();
  if (std::find(words.begin(), words.end(), *given) != words.end()) return std::string(*given);
  return fail_bi(Code::kInvalid, "'" + std::string(*given) + "' is none of " + join(words, ", "),
                 "“" + std::string(*given) + "”不在可选值之内：" + join(words, "、"),
                 std::string(name));
}

std::vector<http::Param> page_params() {
  return {{"limit",
           http::Param::In::kQuery,
           {"每页条数，1 至 1000", "items a page, 1 to 1000"},
           Json::object({{"type", "integer"}, {"minimum", 1}, {"maximum", 1000}}),
           false},
          query_param("after", {"上一页返回的 next", "`next` of the page before"})};
}

Json list_schema(Json item) {
  return Json::object(
      {{"type", "object"},
       {"properties",
        Json::object({{"items", Json::object({{"type", "array"}, {"items", std::move(item)}})},
                      {"next", Json::object({{"type", "string"}})}})}});
}

}  // namespace tocsin::hub
