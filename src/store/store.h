// The persistence contract. Rooms of the river see only this; a backend implements it and passes
// the suite in contract_suite.h. One writer at a time, any number of readers on a snapshot.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "journal/entry.h"
#include "model/indicator.h"
#include "model/relation.h"
#include "model/tlp.h"

namespace tocsin::store {

/// A key under which a document can be found besides its id.
struct IndexKey {
  std::string index;
  std::string key;
  auto operator<=>(const IndexKey&) const = default;
};

struct Stored {
  std::string id;
  std::string body;
  std::string key;  ///< the index key it was found by; empty for scans
};

/// A range of index keys, both ends included, read upwards by (key, id) or downwards.
struct Find {
  std::string index;
  std::string from;
  std::string to;
  std::string after_key;  ///< resume strictly after this (key, id)
  std::string after_id;
  std::size_t limit = 100;
  bool descending = false;
};

/// One sighting of one indicator by one source.
struct Sighting {
  model::Indicator indicator;
  std::int64_t source = 0;
  Instant first_seen;
  Instant last_seen;
  std::int64_t confidence = 50;          ///< 0..100
  std::string original;                  ///< the spelling, when it differs from the canonical value
  std::vector<std::string> labels = {};  ///< families and notes, the most telling one first
  std::optional<model::Tlp> tlp = {};    ///< how far the source lets it be passed on
  Instant valid_until = {};              ///< by the source's word or its expiry policy
  bool context = false;  ///< named for context only: not to be acted on (MISP to_ids off)
  std::int64_t run = 0;  ///< number of the newest import of the source that named it
  /// When the source took it back: its complete list no longer named it, or it said so. A row that
  /// is added with it takes back what the source said of the indicator.
  Instant gone_at = {};

  /// The first label, or empty.
  std::string_view label() const {
    return labels.empty() ? std::string_view() : std::string_view(labels.front());
  }
  /// The source still stands by it.
  bool stands(Instant now) const { return !gone_at && (!valid_until || now < valid_until); }
};

/// One step of a withdrawal.
struct Withdrawal {
  std::int64_t looked_at = 0;  ///< 0: the source has no further sightings
  std::int64_t withdrawn = 0;
};

struct SightingCounts {
  std::int64_t imported = 0;  ///< indicators nobody had reported before
  std::int64_t merged = 0;    ///< the rest
};

struct IndicatorRecord {
  model::Indicator indicator;
  Instant first_seen;
  Instant last_seen;
  std::vector<Sighting> sightings;
  std::int64_t id = 0;  ///< as in IndicatorSummary
};

/// One indicator as a reader of the whole base needs it: what all its sources say together.
struct IndicatorSummary {
  std::int64_t id = 0;  ///< in order of arrival
  model::Indicator indicator;
  Instant first_seen;
  std::int64_t confidence = 0;  ///< the highest that a source gave
  std::uint64_t sources = 0;    ///< bit n: source number n + 1; bit 63: any number from 64 on
};

/// An indicator of which some source's word ended: candidates for a purge.
struct EndedIndicator {
  std::int64_t id = 0;
  model::Indicator indicator;
  std::int64_t sightings = 0;  ///< how many ended
};

/// What one purge took away.
struct Purged {
  std::int64_t indicators = 0;  ///< nobody's word on them was left
  std::int64_t sightings = 0;
};

/// One source's word that two nodes stand in a relation. A relation stands while one source's word
/// does; a withdrawal takes only that source's.
struct Claim {
  model::Relation relation;
  std::int64_t source = 0;
  Instant first_seen;
  Instant last_seen;
  std::int64_t confidence = 50;  ///< 0..100
  std::optional<model::Tlp> tlp = {};
  std::string origin;    ///< the import, or the person
  std::string note;      ///< the person's reason; empty for imports
  std::int64_t run = 0;  ///< number of the import of a complete list; 0: not of one
  Instant gone_at = {};
};

struct ClaimCounts {
  std::int64_t added = 0;   ///< relations that did not stand before
  std::int64_t merged = 0;  ///< the rest
};

struct NodeRecord {
  std::int64_t id = 0;
  std::int64_t degree = 0;  ///< relations that stand, both directions, whoever said so
};

/// Standing claims at one node, in the order of (kind, other node, source): claims of one relation
/// follow each other. `after` is moved behind the last one that was returned.
struct ClaimRange {
  std::int64_t node = 0;
  bool incoming = false;  ///< the node is the second end
  std::optional<model::RelationKind> kind = {};
  struct Position {
    std::int64_t kind = -1;
    std::int64_t other = 0;
    std::int64_t source = 0;
  };
  Position* after = nullptr;  ///< null: from the beginning
  std::size_t limit = 1000;
};

/// What a change says of itself in the journal; the store adds sequence, time and the chain.
struct Change {
  std::string actor;         ///< user id, or `system:<component>`
  std::string organization;  ///< for which organisation
  std::string action;        ///< `task.notified`
  std::string subject;       ///< id of what changed
  std::string threat;        ///< case it belongs to, may be empty
  journal::Basis basis;
  Json before;
  Json data;
};

/// Entries of the journal that somebody looks for; what is empty is not asked.
struct JournalFind {
  std::string subject = {};  ///< id of what they are about, or of the case they belong to
  std::string action = {};   ///< how their action begins: `task.`
  std::string without = {};  ///< how it does not begin: `session.`
  std::uint64_t after = 0;   ///< resume strictly behind this number; 0: begin
  bool descending = false;   ///< the newest first
  std::size_t limit = 100;
};

/// One look at the journal. It may be short, or empty, although more follows.
struct JournalLook {
  std::vector<journal::Entry> entries;
  std::uint64_t next = 0;  ///< resume behind this number; 0: nothing follows
};

/// Without a subject one look reads at most so many entries, found or not.
inline constexpr std::uint64_t kJournalReach = 20'000;

/// Reads on one snapshot.
class ReadTx {
 public:
  virtual ~ReadTx() = default;

  virtual Result<std::optional<std::string>> get_document(std::string_view table,
                                                          std::string_view id) = 0;
  /// Documents in id order, strictly after `after_id`.
  virtual Result<std::vector<Stored>> scan_documents(std::string_view table,
                                                     std::string_view after_id,
                                                     std::size_t limit) = 0;
  /// The same backwards, strictly before `before_id`; empty: from the last.
  virtual Result<std::vector<Stored>> scan_documents_down(std::string_view table,
                                                          std::string_view before_id,
                                                          std::size_t limit) = 0;
  virtual Result<std::vector<Stored>> find_documents(std::string_view table, const Find& find) = 0;
  /// How many documents have a key of that index within [from, to].
  virtual Result<std::int64_t> count_documents(std::string_view table, std::string_view index,
                                               std::string_view from, std::string_view to) = 0;

  /// Journal entries with sequence > after, in order.
  virtual Result<std::vector<journal::Entry>> journal(std::uint64_t after, std::size_t limit) = 0;
  virtual Result<std::vector<journal::Entry>> journal_of_threat(std::string_view threat) = 0;
  virtual Result<JournalLook> find_journal(const JournalFind& find) = 0;
  virtual Result<std::uint64_t> last_sequence() = 0;
  /// Hash of the interior Merkle node, as journal/merkle.h numbers them.
  virtual Result<std::optional<std::string>> merkle_node(std::uint64_t level,
                                                         std::uint64_t index) = 0;

  /// Offset of a journal consumer; 0 when it never ran.
  virtual Result<std::uint64_t> cursor(std::string_view consumer) = 0;
  /// The remembered answer to an idempotent request, if any.
  virtual Result<std::optional<std::string>> remembered(std::string_view key) = 0;
  /// Is there an answer remembered before that time, so that forget() has something to do?
  virtual Result<bool> remembers(Instant before) = 0;

  virtual Result<std::optional<IndicatorRecord>> find_indicator(const model::Indicator& i) = 0;
  virtual Result<std::int64_t> count_indicators() = 0;
  /// The highest id that was ever given out, also when its indicator is gone: ids never come again.
  virtual Result<std::int64_t> newest_indicator() = 0;
  /// The whole base in id order, strictly after `after`.
  virtual Result<std::vector<IndicatorSummary>> indicators(std::int64_t after,
                                                           std::size_t limit) = 0;
  /// Indicators of one source in a stable order; `after` is the returned position (0 to start).
  virtual Result<std::vector<Sighting>> sightings_of_source(std::int64_t source,
                                                            std::int64_t& after,
                                                            std::size_t limit) = 0;
  /// Of the next `limit` indicators behind `after`, which moves on: those with a sighting that
  /// ended before that time, in id order. A sighting ends when it was withdrawn, else when its word
  /// runs out, and never before it was last written. `after` stays where it is at the end of the
  /// base.
  virtual Result<std::vector<EndedIndicator>> ended_indicators(Instant before, std::int64_t& after,
                                                               std::size_t limit) = 0;

  /// The node of the graph, if it is in a relation that stands or is still remembered.
  virtual Result<std::optional<NodeRecord>> find_node(const model::Node& node) = 0;
  virtual Result<std::vector<Claim>> claims(const ClaimRange& range) = 0;
  /// What that source says of the relation, also when it is gone.
  virtual Result<std::optional<Claim>> find_claim(const model::Relation& relation,
                                                  std::int64_t source) = 0;
  /// How many claims were withdrawn before that time.
  virtual Result<std::int64_t> count_ended_claims(Instant before) = 0;
};

/// Reads and writes; everything in it becomes visible and durable together or not at all.
class WriteTx : public ReadTx {
 public:
  /// Inserts or replaces a document and its keys.
  virtual Status put_document(std::string_view table, std::string_view id, std::string_view body,
                              std::vector<IndexKey> keys) = 0;
  virtual Status erase_document(std::string_view table, std::string_view id) = 0;
  /// Appends to the hash chain and the Merkle tree; returns the sequence number.
  virtual Result<std::uint64_t> append(const Change& change) = 0;
  virtual Status set_cursor(std::string_view consumer, std::uint64_t sequence) = 0;
  /// With an unset `now` the answer is kept for good.
  virtual Status remember(std::string_view key, std::string_view answer, Instant now) = 0;
  /// Forgets at most `limit` answers that were remembered before that time; returns how many.
  virtual Result<std::int64_t> forget(Instant before, std::size_t limit) = 0;
  /// Next value of a named counter, starting at 1, without gaps.
  virtual Result<std::int64_t> next_number(std::string_view counter) = 0;
  /// Adds sightings; the same sighting again changes nothing. What is sighted again is no longer
  /// gone. Within one run the strictest TLP counts, and what is named once to be acted on is.
  virtual Result<SightingCounts> add_sightings(std::span<const Sighting> rows) = 0;
  /// Marks as gone what the source said in other runs than `run` and not in it: looks at most at
  /// `limit` of its sightings behind `after` (0 to start), which moves on. Other sources' sightings
  /// of the same indicators stay.
  virtual Result<Withdrawal> withdraw_sightings(std::int64_t source, std::int64_t run, Instant at,
                                                std::int64_t& after, std::size_t limit) = 0;
  /// Adds claims; the same claim again only widens its times. What is said again is no longer gone.
  virtual Result<ClaimCounts> add_claims(std::span<const Claim> rows) = 0;
  /// Takes one source's word back; false when it did not stand.
  virtual Result<bool> withdraw_claim(const model::Relation& relation, std::int64_t source,
                                      Instant at) = 0;
  /// Marks as gone what the source said in other runs than `run`, at most `limit`; returns how
  /// many. 0: nothing is left to withdraw.
  virtual Result<std::int64_t> withdraw_claims(std::int64_t source, std::int64_t run, Instant at,
                                               std::size_t limit) = 0;
  /// Deletes the sightings of these indicators that ended before that time, and each indicator that
  /// has none left. Who needs one of them is for the caller to ask, in the same transaction.
  virtual Result<Purged> purge_sightings(std::span<const std::int64_t> indicators,
                                         Instant before) = 0;
  /// Deletes at most `limit` claims that were withdrawn before that time, and each node that is in
  /// no relation any more; returns how many claims. 0: nothing is left to delete.
  virtual Result<std::int64_t> purge_claims(Instant before, std::size_t limit) = 0;
};

/// Thread safety: safe. Writers queue; readers never wait for a writer.
class Store {
 public:
  virtual ~Store() = default;

  /// Runs `body` in a write transaction: committed when it returns success, else undone. A change
  /// of documents without a journal entry is refused (kInternal): the audit trail is how the
  /// program works, not an extra.
  virtual Status write_with(const std::function<Status(WriteTx&)>& body) = 0;
  virtual Status read_with(const std::function<Status(ReadTx&)>& body) = 0;

  /// Waits until the journal is longer than `after` or the time is over; returns its length.
  virtual std::uint64_t wait_journal(std::uint64_t after, std::chrono::milliseconds wait) = 0;
  /// Wakes all waiters; for an orderly stop.
  virtual void wake() = 0;
  /// Size on disk and similar, for health pages.
  virtual std::map<std::string, std::int64_t> statistics() = 0;

  template <typename F>
  std::invoke_result_t<F, WriteTx&> write(F&& body) {
    return run<WriteTx>([this](const auto& b) { return write_with(b); }, std::forward<F>(body));
  }
  template <typename F>
  std::invoke_result_t<F, ReadTx&> read(F&& body) {
    return run<ReadTx>([this](const auto& b) { return read_with(b); }, std::forward<F>(body));
  }

 private:
  template <typename Tx, typename Runner, typename F>
  static std::invoke_result_t<F, Tx&> run(Runner runner, F&& body) {
    using R = std::invoke_result_t<F, Tx&>;
    if constexpr (std::is_same_v<R, Status>) {
      return runner(std::function<Status(Tx&)>(std::forward<F>(body)));
    } else {
      std::optional<R> result;
      const Status status = runner(std::function<Status(Tx&)>([&](Tx& tx) -> Status {
        result.emplace(body(tx));
        if (!*result) return tl::unexpected(result->error());
        return {};
      }));
      if (!status) return tl::unexpected(status.error());
      return std::move(*result);
    }
  }
};

}  // namespace tocsin::store
