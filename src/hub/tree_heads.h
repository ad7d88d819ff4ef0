// Signed tree heads of the journal.
#pragma once

#include <string>

#include "hub/keys.h"
#include "journal/merkle.h"
#include "store/store.h"

namespace tocsin::hub {

struct SignedHead {
  journal::TreeHead head;
  std::string signature;    ///< detached CMS over head.canonical(), DER
  std::string certificate;  ///< PEM
};

/// The head of the journal as it is now, signed by the hub.
Result<SignedHead> sign_head(store::Store& store, KeyRing& keys, const Clock& clock);
Json to_json(const SignedHead& head);

/// Name of this hub in tree heads and bundles.
inline constexpr const char* kHubName = "tocsin";

}  // namespace tocsin::hub
