// Brings one file of a source into the indicator base: decoded, parsed, canonical, deduplicated,
// journaled and durable batch by batch, resumable after a kill.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/ids.h"
#include "intake/decode.h"
#include "intake/expiry.h"
#include "intake/reader.h"
#include "model/source.h"
#include "store/store.h"

namespace tocsin::intake {

struct ImportRequest {
  std::string source;     ///< name of the source; made on its first import
  std::string file_name;  ///< for the record, and for guessing the format
  std::optional<Format> format;
  Options options;
  std::string digest;  ///< SHA-256 of the raw file: a run that was cut short continues
  model::Act by;
  journal::Basis basis;  ///< what the journal entries of the run stand on
  /// A source that dates itself further back is flagged `stale-feed`.
  std::chrono::hours stale_after{7 * 24};
  /// The file is the whole list: what the source said before and this file does not say is
  /// withdrawn, for this source alone, unless the file is flagged empty, stale, shrunken or
  /// miscounted. Without it an import only adds.
  bool complete = false;
  /// One delivery of many (a message, a page of a collection): how much it brings says nothing
  /// about the source, nor does its date.
  bool part = false;
  /// Read it as new although the same content was read before, because its word would end.
  bool anew = false;
  Expiry expiry;  ///< where the source states no end
};

/// One run. feed() from one thread; every `batch_items` lines become one transaction that holds the
/// sightings, the counters and one journal entry with the batch's digest, so a kill at any moment
/// leaves whole batches and exact counts.
class Importer {
 public:
  /// Finds or makes the source and the run. A finished run of the same file is returned as it is
  /// by finish() without writing anything: importing again changes nothing.
  static Result<std::unique_ptr<Importer>> start(store::Store& store, const Clock& clock,
                                                 IdSource& ids, ImportRequest request);
  virtual ~Importer() = default;

  virtual Status feed(std::string_view bytes) = 0;
  /// Commits the rest; the run's record with its final counts.
  virtual Result<model::Import> finish() = 0;
  virtual const model::Import& progress() const = 0;
};

/// How many refusals a run keeps; all are counted.
inline constexpr std::size_t kKeptRefusals = 1000;

// What every way into the indicator base shares.
/// `started` stands in for times that the item does not state.
store::Sighting sighting_of(Item&& item, std::int64_t source, Instant started);
/// `origin` is the import.
store::Claim claim_of(Link&& link, std::int64_t source, Instant started, std::string origin);
/// Withdraws the claims that are gone, then adds the others: what a document takes back in one
/// place and says in another stands.
Result<store::ClaimCounts> take_claims(store::WriteTx& tx, std::span<const store::Claim> rows);
model::RefusedLine refused_line(const Refusal& refusal);
/// The source of that name (1 to 100 characters), made and journaled on its first use.
Result<model::Source> source_named(store::WriteTx& tx, const Clock& clock, IdSource& ids,
                                   const std::string& name, const model::Act& by,
                                   const journal::Basis& basis);

/// Parses without storing anything: what each line would become. For previews.
struct Preview {
  std::vector<Item> items;  ///< the first `limit`
  std::vector<Refusal> refusals;
  std::vector<Warning> warnings;
  Counters counters;
  Format format = Format::kPlain;
};
Result<Preview> preview(std::string_view bytes, std::string_view file_name,
                        std::optional<Format> format, const Options& options, std::size_t limit);

}  // namespace tocsin::intake
