// What a MISP object says by holding several attributes together, and what its galaxies name.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "intake/event_links.h"

namespace tocsin::intake::misp {

using intake::OnLink;

/// The attributes of one object (or of one composite value) that are nodes.
class Group {
 public:
  /// Remembers the value; the error is why it is no node.
  Result<model::Node> add(std::string_view value, model::IndicatorKind kind);
  void join(Group&& other);
  /// Names with addresses, URLs with addresses and files, digests of one file; at most 256, so that
  /// an object of a thousand values does not become a million relations.
  void links(const OnLink& on_link) const;

 private:
  std::vector<model::Node> addresses_, names_, urls_, digests_;
};

/// `misp-galaxy:malpedia="X"` is a family, `misp-galaxy:threat-actor="X"` a group.
void galaxy_links(const std::vector<std::string>& labels, const model::Node& node,
                  const OnLink& on_link);

}  // namespace tocsin::intake::misp
