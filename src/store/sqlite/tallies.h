// Counters beside the full-text index, in the same file and the same transactions.
#pragma once

#include <array>
#include <map>
#include <string>
#include <unordered_map>

#include "store/sqlite/connection.h"
#include "store/text_index.h"

namespace tocsin::store {

/// Tables of the counters.
inline constexpr const char* kTallySchema =
    "create table if not exists word (id integer primary key, text text not null unique);"
    "create table if not exists tally (what integer, team integer, region integer, day integer,"
    " value integer, n integer not null, primary key (what, team, region, day, value))"
    " without rowid;";

/// A tally as one text, to be kept with its document and taken off again. Empty when it counts
/// nothing.
std::string tally_text(const TextTally& tally);

/// Gathers what a batch changes and writes it once: documents of one day mostly hit the same
/// counters. Thread safety: one thread.
class TallyWriter {
 public:
  explicit TallyWriter(Connection& db) : db_(db) {}

  /// Puts `now` in the place of `before`, both as tally_text() wrote them.
  Status replace(const std::string& before, const std::string& now);
  /// Writes what was gathered.
  Status flush();
  /// Forgets what was gathered and what is known of the file: after a rollback, or when it was
  /// emptied.
  void reset();

 private:
  using Cell = std::array<std::int64_t, 5>;  ///< what, team, region, day, value
  Status add(const std::string& text, std::int64_t sign);
  Result<std::int64_t> word(const std::string& text);

  Connection& db_;
  std::map<Cell, std::int64_t> changes_;
  std::unordered_map<std::string, std::int64_t> words_;
};

using TallyByDay = std::map<std::int64_t, std::map<std::string, std::int64_t>>;
/// Sums of one range; without `by_day` everything stands under day 0.
Result<TallyByDay> read_tallies(Connection& db, const TextCount& count, bool by_day);

}  // namespace tocsin::store
