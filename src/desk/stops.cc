#include "desk/stops.h"

#include <algorithm>

#include "model/labels.h"

namespace tocsin::desk {

void add_stops(const match::Guard& guard, const std::vector<model::CaseIndicator>& indicators,
               std::vector<model::GuardStop>& stops) {
  for (const auto& indicator : indicators) {
    for (const auto& stop : guard.check(indicator.plain())) {
      const bool known = std::any_of(stops.begin(), stops.end(), [&](const auto& s) {
        return s.indicator == indicator.key() && s.list == stop.list;
      });
      if (!known) stops.push_back({indicator.key(), stop.list, stop.entry, stop.reason, {}, {}});
    }
  }
}

Status require_clear(const std::vector<model::GuardStop>& stops) {
  std::string en;
  std::string zh;
  for (const auto& stop : stops) {
    if (stop.overridden()) continue;
    const bool half = !stop.first.person.empty();
    en += (en.empty() ? "" : "; ") + stop.indicator + " is on '" + stop.list + "' (" +
          stop.reason.en + (half ? "; 1 of 2 persons agreed to override" : "") + ")";
    const auto colon = stop.indicator.find(':');
    zh += (zh.empty() ? "" : "；") + model::label(stop.indicator.substr(0, colon)).zh + " " +
          stop.indicator.substr(colon + 1) + " 命中“" + model::label(stop.list).zh + "”（" +
          stop.reason.zh + (half ? "；放行须两人，已有 1 人同意" : "") + "）";
  }
  if (en.empty()) return {};
  return fail_bi(Code::kRefused,
                 "stopped, so as not to block the innocent: " + en +
                     ". Two persons can let it through, each with a reason (override)",
                 "为避免误伤已拦停：" + zh + "。确需屏蔽的，须由两人分别说明理由放行（override）",
                 "stops", "guard");
}

}  // namespace tocsin::desk
