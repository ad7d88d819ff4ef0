// Tokens with which somebody sends indicators into one source and does nothing else.
#pragma once

#include <string>

#include "desk/registry.h"

namespace tocsin::desk {

/// Id of the source that the token is for, empty when it is for none; refuses what would be more
/// than pushing (W17-09), and people who may not report (W17-05).
Result<std::string> pushed_source(store::ReadTx& tx, const Actor& actor, const model::User& user,
                                  const TokenRequest& request);

}  // namespace tocsin::desk
