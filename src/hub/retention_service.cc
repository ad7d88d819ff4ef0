#include "hub/retention_service.h"

#include <algorithm>

#include "base/log.h"
#include "delivery/retention.h"
#include "desk/clocks.h"

namespace tocsin::hub {
namespace {

constexpr std::chrono::seconds kAfterFailure{60};
/// A person's request goes on for so long, then it says where to go on.
constexpr std::chrono::milliseconds kStretch{1'500};

using Steady = std::chrono::steady_clock;

void add(intake::PurgeCounts& sum, const intake::PurgeCounts& more) {
  sum.indicators += more.indicators;
  sum.sightings += more.sightings;
  sum.relations += more.relations;
  sum.held += more.held;
}

}  // namespace

RetentionService::RetentionService(store::Store& store, const law::CurrentLibrary& law,
                                   const Clock& clock, http::Metrics& metrics,
                                   RetentionSettings settings)
    : store_(store),
      law_(law),
      clock_(clock),
      settings_(settings),
      indicators_(metrics.counter("tocsin_purged_indicators", "Indicators purged")),
      sightings_(metrics.counter("tocsin_purged_sightings", "Sightings purged")),
      relations_(metrics.counter("tocsin_purged_relations", "Relations purged")),
      deliveries_(metrics.counter("tocsin_purged_deliveries", "Deliveries purged")),
      failures_(metrics.counter("tocsin_purge_failures", "Sweeps of the base that failed")) {
  metrics.gauge_from("tocsin_purge_age_seconds", "Time since the last whole sweep of the base",
                     [this] {
                       const auto now = status();
                       if (!now.finished) return -1.0;
                       return static_cast<double>((clock_.now() - now.finished).count()) / 1e6;
                     });
  thread_ = std::thread([this] { follow(); });
}

void RetentionService::stop() {
  {
    const std::lock_guard lock(stop_mutex_);
    stopping_ = true;
  }
  stopped_.notify_all();
  if (thread_.joinable()) thread_.join();
}

/// False when it was told to stop.
bool RetentionService::wait(std::chrono::milliseconds time) {
  std::unique_lock lock(stop_mutex_);
  return !stopped_.wait_for(lock, time, [this] { return stopping_.load(); });
}

void RetentionService::follow() {
  while (!stopping_) {
    const Status done = sweep();
    if (!done) {
      failures_.add();
      log::error("retention.sweep", {{"why", done.error().message}});
    }
    status_.lock()->running = false;
    const auto pause = done ? settings_.pause
                            : std::min<std::chrono::milliseconds>(kAfterFailure, settings_.pause);
    if (!wait(pause)) return;
  }
}

Result<RetentionLimits> RetentionService::limits() const { return limits_at(clock_.now()); }

Result<RetentionLimits> RetentionService::limits_at(Instant now) const {
  TRY(const auto released, desk::released_by_law(*law_, now));
  RetentionLimits out;
  out.law = released.before;
  out.basis = released.basis;
  out.indicators = std::min(out.law, now.plus(-settings_.keep_indicators));
  out.deliveries = std::min(out.law, now.plus(-settings_.keep_deliveries));
  return out;
}

intake::PurgeOrder RetentionService::order(const RetentionLimits& limits, std::string actor,
                                           std::string organization) const {
  return {limits.indicators, limits.basis, std::move(actor), std::move(organization)};
}

void RetentionService::count(const intake::PurgeCounts& counts, std::int64_t deliveries) {
  indicators_.add(static_cast<std::uint64_t>(counts.indicators));
  sightings_.add(static_cast<std::uint64_t>(counts.sightings));
  relations_.add(static_cast<std::uint64_t>(counts.relations));
  deliveries_.add(static_cast<std::uint64_t>(deliveries));
}

/// From where the last purge was: a hub that was stopped on the way goes on there.
Status RetentionService::sweep() {
  const Instant started = clock_.now();
  TRY(const auto now, limits_at(started));
  TRY(const auto kept,
      store_.read([](store::ReadTx& tx) { return tx.cursor(intake::kSweepCursor); }));
  const auto finished = status().finished;
  std::int64_t after = finished ? 0 : static_cast<std::int64_t>(kept);
  *status_.lock() = {true, after, started, finished, {}, 0};
  const auto by = order(now, "system:purge", "");
  for (bool once_more = after > 0, more = true; more && !stopping_;) {
    const auto before = Steady::now();
    TRY(const auto step, intake::purge_step(store_, by, after));
    std::int64_t deliveries = 0;
    if (after == 0) {
      TRY(deliveries, delivery::purge_deliveries(store_, by.basis, now.deliveries, "system:purge"));
    }
    count(step.counts, deliveries);
    after = step.after;
    if (step.end && once_more) {  // it began in the middle: the part before it is still to be seen
      once_more = false;
      after = 0;
    } else {
      more = !step.end;
    }
    {
      auto status = status_.lock();
      add(status->last, step.counts);
      status->deliveries += deliveries;
      status->position = after;
    }
    // At most half of the time, so that nobody notices.
    const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(Steady::now() - before);
    if (more && !wait(took)) return {};
  }
  auto status = status_.lock();
  status->finished = clock_.now();
  return {};
}

Result<RetentionRun> RetentionService::run(const std::string& actor, std::string organization,
                                           std::int64_t after, bool dry) {
  RetentionRun out;
  TRY(out.limits, limits());
  const auto by = order(out.limits, actor, std::move(organization));
  if (after == 0) {
    TRY(out.deliveries,
        dry ? delivery::count_purgeable(store_, out.limits.deliveries)
            : delivery::purge_deliveries(store_, by.basis, out.limits.deliveries, actor));
  }
  out.after = after;
  const auto until = Steady::now() + kStretch;
  while (!out.end && !stopping_ && Steady::now() < until) {
    TRY(const auto step, dry ? intake::purge_preview(store_, by, out.after)
                             : intake::purge_step(store_, by, out.after));
    add(out.counts, step.counts);
    out.after = step.after;
    out.end = step.end;
  }
  if (!dry) count(out.counts, out.deliveries);
  return out;
}

}  // namespace tocsin::hub
