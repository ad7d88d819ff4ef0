#include "match/snapshot/signature.h"

namespace tocsin::match::snapshot {

std::string statement(const Snapshot& snapshot) {
  return "tocsin match snapshot " + std::to_string(snapshot.header().format) + "\nlist version " +
         std::to_string(snapshot.header().list_version) + "\nsha256 " + snapshot.sha256() + "\n";
}

Result<std::string> sign(const Snapshot& snapshot, const crypto::SigningKey& key,
                         const crypto::Certificate& certificate, Instant signing_time) {
  TRY_STATUS(snapshot.verify());
  return crypto::cms::sign(key, certificate, statement(snapshot), signing_time);
}

Result<crypto::cms::Signer> verify_signature(const Snapshot& snapshot, std::string_view p7s,
                                             const std::vector<crypto::Certificate>* trusted) {
  TRY_STATUS(snapshot.verify());
  return crypto::cms::verify(p7s, statement(snapshot), trusted);
}

}  // namespace tocsin::match::snapshot
