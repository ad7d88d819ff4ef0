#include "intake/expiry.h"

#include <algorithm>

#include "base/text.h"

namespace tocsin::intake {
namespace {

constexpr std::int64_t kMostDays = 20LL * 366;

}  // namespace

Instant Expiry::end(model::IndicatorKind kind, Instant said) const {
  const auto found = by_kind.find(kind);
  const auto length = found == by_kind.end() ? otherwise : found->second;
  return length.count() > 0 ? said.plus(length) : Instant{};
}

std::chrono::hours Expiry::shortest() const {
  auto out = otherwise;
  for (const auto& [kind, length] : by_kind) {
    if (length.count() > 0 && (out.count() == 0 || length < out)) out = length;
  }
  return out;
}

Status read_expiry(std::string_view text, Expiry& out) {
  for (const auto part : split(text, ',')) {
    if (trim(part).empty()) continue;
    const auto colon = part.find(':');
    const auto kind = model::indicator_kind(trim(part.substr(0, colon)));
    const auto days =
        colon == std::string_view::npos ? std::nullopt : to_int(trim(part.substr(colon + 1)));
    if (!kind || !days || *days < 0 || *days > kMostDays) {
      return fail_bi(Code::kInvalid,
                     "kind:days is needed, for instance ipv4:7,domain:90; not '" +
                         std::string(trim(part)) + "'",
                     "应为 类型:天数，如 ipv4:7,domain:90；“" + std::string(trim(part)) + "”有误",
                     "expiry");
    }
    out.by_kind[*kind] = std::chrono::hours(24 * *days);
  }
  return {};
}

}  // namespace tocsin::intake
