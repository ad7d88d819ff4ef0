// Secrets with which the hub shows itself to sources: where they lie, and how they are read.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/source.h"
#include "store/store.h"

namespace tocsin::sources {

/// Value of an environment variable, or nothing.
using Environment = std::function<std::optional<std::string>(const std::string& name)>;

/// Only variables of this beginning are read: an administrator of the platform must not learn what
/// else the hub's process was given.
inline constexpr std::string_view kVariablePrefix = "TOCSIN_SOURCE_";

/// What a request carries; lives as long as the request.
struct Credential {
  std::vector<std::pair<std::string, std::string>> headers;
  std::string certificate_file;
  std::string key_file;
};

/// A folder of the hub's own (0700) with one file (0600) for each sealed secret, beside files that
/// whoever runs the machine put there. No document, log line or journal entry ever holds a secret.
class Vault {
 public:
  Vault() = default;
  Vault(std::filesystem::path folder, Environment environment)
      : folder_(std::move(folder)), environment_(std::move(environment)) {}

  /// Keeps the secret of a source. kUnavailable.
  Status seal(const std::string& source, std::string_view secret) const;
  /// Forgets it; without one nothing happens.
  void forget(const std::string& source) const;
  /// What the source's requests carry. kUnavailable when the secret cannot be read, kRefused when
  /// others can read its file.
  Result<Credential> credential(const model::Source& source) const;

 private:
  Result<std::filesystem::path> own_file(const std::string& name) const;
  Result<std::string> secret(const model::Source& source) const;

  std::filesystem::path folder_;
  Environment environment_;
};

/// kInvalid naming the member that does not fit.
Status check_access(const model::SourceAccess& access);

/// Sources of older databases hold their secret in the document: moves it into the vault.
Status seal_old_credentials(store::Store& store, const Vault& vault, const journal::Basis& basis);

}  // namespace tocsin::sources
