// Whom cases and sources are for. One rule for the lists of the API, for search, and for what
// leaves by exchange.
#pragma once

#include "model/appeal.h"
#include "model/notice.h"
#include "model/organization.h"
#include "model/source.h"
#include "model/task.h"
#include "model/threat.h"
#include "store/store.h"

namespace tocsin::store {

/// Authorities within their jurisdiction, expert bodies, whoever found it or owns the target, and
/// every addressee of its tasks.
Result<bool> unit_may_read(ReadTx& tx, const model::Organization& organization,
                           const model::Threat& threat);

/// Who asks, for which organisation. Both must outlive it.
struct Person {
  const model::User& user;
  const model::Organization& organization;
};

/// The unit's people, auditors, and whoever filed an appeal in it.
Result<bool> may_read(ReadTx& tx, const Person& by, const model::Threat& threat);
/// Its addressee, and who may read the case.
Result<bool> may_read(ReadTx& tx, const Person& by, const model::Task& task);
/// Who filed it, the authority, and units that may read the case; not the public.
Result<bool> may_read(ReadTx& tx, const Person& by, const model::Appeal& appeal);
/// Who may read the case; what identifies a person only authorities and auditors.
Result<bool> may_read(ReadTx& tx, const Person& by, const model::Evidence& piece);
/// Identity papers stay at the appeal desk (R545 art. 13, regulation section 5.3).
model::Appeal masked(model::Appeal appeal, const Person& by);
/// Whoever is only affected does not see who reported it, nor what was found about others.
model::Threat masked(model::Threat threat, const Person& by);
/// What a partner delivers is seen by its own unit and by those who run or oversee the platform.
bool may_see(const Person& by, const model::Source& source);

}  // namespace tocsin::store
