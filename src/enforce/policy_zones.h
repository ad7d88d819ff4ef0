// The list as response policy zones: for each addressee a small hot zone for what changed lately
// and a large base zone that changes only when the two are merged.
#pragma once

#include <atomic>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "enforce/dns/memory_zone.h"
#include "model/list.h"
#include "store/store.h"

namespace tocsin::enforce {

struct PolicyZoneOptions {
  std::string suffix = "tocsin";  ///< zones are hot.<code>.<suffix> and base.<code>.<suffix>
  std::string canary = "canary.tocsin.example";  ///< blocked in every version of every hot zone
  std::uint32_t ttl_s = 30;
  /// Changes after which the hot zone is due for a merge, and beyond which load() merges at once: a
  /// resolver that rebuilds its summary (BIND) does so in milliseconds only for a small zone.
  std::size_t hot_limit = 5000;
};

/// Serials are list versions (journal sequence numbers) cut to 32 bits, so they only grow, also
/// over restarts. Thread safety: catch_up() and merge() from one thread; zones() is safe for the
/// primary.
class PolicyZones {
 public:
  explicit PolicyZones(PolicyZoneOptions options) : options_(std::move(options)) {}

  /// Builds the zones of every organisation that has a resolver, and remembers where the list
  /// stood.
  Status load(store::Store& store);
  /// Applies what changed since; returns the zones that have a new serial. An organisation that
  /// gets its first resolver is served after a new load().
  Result<std::vector<std::string>> catch_up(store::Store& store);
  /// Moves an organisation's hot entries into its base zone, one step of each. Gives no zones when
  /// the list changed meanwhile: try again later.
  Result<std::vector<std::string>> merge(store::Store& store, std::string_view organization);
  /// Organisations whose hot zone holds at least `changes` of them.
  std::vector<std::string> due_for_merge(std::size_t changes) const;

  const dns::MemoryZones& zones() const { return zones_; }
  std::vector<std::string> zones_of(std::string_view organization) const;
  std::uint64_t version() const { return version_; }
  /// The list version behind a zone's 32-bit serial.
  std::uint64_t version_of(std::uint32_t serial) const;
  /// Entries that this channel cannot carry (a URL would need its whole host blocked).
  static bool carries(model::IndicatorKind kind);

 private:
  struct Served {
    std::string code;
    std::string hot;
    std::string base;
    std::uint64_t merged = 0;     ///< list version of the last merge: what the base zone shows
    std::size_t hot_changes = 0;  ///< since then
  };

  /// When too much changed since the last merge, makes everything listed part of the base zone.
  Status merge_before_load(store::Store& store, const std::string& organization) const;
  Status add_organization(store::ReadTx& tx, const std::string& id);
  /// What the base zone must say about this indicator after a merge.
  Status base_records(store::ReadTx& tx, const Served& served, const std::string& organization,
                      const model::CaseIndicator& indicator, std::vector<dns::Record>& needed,
                      std::vector<dns::Record>& possible) const;
  /// What the hot zone must say about this indicator now, and everything it may have said.
  Status desired(store::ReadTx& tx, const Served& served, const std::string& organization,
                 const model::CaseIndicator& indicator, std::vector<dns::Record>& wanted,
                 std::vector<dns::Record>& possible) const;

  const PolicyZoneOptions options_;
  dns::MemoryZones zones_;
  std::map<std::string, Served, std::less<>> served_;  // organisation id
  std::atomic<std::uint64_t> version_{0};  // read by other threads while the follower works
};

}  // namespace tocsin::enforce
