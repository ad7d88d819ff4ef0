// First byte: hint (0 none, else kind + 1); rest: a spelling. Canonical must be a fixed point.
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/result.h"
#include "base/text.h"
#include "match/canonical.h"
#include "match/refang.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tocsin;
  if (size == 0) return 0;
  const int choice = data[0] % (model::kIndicatorKinds + 1);
  std::optional<model::IndicatorKind> hint;
  if (choice > 0) hint = static_cast<model::IndicatorKind>(choice - 1);
  const std::string_view text(reinterpret_cast<const char*>(data + 1), size - 1);
  const auto found = match::canonicalize(text, hint);
  if (!found) {
    ASSERT(!found.error().rule.empty() && !found.error().message_zh.empty());
    return 0;
  }
  const auto& indicator = found->indicator;
  const auto again = match::canonical(indicator.value, indicator.kind);
  ASSERT(again.has_value() && *again == indicator);
  ASSERT(indicator.value.size() <= match::kMaxIndicatorBytes);
  const auto host = match::host_of(indicator);
  ASSERT(host.size() <= indicator.value.size());
  if (indicator.kind == model::IndicatorKind::kUrl ||
      indicator.kind == model::IndicatorKind::kDomain) {
    ASSERT(match::refang(defang(indicator.value)) == indicator.value);
  }
  return 0;
}
