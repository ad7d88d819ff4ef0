// The appeal against a measure of article 8(1) (R202 art. 10; W17-26, W17-27).
#pragma once

#include <string>
#include <vector>

#include "model/common.h"

namespace tocsin::model {

enum class AppealState {
  kFiled,
  kInadmissible,
  kAccepted,
  kChecking,
  kUpheld,
  kPartlyUpheld,
  kDismissed,
  kAnswered
};
TOCSIN_ENUM_NAMES(AppealState, "filed", "inadmissible", "accepted", "checking", "upheld",
                  "partly-upheld", "dismissed", "answered")

/// Who appeals; need not be the addressee of the measure.
struct Appellant {
  using is_described = void;
  std::string name;
  std::string identity;  ///< identity paper or registration number; masked outside the appeal desk
  std::string contact;
  std::string interest;  ///< why this person or organisation is affected
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("name", s.name);
    v("identity", s.identity);
    v("contact", s.contact);
    v("interest", s.interest);
  }
};

struct Appeal {
  using is_described = void;
  std::string id;
  std::string number;  ///< A-2026-000007
  AppealState state = AppealState::kFiled;
  std::string threat;
  std::string task;
  std::string authority;
  Appellant appellant;
  std::string grounds;
  std::string new_facts;  ///< of a further appeal: what was not known or said at the one before
  std::string previous;   ///< number of that answered appeal
  std::vector<std::string> evidence;
  Instant knew_at;  ///< when the appellant was served or learned of the measure
  Act filed;
  Act accepted;
  Act checker;                        ///< starts the check; must not be the decider
  std::string ruling;                 ///< upheld | partly-upheld | dismissed
  std::vector<CaseIndicator> lifted;  ///< of a partly upheld appeal
  Act ruled;
  Act answered;
  std::string notice;
  std::vector<ClockFact> clocks;
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("id", s.id);
    v("number", s.number);
    v("state", s.state);
    v("threat", s.threat);
    v("task", s.task);
    v("authority", s.authority);
    v("appellant", s.appellant);
    v("grounds", s.grounds);
    v("new_facts", s.new_facts);
    v("previous", s.previous);
    v("evidence", s.evidence);
    v("knew_at", s.knew_at);
    v("filed", s.filed);
    v("accepted", s.accepted);
    v("checker", s.checker);
    v("ruling", s.ruling);
    v("lifted", s.lifted);
    v("ruled", s.ruled);
    v("answered", s.answered);
    v("notice", s.notice);
    v("clocks", s.clocks);
  }
};

}  // namespace tocsin::model
