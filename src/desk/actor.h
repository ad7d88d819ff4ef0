// Who acts: a person, for an organisation, over a channel.
#pragma once

#include <string>
#include <vector>

#include "model/organization.h"

namespace tocsin::desk {

struct Actor {
  model::User user;
  model::Organization organization;
  /// When set, the same request again returns the first answer and does nothing.
  std::string idempotency_key;
  std::string request_digest;  ///< of the request that carried the key
  /// The key is the hub's own, for something that stays: its answer is not forgotten with time.
  bool key_lasts = false;
  /// What the credential of the request allows; empty for acts that come with none.
  std::vector<std::string> scopes;

  model::Act act(Instant at, std::string reason = {}) const {
    return {user.id, organization.id, at, std::move(reason)};
  }
};

}  // namespace tocsin::desk
