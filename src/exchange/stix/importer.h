// Brings a STIX document into the object base, and its indicators into the ordinary intake.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/ids.h"
#include "exchange/stix/base.h"
#include "model/source.h"

namespace tocsin::exchange::stix {

struct ImportRequest {
  model::ExchangeCollection collection;
  model::Act by;
  journal::Basis basis;   ///< what the journal entries of the run stand on (W17-08)
  std::string source;     ///< of the sightings; empty: `stix:<alias>:<organisation's code>`
  std::string file_name;  ///< for the record
  SplitLimits limits;
  /// Everything in one transaction, or nothing: for bodies that are bounded anyway.
  bool whole = false;
  bool envelope = false;  ///< only a TAXII envelope is taken: no bundle, no list, no bare object
  bool outcomes = false;  ///< keep what became of each object (TAXII status)
  /// Set together with the last batch: where to go on pulling from a peer.
  std::string cursor;
  std::uint64_t position = 0;
};

struct ImportResult {
  Counts counts;
  std::string import;         ///< id of the record; empty when nothing was new
  std::int64_t imported = 0;  ///< indicators nobody had reported before
  std::int64_t merged = 0;
  std::int64_t relations = 0;                ///< that nobody had stated before
  std::vector<model::RefusedLine> refusals;  ///< objects; the first thousand
  std::vector<model::ExchangeOutcome> outcomes;
};
Json to_json(const ImportResult& result);

/// One run. feed() from one thread with UTF-8 JSON. A batch of objects is one transaction with one
/// journal entry; a batch with nothing new writes nothing at all, so that importing again changes
/// nothing. Memory: a batch (2,000 objects or 8 MiB), unless `whole`. Broken JSON ends the run
/// with its position; batches before it stay.
class Importer {
 public:
  Importer(store::Store& store, const Clock& clock, IdSource& ids, ImportRequest request);

  [[nodiscard]] Status feed(std::string_view bytes);
  Result<ImportResult> finish();
  /// The members beside the objects, after finish(): `more`, `next` of an envelope.
  const Json& envelope() const { return splitter_.envelope(); }

 private:
  struct Waiting {
    Object object;
    std::int64_t number;
  };
  struct Sightings;

  Status on_piece(const Piece& piece, const Json& json);
  Status check_envelope() const;
  void refuse(const Piece& piece, const Error& error, const std::string& id);
  Status flush();
  struct Added;
  Status add_all(store::WriteTx& tx, ImportResult& next, Added& added);
  Status sight(store::WriteTx& tx, ImportResult& next, const Added& added, model::Import& record);
  Status relate(store::WriteTx& tx, const std::vector<const Object*>& objects, ImportResult& next,
                model::Import& record, std::vector<std::string>* waiting);
  Status relate_late(store::WriteTx& tx);
  Status close(const Status& ended);

  store::Store& store_;
  const Clock& clock_;
  IdSource& ids_;
  ImportRequest request_;
  Splitter splitter_;
  Instant started_;
  std::vector<std::string> waiting_;  ///< objects that name one that is not here yet
  ImportResult result_;
  model::Import record_;
  std::vector<Waiting> batch_;
  std::size_t batch_bytes_ = 0;
  std::int64_t number_ = 0;
};

}  // namespace tocsin::exchange::stix
