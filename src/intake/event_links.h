// What the columns of one event say of each other: a name and its address, a URL and the file
// behind it, an infected host and what it talks to.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "model/relation.h"

namespace tocsin::intake {

struct EventParts {
  std::span<const std::string> addresses;
  std::string_view name;
  std::string_view url;
  std::string_view md5, sha1, sha256;
  std::string_view family;
  std::string_view destination_address;  ///< only where the event is about who talks to whom
  std::string_view destination_name;
};

using OnLink = std::function<void(model::RelationKind, const Result<model::Node>& from,
                                  const Result<model::Node>& to)>;

/// Calls `on_link` for each relation that the parts state: a handful, whatever the event holds,
/// except one for each address.
void event_links(const EventParts& parts, const OnLink& on_link);

}  // namespace tocsin::intake
