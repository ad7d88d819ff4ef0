#include "intake/classification.h"

#include <array>

namespace tocsin::intake {
namespace {

using enum model::ThreatClass;
using enum Role;

// One row a meaning. A victim is never actionable: the measure for it is cleaning or rectification
// (article 8 items 2 and 3), and a block would hit the one who was harmed.
constexpr std::array kTable = std::to_array<Classification>({
    // the malicious resource itself
    {"c2-server", "malicious-code", "cnc", kResource, kMaliciousResource, "c2-server"},
    {"malware-configuration", "malicious-code", "", kResource, kMaliciousResource, "c2-server"},
    {"malware-distribution", "malicious-code", "malurl", kResource, kMaliciousResource,
     "distribution-server"},
    {"phishing", "fraud", "phish", kResource, kMaliciousResource, "phishing-site"},
    {"dga-domain", "other", "", kResource, kMaliciousResource, "malicious-domain"},
    {"blacklist", "other", "", kResource, kMaliciousResource, ""},
    {"malware", "malicious-code", "", kResource, kMalware, ""},
    {"", "", "spam-url", kResource, kMaliciousResource, "malicious-url"},
    {"", "", "webinject", kResource, kMaliciousResource, "malicious-url"},
    // the one who attacks
    {"brute-force", "intrusion-attempts", "", kAttacker, kMaliciousResource, "attack-source"},
    {"ddos", "availability", "dos-attacker", kAttacker, kMaliciousResource, "attack-source"},
    {"dos", "availability", "", kAttacker, kMaliciousResource, "attack-source"},
    {"exploit", "intrusion-attempts", "server-exploit", kAttacker, kMaliciousResource,
     "attack-source"},
    {"ids-alert", "intrusion-attempts", "", kAttacker, kMaliciousResource, "attack-source"},
    {"scanner", "information-gathering", "scanning", kAttacker, kMaliciousResource,
     "attack-source"},
    {"spam", "abusive-content", "spam", kAttacker, kMaliciousResource, "malicious-message"},
    // the one who is harmed
    {"infected-system", "malicious-code", "bots", kVictim, kIncident, "controlled-host"},
    {"system-compromise", "intrusions", "", kVictim, kIncident, "controlled-host"},
    {"application-compromise", "intrusions", "", kVictim, kIncident, "controlled-host"},
    {"privileged-account-compromise", "intrusions", "", kVictim, kIncident, "controlled-host"},
    {"unprivileged-account-compromise", "intrusions", "", kVictim, kIncident, "controlled-host"},
    {"data-leak", "information-content-security", "leak", kVictim, kIncident, "data-leak"},
    {"unauthorised-information-access", "information-content-security", "", kVictim, kIncident,
     "data-leak"},
    {"unauthorised-information-modification", "information-content-security", "", kVictim,
     kIncident, ""},
    {"data-loss", "information-content-security", "", kVictim, kIncident, ""},
    {"", "", "deface", kVictim, kIncident, "defacement"},
    {"", "", "dos-victim", kVictim, kIncident, ""},
    // the one who is weak
    {"vulnerable-system", "vulnerable", "vulnerable", kVictim, kHiddenDanger, "code-flaw"},
    {"weak-crypto", "vulnerable", "", kVictim, kHiddenDanger, ""},
    {"ddos-amplifier", "vulnerable", "amplifier", kVictim, kHiddenDanger, ""},
    {"potentially-unwanted-accessible", "vulnerable", "exposed", kVictim, kHiddenDanger, ""},
    {"information-disclosure", "vulnerable", "", kVictim, kHiddenDanger, ""},
    {"", "", "backdoor", kVictim, kHiddenDanger, "backdoor"},
    // words that name no measure; kept as labels
    {"burglary", "intrusions", "", kUnknown, {}, ""},
    {"copyright", "fraud", "", kUnknown, {}, ""},
    {"harmful-speech", "abusive-content", "", kUnknown, {}, ""},
    {"masquerade", "fraud", "", kUnknown, {}, ""},
    {"misconfiguration", "availability", "", kUnknown, {}, ""},
    {"other", "other", "other", kUnknown, {}, ""},
    {"outage", "availability", "", kUnknown, {}, ""},
    {"proxy", "other", "proxy", kUnknown, {}, ""},
    {"sabotage", "availability", "", kUnknown, {}, ""},
    {"sniffing", "information-gathering", "", kUnknown, {}, ""},
    {"social-engineering", "information-gathering", "", kUnknown, {}, ""},
    {"test", "test", "", kUnknown, {}, ""},
    {"tor", "other", "tor", kUnknown, {}, ""},
    {"unauthorized-use-of-resources", "fraud", "", kUnknown, {}, ""},
    {"undetermined", "other", "", kUnknown, {}, ""},
    {"violence", "abusive-content", "", kUnknown, {}, ""},
    {"", "", "dns-query", kUnknown, {}, ""},
    {"", "", "flow", kUnknown, {}, ""},
    {"", "", "flow-anomaly", kUnknown, {}, ""},
    {"", "", "fraud", kUnknown, {}, ""},
    {"", "", "malware-action", kUnknown, {}, ""},
    {"", "", "sandbox-url", kUnknown, {}, ""},
    {"", "", "scam", kUnknown, {}, ""},
});

template <typename Column>
const Classification* find(std::string_view word, Column column) {
  if (word.empty()) return nullptr;
  for (const Classification& row : kTable) {
    if (column(row) == word) return &row;
  }
  return nullptr;
}

}  // namespace

const Classification* by_intelmq(std::string_view type) {
  return find(type, [](const auto& row) { return row.intelmq; });
}

const Classification* by_n6(std::string_view category) {
  return find(category, [](const auto& row) { return row.n6; });
}

const Classification* by_label(std::string_view label) {
  return find(label.substr(0, label.find(':')), [](const auto& row) { return row.label(); });
}

std::string event_label(std::string_view type, std::string_view family) {
  std::string out(type);
  if (!family.empty() && family != type) out.append(":").append(family);
  return out;
}

}  // namespace tocsin::intake
