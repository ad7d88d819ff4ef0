#include "http/http.h"

#include <array>

#include "base/log.h"

namespace tocsin::http {
namespace {

constexpr std::array<std::pair<Method, std::string_view>, 9> kMethods{{
    {Method::kGet, "GET"},
    {Method::kHead, "HEAD"},
    {Method::kPost, "POST"},
    {Method::kPut, "PUT"},
    {Method::kPatch, "PATCH"},
    {Method::kDelete, "DELETE"},
    {Method::kOptions, "OPTIONS"},
    {Method::kTrace, "TRACE"},
    {Method::kQuery, "QUERY"},
}};

Text title_of(Code code) {
  switch (code) {
    case Code::kInvalid:
      return {"输入不符合规则", "The input breaks a rule"};
    case Code::kUnauthenticated:
      return {"未认证", "Not authenticated"};
    case Code::kForbidden:
      return {"没有权限", "Not permitted"};
    case Code::kRefused:
      return {"依规则不予办理", "Refused by rule"};
    case Code::kNotFound:
      return {"未找到", "Not found"};
    case Code::kConflict:
      return {"存在冲突", "Conflict"};
    case Code::kTooLarge:
      return {"超过上限", "Over a limit"};
    case Code::kOverloaded:
      return {"系统繁忙，请稍后重试", "Overloaded, try again later"};
    case Code::kUnavailable:
      return {"暂时不可用", "Unavailable"};
    case Code::kCorrupt:
      return {"数据校验失败", "Data failed its check"};
    case Code::kInternal:
      return {"内部错误", "Internal error"};
  }
  panic(__FILE__, __LINE__, "unknown Code");
}

}  // namespace

std::string_view name(Method method) {
  for (const auto& [value, text] : kMethods) {
    if (value == method) return text;
  }
  panic(__FILE__, __LINE__, "unknown Method");
}

std::optional<Method> method_of(std::string_view name) {
  for (const auto& [value, text] : kMethods) {
    if (text == name) return value;
  }
  return std::nullopt;
}

Result<std::string> Body::read_all(std::size_t limit_bytes) {
  std::string all;
  while (true) {
    TRY(std::string chunk, read_some());
    if (chunk.empty()) return all;
    if (chunk.size() > limit_bytes - all.size()) {
      return fail_bi(Code::kTooLarge,
                     "the body is larger than " + std::to_string(limit_bytes) + " bytes",
                     "请求正文超过 " + std::to_string(limit_bytes) + " 字节", "body");
    }
    if (all.empty()) {
      all = std::move(chunk);
    } else {
      all += chunk;
    }
  }
}

std::string_view Request::header(std::string_view lower_name) const {
  for (const auto& [key, value] : headers) {
    if (key == lower_name) return value;
  }
  return {};
}

std::optional<std::string_view> Request::query_value(std::string_view key) const {
  for (const auto& [name, value] : query) {
    if (name == key) return value;
  }
  return std::nullopt;
}

Response Response::json(const Json& body, int status) {
  return text(body.dump(), "application/json", status);
}

Response Response::text(std::string body, std::string_view type, int status) {
  Response response;
  response.status = status;
  response.headers.emplace_back("Content-Type", type);
  response.body = std::move(body);
  return response;
}

Response& Response::header(std::string name, std::string value) {
  headers.emplace_back(std::move(name), std::move(value));
  return *this;
}

bool Response::has_header(std::string_view name) const {
  for (const auto& [key, value] : headers) {
    if (iequals(key, name)) return true;
  }
  return false;
}

int status_of(Code code) {
  switch (code) {
    case Code::kInvalid:
      return 400;
    case Code::kUnauthenticated:
      return 401;
    case Code::kForbidden:
      return 403;
    case Code::kRefused:
      return 422;  // understood, well formed, and not allowed now
    case Code::kNotFound:
      return 404;
    case Code::kConflict:
      return 409;
    case Code::kTooLarge:
      return 413;
    case Code::kOverloaded:
      return 429;
    case Code::kUnavailable:
      return 503;
    case Code::kCorrupt:
    case Code::kInternal:
      return 500;
  }
  panic(__FILE__, __LINE__, "unknown Code");
}

Code code_of(int status) {
  switch (status) {
    case 401:
      return Code::kUnauthenticated;
    case 403:
      return Code::kForbidden;
    case 404:
      return Code::kNotFound;
    case 409:
    case 412:
      return Code::kConflict;
    case 413:
    case 431:
      return Code::kTooLarge;
    case 422:
      return Code::kRefused;
    case 429:
      return Code::kOverloaded;
    case 408:
    case 502:
    case 503:
    case 504:
      return Code::kUnavailable;
    default:
      return status >= 500 ? Code::kInternal : Code::kInvalid;
  }
}

std::string_view reason(int status) {
  switch (status) {
    case 100:
      return "Continue";
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 202:
      return "Accepted";
    case 204:
      return "No Content";
    case 206:
      return "Partial Content";
    case 301:
      return "Moved Permanently";
    case 302:
      return "Found";
    case 303:
      return "See Other";
    case 304:
      return "Not Modified";
    case 307:
      return "Temporary Redirect";
    case 308:
      return "Permanent Redirect";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 406:
      return "Not Acceptable";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 410:
      return "Gone";
    case 412:
      return "Precondition Failed";
    case 413:
      return "Content Too Large";
    case 415:
      return "Unsupported Media Type";
    case 416:
      return "Range Not Satisfiable";
    case 417:
      return "Expectation Failed";
    case 422:
      return "Unprocessable Content";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 502:
      return "Bad Gateway";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    case 505:
      return "HTTP Version Not Supported";
    default:
      return "Unknown";
  }
}

Response problem(const Error& error, std::string_view request_id, int status) {
  if (status == 0) status = status_of(error.code);
  const Text title = title_of(error.code);
  Json body = Json::object();
  body.set("type", "urn:tocsin:problem:" + std::string(name(error.code)));
  body.set("title", title.en);
  body.set("title_zh", title.zh);
  body.set("status", status);
  body.set("code", name(error.code));
  if (error.code == Code::kInternal) {
    // The message may name files or statements: it is for whoever reads the log.
    log::error("http.internal", {{"request_id", std::string(request_id)}, {"why", error.message}});
    body.set("detail", "The request failed inside; the log has the reason under this request_id.");
    body.set("detail_zh", "系统内部处理失败，原因已按 request_id 记入日志。");
  } else {
    body.set("detail", error.message);
    if (!error.message_zh.empty()) body.set("detail_zh", error.message_zh);
    if (!error.field.empty()) body.set("field", error.field);
    if (!error.rule.empty()) body.set("rule", error.rule);
  }
  body.set("request_id", request_id);
  Response response = Response::text(body.dump(), "application/problem+json", status);
  if (status == 401) response.header("WWW-Authenticate", "Bearer");
  if (status == 429 || status == 503) response.header("Retry-After", "1");
  return response;
}

}  // namespace tocsin::http
