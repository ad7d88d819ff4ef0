// Zones in memory: sorted chunks that are shared between snapshots and copied only when they
// change.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "enforce/dns/zone_source.h"

namespace tocsin::enforce::dns {

/// How much history is kept for incremental transfers; the oldest steps go first.
struct HistoryLimits {
  std::size_t steps = 100'000;
  std::size_t bytes = 64U << 20;
};

/// A set of zones fed by a journal. Serials come from the caller and never go back, because a
/// secondary that holds a higher serial silently keeps its old content.
/// Thread safety: safe; apply() calls of one zone are serialised.
class MemoryZones final : public ZoneSource {
 public:
  MemoryZones();
  ~MemoryZones() override;

  /// A zone with its content at `serial` (after a restart: the persisted one). kConflict when it
  /// exists, kInvalid when apex.zone is no folded name or minimum_s is outside 5-60.
  Status add_zone(Apex apex, std::uint32_t serial, const std::vector<Record>& records,
                  HistoryLimits limits = {});

  /// More of the content of a zone at its present serial, so that a large one need not be held
  /// twice while it is loaded. Only before anybody is served: no step tells of it. kNotFound as
  /// below.
  Status fill(std::string_view zone, const std::vector<Record>& records);

  /// One step to `serial`. Removing what is not there and adding what is there are left out of the
  /// step, so that secondaries can apply it strictly. kNotFound for an unknown zone; kConflict (and
  /// nothing changes) when `serial` does not come after the present one (RFC 1982).
  Status apply(std::string_view zone, std::uint32_t serial, const std::vector<Record>& removed,
               const std::vector<Record>& added);

  std::vector<std::string> zones() const override;
  std::shared_ptr<const ZoneView> view(std::string_view zone) const override;

  /// Bytes held for records and history of one zone; 0 for an unknown one.
  std::size_t memory_bytes(std::string_view zone) const;

 private:
  class Zone;
  Zone* find(std::string_view zone) const;

  mutable std::mutex mutex_;  // guards the two containers, not the zones in them
  std::vector<std::string> order_;
  std::map<std::string, std::unique_ptr<Zone>, std::less<>> zones_;
};

}  // namespace tocsin::enforce::dns
