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

}  // namespace tocsin::hub
