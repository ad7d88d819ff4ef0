// The list of everything in a bundle; the hub signs it and so signs everything.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/crypto/certificate.h"
#include "base/result.h"
#include "base/time.h"
#include "evidence/container.h"

namespace tocsin::evidence {

inline constexpr std::string_view kFormat = "tocsin-evidence/1";

/// Paths of the files that every bundle has.
inline constexpr std::string_view kCase = "case.json";
inline constexpr std::string_view kManifest = "manifest.json";
inline constexpr std::string_view kManifestSignature = "manifest.p7s";
inline constexpr std::string_view kEntries = "journal/entries.ndjson";
inline constexpr std::string_view kHead = "journal/head.json";
inline constexpr std::string_view kHeadSignature = "journal/head.p7s";
inline constexpr std::string_view kProofs = "journal/proofs.json";

std::string document_path(std::string_view id);
std::string document_signature_path(std::string_view id);
std::string probe_path(std::string_view id);
std::string key_path(std::string_view fingerprint);

/// Which case a bundle is about.
struct CaseRef {
  std::string id;      ///< `thr_…`
  std::string number;  ///< `T-2026-000123`
  bool operator==(const CaseRef&) const = default;
};

struct Manifest {
  struct File {
    std::string path;
    std::string sha256;  ///< hex
    std::size_t size = 0;
  };
  CaseRef about;
  Instant created;  ///< whole milliseconds
  std::string hub;
  std::vector<File> files;  ///< every file but the manifest and its signature, sorted by path

  std::string canonical() const;
  /// Accepts exactly what canonical() writes.
  static Result<Manifest> parse(std::string_view text);
};

/// Lists `files`, signs the list at the manifest's time and packs all into one bundle.
/// Does not look into the files.
Result<std::string> seal_files(Files files, const CaseRef& about, std::string_view hub,
                               Instant created, const crypto::SigningKey& key,
                               const crypto::Certificate& certificate);

}  // namespace tocsin::evidence
