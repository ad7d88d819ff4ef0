// One SQLite transaction, seen through the persistence contract.
#pragma once

#include <unordered_map>

#include "store/sqlite/connection.h"
#include "store/store.h"

namespace tocsin::store {

/// The statements of one document table, made once.
struct TableSql {
  std::string get, scan_up, scan_down, find_up, find_down, more_up, more_down, count, put, erase,
      add_key, drop_key;
};
using SqlByTable = std::unordered_map<std::string_view, TableSql>;
SqlByTable make_table_sql();

/// A relation as its rows know it.
struct RelationIds {
  std::int64_t from = 0;
  std::int64_t kind = 0;
  std::int64_t to = 0;
};

/// Read and write side in one class: a reader's connection refuses writes by itself.
class SqliteTx final : public WriteTx {
 public:
  SqliteTx(Connection& db, const SqlByTable& sql, const Clock& clock)
      : db_(db), sql_(sql), clock_(clock) {}

  Result<std::optional<std::string>> get_document(std::string_view table,
                                                  std::string_view id) override;
  Result<std::vector<Stored>> scan_documents(std::string_view table, std::string_view after_id,
                                             std::size_t limit) override;
  Result<std::vector<Stored>> scan_documents_down(std::string_view table,
                                                  std::string_view before_id,
                                                  std::size_t limit) override;
  Result<std::vector<Stored>> find_documents(std::string_view table, const Find& find) override;
  Result<std::int64_t> count_documents(std::string_view table, std::string_view index,
                                       std::string_view from, std::string_view to) override;
  Result<std::vector<journal::Entry>> journal(std::uint64_t after, std::size_t limit) override;
  Result<std::vector<journal::Entry>> journal_of_threat(std::string_view threat) override;
  Result<JournalLook> find_journal(const JournalFind& find) override;
  Result<std::uint64_t> last_sequence() override;
  Result<std::optional<std::string>> merkle_node(std::uint64_t level, std::uint64_t index) override;
  Result<std::uint64_t> cursor(std::string_view consumer) override;
  Result<std::optional<std::string>> remembered(std::string_view key) override;
  Result<bool> remembers(Instant before) override;
  Result<std::optional<IndicatorRecord>> find_indicator(const model::Indicator& i) override;
  Result<std::int64_t> count_indicators() override;
  Result<std::int64_t> newest_indicator() override;
  Result<std::vector<IndicatorSummary>> indicators(std::int64_t after, std::size_t limit) override;
  Result<std::vector<Sighting>> sightings_of_source(std::int64_t source, std::int64_t& after,
                                                    std::size_t limit) override;
  Result<std::vector<EndedIndicator>> ended_indicators(Instant before, std::int64_t& after,
                                                       std::size_t limit) override;
  Result<std::optional<NodeRecord>> find_node(const model::Node& node) override;
  Result<std::vector<Claim>> claims(const ClaimRange& range) override;
  Result<std::optional<Claim>> find_claim(const model::Relation& relation,
                                          std::int64_t source) override;
  Result<std::int64_t> count_ended_claims(Instant before) override;

  Status put_document(std::string_view table, std::string_view id, std::string_view body,
                      std::vector<IndexKey> keys) override;
  Status erase_document(std::string_view table, std::string_view id) override;
  Result<std::uint64_t> append(const Change& change) override;
  Status set_cursor(std::string_view consumer, std::uint64_t sequence) override;
  Status remember(std::string_view key, std::string_view answer, Instant now) override;
  Result<std::int64_t> forget(Instant before, std::size_t limit) override;
  Result<std::int64_t> next_number(std::string_view counter) override;
  Result<SightingCounts> add_sightings(std::span<const Sighting> rows) override;
  Result<Withdrawal> withdraw_sightings(std::int64_t source, std::int64_t run, Instant at,
                                        std::int64_t& after, std::size_t limit) override;
  Result<ClaimCounts> add_claims(std::span<const Claim> rows) override;
  Result<bool> withdraw_claim(const model::Relation& relation, std::int64_t source,
                              Instant at) override;
  Result<std::int64_t> withdraw_claims(std::int64_t source, std::int64_t run, Instant at,
                                       std::size_t limit) override;
  Result<Purged> purge_sightings(std::span<const std::int64_t> indicators, Instant before) override;
  Result<std::int64_t> purge_claims(Instant before, std::size_t limit) override;

  /// Documents were changed but nothing was journaled: such a transaction must not commit.
  bool unjournaled() const { return changes_ > 0 && entries_ == 0; }

 private:
  const TableSql& sql(std::string_view table) const;
  Result<std::vector<Stored>> scanned(const std::string& statement, std::string_view from,
                                      std::size_t limit);
  Status append_merkle(std::uint64_t leaf_index, const std::string& leaf_hash);
  Status put_sighting(Statement& insert, std::int64_t indicator, const Sighting& row);
  Result<std::int64_t> node_id(const model::Node& node);
  Result<bool> stands(const RelationIds& relation);
  Status count_degrees(const std::unordered_map<std::int64_t, std::int64_t>& changed);
  Status mark_gone(const RelationIds& relation, std::int64_t source, Instant at,
                   std::unordered_map<std::int64_t, std::int64_t>& degrees);

  Connection& db_;
  const SqlByTable& sql_;
  const Clock& clock_;
  std::int64_t changes_ = 0;
  std::int64_t entries_ = 0;
};

}  // namespace tocsin::store
