// Sources as things that people manage: what is told about them once, and when they run.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "model/organization.h"
#include "model/source.h"
#include "sources/vault.h"
#include "store/store.h"

namespace tocsin::sources {

/// Who acts; the caller has authenticated them.
struct Hand {
  const model::User& user;
  const model::Organization& organization;
  journal::Basis basis;  ///< what the journal entry stands on (W17-08)
};

struct SourceRequest {
  using is_described = void;
  std::string name;
  model::SourceTerms terms;
  std::string credential;  ///< a secret to be sealed; left out: as it was
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("name", s.name);
    v("terms", s.terms);
    v("credential", s.credential);
  }
};

/// Each call is one transaction with its journal entry. A hub that fetches acts with the hub's own
/// rights on its network, so only an administrator tells it where from (kForbidden, W17-10).
/// Thread safety: safe.
class Sources {
 public:
  /// `stale_after` is the hub's setting for sources whose terms have none.
  Sources(store::Store& store, const Clock& clock, IdSource& ids, Vault vault,
          std::chrono::hours stale_after)
      : store_(store),
        clock_(clock),
        ids_(ids),
        vault_(std::move(vault)),
        stale_after_(stale_after) {}

  /// A new source, or new terms for one of that name. A scheduled one runs at once. A secret goes
  /// into the vault, and nowhere else.
  Result<model::Source> define(const Hand& by, const SourceRequest& request);
  /// Runs as soon as possible, also when it is paused or not scheduled; a changed format is taken
  /// as meant.
  Result<model::Source> run_now(const Hand& by, std::string_view name);
  Result<model::Source> pause(const Hand& by, std::string_view name, bool paused);
  /// The source is no longer trusted: everything it alone said is gone, and it runs no more.
  Result<model::Source> retire(const Hand& by, std::string_view name);

 private:
  Instant first_run(const model::SourceTerms& terms) const;

  store::Store& store_;
  const Clock& clock_;
  IdSource& ids_;
  const Vault vault_;
  const std::chrono::hours stale_after_;
};

/// kInvalid naming the member that does not fit.
Status check_terms(const model::SourceTerms& terms);

}  // namespace tocsin::sources
