// What whoever is on call watches in /metrics: what is overdue, and points that lag.
#pragma once

#include "hub/app.h"

namespace tocsin::hub {

/// Sets the totals; for the hub's timer. Errors: those of the store.
Status measure_duties(store::Store& store, Instant now, http::Metrics& metrics);

/// How far each point is behind, by its code, in Prometheus's text form. Who blocks where is not
/// for everybody: empty without a token of somebody who may see all points.
Result<std::string> point_metrics(App& app, const http::Request& request);

}  // namespace tocsin::hub
