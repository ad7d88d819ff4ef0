#include "public_site/page.h"

#include <algorithm>
#include <array>

#include "base/crypto/hash.h"
#include "base/log.h"
#include "model/labels.h"

namespace tocsin::public_site {
namespace {

using K = model::IndicatorKind;

/// Nothing runs, nothing comes from elsewhere, nobody frames us.
constexpr const char* kPolicy =
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'";

/// Kinds that somebody outside the trade can have met.
constexpr std::array kNamedKinds = {K::kDomain,  K::kUrl,   K::kIpv4, K::kIpv6,   K::kPhone,
                                    K::kSmsPort, K::kEmail, K::kApp,  K::kSha256, K::kMd5};

/// The same page in the other language.
std::string other_path(const Asked& asked) {
  const std::string& path = asked.request.path;
  if (asked.lang == Lang::kZh) return "/en" + path;
  return path.starts_with("/en/") ? path.substr(3) : "/";
}

void dress(http::Response& response, Keep keep) {
  response.header("Content-Security-Policy", kPolicy)
      .header("X-Content-Type-Options", "nosniff")
      .header("Referrer-Policy", "same-origin")
      .header("Cross-Origin-Opener-Policy", "same-origin")
      .header("Cache-Control", keep == Keep::kNever ? "no-store" : "public, max-age=60");
}

int status_for(const Error& error) { return http::status_of(error.code); }

/// What a handler could not turn into a page of its own.
http::Response failed(const Asked& asked, const Error& error) {
  const int status = status_for(error);
  if (status == 429) return sorry(asked, "wrong_busy", status);
  if (status >= 500) {
    log::error("public.page", {{"id", asked.request.request_id}, {"why", error.message}});
    return sorry(asked, "wrong_inside", status);
  }
  Json values = Json::object({{"text", asked.message(error)}});
  return answer(asked, "message", "", "wrong_title", std::move(values), Keep::kNever, status);
}

std::string_view type_of(std::string_view bytes) {
  if (bytes.starts_with("\x89PNG\r\n\x1a\n")) return "image/png";
  if (bytes.starts_with("\xff\xd8\xff")) return "image/jpeg";
  if (bytes.starts_with("%PDF-")) return "application/pdf";
  if (bytes.starts_with("PK\x03\x04")) return "application/zip";
  return "application/octet-stream";
}

}  // namespace

std::string Asked::label(std::string_view word) const { return model::label(word).in(lang); }

std::string Asked::message(const Error& error) const {
  return lang == Lang::kZh && !error.message_zh.empty() ? error.message_zh : error.message;
}

http::Response answer(const Asked& asked, std::string_view name, std::string_view section,
                      std::string_view title_key, Json values, Keep keep, int status) {
  const bool zh = asked.lang == Lang::kZh;
  if (!values.has("title")) values.set("title", asked.text(title_key));
  values.set("lang", zh ? "zh-CN" : "en").set("code", zh ? "zh" : "en");
  values.set("base", zh ? "" : "/en");
  values.set("other_url", other_path(asked)).set("other_lang", zh ? "en" : "zh-CN");
  if (!section.empty()) values.set("on_" + std::string(section), true);
  http::Response response = http::Response::text(asked.site.renderer.page(name, asked.lang, values),
                                                 "text/html; charset=utf-8", status);
  response.header("Content-Language", zh ? "zh-CN" : "en");
  dress(response, keep);
  return response;
}

http::Response sorry(const Asked& asked, std::string_view text_key, int status) {
  Json values = Json::object({{"text", asked.text(text_key)}});
  auto response =
      answer(asked, "message", "", "wrong_title", std::move(values), Keep::kNever, status);
  if (status == 429 || status == 503) response.header("Retry-After", "60");
  return response;
}

void show_problems(Json& values, const std::vector<Problem>& problems) {
  if (problems.empty()) return;
  Json fields = Json::array();
  Json general = Json::array();
  for (const auto& problem : problems) {
    if (problem.field.empty()) {
      general.push(Json::object({{"message", problem.message}}));
      continue;
    }
    fields.push(Json::object({{"field", problem.field}, {"message", problem.message}}));
    values.set("e_" + problem.field, Json::object({{"message", problem.message}}));
  }
  values.set("problems",
             Json::object({{"problem", std::move(fields)}, {"general", std::move(general)}}));
}

std::optional<Problem> wrong_sender(const Asked& asked, const http::Form& form,
                                    std::string_view name) {
  const auto problem = [&](std::string_view key) { return Problem{"", asked.text(key)}; };
  if (asked.request.header("sec-fetch-site") == "cross-site") return problem("wrong_sender");
  switch (asked.site.tokens.check(name, form.value("token"), asked.now())) {
    case Tokens::Verdict::kForeign:
      return problem("wrong_sender");
    case Tokens::Verdict::kOld:
      return problem("wrong_old");
    case Tokens::Verdict::kQuick:
      return problem("wrong_quick");
    case Tokens::Verdict::kGood:
      break;
  }
  if (!form.value("website").empty()) return problem("wrong_trap");
  return std::nullopt;
}

std::string token_for(const Asked& asked, std::string_view name, std::string_view sent) {
  const auto verdict = asked.site.tokens.check(name, sent, asked.now());
  if (verdict == Tokens::Verdict::kGood) return std::string(sent);
  // Whoever reads the answer and sends it again is no program that fills in what it finds: people
  // paste, and browsers fill in for them. The next sending counts at once.
  if (verdict == Tokens::Verdict::kQuick) {
    return asked.site.tokens.issue_aged(name, asked.now());
  }
  return asked.site.tokens.issue(name, asked.now());
}

std::string idempotency_key(const http::Form& form) {
  crypto::Hasher hasher(crypto::HashKind::kSha256);
  for (const auto& [name, value] : form.fields) hasher.update(name + "\n" + value + "\n");
  for (const auto& file : form.files) hasher.update(file.name + "\n").update(file.bytes);
  return "site:" + hex(hasher.finish());
}

Json kind_options(const Asked& asked, std::string_view first_key, std::string_view chosen) {
  Json out = Json::array();
  out.push(Json::object({{"word", ""}, {"label", asked.text(first_key)}}));
  for (const K kind : kNamedKinds) {
    const std::string word(name(kind));
    out.push(Json::object(
        {{"word", word}, {"label", asked.label(word)}, {"chosen", Json(word == chosen)}}));
  }
  return out;
}

std::optional<K> chosen_kind(std::string_view word) {
  const auto kind = model::indicator_kind(word);
  const bool offered =
      kind && std::find(kNamedKinds.begin(), kNamedKinds.end(), *kind) != kNamedKinds.end();
  return offered ? kind : std::nullopt;
}

std::vector<desk::EvidenceInput> evidence_of(const http::Form& form, std::string_view field,
                                             bool confidential) {
  std::vector<desk::EvidenceInput> out;
  for (const auto& file : form.files) {
    if (file.field != field || file.bytes.empty()) continue;
    desk::EvidenceInput input;
    input.title = file.name.empty() ? "file" : file.name;
    input.media_type = type_of(file.bytes);
    input.content = base64(file.bytes);
    input.binary = true;
    input.confidential = confidential;
    out.push_back(std::move(input));
  }
  return out;
}

std::string day_of(Instant t) { return to_display(t).substr(0, 10); }
std::string time_of(Instant t) { return to_display(t).substr(0, 16); }

void add_page(http::Router& router, const std::shared_ptr<const Site>& site, http::Method method,
              const std::string& path, const std::string& operation, const Text& summary,
              const Handler& handler) {
  for (const Lang lang : {Lang::kZh, Lang::kEn}) {
    http::Route route;
    route.method = method;
    route.pattern = (lang == Lang::kZh ? "" : "/en") + path;
    route.operation = operation + (lang == Lang::kZh ? "Zh" : "En");
    route.tag = "site";
    route.summary = summary;
    route.response_type = "text/html; charset=utf-8";
    route.described = false;
    route.handler = [site, lang, handler](http::Request& request) -> Result<http::Response> {
      const Asked asked{*site, request, lang};
      auto page = handler(asked);
      return page ? std::move(*page) : failed(asked, page.error());
    };
    router.add(std::move(route));
  }
}

namespace {

/// Who browses at an address that is none reads a page; programs get the problem document. Chinese
/// has no prefix of its own, and some look for one.
std::optional<http::Response> lost(const Site& site, http::Request& request) {
  const bool asks = request.method == http::Method::kGet || request.method == http::Method::kHead;
  if (!asks || request.header("accept").find("text/html") == std::string_view::npos) {
    return std::nullopt;
  }
  // As it was sent, so that it can be sent back.
  const std::string& sent = request.raw_path.empty() ? request.path : request.raw_path;
  if (sent == "/zh" || sent.starts_with("/zh/")) {
    http::Response elsewhere;
    elsewhere.status = 308;
    // What follows must not be read as the name of another host.
    const auto rest = sent.find_first_not_of('/', 3);
    elsewhere.header("Location", "/" + (rest == std::string::npos ? "" : sent.substr(rest)));
    return elsewhere;
  }
  const bool english = request.path == "/en" || request.path.starts_with("/en/");
  return sorry(Asked{site, request, english ? Lang::kEn : Lang::kZh}, "wrong_missing", 404);
}

}  // namespace

Status add_public_site(http::Router& router, Services services) {
  TRY(auto catalogue, Catalogue::parse(site_file("texts.json")));
  TRY(auto renderer, Renderer::make(std::move(catalogue)));
  Tokens tokens(services.secret, services.least_age);
  const auto site = std::make_shared<const Site>(
      Site{std::move(services), std::move(renderer), std::move(tokens)});
  add_reading_pages(router, site);
  add_check_pages(router, site);
  add_list_pages(router, site);
  add_report_pages(router, site);
  add_appeal_pages(router, site);
  add_follow_pages(router, site);
  add_assets(router);
  router.set_lost([site](http::Request& request) { return lost(*site, request); });
  return {};
}

}  // namespace tocsin::public_site
