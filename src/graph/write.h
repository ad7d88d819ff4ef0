// A picture as other programs read it. All are functions of the picture alone.
#pragma once

#include <string>
#include <vector>

#include "base/json.h"
#include "graph/walk.h"

namespace tocsin::graph {

/// GraphML 1.0: nodes with kind, value, hop, degree and crowd; edges with kind and time. Values are
/// as they are: the file is data, not something to click on.
std::string to_graphml(const Picture& picture);

/// Graphviz; labels are defanged, crowds are boxes.
std::string to_dot(const Picture& picture, Lang lang);

/// STIX 2.1: observables, entities and relationships; each marked with the strictest level of its
/// claims. Ids are UUIDv5, so the same picture is the same objects; what was only computed is left
/// out. intake/stix_links.h reads it back.
std::vector<Json> to_stix(const Picture& picture);

}  // namespace tocsin::graph
