// Rule files taken in while the hub runs: kept with their journal entry, in force at once, and the
// deadlines that waited for them computed again.
#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include "desk/actor.h"
#include "law/library.h"
#include "model/rule_file.h"
#include "store/store.h"

namespace tocsin::desk {

struct RuleFileRequest {
  using is_described = void;
  std::string content;  ///< a rule file as docs/law.md describes it
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("content", s.content);
  }
};

/// What a rule file would change, before it is taken in.
struct RuleFilePreview {
  using is_described = void;
  std::string id;                ///< under which it would be kept
  std::string kind;              ///< `calendar-year`, `overlay` or `rule-set`
  std::string effect;            ///< `new`, `replaces`, or `same`: nothing would change
  Text name;                     ///< as the file says it
  std::int64_t provisional = 0;  ///< deadlines that run and are provisional now
  std::int64_t recomputed = 0;   ///< of them: those that would come out otherwise
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("id", s.id);
    v("kind", s.kind);
    v("effect", s.effect);
    v("name", s.name);
    v("provisional", s.provisional);
    v("recomputed", s.recomputed);
  }
};

/// Thread safety: safe; imports are serialised by the store's writer.
class RuleBook {
 public:
  /// Reads the built-in rules, then `folder` (none when empty), then what was imported before.
  static Result<std::unique_ptr<RuleBook>> open(store::Store& store, const Clock& clock,
                                                std::filesystem::path folder);

  /// For open(): `shipped` without imports, `first` with them.
  RuleBook(store::Store& store, const Clock& clock, std::filesystem::path folder,
           std::shared_ptr<const law::Library> shipped, std::shared_ptr<const law::Library> first)
      : store_(store),
        clock_(clock),
        folder_(std::move(folder)),
        shipped_(std::move(shipped)),
        law_(std::move(first)) {}

  const law::CurrentLibrary& law() const { return law_; }

  /// Takes in a calendar year, an overlay or another rule set. Only an administrator; kRefused for
  /// a rule set that is built in or comes from the folder: law in force is not changed in passing.
  /// kInvalid names the place in the file. The same file again changes nothing.
  Result<model::RuleFile> import(const Actor& actor, const RuleFileRequest& request);
  /// The same checks, and what import() would do; nothing is changed.
  Result<RuleFilePreview> preview(const Actor& actor, const RuleFileRequest& request) const;
  Result<std::vector<model::RuleFile>> imported() const;

  /// Computes every running provisional deadline again under the rules of now; each that changes is
  /// journaled with what it was. Returns how many changed. Idempotent: a crash in between loses
  /// nothing, the next call does the rest.
  Result<int> recompute();

 private:
  struct Prepared;
  Result<Prepared> prepare(store::ReadTx& tx, const Actor& actor,
                           const RuleFileRequest& request) const;

  store::Store& store_;
  const Clock& clock_;
  const std::filesystem::path folder_;
  const std::shared_ptr<const law::Library> shipped_;  ///< without imports
  law::CurrentLibrary law_;
};

}  // namespace tocsin::desk
