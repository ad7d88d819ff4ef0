// Secrets of people in files that only the hub's account can read.
#pragma once

#include <filesystem>

#include "desk/second_factor.h"

namespace tocsin::hub {

/// One folder (0700), one file (0600) a secret, beside the database and never in it.
class SealedFiles final : public desk::SecretFiles {
 public:
  explicit SealedFiles(std::filesystem::path folder) : folder_(std::move(folder)) {}
  Status seal(const std::string& name, std::string_view secret) override;
  Result<std::string> read(const std::string& name) override;
  void forget(const std::string& name) override;

 private:
  const std::filesystem::path folder_;
};

}  // namespace tocsin::hub
