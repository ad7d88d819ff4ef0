// Keeps the base from growing for ever: once a day it takes out what ended before the law's longest
// floor and what nobody needs, in small steps beside everything else (T05-21, M11-35).
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "base/guarded.h"
#include "http/metrics.h"
#include "intake/purge.h"
#include "law/library.h"

namespace tocsin::hub {

struct RetentionSettings {
  std::chrono::milliseconds pause{std::chrono::hours(24)};  ///< from one sweep to the next
  /// Longer than the law asks; 0: the law's floor.
  std::chrono::hours keep_indicators{0};
  std::chrono::hours keep_deliveries{0};
};

/// What may go at this moment; longer only where the hub's own setting says so.
struct RetentionLimits {
  Instant law;         ///< held by no floor of the law any more
  Instant indicators;  ///< the same, or earlier
  Instant deliveries;
  journal::Basis basis;
};

struct RetentionStatus {
  bool running = false;
  std::int64_t position = 0;  ///< of the sweep, an id
  Instant started;            ///< last sweep; not set: none since the hub started
  Instant finished;
  intake::PurgeCounts last;  ///< of that sweep
  std::int64_t deliveries = 0;
};

/// What one request did, and where the next one goes on.
struct RetentionRun {
  RetentionLimits limits;
  intake::PurgeCounts counts;
  std::int64_t deliveries = 0;
  std::int64_t after = 0;
  bool end = false;
};

/// One thread of its own. Thread safety: safe; two sweeps side by side do each other no harm,
/// because each batch asks again in its own transaction.
class RetentionService {
 public:
  RetentionService(store::Store& store, const law::CurrentLibrary& law, const Clock& clock,
                   http::Metrics& metrics, RetentionSettings settings);
  ~RetentionService() { stop(); }
  RetentionService(const RetentionService&) = delete;
  /// Returns when the thread has ended, at most one step later.
  void stop();

  Result<RetentionLimits> limits() const;
  RetentionStatus status() const { return *status_.lock(); }
  /// A stretch of a sweep by a person, for a second or two; `dry` only counts.
  Result<RetentionRun> run(const std::string& actor, std::string organization, std::int64_t after,
                           bool dry);

 private:
  Result<RetentionLimits> limits_at(Instant now) const;
  void follow();
  Status sweep();
  bool wait(std::chrono::milliseconds time);
  intake::PurgeOrder order(const RetentionLimits& limits, std::string actor,
                           std::string organization) const;
  void count(const intake::PurgeCounts& counts, std::int64_t deliveries);

  store::Store& store_;
  const law::CurrentLibrary& law_;
  const Clock& clock_;
  const RetentionSettings settings_;
  http::Counter& indicators_;
  http::Counter& sightings_;
  http::Counter& relations_;
  http::Counter& deliveries_;
  http::Counter& failures_;
  mutable Guarded<RetentionStatus> status_;
  std::mutex stop_mutex_;
  std::condition_variable stopped_;
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

}  // namespace tocsin::hub
