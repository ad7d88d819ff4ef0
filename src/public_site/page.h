// What all pages share: who asks in which language, how a page is answered, what is wrong with a
// form.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/form.h"
#include "model/indicator.h"
#include "public_site/renderer.h"
#include "public_site/site.h"
#include "public_site/tokens.h"

namespace tocsin::public_site {

struct Site {
  Services services;
  Renderer renderer;
  Tokens tokens;
};

/// One request for one page.
struct Asked {
  const Site& site;
  http::Request& request;
  Lang lang;

  const std::string& text(std::string_view key) const {
    return site.renderer.catalogue().text(key).in(lang);
  }
  /// The model's word for a state, class, kind.
  std::string label(std::string_view word) const;
  std::string message(const Error& error) const;
  Instant now() const { return site.services.clock.now(); }
};

/// How long an answer may be kept by others.
enum class Keep {
  kNever,   ///< it is somebody's own, or has a form that counts once
  kShortly  ///< public, and asked for again after a minute
};

/// The page `name` of the section that the navigation marks (`check`, or empty).
http::Response answer(const Asked& asked, std::string_view name, std::string_view section,
                      std::string_view title_key, Json values, Keep keep, int status = 200);
/// A page with one sentence, for what did not work.
http::Response sorry(const Asked& asked, std::string_view text_key, int status);

/// What is wrong with a form, input by input; `field` empty: with the whole.
struct Problem {
  std::string field;
  std::string message;
};
/// Puts problems into the values of a page: the summary on top, and one beside each input.
void show_problems(Json& values, const std::vector<Problem>& problems);

/// Refuses what no browser sends from our own page: a request that another site caused, a form not
/// opened here, too fast, or with the trap filled in. Empty: all is well.
std::optional<Problem> wrong_sender(const Asked& asked, const http::Form& form,
                                    std::string_view name);
/// The token to go on with: that of the form when it still counts, else a new one; for a form that
/// was sent too fast, one that counts at once.
std::string token_for(const Asked& asked, std::string_view name, std::string_view sent = {});

/// One form is one act, however often it is sent: the second sending of the same content shows the
/// first answer, and an edited one is a new act.
std::string idempotency_key(const http::Form& form);

/// Options of a select for the kinds of indicator that people can name; the first is `first_key`.
Json kind_options(const Asked& asked, std::string_view first_key, std::string_view chosen);
/// The kind of a select's word; nothing for the first.
std::optional<model::IndicatorKind> chosen_kind(std::string_view word);

/// Evidence out of the files of one input. The type is told by the first bytes, never by the
/// sender's word.
std::vector<desk::EvidenceInput> evidence_of(const http::Form& form, std::string_view field,
                                             bool confidential);

/// For whom the site acts: one account of the public, without password and without token, made
/// when it is first needed (W17-05). Others of the public cannot read what it sends.
Result<desk::Actor> site_actor(const Services& services);

std::string day_of(Instant t);   ///< `2026-03-05`
std::string time_of(Instant t);  ///< `2026-03-05 10:00`

using Handler = std::function<Result<http::Response>(const Asked&)>;
/// Adds a page in both languages: `path` and `/en` + path.
void add_page(http::Router& router, const std::shared_ptr<const Site>& site, http::Method method,
              const std::string& path, const std::string& operation, const Text& summary,
              const Handler& handler);

// One function for each file of pages.
void add_reading_pages(http::Router& router, const std::shared_ptr<const Site>& site);
void add_check_pages(http::Router& router, const std::shared_ptr<const Site>& site);
void add_list_pages(http::Router& router, const std::shared_ptr<const Site>& site);
void add_report_pages(http::Router& router, const std::shared_ptr<const Site>& site);
void add_appeal_pages(http::Router& router, const std::shared_ptr<const Site>& site);
void add_follow_pages(http::Router& router, const std::shared_ptr<const Site>& site);
void add_assets(http::Router& router);

}  // namespace tocsin::public_site
