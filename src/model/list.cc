#include "model/list.h"

namespace tocsin::model {

bool carries(PointKind point, IndicatorKind indicator) {
  if (point == PointKind::kTextList) return true;
  switch (indicator) {
    case IndicatorKind::kDomain:
    case IndicatorKind::kWildcardDomain:
    case IndicatorKind::kIpv4:
    case IndicatorKind::kIpv6:
    case IndicatorKind::kIpv4Prefix:
    case IndicatorKind::kIpv6Prefix:
      return true;
    default:
      return false;
  }
}

std::string list_version_key(std::uint64_t version) {
  std::string digits = std::to_string(version);
  return std::string(20 - digits.size(), '0') + digits;
}

}  // namespace tocsin::model
