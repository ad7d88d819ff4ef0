#include "delivery/webhook.h"

#include <algorithm>

#include "base/crypto/hash.h"

namespace tocsin::delivery {

Status check_webhook_url(std::string_view url) {
  constexpr std::size_t kLongest = 2048;
  const std::string_view scheme = url.starts_with("https://")  ? "https://"
                                  : url.starts_with("http://") ? "http://"
                                                               : "";
  const auto rest = url.substr(scheme.size());
  const auto authority = rest.substr(0, rest.find_first_of("/?#"));
  const bool clean = std::none_of(url.begin(), url.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte <= 0x20U || byte == 0x7fU || c == '"' || c == '<' || c == '>' || c == '\\';
  });
  if (!scheme.empty() && !authority.empty() && clean && url.size() <= kLongest &&
      authority.find('@') == std::string_view::npos) {
    return {};
  }
  return fail_bi(Code::kInvalid, "an https or http URL without user name and spaces",
                 "应为不含用户名与空格的 https 或 http 网址", "address");
}

std::string webhook_body(const model::Delivery& delivery, const model::Subscription& subscription) {
  Json events = Json::array();
  for (const auto& event : delivery.events) {
    Json one = model::to_json(event);
    one.erase("threat");  // the number names the case to others
    events.push(std::move(one));
  }
  return Json::object({{"id", delivery.id},
                       {"subscription", delivery.subscription},
                       {"label", subscription.label},
                       {"made", to_string(delivery.made)},
                       {"digest", delivery.digest},
                       {"events", std::move(events)}})
      .dump();
}

std::string webhook_signature(std::string_view key, Instant at, std::string_view body) {
  const std::string seconds = std::to_string(at.micros / 1'000'000);
  return "t=" + seconds +
         ",v1=" + crypto::to_hex(crypto::hmac_sha256(key, seconds + "." + std::string(body)));
}

}  // namespace tocsin::delivery
