#include "exchange/taxii/client.h"

#include <algorithm>

#include "base/text.h"
#include "exchange/stix/object.h"
#include "exchange/taxii/service.h"
#include "http/url.h"

namespace tocsin::exchange::taxii {
namespace {

constexpr int kMostStatusAsks = 60;

bool worth_another_try(const Result<http::ClientResponse>& answer) {
  if (!answer) return answer.error().code == Code::kUnavailable;
  const int status = answer->status;
  return status == 429 || (status >= 502 && status <= 504);
}

/// Seconds that the peer asks for, or nothing.
std::optional<std::chrono::milliseconds> asked_for(const Result<http::ClientResponse>& answer) {
  if (!answer) return std::nullopt;
  const auto seconds = to_int(answer->header("retry-after"));
  if (!seconds || *seconds < 0) return std::nullopt;
  return std::chrono::seconds(std::min<std::int64_t>(*seconds, 86'400));
}

}  // namespace

std::string collection_address(std::string api_root, std::string_view id) {
  if (!api_root.ends_with('/')) api_root += '/';
  return api_root + "collections/" + http::percent_encode(id) + "/";
}

Error peer_error(const http::ClientResponse& response) {
  Error error = http::error_of(response);
  const auto json = Json::parse(response.body);
  if (!json || json->str("title").empty()) return error;
  error.message =
      "the peer answered " + std::to_string(response.status) + ": " + json->str("title");
  if (const auto& text = json->str("description"); !text.empty()) error.message += ": " + text;
  error.message_zh = "对端返回 " + std::to_string(response.status) + "：" + json->str("title");
  return error;
}

Client::Client(PeerOptions options, Wait wait)
    : options_(std::move(options)), wait_(std::move(wait)), client_(options_.http) {}

Result<http::ClientResponse> Client::ask(http::ClientRequest request) {
  request.headers.emplace_back("Accept", std::string(kMediaType));
  request.headers.insert(request.headers.end(), options_.headers.begin(), options_.headers.end());
  if (!options_.login.empty()) {
    request.headers.emplace_back("Authorization",
                                 "Basic " + base64(options_.login + ":" + options_.secret));
  } else if (!options_.secret.empty()) {
    request.headers.emplace_back("Authorization", "Bearer " + options_.secret);
  }
  auto wait = options_.first_wait;
  for (int attempt = 1;; ++attempt) {
    auto answer = client_.send(request);
    if (attempt >= options_.attempts || !worth_another_try(answer)) {
      if (answer && answer->status >= 400) return tl::unexpected(peer_error(*answer));
      if (answer && answer->status >= 300) {
        return fail_bi(Code::kUnavailable, "the peer redirects, which is not followed",
                       "对端要求重定向，本客户端不跟随", "URL");
      }
      return answer;
    }
    wait_(std::min(asked_for(answer).value_or(wait), options_.longest_wait));
    wait = std::min(wait * 2, options_.longest_wait);
  }
}

Result<Json> Client::get(const std::string& url) {
  http::ClientRequest request;
  request.url = url;
  TRY(const auto answer, ask(std::move(request)));
  return Json::parse(answer.body);
}

Result<PeerPage> Client::page(const std::string& collection_url, Instant after,
                              const std::string& next, std::size_t limit) {
  http::ClientRequest request;
  request.url = collection_url + "objects/?limit=" + std::to_string(limit);
  if (after) request.url += "&added_after=" + http::percent_encode(stix::timestamp6(after));
  if (!next.empty()) request.url += "&next=" + http::percent_encode(next);
  TRY(auto answer, ask(std::move(request)));
  TRY(const Json json, Json::parse(answer.body));
  if (!json.is_object()) {
    return fail_bi(Code::kCorrupt, "the peer did not answer with an envelope", "对端返回的不是信封",
                   "body");
  }
  PeerPage page;
  page.more = json["more"].as_bool();
  page.next = json.str("next");
  page.objects = json["objects"].items().size();
  if (const auto last = stix::parse_timestamp(answer.header("x-taxii-date-added-last"))) {
    page.last = *last;
  }
  page.body = std::move(answer.body);
  return page;
}

Result<Json> Client::finished(const std::string& collection_url, Json status) {
  // <root>collections/<id>/ and <root>status/<id>/
  const auto root = collection_url.rfind("collections/");
  for (int i = 0; i < kMostStatusAsks && status.str("status") == "pending"; ++i) {
    if (root == std::string::npos || status.str("id").empty()) break;
    wait_(options_.first_wait);
    TRY(status, get(collection_url.substr(0, root) + "status/" +
                    http::percent_encode(status.str("id")) + "/"));
  }
  return status;
}

Result<Json> Client::add(const std::string& collection_url, const std::string& envelope) {
  http::ClientRequest request;
  request.method = http::Method::kPost;
  request.url = collection_url + "objects/";
  request.headers = {{"Content-Type", std::string(kMediaType)}};
  request.body = envelope;
  TRY(const auto answer, ask(std::move(request)));
  TRY(Json status, Json::parse(answer.body));
  return finished(collection_url, std::move(status));
}

}  // namespace tocsin::exchange::taxii
