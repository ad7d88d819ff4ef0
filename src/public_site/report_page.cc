// Reports of everybody (W17-01, W17-05, W17-07): without an account they become submissions of the
// public, with a number and a code to follow them by.
#include <algorithm>
#include <array>

#include "public_site/page.h"
#include "public_site/spelling.h"

namespace tocsin::public_site {
namespace {

using model::ThreatClass;

constexpr const char* kForm = "report";
constexpr std::size_t kMostLines = 20;
constexpr std::size_t kTitleBytes = 200;

/// What people met, in their words and in those of article 2.
struct Met {
  std::string_view word;
  ThreatClass threat_class;
  std::string_view subtype;
  bool by_number;  ///< bare digits are a telephone number
};
constexpr std::array<Met, 9> kMet = {{
    {"phishing-site", ThreatClass::kMaliciousResource, "phishing-site", false},
    {"fraud-message", ThreatClass::kMaliciousResource, "phishing-message", true},
    {"fraud-call", ThreatClass::kMaliciousResource, "malicious-message", true},
    {"bad-app", ThreatClass::kMalware, "mobile-malware", false},
    {"malware", ThreatClass::kMaliciousResource, "distribution-server", false},
    {"hacked", ThreatClass::kIncident, "defacement", false},
    {"leak", ThreatClass::kIncident, "data-leak", false},
    {"flaw", ThreatClass::kHiddenDanger, "code-flaw", false},
    {"other", ThreatClass::kOther, "other", false},
}};

const Met* met(std::string_view word) {
  const auto* found =
      std::find_if(kMet.begin(), kMet.end(), [&](const Met& m) { return m.word == word; });
  return found == kMet.end() ? nullptr : found;
}

http::Response form_page(const Asked& asked, const http::Form& form,
                         const std::vector<Problem>& problems) {
  Json values = Json::object({{"token", token_for(asked, kForm, form.value("token"))}});
  for (const char* field : {"indicators", "what", "contact"}) values.set(field, form.value(field));
  Json classes = Json::array();
  for (const auto& one : kMet) {
    classes.push(Json::object({{"word", one.word},
                               {"label", asked.text("report_class_" + std::string(one.word))},
                               {"chosen", Json(form.value("class") == one.word)}}));
  }
  values.set("class_option", std::move(classes));
  show_problems(values, problems);
  return answer(asked, "report", "report", "report_title", std::move(values), Keep::kNever,
                problems.empty() ? 200 : 422);
}

/// `kind:value` for the desk, line by line.
std::vector<std::string> read_lines(const Asked& asked, const Met& what, std::string_view text,
                                    std::vector<Problem>& problems) {
  std::vector<std::string> out;
  for (const auto line : split(text, '\n')) {
    if (trim(line).empty()) continue;
    if (out.size() == kMostLines) {
      problems.push_back({"indicators", asked.text("report_too_many")});
      return out;
    }
    auto read = read_value(line);
    if (!read && what.word == "bad-app") read = read_value(line, model::IndicatorKind::kApp);
    if (!read) {
      problems.push_back(
          {"indicators", asked.text("report_line") + defang(std::string(trim(line)))});
      return out;
    }
    out.push_back(std::string(name(read->kind)) + ":" + read->value);
  }
  return out;
}

/// What everybody handling the case reads, and what only the authority does.
void add_evidence(const http::Form& form, desk::SubmitRequest& request) {
  request.evidence = evidence_of(form, "files", false);
  if (const auto contact = trim(form.value("contact")); !contact.empty()) {
    desk::EvidenceInput input;
    input.title = "举报人联系方式 (contact of the reporter)";
    input.content = contact;
    input.confidential = true;
    request.evidence.push_back(std::move(input));
  }
}

desk::SubmitRequest request_of(const Asked& asked, const http::Form& form,
                               std::vector<Problem>& problems) {
  desk::SubmitRequest request;
  const Met* what = met(form.value("class"));
  if (what == nullptr) {
    problems.push_back({"class", asked.text("report_need_class")});
    return request;
  }
  request.threat_class = what->threat_class;
  request.subtype = what->subtype;
  request.indicators = read_lines(asked, *what, form.value("indicators"), problems);
  if (request.indicators.empty() && problems.empty() &&
      what->threat_class == ThreatClass::kMaliciousResource) {
    problems.push_back({"indicators", asked.text("report_need_indicator")});
  }
  const std::string_view story = trim(form.value("what"));
  if (story.empty()) problems.push_back({"what", asked.text("report_need_what")});
  if (what->threat_class == ThreatClass::kOther) {
    request.subtype_text = asked.text("report_named");
  }
  // Nobody has examined it: possible harm is a threat too (W17-02).
  request.certainty = model::Certainty::kPossible;
  request.title =
      asked.text("report_named") + " · " + asked.text("report_class_" + std::string(what->word));
  if (!request.indicators.empty()) {
    const std::string& first = request.indicators.front();
    request.title += " · " + defang(first.substr(first.find(':') + 1)).substr(0, kTitleBytes);
  }
  while (!is_utf8(request.title)) request.title.pop_back();
  request.description = story;
  request.reason = story;
  // The public binds nobody to silence. A stricter word would also spread to a case that is
  // published already, and anybody could take it off the list by reporting it again.
  request.tlp = model::Tlp::kClear;
  add_evidence(form, request);
  return request;
}

Result<http::Response> report(const Asked& asked) {
  if (!asked.site.services.may_send(asked.request.remote)) return sorry(asked, "wrong_busy", 429);
  TRY(const auto form, http::read_form(asked.request));
  if (const auto wrong = wrong_sender(asked, form, kForm)) return form_page(asked, form, {*wrong});
  std::vector<Problem> problems;
  auto request = request_of(asked, form, problems);
  if (!problems.empty()) return form_page(asked, form, problems);
  TRY_STATUS(asked.site.services.provinces(request));
  TRY(auto actor, site_actor(asked.site.services));
  actor.idempotency_key = idempotency_key(form);
  const auto threat = asked.site.services.desk.submit(actor, request);
  if (!threat) {
    if (http::status_of(threat.error().code) >= 500) return tl::unexpected(threat.error());
    const bool value = threat.error().field.starts_with("indicators");
    return form_page(asked, form, {{value ? "indicators" : "", asked.message(threat.error())}});
  }
  Json values = Json::object(
      {{"thanks", asked.text("report_done_lead")},
       {"receipt", Json::object({{"number", threat->number},
                                 {"secret", asked.site.tokens.code(threat->number)}})}});
  return answer(asked, "done", "report", "report_done_title", std::move(values), Keep::kNever);
}

}  // namespace

void add_report_pages(http::Router& router, const std::shared_ptr<const Site>& site) {
  add_page(router, site, http::Method::kGet, "/report", "siteReport", {"举报页", "Report page"},
           [](const Asked& asked) -> Result<http::Response> {
             return form_page(asked, http::Form{}, {});
           });
  add_page(router, site, http::Method::kPost, "/report", "siteSendReport",
           {"提交举报", "Send a report"}, report);
}

}  // namespace tocsin::public_site
