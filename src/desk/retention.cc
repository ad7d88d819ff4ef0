// The end of a case: archived, and purged once every retention floor has passed (R545 art. 12,
// Order 82 art. 13, Cybersecurity Law art. 21/23; M11-35, T05-21).
#include <algorithm>

#include "desk/act.h"
#include "desk/clocks.h"
#include "desk/permissions.h"

namespace tocsin::desk {
namespace {

using model::Threat;
using model::ThreatState;

/// Nothing of the case may still be running.
Status require_no_open_appeal(Context& c, const Threat& t) {
  TRY(const auto appeals, store::find<model::Appeal>(c.tx, "threat", t.id));
  const bool open = std::any_of(appeals.begin(), appeals.end(), [](const model::Appeal& a) {
    return a.state != model::AppealState::kAnswered;
  });
  if (!open) return {};
  return fail_bi(Code::kRefused, "an appeal of this case is not answered yet",
                 "该事项尚有未答复的申诉", "appeals", "W17-27");
}

}  // namespace

Result<Threat> Desk::archive(const Actor& actor, std::string_view id) {
  return act(actor, [&](Context& c) -> Result<Threat> {
    TRY(auto t, c.threat(id));
    TRY_STATUS(require_no_open_appeal(c, t));
    TRY_STATUS(c.start_clock(t.clocks, "retention", c.now));
    TRY_STATUS(c.move(t, ThreatState::kArchived));
    return t;
  });
}

Result<Threat> Desk::purge(const Actor& actor, std::string_view id, const ReasonRequest& request) {
  return act(actor, [&](Context& c) -> Result<Threat> {
    TRY(auto t, c.threat(id));
    if (request.reason.empty()) {
      return fail_bi(Code::kInvalid, "say why the records are removed", "清除须说明理由", "reason",
                     "T05-22");
    }
    const auto* floor = model::running_clock(t.clocks, "retention");
    if (t.state == ThreatState::kArchived && (floor == nullptr || c.now < floor->due)) {
      const std::string until = floor == nullptr ? "" : to_string(shanghai_date(floor->due));
      return fail_bi(Code::kRefused, "records are kept at least until " + until,
                     "记录至少留存至 " + until, "clocks", "T05-21");
    }
    TRY(const auto pieces, store::find<model::Evidence>(c.tx, "threat", t.id));
    for (auto piece : pieces) {
      // The digest stays: it proves what had been kept without telling what it said.
      piece.content.clear();
      TRY_STATUS(store::put(c.tx, piece));
    }
    TRY(const auto appeals, store::find<model::Appeal>(c.tx, "threat", t.id));
    for (auto appeal : appeals) {
      appeal.appellant = {};
      appeal.grounds.clear();
      appeal.new_facts.clear();
      TRY_STATUS(store::put(c.tx, appeal));
    }
    t.description.clear();
    t.finder.reason.clear();
    c.meet_clock(t.clocks, "retention");
    TRY_STATUS(c.move(t, ThreatState::kPurged,
                      Json::object({{"reason", request.reason},
                                    {"evidence", static_cast<std::int64_t>(pieces.size())},
                                    {"appeals", static_cast<std::int64_t>(appeals.size())}})));
    return t;
  });
}

}  // namespace tocsin::desk
