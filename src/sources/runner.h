// Runs sources when they are due, and says how each of them is.
#pragma once

#include "intake/importer.h"
#include "sources/fetch.h"

namespace tocsin::sources {

struct RunnerOptions {
  FetchOptions fetch;
  std::chrono::hours stale_after{7 * 24};
  journal::Basis basis;  ///< what the journal entries of runs stand on (W17-08)
};

/// One source at a time. A crash in the middle of a run loses nothing: the source is still due, and
/// the import goes on where it was. Thread safety: one thread.
class Runner {
 public:
  Runner(store::Store& store, const Clock& clock, IdSource& ids, RunnerOptions options)
      : store_(store), clock_(clock), ids_(ids), options_(std::move(options)) {}

  /// Runs the source that is due longest; false when none is.
  Result<bool> run_one();

  /// Shows what a source would bring, without storing anything.
  static Result<intake::Preview> preview(const model::Source& source, const FetchOptions& options,
                                         std::size_t limit);

 private:
  struct Outcome {
    model::SourceHealth health = model::SourceHealth::kOk;
    Text problem;
    std::string import;  ///< id of the last one, empty when nothing was read
    std::string format;
  };
  Outcome run(model::Source& source);
  Result<Outcome> take(model::Source& source);
  Result<Outcome> take_folder(model::Source& source);
  Result<Outcome> take_content(const model::Source& source, const Fetched& content);
  Status finish(model::Source source, const Outcome& outcome);

  store::Store& store_;
  const Clock& clock_;
  IdSource& ids_;
  const RunnerOptions options_;
};

}  // namespace tocsin::sources
