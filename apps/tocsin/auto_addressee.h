// The addressee `auto` of a proposal becomes whom the hub suggests.
#pragma once

#include <string>

#include "base/json.h"
#include "base/result.h"
#include "connect.h"

namespace tocsin::cli {

/// Replaces each proposal with the addressee `auto` by one for every suggested organisation, with
/// its indicators. kNotFound when an indicator of the threat has none.
Status resolve_auto_addressees(HubClient& hub, const std::string& threat, Json& body);

}  // namespace tocsin::cli
