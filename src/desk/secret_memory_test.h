// Secrets of second factors in memory, for tests.
#pragma once

#include <map>

#include "desk/second_factor.h"

namespace tocsin::desk {

class SecretMemory final : public SecretFiles {
 public:
  Status seal(const std::string& name, std::string_view secret) override {
    kept[name] = secret;
    return {};
  }
  Result<std::string> read(const std::string& name) override {
    const auto found = kept.find(name);
    if (found == kept.end()) return fail(Code::kUnavailable, "no secret " + name);
    return found->second;
  }
  void forget(const std::string& name) override { kept.erase(name); }

  std::map<std::string, std::string> kept;
};

}  // namespace tocsin::desk
