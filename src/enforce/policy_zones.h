// The list as response policy zones: for each addressee a small hot zone for what changed lately
// and a large base zone that changes only when the two are merged.
#pragma once

#include <atomic>
#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "enforce/dns/memory_zone.h"
#include "journal/entry.h"
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
  /// How long the hot zone repeats what every resolver has taken with its base zone: taking is not
  /// using yet (unbound works up to 13 s on a million names).
  std::chrono::milliseconds settle{60'000};
  /// A resolver that is silent for so long holds up the others' merges no more.
  std::chrono::milliseconds patience{24 * 3'600'000};
};

/// Serials are list versions (journal sequence numbers) cut to 32 bits, so they only grow, also
/// over restarts. Thread safety: catch_up() and merge() from one thread; zones() is safe for the
/// primary.
class PolicyZones {
 public:
  /// `basis` is what the journal entries of merges stand on.
  PolicyZones(PolicyZoneOptions options, journal::Basis basis)
      : options_(std::move(options)), basis_(std::move(basis)) {}

  /// Builds the zones of every organisation that has a resolver, and remembers where the list
  /// stood.
  Status load(store::Store& store);
  /// Applies what changed since; returns the zones that have a new serial. An organisation that
  /// gets its first resolver is served after a new load().
  Result<std::vector<std::string>> catch_up(store::Store& store);
  /// Makes what changed since the last merge part of the organisation's base zone, in one step. The
  /// hot zone goes on saying it until trim(), so that a resolver may take the new base zone at any
  /// time and never has a moment without the block. Gives nothing when the list changed meanwhile.
  Result<std::optional<std::string>> merge(store::Store& store, std::string_view organization);
  /// Organisations with at least `changes` since their last merge, that merge being trimmed.
  std::vector<std::string> due_for_merge(std::size_t changes) const;

  /// A merge that the hot zone still repeats: to be trimmed once every resolver works with `serial`
  /// of the base zone.
  struct Untrimmed {
    std::string organization;
    std::string base;
    std::uint32_t serial = 0;
  };
  std::vector<Untrimmed> untrimmed() const;
  /// Takes out of the hot zone what the base zone says. Gives nothing when the list changed
  /// meanwhile: catch_up() first.
  Result<std::optional<std::string>> trim(store::Store& store, std::string_view organization);

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
    std::uint64_t trimmed = 0;    ///< base version that the hot zone takes for granted, <= merged
    std::size_t hot_changes = 0;  ///< since the last merge
  };

  /// When the hot zone would be too large, makes everything listed part of the base zone only.
  Status merge_before_load(store::Store& store, const std::string& organization) const;
  Status add_organization(store::ReadTx& tx, const std::string& id);
  /// What the base zone must say about this indicator after a merge.
  Status base_records(store::ReadTx& tx, const Served& served, const std::string& organization,
                      const model::CaseIndicator& indicator, std::vector<dns::Record>& needed,
                      std::vector<dns::Record>& possible) const;
  /// What the hot zone must say about this indicator now, whether a resolver works with the base
  /// zone as trimmed or as merged; and everything it may have said.
  Status desired(store::ReadTx& tx, const Served& served, const std::string& organization,
                 const model::CaseIndicator& indicator, std::vector<dns::Record>& wanted,
                 std::vector<dns::Record>& possible) const;

  const PolicyZoneOptions options_;
  const journal::Basis basis_;
  dns::MemoryZones zones_;
  std::map<std::string, Served, std::less<>> served_;  // organisation id
  std::atomic<std::uint64_t> version_{0};  // read by other threads while the follower works
};

}  // namespace tocsin::enforce
