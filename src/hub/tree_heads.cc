#include "hub/tree_heads.h"

#include "store/merkle_nodes.h"

namespace tocsin::hub {

Result<SignedHead> sign_head(store::Store& store, KeyRing& keys, const Clock& clock) {
  SignedHead out;
  TRY(out.head, store.read([&](store::ReadTx& tx) -> Result<journal::TreeHead> {
    journal::TreeHead head;
    TRY(head.size, tx.last_sequence());
    const store::MerkleNodes nodes(tx);
    TRY(head.root, journal::root_at(nodes, head.size));
    head.time = {clock.now().micros / 1000 * 1000};  // a head's time has whole milliseconds
    head.hub = kHubName;
    return head;
  }));
  TRY(out.signature, keys.sign_der(kHubKey, out.head.canonical(), out.head.time));
  TRY(const auto certificate, keys.prepare(kHubKey, kHubName));
  out.certificate = certificate.to_pem();
  return out;
}

Json to_json(const SignedHead& head) {
  return Json::object({{"head", head.head.canonical()},
                       {"size", head.head.size},
                       {"root", crypto::to_hex(head.head.root)},
                       {"signature", crypto::cms::to_pem(head.signature)},
                       {"certificate", head.certificate}});
}

}  // namespace tocsin::hub
