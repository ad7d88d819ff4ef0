// Makes an evidence bundle of one case (docs/evidence.md).
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/crypto/certificate.h"
#include "base/crypto/key.h"
#include "base/json.h"
#include "base/result.h"
#include "base/time.h"
#include "evidence/manifest.h"
#include "journal/entry.h"
#include "journal/merkle.h"

namespace tocsin::evidence {

/// Collects the parts of a bundle in any order, but entries by ascending seq; then seal() or
/// write(). What is handed in is checked at once where it can be, and as a whole when sealing.
class Builder {
 public:
  /// `hub` is the name in the tree head; `created` is also the signing time of the manifest.
  Builder(CaseRef about, std::string hub, Instant created);

  /// A signed document and its detached signature. Verifies it and keeps the signer's certificate.
  Status add_document(std::string_view id, std::string canonical, std::string p7s);
  /// A certificate that a reader may need besides the signers': the issuer of an authority's.
  void add_certificate(const crypto::Certificate& certificate);
  /// An entry whose `threat` is the case, and the proof that it is in the tree of set_head().
  Status add_entry(const journal::Entry& entry, const journal::Proof& proof);
  /// The signed tree head to which all proofs lead. Verifies it and keeps the certificate.
  Status set_head(const journal::TreeHead& head, std::string p7s);
  /// A verification transcript; its digest() must be cited by an entry's data as "digest".
  Status add_probe(std::string_view id, const Json& transcript);
  /// Members `id` and `number` are set from the case; the rest is for readers.
  void set_case(Json summary);

  /// The bundle's bytes, which passed check(); kInvalid with the first broken thing when not.
  Result<std::string> seal(const crypto::SigningKey& hub_key,
                           const crypto::Certificate& hub_certificate) const;
  Status write(const std::filesystem::path& path, const crypto::SigningKey& hub_key,
               const crypto::Certificate& hub_certificate) const;

 private:
  Status add_signed(std::string content_path, std::string signature_path, std::string content,
                    std::string p7s);

  CaseRef about_;
  std::string hub_;
  Instant created_;
  Files files_;
  std::uint64_t last_seq_ = 0;
  Json proofs_ = Json::array();
};

/// What a journal entry must cite: hex SHA-256 of the canonical JSON.
std::string digest(const Json& document);

}  // namespace tocsin::evidence
