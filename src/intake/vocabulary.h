// Tag vocabularies of MISP (W17-08): taxonomies (machine tags) and galaxies (clusters), so that a
// label that a source wrote can be told in words.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "journal/entry.h"
#include "model/common.h"
#include "store/collections.h"
#include "store/store.h"

namespace tocsin::intake {

/// One tag and what it means.
struct Term {
  using is_described = void;
  std::string id;          ///< the tag in lower case; galaxies as `misp-galaxy:kind="value"`
  std::string tag;         ///< as the vocabulary writes it
  std::string vocabulary;  ///< `taxonomy:tlp`, `galaxy:botnet`
  Text title;              ///< Chinese only where we know the word; vocabularies are in English
  std::string description;
  std::vector<std::string> synonyms;  ///< of a cluster
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("id", s.id);
    v("tag", s.tag);
    v("vocabulary", s.vocabulary);
    v("title", s.title);
    v("description", s.description);
    v("synonyms", s.synonyms);
  }
};

struct Vocabulary {
  std::string name;  ///< `taxonomy:tlp`
  std::vector<Term> terms;
};

/// A `machinetag.json` or a galaxy's cluster file. kInvalid (`bad-vocabulary`, the field names the
/// member) for anything else, and beyond 100,000 terms.
Result<Vocabulary> read_vocabulary(std::string_view json);

struct VocabularyOutcome {
  using is_described = void;
  std::string name;
  std::int64_t terms = 0;
  std::int64_t added = 0;
  std::int64_t changed = 0;
  std::int64_t removed = 0;  ///< the vocabulary no longer names them
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("name", s.name);
    v("terms", s.terms);
    v("added", s.added);
    v("changed", s.changed);
    v("removed", s.removed);
  }
};

/// Makes the stored vocabulary the same as the file, with one journal entry; the same file again
/// writes nothing.
Result<VocabularyOutcome> import_vocabulary(store::Store& store, std::string_view json,
                                            const model::Act& by, const journal::Basis& basis);

/// By tag, case ignored; else by the name or a synonym of a cluster. kNotFound.
Result<Term> find_term(store::ReadTx& tx, std::string_view tag);

}  // namespace tocsin::intake

namespace tocsin::store {

template <>
struct Collection<intake::Term> {
  static constexpr std::string_view table = "term";
  static std::vector<IndexKey> keys(const intake::Term& t) {
    std::vector<IndexKey> out = {{"vocabulary", t.vocabulary}};
    // A cluster is called by its own name as well as by the others.
    if (t.vocabulary.starts_with("galaxy:")) out.push_back({"synonym", to_lower(t.title.en)});
    for (const auto& synonym : t.synonyms) out.push_back({"synonym", to_lower(synonym)});
    return out;
  }
};

}  // namespace tocsin::store
