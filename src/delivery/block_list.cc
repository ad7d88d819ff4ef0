#include "delivery/block_list.h"

#include "base/text.h"

namespace tocsin::delivery {

using K = model::IndicatorKind;

std::optional<std::string> list_line(const model::Indicator& indicator, ListForm form,
                                     Wildcard wildcard) {
  const std::string& value = indicator.value;
  switch (form) {
    case ListForm::kPlain:
      return value;
    case ListForm::kCidr:
      if (indicator.kind == K::kIpv4) return value + "/32";
      if (indicator.kind == K::kIpv6) return value + "/128";
      if (indicator.kind == K::kIpv4Prefix || indicator.kind == K::kIpv6Prefix) return value;
      return std::nullopt;
    case ListForm::kDomains:
      if (indicator.kind == K::kDomain) return value;
      if (indicator.kind != K::kWildcardDomain || wildcard == Wildcard::kNone) return std::nullopt;
      return wildcard == Wildcard::kStar ? value : value.substr(1);
    case ListForm::kUrls:
      if (indicator.kind == K::kUrl || indicator.kind == K::kHostPath) return value;
      return std::nullopt;
  }
  return std::nullopt;
}

std::string csv_field(std::string_view text, bool for_people) {
  const bool formula =
      !text.empty() && std::string_view("=+-@\t\r").find(text[0]) != std::string_view::npos;
  return "\"" + std::string(for_people && formula ? "'" : "") +
         replace_all(std::string(text), "\"", "\"\"") + "\"";
}

}  // namespace tocsin::delivery
