#include "hub/duty_metrics.h"

#include <algorithm>

#include "hub/list_view.h"
#include "lists/acknowledge.h"
#include "store/collections.h"

namespace tocsin::hub {
namespace {

constexpr std::size_t kPage = 500;

/// Documents with a clock that runs and whose time is over (W17-22, W17-24, W17-27).
template <typename T>
Result<std::int64_t> overdue(store::ReadTx& tx, Instant now) {
  store::Find query{"due", store::time_key({0}), store::time_key(now), {}, {}, kPage};
  std::int64_t count = 0;
  for (;;) {
    TRY(const auto rows, tx.find_documents(store::Collection<T>::table, query));
    count += static_cast<std::int64_t>(rows.size());
    if (rows.size() < kPage) return count;
    query.after_key = rows.back().key;
    query.after_id = rows.back().id;
  }
}

}  // namespace

Status measure_duties(store::Store& store, Instant now, http::Metrics& metrics) {
  return store.read([&](store::ReadTx& tx) -> Status {
    TRY(const auto tasks, overdue<model::Task>(tx, now));
    TRY(const auto appeals, overdue<model::Appeal>(tx, now));
    TRY(const auto points, lists::point_status(tx, now));
    std::int64_t behind = 0;
    std::int64_t worst_ms = 0;
    for (const auto& status : points) {
      behind += status.behind > 0 ? 1 : 0;
      worst_ms = std::max(worst_ms, status.lag_ms);
    }
    metrics.gauge("tocsin_overdue_tasks", "Tasks with a running clock that is over").set(tasks);
    metrics.gauge("tocsin_overdue_appeals", "Appeals with a running clock that is over")
        .set(appeals);
    metrics.gauge("tocsin_points_behind", "Enforcement points without the newest list").set(behind);
    metrics.gauge("tocsin_points_worst_lag_seconds", "Age of the oldest change a point lacks")
        .set(worst_ms / 1000);
    return {};
  });
}

Result<std::string> point_metrics(App& app, const http::Request& request) {
  const auto who = any_session(app, request);
  if (!who || !sees_all_points(who->actor)) return std::string();
  TRY(const auto points,
      app.store.read([&](store::ReadTx& tx) { return lists::point_status(tx, app.clock.now()); }));
  http::Metrics out;
  for (const auto& status : points) {
    const http::Labels labels{{"point", status.point.code}};
    out.gauge("tocsin_point_versions_behind", "Changes of the list that the point lacks", labels)
        .set(status.behind);
    out.gauge("tocsin_point_lag_seconds", "Age of the oldest change that the point lacks", labels)
        .set(status.lag_ms / 1000);
  }
  return out.text();
}

}  // namespace tocsin::hub
