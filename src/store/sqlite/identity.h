// Tables of (kind, value) whose ids are given out one by one, found by 63 bits of a hash (decision
// 0004): the indicator base and the nodes of the graph.
#pragma once

#include <compare>
#include <cstdint>
#include <span>
#include <string_view>

#include "store/sqlite/connection.h"

namespace tocsin::store {

/// The statements of one such table and of the key table beside it.
struct IdentitySql {
  const char* find;     ///< id, kind and value at the key ?1
  const char* claim;    ///< takes the key ?1 for the id ?2, unless it is taken
  const char* insert;   ///< the row: id, kind, value
  const char* value;    ///< kind and value of the id ?1
  const char* move;     ///< gives the entry at the key ?2 the key ?1
  const char* release;  ///< frees the key ?1
  const char* erase;    ///< removes the row with the id ?1
  /// Names in the table of counters: the highest id ever given out, and how many rows there are.
  /// Rows go away again, so neither can be read off the table.
  const char* newest;
  const char* rows;
};

/// 63 bits of a cryptographic hash: values are foreign, so the key must not be steerable.
std::int64_t identity_hash(std::int64_t kind, std::string_view value);

/// The id of that value, 0 when it is not there; `hash` ends at its key, or at the free one where
/// it would go.
Result<std::int64_t> identity_of(Connection& db, const IdentitySql& sql, std::int64_t kind,
                                 std::string_view value, std::int64_t& hash);

/// The value of a counter, 0 before it was first set.
Result<std::int64_t> read_counter(Connection& db, std::string_view name);

/// Removes rows with their keys; an entry that a collision had pushed behind a key that becomes
/// free moves up, or it would not be found again.
Status drop_identities(Connection& db, const IdentitySql& sql, std::span<const std::int64_t> ids);

/// One value of a batch on its way: in order of hashes first, then in order of ids.
struct Pending {
  std::int64_t key = 0;   ///< hash before, id after
  std::size_t index = 0;  ///< of the caller's row; equal values stay in their order of arrival
  std::int64_t kind = 0;
  std::string_view value;
  auto operator<=>(const Pending&) const = default;
};

/// Turns hashes into ids, new ones where needed. Sorts by hash first: neighbours land on the same
/// pages, the difference between a random and a nearly sequential write. Returns how many are new.
Result<std::int64_t> give_identities(Connection& db, const IdentitySql& sql,
                                     std::span<Pending> batch);

}  // namespace tocsin::store
