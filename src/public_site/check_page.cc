// Looking up what is published (W17-08). The question comes in a body, so that no log and no
// history has it.
#include "model/threat.h"
#include "public_site/page.h"
#include "public_site/published.h"
#include "public_site/spelling.h"

namespace tocsin::public_site {
namespace {

Json shown_match(const Asked& asked, const Published& one) {
  const std::string article(model::article_item(one.measure));
  return Json::object({{"shown", defang(one.entry.indicator.value)},
                       {"measure", asked.label(name(one.measure))},
                       {"day", day_of(one.entry.since)},
                       {"article", article.substr(0, article.find('('))},
                       {"basis", replace_all(asked.text("law_basis"), "{}", article)},
                       {"case", one.entry.case_number},
                       {"bulletin", one.entry.case_number}});
}

/// The first of the indicators that would reach it and has something published.
Result<std::vector<Published>> published_on(const Asked& asked, const model::Indicator& indicator) {
  return asked.site.services.store.read([&](store::ReadTx& tx) -> Result<std::vector<Published>> {
    std::vector<Published> lifted;
    for (const auto& one : covering(indicator)) {
      TRY(auto found, published_under(tx, one));
      if (!found.empty() && found.front().entry.live) return found;
      if (lifted.empty()) lifted = std::move(found);
    }
    return lifted;
  });
}

Json answer_on(const Asked& asked, const model::Indicator& indicator,
               const std::vector<Published>& found) {
  const bool live = !found.empty() && found.front().entry.live;
  std::string_view verdict = "check_unlisted";
  if (!found.empty()) verdict = "check_lifted";
  if (live) {
    verdict = found.front().measure == model::Measure::kBlock ? "check_listed" : "check_stopped";
  }
  Json out = Json::object({{"verdict", asked.text(verdict)},
                           {"kind_word", asked.label(name(indicator.kind))},
                           {"shown", defang(indicator.value)}});
  out.set(live ? "listed" : "unlisted", true);
  // Several units may have to block it; to the one who asks that is one answer.
  if (!found.empty()) out.set("match", shown_match(asked, found.front()));
  return out;
}

http::Response form_page(const Asked& asked, Json values, std::string_view kind, int status) {
  values.set("kind_option", kind_options(asked, "check_kind_auto", kind));
  return answer(asked, "check", "check", "check_title", std::move(values), Keep::kNever, status);
}

Result<http::Response> look_up(const Asked& asked) {
  http::FormLimits limits;
  limits.bytes = 16U << 10;
  TRY(const auto form, http::read_form(asked.request, limits));
  if (!asked.site.services.may_look(asked.request.remote)) return sorry(asked, "wrong_busy", 429);
  const std::string_view kind = form.value("kind");
  Json values = Json::object({{"value", form.value("value")}});
  const auto indicator = read_value(form.value("value"), chosen_kind(kind));
  if (!indicator) {
    show_problems(values, {{"value", asked.text("check_unreadable")}});
    return form_page(asked, std::move(values), kind, 422);
  }
  TRY(const auto found, published_on(asked, *indicator));
  values.set("answer", answer_on(asked, *indicator, found));
  return form_page(asked, std::move(values), kind, 200);
}

}  // namespace

void add_check_pages(http::Router& router, const std::shared_ptr<const Site>& site) {
  add_page(router, site, http::Method::kGet, "/check", "siteCheck", {"查询页", "Look-up page"},
           [](const Asked& asked) -> Result<http::Response> {
             return form_page(asked, Json::object(), "", 200);
           });
  add_page(router, site, http::Method::kPost, "/check", "siteLookUp", {"查询", "Look up"}, look_up);
}

}  // namespace tocsin::public_site
