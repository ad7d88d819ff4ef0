// The hub's matching engine: a snapshot of all that is known and listed, rebuilt in the background
// when something changed and exchanged without a pause (W17-08, A13-12).
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/guarded.h"
#include "http/metrics.h"
#include "hub/keys.h"
#include "hub/match_content.h"
#include "match/snapshot/snapshot.h"

namespace tocsin::hub {

struct MatchSettings {
  std::filesystem::path folder;     ///< made when it is missing; all in it can be made again
  std::chrono::milliseconds delay;  ///< from the first change to the build that takes it in
  std::size_t bases = 3;            ///< older versions kept, for deltas
};

/// A build as a whole: what readers see changes in one step, which is why it is not a
/// SnapshotHolder that exchanges it: snapshot and aside must be of one version.
struct Matching {
  std::shared_ptr<const match::snapshot::Snapshot> snapshot;
  Aside aside;
  std::string signature;  ///< DER, over the snapshot's statement
  std::uint64_t version() const { return snapshot->header().list_version; }
  /// False: neither the base, nor the list, nor a case had it at this version.
  bool may_know(const model::Indicator& indicator) const;
};

/// One thread of its own. A loss or damage of its files means a rebuild, never a failed start.
/// Thread safety: safe.
class MatchService {
 public:
  MatchService(store::Store& store, KeyRing& keys, const Clock& clock, http::Metrics& metrics,
               MatchSettings settings);
  ~MatchService() { stop(); }
  MatchService(const MatchService&) = delete;
  /// Returns when the thread has ended. A build that is running is given up.
  void stop();

  /// Null until the first build is done.
  std::shared_ptr<const Matching> current() const { return current_.lock()->now; }
  /// Versions on disk, the newest last.
  std::vector<std::uint64_t> versions() const;
  /// A snapshot that is still kept; kNotFound otherwise.
  Result<std::shared_ptr<const match::snapshot::Snapshot>> kept(std::uint64_t version) const;
  /// File of the delta from that version to the current one, made when it is first asked for.
  /// kNotFound when the base is not kept any more.
  Result<std::filesystem::path> delta(std::uint64_t from);

 private:
  /// The one before stays until the next swap: no reader pays for unmapping it.
  struct Held {
    std::shared_ptr<const Matching> now;
    std::shared_ptr<const Matching> before;
  };
  void run();
  /// Builds the version the store is at; the sequence it is at, or 0 when it failed or stopped.
  Result<std::uint64_t> build();
  Result<std::shared_ptr<const Matching>> publish(const std::filesystem::path& path, Aside aside);
  Result<bool> changed_since(std::uint64_t& sequence);
  bool wait(std::chrono::milliseconds time);
  void forget_old();
  std::filesystem::path file_of(std::uint64_t version) const;

  store::Store& store_;
  KeyRing& keys_;
  const Clock& clock_;
  const MatchSettings settings_;
  http::Gauge& indicators_;
  http::Gauge& bytes_;
  http::Gauge& version_;
  http::Gauge& failures_;
  http::Histogram& seconds_;
  match::snapshot::Seed seed_{};
  mutable Guarded<Held> current_;
  std::mutex deltas_;  ///< one delta is made at a time
  std::mutex stop_mutex_;
  std::condition_variable stopped_;
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

}  // namespace tocsin::hub
