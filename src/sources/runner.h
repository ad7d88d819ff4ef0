// Runs sources when they are due, and says how each of them is.
#pragma once

#include "intake/importer.h"
#include "sources/supply.h"

namespace tocsin::sources {

/// Shadowserver's own schema, when somebody has given it; null otherwise.
using SchemaOf = std::function<Result<std::shared_ptr<const intake::shadowserver::Schema>>()>;

struct RunnerOptions {
  FetchOptions fetch;
  std::chrono::hours stale_after{7 * 24};
  journal::Basis basis;  ///< what the journal entries of runs stand on (W17-08)
  SchemaOf schema;
};

/// One source at a time. A crash in the middle of a run loses nothing: the source is still due, and
/// the import goes on where it was. When `fetch.web.cancelled` says so, a run ends within about a
/// second and leaves the source due. Thread safety: one thread for each runner.
class Runner {
 public:
  Runner(store::Store& store, const Clock& clock, IdSource& ids, RunnerOptions options)
      : store_(store), clock_(clock), ids_(ids), options_(std::move(options)) {}

  /// Runs the source that is due longest; false when none is.
  Result<bool> run_one();

  /// Takes what somebody sends to a source of kind push; the same bytes again change nothing.
  /// kConflict when the format is another than before, kInvalid when it cannot be read, kRefused
  /// for a paused source.
  Result<model::Import> receive(const model::Source& source, const Fetched& content,
                                const model::Act& by);

  /// Shows what a source would bring, or what `sent` would, without storing anything.
  static Result<intake::Preview> preview(const model::Source& source, const FetchOptions& options,
                                         std::size_t limit, const SchemaOf& schema = {},
                                         const Fetched* sent = nullptr);

 private:
  struct Outcome {
    model::SourceHealth health = model::SourceHealth::kOk;
    Text problem = {};
    std::string import = {};  ///< id of the last one, empty when nothing was read
    std::string format = {};
    bool news = false;  ///< something nobody had read before
    std::vector<model::SetAside> set_aside = {};
  };
  Outcome run(model::Source& source);
  Result<Outcome> take(model::Source& source);
  Result<Outcome> take_list(model::Source& source);
  Result<Outcome> take_parts(model::Source& source);
  Result<Outcome> take_content(const model::Source& source, const Fetched& content,
                               const model::Act& by);
  Result<intake::ImportRequest> request_for(const model::Source& source, const Fetched& content,
                                            const model::Act& by) const;
  std::chrono::hours stale_after(const model::Source& source) const;
  void judge_age(model::Source& source, Instant now) const;
  void schedule(model::Source& source, Instant now) const;
  Status finish(model::Source source, const Outcome& outcome);
  bool cancelled() const { return options_.fetch.web.cancelled && options_.fetch.web.cancelled(); }
  model::Act own_act(const model::Source& source) const {
    return {"system:sources", source.organization, clock_.now(), ""};
  }

  store::Store& store_;
  const Clock& clock_;
  IdSource& ids_;
  const RunnerOptions options_;
};

/// Is what comes one delivery of many, so that its size and date say nothing about the source?
bool comes_in_parts(model::SourceKind kind);

}  // namespace tocsin::sources
