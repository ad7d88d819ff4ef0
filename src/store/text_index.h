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

/// What of one document can be found. Words and keys are any non-empty bytes, cut by the caller;
/// words have an order, in which phrases are found, keys have none. Both empty: not to be found.
struct TextDocument {
  std::string id;
  std::vector<std::string> words;
  std::vector<std::string> keys;
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
  std::int64_t before = 0;  ///< resume strictly behind this position; 0: at the newest
  std::size_t limit = 100;
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
  /// Newest first: in the reverse of the order in which documents were first put. kInvalid for a
  /// collection that the index was not opened with, or a term without words.
  virtual Result<std::vector<TextHit>> find(std::string_view collection,
                                            const TextQuery& query) = 0;
  virtual Result<std::int64_t> count(std::string_view collection) = 0;
  /// What was noted under that name; empty when nothing was.
  virtual Result<std::string> note(std::string_view name) = 0;
  /// Forgets everything, notes too.
  virtual Status clear() = 0;
};

}  // namespace tocsin::store
