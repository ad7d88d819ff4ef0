// What a webhook gets, and how it can tell that it came from us (docs/delivery.md).
#pragma once

#include <string>
#include <string_view>

#include "model/delivery.h"

namespace tocsin::delivery {

/// https, or http; with a host, without user name, spaces and control characters.
Status check_webhook_url(std::string_view url);

/// The JSON document of a delivery; the same delivery gives the same bytes.
std::string webhook_body(const model::Delivery& delivery, const model::Subscription& subscription);

/// Value of the header X-Tocsin-Signature: `t=<unix seconds>,v1=<hex>`, where v1 is
/// HMAC-SHA256(key, "<seconds>.<body>"), so that neither body nor time can be exchanged.
std::string webhook_signature(std::string_view key, Instant at, std::string_view body);

}  // namespace tocsin::delivery
