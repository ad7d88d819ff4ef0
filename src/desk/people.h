// Finding people and organisations by what somebody typed, and what must hold of a person whatever
// organisation gives the roles.
#pragma once

#include <string_view>

#include "store/collections.h"

namespace tocsin::desk {

/// kNotFound naming the field.
Result<model::Organization> organization_by_code(store::ReadTx& tx, std::string_view code,
                                                 std::string_view field);
Result<model::User> user_by_login(store::ReadTx& tx, std::string_view login,
                                  std::string_view field);
/// The person as seen from the organisation with that code, empty for the first one; kForbidden
/// when the person does not act for it, whether or not there is such an organisation.
Result<model::User> acting_for(store::ReadTx& tx, const model::User& person, std::string_view code,
                               std::string_view field);

/// Who runs the platform decides no measure, for no organisation (W17-10).
/// A role whose every act is refused outside a kind of unit is not given outside it: reviewers and
/// checkers are of telecom authorities (W17-03), identifiers and verifiers of expert bodies
/// (W17-11).
Status require_fitting(const model::Organization& unit, const std::vector<model::Role>& roles);

Status require_platform_apart(const model::User& person);
/// Somebody else still runs the platform when `leaving` no longer does (W17-10).
Status require_other_admin(store::ReadTx& tx, const model::User& leaving);

}  // namespace tocsin::desk
