// Who vouches for a snapshot: a detached CMS signature over a statement of its total SHA-256.
#pragma once

#include <string>
#include <vector>

#include "base/crypto/cms.h"
#include "match/snapshot/snapshot.h"

namespace tocsin::match::snapshot {

/// What is signed: format, list version and SHA-256, one line each, the same bytes for everybody.
std::string statement(const Snapshot& snapshot);

/// DER for `<snapshot>.p7s`. The snapshot is verified first: nobody signs bytes that nobody read.
Result<std::string> sign(const Snapshot& snapshot, const crypto::SigningKey& key,
                         const crypto::Certificate& certificate, Instant signing_time);

/// Verifies all bytes of the snapshot, then the signature over its statement. `trusted` as in
/// crypto::cms::verify().
Result<crypto::cms::Signer> verify_signature(
    const Snapshot& snapshot, std::string_view p7s,
    const std::vector<crypto::Certificate>* trusted = nullptr);

}  // namespace tocsin::match::snapshot
