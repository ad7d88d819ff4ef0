#include "model/indicator.h"

#include <array>

namespace tocsin::model {
namespace {

constexpr std::array<std::string_view, kIndicatorKinds> kNames = {
    "ipv4",  "ipv6",      "ipv4-prefix", "ipv6-prefix", "endpoint",
    "domain", "wildcard-domain", "url",  "host-path",   "email",
    "phone", "sms-port",  "broadband-account", "md5",   "sha1",
    "sha256", "sm3",      "app",         "account",     "pattern"};

}  // namespace

std::string_view name(IndicatorKind kind) { return kNames.at(static_cast<std::size_t>(kind)); }

std::optional<IndicatorKind> indicator_kind(std::string_view name) {
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (kNames[i] == name) return static_cast<IndicatorKind>(i);
  }
  return std::nullopt;
}

}  // namespace tocsin::model
