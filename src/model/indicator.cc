#include "model/indicator.h"

namespace tocsin::model {

const std::vector<std::string_view>& enum_names(IndicatorKind) {
  static const std::vector<std::string_view> names = {"ipv4",
                                                      "ipv6",
                                                      "ipv4-prefix",
                                                      "ipv6-prefix",
                                                      "endpoint",
                                                      "domain",
                                                      "wildcard-domain",
                                                      "url",
                                                      "host-path",
                                                      "email",
                                                      "phone",
                                                      "sms-port",
                                                      "broadband-account",
                                                      "md5",
                                                      "sha1",
                                                      "sha256",
                                                      "sm3",
                                                      "app",
                                                      "account",
                                                      "pattern",
                                                      "literal"};
  return names;
}

std::string_view name(IndicatorKind kind) {
  return enum_names(kind).at(static_cast<std::size_t>(kind));
}

std::optional<IndicatorKind> indicator_kind(std::string_view name) {
  IndicatorKind kind{};
  if (!parse_enum(name, kind)) return std::nullopt;
  return kind;
}

bool parse_enum(std::string_view text, IndicatorKind& out) {
  const auto& names = enum_names(out);
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i] == text) {
      out = static_cast<IndicatorKind>(i);
      return true;
    }
  }
  return false;
}

}  // namespace tocsin::model
