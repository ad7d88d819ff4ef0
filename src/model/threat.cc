#include "model/threat.h"

#include <array>

namespace tocsin::model {

const std::vector<std::string_view>& subtypes(ThreatClass c) {
  static const std::array<std::vector<std::string_view>, 5> kSubtypes = {{
      {"malicious-ip", "malicious-domain", "malicious-url", "malicious-message", "c2-server",
       "phishing-site", "phishing-message", "distribution-server", "attack-source"},
      {"trojan", "virus", "bot-program", "mobile-malware"},
      {"hardware-flaw", "code-flaw", "business-logic-flaw", "weak-password", "backdoor"},
      {"controlled-host", "data-leak", "defacement"},
      {"other"},
  }};
  return kSubtypes.at(static_cast<std::size_t>(c));
}

bool is_phishing(std::string_view subtype) {
  return subtype == "phishing-site" || subtype == "phishing-message";
}

bool is_public(const Threat& t) {
  return t.tlp == Tlp::kClear && t.identification && t.identification->confirmed &&
         t.state != ThreatState::kMerged && t.state != ThreatState::kPurged;
}

bool is_finished(ThreatState s) {
  switch (s) {
    case ThreatState::kClosedSelf:
    case ThreatState::kNotConfirmed:
    case ThreatState::kRejected:
    case ThreatState::kClosed:
    case ThreatState::kArchived:
    case ThreatState::kPurged:
      return true;
    default:
      return false;
  }
}

}  // namespace tocsin::model
