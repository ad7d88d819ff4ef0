// Checks an evidence bundle with nothing but the file itself: no server, no network.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/crypto/certificate.h"
#include "base/json.h"
#include "base/text.h"
#include "evidence/manifest.h"

namespace tocsin::evidence {

/// Somebody whose signature in the bundle was verified.
struct BundleSigner {
  std::string fingerprint;  ///< SHA-256 of the certificate, hex
  std::string subject;
  std::string algorithm;
  std::vector<std::string> files;  ///< what this certificate signed
};

/// One thing that was checked.
struct Step {
  std::string id;  ///< stable: container, manifest, files, keys, documents, ...
  Text name;
  bool ok = false;
  Text detail;       ///< what was found; when not ok, what is wrong and where
  std::string file;  ///< the file that is broken, when it is one
};

struct Report {
  bool ok = false;
  std::vector<Step> steps;                  ///< in order; none after the first that failed
  std::optional<std::size_t> first_broken;  ///< index into steps
  /// Nothing is broken; the only thing missing is that somebody trusts a signer's certificate.
  bool untrusted = false;
  bool trust_given = false;  ///< false: signatures fit, but nobody said whose keys these should be
  std::vector<BundleSigner> signers;
  CaseRef about;
  std::string hub;
  Instant created;
  std::size_t documents = 0;
  std::size_t probes = 0;
  std::size_t entries = 0;
  std::uint64_t tree_size = 0;
};

/// With `trust`, the manifest and the tree head must be signed by one of these certificates itself
/// and every document by one of them or by one that they issued. Without, the report lists the
/// fingerprints for the reader to compare.
/// A bundle that fails is a report with ok == false, never an error.
Report check(std::string_view bundle, const std::vector<crypto::Certificate>* trust = nullptr);

/// The same for a file; an unreadable file fails the step `container`.
Report check_file(const std::filesystem::path& path,
                  const std::vector<crypto::Certificate>* trust = nullptr);

Json to_json(const Report& report);
/// For people, some lines, ending in a verdict.
std::string to_text(const Report& report, Lang lang);

}  // namespace tocsin::evidence
