#include "model/list.h"

namespace tocsin::model {

std::string list_version_key(std::uint64_t version) {
  std::string digits = std::to_string(version);
  return std::string(20 - digits.size(), '0') + digits;
}

}  // namespace tocsin::model
