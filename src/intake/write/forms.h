// One item in each form, and what the forms share.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "intake/reader.h"

namespace tocsin::intake::write {

/// The first label, which is the one that is kept.
std::string label_of(const Item& item);
/// What stands behind the colon of a label, `c2-server:family`.
std::string_view family_of(std::string_view label);

/// Host and port of an endpoint, without the brackets.
struct HostPort {
  std::string host;
  std::int64_t port = 0;
  bool v6 = false;
  bool name = false;  ///< the host is a domain, no address
};
std::optional<HostPort> split_endpoint(std::string_view endpoint);

/// A UUID that the same indicator of the same source always has.
std::string item_uuid(const Item& item, std::string_view source);

// Each: nothing when the form has no word for the kind.
std::optional<std::string> intelmq_line(const Item& item, std::string_view source);
std::optional<std::string> n6_line(const Item& item, std::string_view source);
std::string ndjson_line(const Item& item);
std::string stix_object(const Item& item, std::string_view source);
std::string misp_attribute(const Item& item, std::string_view source);
std::string iodef_indicator(const Item& item, std::string_view source);
std::string gbt36643_components(const Item& item, std::string_view source);

// What stands around the items of a document.
std::string stix_head(std::string_view source);
std::string misp_head(std::string_view source, Instant made);
std::string iodef_head(std::string_view source, Instant made);
std::string gbt36643_head(std::string_view source, Instant made);

/// The cells of a row, in the order of own_columns().
std::vector<std::string> row_of(const Item& item);

}  // namespace tocsin::intake::write
