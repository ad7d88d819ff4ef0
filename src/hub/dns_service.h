// The policy-zone primary in step with the list: follows the journal, tells the resolvers, and
// records what they acknowledge.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/bounded_queue.h"
#include "enforce/dns/primary.h"
#include "enforce/policy_zones.h"
#include "hub/options.h"
#include "lists/acknowledge.h"

namespace tocsin::hub {

/// Thread safety: every public call from any thread.
class DnsService {
 public:
  /// `basis` is what acknowledgements of resolvers stand on in the journal (W17-24).
  static Result<std::unique_ptr<DnsService>> start(const HubOptions& options, store::Store& store,
                                                   const Clock& clock, journal::Basis basis);
  ~DnsService();
  void stop();

  std::uint16_t port() const { return port_; }
  std::vector<std::string> zones_of(std::string_view organization) const;
  std::vector<enforce::dns::PeerState> peers() const;

  /// The TSIG key of a point, if it has one.
  static Result<std::optional<enforce::dns::TsigKey>> key_of(const model::EnforcementPoint& point);

 private:
  DnsService(const HubOptions& options, store::Store& store, const Clock& clock,
             journal::Basis basis)
      : options_(options), store_(store), clock_(clock), basis_(std::move(basis)), events_(65536) {}

  /// One generation of zones and primary; a new resolver makes a new generation on the same port.
  struct Generation {
    Generation(const enforce::PolicyZoneOptions& options, const journal::Basis& basis)
        : zones(options, basis) {}
    enforce::PolicyZones zones;
    std::unique_ptr<enforce::dns::Primary> primary;
    std::size_t points = 0;
  };
  Result<std::unique_ptr<Generation>> generation();
  /// Makes the next generation; false, after a pause, when that is not possible now.
  bool restart();
  void follow();
  void merge_when_due();
  /// The second half of a merge: once every resolver works with the new base zone.
  void trim_when_settled();
  void record();

  const HubOptions& options_;
  store::Store& store_;
  const Clock& clock_;
  const journal::Basis basis_;
  std::uint16_t port_ = 0;
  mutable std::mutex mutex_;  // guards the pointer, which changes only when a resolver is added
  std::unique_ptr<Generation> current_;
  BoundedQueue<enforce::dns::PeerEvent> events_;
  Date merged_on_{};  ///< day of the last nightly merge; the follower's own
  std::map<std::string, Instant, std::less<>> untrimmed_since_;  ///< organisation; the follower's
  std::atomic<bool> stopping_{false};
  std::thread follower_;
  std::thread recorder_;
};

}  // namespace tocsin::hub
