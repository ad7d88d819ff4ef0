#include "exchange/taxii/resources.h"

#include "base/log.h"
#include "exchange/taxii/service.h"

namespace tocsin::exchange::taxii {
namespace {

std::string media_type(stix::Spec spec) {
  return "application/stix+json;version=" + std::string(stix::name(spec));
}

http::Response answer(std::string body, int status) {
  return http::Response::text(std::move(body), kMediaType, status);
}

/// `{"more":…,"next":…,` and the name of the list that follows.
std::string head(const Page& page, const std::string& next, std::string_view list) {
  std::string out = page.more ? "{\"more\":true" : "{\"more\":false";
  if (!next.empty()) out += ",\"next\":" + Json(next).dump();
  // TAXII leaves an empty list out.
  if (!page.items.empty()) out.append(",\"").append(list).append("\":[");
  return out;
}

http::Response paged(const Page& page, std::string body) {
  body += page.items.empty() ? "}" : "]}";
  auto out = answer(std::move(body), 200);
  if (!page.items.empty()) {
    out.header("X-TAXII-Date-Added-First", stix::timestamp6(page.items.front().added));
    out.header("X-TAXII-Date-Added-Last", stix::timestamp6(page.items.back().added));
  }
  return out;
}

std::string_view title_of(int status) {
  switch (status) {
    case 406:
      return "Not acceptable";
    case 415:
      return "Unsupported media type";
    default:
      return http::reason(status);
  }
}

}  // namespace

http::Response resource(const Json& body, int status) { return answer(body.dump(), status); }

http::Response error_resource(const Error& error, std::string_view request_id, int status) {
  if (status == 0) status = http::status_of(error.code);
  Json details = Json::object();
  Json body = Json::object({{"title", std::string(title_of(status))},
                            {"error_id", std::string(request_id)},
                            {"error_code", std::string(name(error.code))},
                            {"http_status", std::to_string(status)}});
  if (error.code == Code::kInternal || error.code == Code::kCorrupt) {
    log::error("taxii.internal", {{"request_id", std::string(request_id)}, {"why", error.message}});
    body.set("description", "The request failed inside; the log has the reason.");
    details.set("description_zh", "系统内部处理失败，原因已记入日志。");
  } else {
    body.set("description", error.message);
    if (!error.message_zh.empty()) details.set("description_zh", error.message_zh);
    if (!error.field.empty()) details.set("field", error.field);
    if (!error.rule.empty()) details.set("rule", error.rule);
  }
  body.set("details", std::move(details));
  auto out = resource(body, status);
  if (status == 401) {
    out.header("WWW-Authenticate",
               "Basic realm=\"tocsin\", charset=\"UTF-8\", Bearer realm=\"tocsin\"");
  }
  if (status == 429 || status == 503) out.header("Retry-After", "1");
  return out;
}

Json collection_resource(const model::ExchangeCollection& collection,
                         const model::ExchangeGrant& grant) {
  Json out = Json::object({{"id", collection.id}, {"title", collection.title.en}});
  if (!collection.description.en.empty()) out.set("description", collection.description.en);
  out.set("alias", collection.alias);
  out.set("can_read", grant.read);
  out.set("can_write", grant.write);
  out.set("media_types", Json::array({media_type(stix::Spec::k21), media_type(stix::Spec::k20)}));
  return out;
}

Json status_resource(const model::ExchangeStatus& status) {
  const auto list = [](const std::vector<model::ExchangeOutcome>& outcomes) {
    Json out = Json::array();
    for (const auto& o : outcomes) {
      Json item = Json::object({{"id", o.id}, {"version", o.version}});
      if (!o.message.empty()) item.set("message", o.message);
      out.push(std::move(item));
    }
    return out;
  };
  Json out = Json::object({{"id", status.id},
                           {"status", "complete"},
                           {"request_timestamp", stix::timestamp6(status.at)},
                           {"total_count", status.total},
                           {"success_count", status.succeeded}});
  if (!status.successes.empty()) out.set("successes", list(status.successes));
  out.set("failure_count", status.failed);
  if (!status.failures.empty()) out.set("failures", list(status.failures));
  out.set("pending_count", 0);
  return out;
}

http::Response envelope(const Page& page, const std::string& next) {
  std::string body = head(page, next, "objects");
  for (const auto& kept : page.items) {
    if (&kept != &page.items.front()) body += ',';
    body += kept.bytes;
  }
  return paged(page, std::move(body));
}

http::Response manifest_resource(const Page& page, const std::string& next) {
  std::string body = head(page, next, "objects");
  for (const auto& kept : page.items) {
    if (&kept != &page.items.front()) body += ',';
    body += Json::object({{"id", kept.id},
                          {"date_added", stix::timestamp6(kept.added)},
                          {"version", stix::timestamp6(kept.version)},
                          {"media_type", media_type(kept.spec)}})
                .dump();
  }
  return paged(page, std::move(body));
}

http::Response versions_resource(const Page& page, const std::string& next) {
  std::string body = head(page, next, "versions");
  for (const auto& kept : page.items) {
    if (&kept != &page.items.front()) body += ',';
    body += Json(stix::timestamp6(kept.version)).dump();
  }
  return paged(page, std::move(body));
}

}  // namespace tocsin::exchange::taxii
