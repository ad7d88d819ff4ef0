// The full-text part of the persistence contract: an inverted index beside the store. It is a copy
// that can be lost: whoever fills it keeps in it how far it came, and fills it again from nothing.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace tocsin::store {

/// That a document counts on a day: as what, and as which value of it.
struct TextMark {
  std::int64_t day = 0;  ///< days since 1970, as the caller reckons days
  std::string what;
  std::string value;
  auto operator<=>(const TextMark&) const = default;
};

/// Where one document counts: each mark once for each group, in all and in each of the regions.
/// None of the texts has control characters.
struct TextTally {
  std::vector<std::string> groups;   ///< who may count it
  std::vector<std::string> regions;  ///< besides the whole, which is the empty text
  std::vector<TextMark> marks;
  bool operator==(const TextTally&) const = default;
};

/// Which marks to add up, over days from `first` to `last`.
struct TextCount {
  std::string what;
  std::vector<std::string> groups;
  std::string region = {};
  std::int64_t first = INT64_MIN;
  std::int64_t last = INT64_MAX;
};

/// What of one document can be found. Words and keys are any non-empty bytes, cut by the caller;
/// words have an order, in which phrases are found, keys have none. Both empty: not to be found.
struct TextDocument {
  std::string id;
  std::vector<std::string> words;
  std::vector<std::string> keys;
  TextTally tally = {};
};

/// Words side by side, or one key.
struct TextTerm {
  bool key = false;
  std::vector<std::string> words;  ///< of a key just one
  bool prefix = false;             ///< the last one may go on
  bool operator==(const TextTerm&) const = default;
};

/// Documents that have, of each member of `all`, at least one term, and none of `none`.
struct TextQuery {
  std::vector<std::vector<TextTerm>> all;
  std::vector<TextTerm> none;
  std::int64_t after = 0;  ///< resume strictly behind this position; 0: at the beginning
  std::size_t limit = 100;
  bool oldest_first = false;
};

struct TextHit {
  std::string id;
  std::int64_t position = 0;
};

/// Changes that become visible together.
struct TextBatch {
  std::string collection;
  std::vector<TextDocument> documents;  ///< each replaces what was known of its id
  std::map<std::string, std::string> notes;
};

/// Thread safety: safe. Readers never wait for a writer.
class TextIndex {
 public:
  virtual ~TextIndex() = default;

  /// Replaces documents and notes. A document keeps its position when it is replaced; a new one
  /// comes before all others.
  virtual Status put(const TextBatch& batch) = 0;
  /// Newest first, in the reverse of the order in which documents were first put, or in that order.
  /// kInvalid for a collection that the index was not opened with, or a term without words.
  virtual Result<std::vector<TextHit>> find(std::string_view collection,
                                            const TextQuery& query) = 0;
  virtual Result<std::int64_t> count(std::string_view collection) = 0;
  /// How often each value was marked: the sum over all documents as they are now. In the same
  /// transaction as the documents, so a count and what is found never disagree.
  virtual Result<std::map<std::string, std::int64_t>> tallied(const TextCount& count) = 0;
  /// The same, day by day.
  virtual Result<std::map<std::int64_t, std::map<std::string, std::int64_t>>> tallied_by_day(
      const TextCount& count) = 0;
  /// What was noted under that name; empty when nothing was.
  virtual Result<std::string> note(std::string_view name) = 0;
  /// Forgets everything, notes too.
  virtual Status clear() = 0;
};

}  // namespace tocsin::store
