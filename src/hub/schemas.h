// Schemas of answers that are put together from several documents, for OpenAPI.
#pragma once

#include "base/json.h"

namespace tocsin::hub {

/// A threat with its tasks, appeals and next steps: GET /api/v1/threats/{id}.
Json threat_detail_schema();
/// A step of the list with the number of its task: GET /api/v1/list/changes.
Json list_change_schema();
/// A list of entries of the journal.
Json entries_schema();
/// Names behind ids: GET /api/v1/names.
Json names_schema();
/// What waits for somebody: GET /api/v1/duties.
Json duties_schema();

/// What each line of a file would become, and an import's submission.
Json preview_schema();
Json submission_schema();
/// CrowdSec's decisions, or null.
Json decisions_schema();
/// One value that is looked up; many, each answered or refused.
Json lookup_schema();
Json lookups_schema();
/// Pictures of the graph (hub/graph_view.h): a kind, who says so, nodes and edges, a chain.
Json relation_kind_schema();
Json claim_schema();
Json picture_schema();
Json chain_schema();
/// The law: every rule set, one of them, a deadline with its days.
Json rule_sets_schema();
Json rule_set_schema();
Json deadline_schema();

}  // namespace tocsin::hub
