// Notices that what was dealt with is seen again: an indicator of a closed case, of a lifted
// measure or of a verified disposal, sighted after that ended (W17-08). It follows the journal:
// cases tell it what to watch, imports when to look.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <vector>

#include "model/organization.h"
#include "model/relapse.h"
#include "store/store.h"

namespace tocsin::graph {

/// One thread. Keeps in memory what it watches, a few hundred bytes an indicator of an ended case.
class RelapseWatch {
 public:
  /// `basis`: article 6 in the rule set in force. `pause`: the shortest time between two looks,
  /// however many imports commit.
  RelapseWatch(store::Store& store, const Clock& clock, std::function<journal::Basis()> basis,
               std::chrono::milliseconds pause = std::chrono::seconds(1))
      : store_(store), clock_(clock), basis_(std::move(basis)), pause_(pause) {}

  /// A step along the journal, and a look when it is due and no entry waits. Returns how many
  /// entries were read; 0: nothing to do until there are more, or the pause is over.
  Result<int> run_once();

 private:
  struct Watched {
    model::CaseIndicator indicator;
    model::RelapseOccasion occasion = model::RelapseOccasion::kClosed;
    Instant ended_at;
  };
  struct Case {
    std::string number;
    std::vector<Watched> indicators;
  };

  Status load();
  Status refresh(const std::string& threat);
  static Result<std::vector<Watched>> watched(store::ReadTx& tx, const std::string& threat,
                                              std::string& number, bool& in_work);
  Status settle(const std::string& threat);
  Status look();
  Result<std::optional<model::Relapse>> seen_again(store::ReadTx& tx, const std::string& threat,
                                                   const Case& of, const Watched& what) const;

  store::Store& store_;
  const Clock& clock_;
  const std::function<journal::Basis()> basis_;
  const std::chrono::milliseconds pause_;
  std::map<std::string, Case> cases_;
  std::uint64_t position_ = 0;
  bool loaded_ = false;
  bool due_ = true;
  Instant looked_;
};

/// Settles an open relapse by hand: `state` is reopened or dismissed. The identifier of an expert
/// body or a reviewer decides that it is none; kConflict when it is settled already.
Result<model::Relapse> settle_relapse(store::Store& store, const model::User& user,
                                      const model::Organization& organization,
                                      const model::Act& act, std::string_view id,
                                      model::RelapseState state, const journal::Basis& basis);

}  // namespace tocsin::graph
