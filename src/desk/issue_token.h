// The one place where a token, and the one where a password, comes into being.
#pragma once

#include "base/ids.h"
#include "desk/registry.h"

namespace tocsin::desk {

/// Stores a token of `user`, acting for `user.organization`, with the scopes, label and end of
/// `request`, and journals it.
Result<IssuedToken> make_token(store::WriteTx& tx, IdSource& ids, Instant now,
                               const law::Library& law, const Actor& actor, const model::User& user,
                               const TokenRequest& request, const std::string& point = {},
                               const std::string& source = {});

/// kInvalid for fewer than 12 bytes, and for what is tried first. Blocks as crypto::hash_password
/// does.
Result<std::string> hash_new_password(const std::string& password, std::string_view login);

}  // namespace tocsin::desk
