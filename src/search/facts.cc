#include "search/facts.h"

#include <charconv>

#include "attribution/malware_name.h"

namespace tocsin::search {

const WordList& imitated() {
  static const WordList all = [] {
    WordList out = enum_names(model::ImitatedSector{});
    out.push_back(kUnstated);
    return out;
  }();
  return all;
}

const WordList& behaviours() {
  static const WordList all = [] {
    WordList out;
    for (const auto& behaviour : attribution::malware_behaviours()) out.push_back(behaviour.code);
    out.push_back(kUnstated);
    return out;
  }();
  return all;
}

std::string behaviour_of(const model::Threat& threat) {
  if (!threat.identification) return std::string(kUnstated);
  const auto name = attribution::parse_malware_name(threat.identification->threat_name);
  return name ? name->behaviour : std::string(kUnstated);
}

const WordList& origins() {
  static const WordList all = {"home", kAbroad, "hk-mo-tw", kUnknown};
  return all;
}

std::string_view origin_of(std::string_view country) {
  if (country.empty()) return kUnknown;
  if (country == "CN") return "home";
  return country == "HK" || country == "MO" || country == "TW" ? "hk-mo-tw" : kAbroad;
}

const WordList& rulings() {
  static const WordList all = {"upheld", "partly-upheld", "dismissed", kPending};
  return all;
}

const WordList& severities() {
  static const WordList all = {"critical", "high", "medium", "low", "unrated"};
  return all;
}

std::string_view severity_of(std::string_view cvss) {
  double score = 0;
  const auto read = std::from_chars(cvss.data(), cvss.data() + cvss.size(), score);
  if (read.ec != std::errc{} || score <= 0) return "unrated";
  return score >= 9 ? "critical" : score >= 7 ? "high" : score >= 4 ? "medium" : "low";
}

const WordList& counted_clocks() {
  static const WordList all = {"submit_threat", "self_disposal", "dispose", "written_followup",
                               "appeal_answer"};
  return all;
}

bool is_authoritys(std::string_view clock) {
  return clock == "written_followup" || clock == "appeal_answer";
}

const WordList& fates() {
  static const WordList all = {"met", "late", "running", "waived"};
  return all;
}

std::string_view fate_of(const model::ClockFact& clock) {
  if (!clock.waived_by.empty()) return "waived";
  if (clock.met_at) return clock.due && clock.met_at >= clock.due ? "late" : "met";
  return clock.late_at ? "late" : "running";
}

}  // namespace tocsin::search
