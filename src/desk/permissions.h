// Who may do what: role, kind of organisation, jurisdiction, and the separation of hands.
#pragma once

#include <string_view>

#include "desk/actor.h"
#include "model/appeal.h"
#include "model/task.h"
#include "store/store.h"

namespace tocsin::desk {

/// The person holds the role, is not disabled, and the organisation is active.
Status require_role(const Actor& actor, model::Role role, std::string_view requirement);
/// Scopes that a token can be asked to carry; `*` is all of them.
const std::vector<std::string_view>& token_scopes();
bool scope_allows(const std::vector<std::string>& scopes, std::string_view needed);
/// A credential hands on what it has itself: a stolen one that may only read stays such a one.
Status require_held(const Actor& actor, const std::vector<std::string>& wanted);
/// The organisation is the ministry or a provincial administration (W17-03).
Status require_authority(const Actor& actor);
/// The authority covers the target: the ministry everywhere, a province its own; an unknown
/// province leaves only the ministry (W17-03).
Status require_jurisdiction(const Actor& actor, const model::Threat& threat);
/// The expert body has a delegation, valid now, of one of these authorities (organisation ids): a
/// mandate reaches as far as the authority that gave it, and that is the cases it handles (W17-11).
Status require_delegation(const model::Organization& body,
                          const std::vector<std::string>& authorities, Instant now);
/// The person has a training for this organisation that is valid now (W17-13).
Status require_training(const Actor& actor, Instant now);
/// Finder, determiner, decider and executor are four persons; `duty` is what the actor would do.
/// What an organisation may not do itself, nobody who belongs to it does for another one.
enum class Duty { kIdentify, kDecide, kExecute, kVerify };
Status require_separate_hands(const Actor& actor, Duty duty, const model::Threat& threat,
                              const model::Task* task);
/// Whoever acts for several organisations acts on one case for one of them: the hands would be one
/// person's otherwise (W17-12). `threat` is an id; the journal is asked.
Status require_one_side(store::ReadTx& tx, const Actor& actor, std::string_view threat);
/// The addressee can act on that kind of target (W17-15), for instance a registrar on domains only.
Status require_capable(const model::Organization& addressee, model::Measure measure,
                       const std::vector<model::CaseIndicator>& indicators);

}  // namespace tocsin::desk
