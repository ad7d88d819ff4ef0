// The resources of TAXII 2.1 as responses.
#pragma once

#include "exchange/taxii/page.h"
#include "http/http.h"
#include "model/exchange.h"

namespace tocsin::exchange::taxii {

/// Any resource, with TAXII's media type.
http::Response resource(const Json& body, int status = 200);
/// The error message resource; `status` 0: what the code means. 401 says how to authenticate.
http::Response error_resource(const Error& error, std::string_view request_id, int status = 0);

Json collection_resource(const model::ExchangeCollection& collection,
                         const model::ExchangeGrant& grant);
Json status_resource(const model::ExchangeStatus& status);

// Pages; `next` is empty on the last one. With X-TAXII-Date-Added-First and -Last.
http::Response envelope(const Page& page, const std::string& next);
http::Response manifest_resource(const Page& page, const std::string& next);
http::Response versions_resource(const Page& page, const std::string& next);

}  // namespace tocsin::exchange::taxii
