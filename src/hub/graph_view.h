// Pictures of the graph as the API gives them: with the state in the loop of every indicator, and
// what was cut in words.
#pragma once

#include "graph/market.h"
#include "graph/visible.h"
#include "hub/lookup_reader.h"

namespace tocsin::hub {

/// `who says so`: the source by name, and who in it and why only where the reader oversees or it is
/// the reader's own unit.
Result<Json> claim_json(graph::Eyes& eyes, const desk::Actor& by, const store::Claim& claim);

/// `{nodes, edges, cuts}`; edges name their ends as the nodes do.
Result<Json> picture_json(store::ReadTx& tx, const desk::Actor& by, graph::Eyes& eyes,
                          const graph::Picture& picture);

/// A party of a chain with the way to it, one relation after the other.
Json party_json(const graph::Picture& picture, const graph::Party& party);

/// The kind with both labels: `{kind, label, inverse}`.
Json kind_json(model::RelationKind kind);

}  // namespace tocsin::hub
