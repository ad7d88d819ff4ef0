// Keeps the index as the store is: a consumer of the journal that writes only to the index, so that
// neither imports nor decisions ever wait for it.
#pragma once

#include <map>
#include <set>
#include <string>

#include "journal/entry.h"
#include "search/documents.h"
#include "store/store.h"
#include "store/text_index.h"

namespace tocsin::search {

/// Names of the collections of an index, those of enum_names(Place{}).
std::vector<std::string> collections();

/// How far the index is.
struct Progress {
  using is_described = void;
  std::uint64_t journal = 0;           ///< length of the journal
  std::uint64_t indexed = 0;           ///< entries of it that the index knows
  bool complete = false;               ///< every place was read once since it was made
  std::int64_t indicators_behind = 0;  ///< indicators that are not in it yet
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("journal", s.journal);
    v("indexed", s.indexed);
    v("complete", s.complete);
    v("indicators_behind", s.indicators_behind);
  }
};
Result<Progress> progress(store::Store& store, store::TextIndex& index);

/// The same index as long as this is the same: made anew, its positions mean nothing any more.
Result<std::string> epoch(store::TextIndex& index);

/// Says where documents count, read in one snapshot; and with which form of that.
using TallyOf = std::function<Result<store::TextTally>(Place, const Document&)>;
struct Tallies {
  std::string form;  ///< with another one, everything is counted anew
  std::function<TallyOf(store::ReadTx&)> open;
};

/// Tails the journal from the offset that the index holds. An index without one, of an older form,
/// or of another journal is emptied and filled again, the newest documents last. Thread safety: one
/// thread.
class Indexer {
 public:
  Indexer(store::Store& store, store::TextIndex& index, const Clock& clock, Locate locate,
          Tallies tallies)
      : store_(store),
        index_(index),
        clock_(clock),
        locate_(std::move(locate)),
        tallies_(std::move(tallies)) {}

  /// Does at most one batch of each kind of work; returns how much, 0 when there is nothing to do.
  Result<int> run_once();

 private:
  /// What a stretch of the journal asks for.
  struct News {
    std::map<Place, std::set<std::string>> touched;
    std::set<Place> again;             ///< to be read as a whole
    std::set<std::int64_t> resighted;  ///< sources whose indicators may have changed
    std::string purged;                ///< ranges of ids, `from-to,`
    bool indicators_again = false;     ///< all of them are to be read again
  };

  Status prepare();
  Result<int> tail();
  Result<int> scan();
  Result<int> new_indicators();
  Result<int> pass_over(std::uint64_t after);
  Result<int> resight();
  Result<int> forget();

  Status read_entry(store::ReadTx& tx, const journal::Entry& entry, News& news);
  Result<bool> reached(Place place, const std::string& id);
  Result<store::TextDocument> load(Documents& documents, const TallyOf& tally, Place place,
                                   const std::string& id);
  Status put(Place place, const std::set<std::string>& ids,
             std::map<std::string, std::string> notes);
  Result<std::uint64_t> number(const std::string& note);

  store::Store& store_;
  store::TextIndex& index_;
  const Clock& clock_;
  const Locate locate_;
  const Tallies tallies_;
  bool prepared_ = false;
};

}  // namespace tocsin::search
