// Home, bulletins, the rules in force, about; and the files that pages refer to.
#include <algorithm>

#include "base/crypto/hash.h"
#include "delivery/bulletin.h"
#include "desk/clocks.h"
#include "public_site/page.h"

namespace tocsin::public_site {
namespace {

constexpr std::size_t kNewest = 5;
constexpr std::size_t kBulletins = 50;

Json headline_of(const Asked& asked, const delivery::Bulletin& b) {
  Json out = Json::object({{"id", b.number},
                           {"headline", b.title.in(asked.lang)},
                           {"day", day_of(b.published)},
                           {"time", time_of(b.published)}});
  Json categories = Json::array();
  for (const auto& category : b.categories) {
    categories.push(Json::object({{"word", category.in(asked.lang)}}));
  }
  out.set("category", std::move(categories));
  return out;
}

Result<Json> newest_bulletins(const Asked& asked, std::size_t limit) {
  TRY(const auto bulletins, asked.site.services.store.read([&](store::ReadTx& tx) {
    return delivery::public_bulletins(tx, limit);
  }));
  Json out = Json::array();
  for (const auto& b : bulletins) out.push(headline_of(asked, b));
  return out;
}

Result<http::Response> home(const Asked& asked) {
  TRY(auto bulletins, newest_bulletins(asked, kNewest));
  Json values = Json::object({{"title", asked.text("home_headline")}});
  if (!bulletins.items().empty()) {
    values.set("has_bulletins", Json::object({{"bulletin", std::move(bulletins)}}));
  }
  return answer(asked, "home", "", "home_title", std::move(values), Keep::kShortly);
}

Result<http::Response> bulletins(const Asked& asked) {
  TRY(auto list, newest_bulletins(asked, kBulletins));
  Json values = Json::object();
  values.set(list.items().empty() ? "none" : "some", true);
  values.set("bulletin", std::move(list));
  return answer(asked, "bulletins", "bulletins", "bulletins_title", std::move(values),
                Keep::kShortly);
}

Result<http::Response> bulletin(const Asked& asked) {
  const std::string number = asked.request.params["id"];
  TRY(const auto found, asked.site.services.store.read([&](store::ReadTx& tx) {
    return delivery::public_bulletin(tx, number);
  }));
  if (!found) return sorry(asked, "bulletin_gone", 404);
  Json values = headline_of(asked, *found);
  values.set("title", found->title.in(asked.lang));
  if (found->updated > found->published) {
    values.set("changed", Json::object({{"changed_day", day_of(found->updated)},
                                        {"changed_time", time_of(found->updated)}}));
  }
  Json lines = Json::array();
  const std::string& text = found->text.in(asked.lang);
  for (const auto line : split(text, '\n')) {
    if (!line.empty()) lines.push(Json::object({{"text", line}}));
  }
  values.set("line", std::move(lines));
  return answer(asked, "bulletin", "bulletins", "bulletins_title", std::move(values),
                Keep::kShortly);
}

/// The rules in force today, with what each article says in plain words. Only those of this
/// platform's own workflow can be linked to.
Result<http::Response> law(const Asked& asked) {
  auto sets = asked.site.services.law->in_force(shanghai_date(asked.now()));
  const auto own = std::find_if(sets.begin(), sets.end(),
                                [](const auto* set) { return set->id == desk::kRuleSet; });
  if (own != sets.end()) std::rotate(sets.begin(), own, own + 1);
  Json list = Json::array();
  for (const auto* set : sets) {
    Json articles = Json::array();
    for (const auto& article : set->articles) {
      Json one =
          Json::object({{"number", article.number},
                        {"heading", replace_all(asked.text("law_article"), "{}", article.number)},
                        {"gist", article.gist.in(asked.lang)}});
      if (set->id == desk::kRuleSet) one.set("anchor", true);
      articles.push(std::move(one));
    }
    list.push(Json::object({{"id", set->id},
                            {"headline", set->title().in(asked.lang)},
                            {"issuer", set->issuer.in(asked.lang)},
                            {"day", to_string(set->valid_from)},
                            {"article", std::move(articles)}}));
  }
  return answer(asked, "law", "law", "law_title", Json::object({{"rule_set", std::move(list)}}),
                Keep::kShortly);
}

void add_asset(http::Router& router, std::string path, std::string operation, const char* type) {
  http::Route route;
  route.operation = std::move(operation);
  route.tag = "site";
  route.summary = {"公众网站的文件", "A file of the public site"};
  route.response_type = type;
  route.described = false;
  const std::string_view bytes = site_file(std::string_view(path).substr(1));
  route.handler = [bytes, type, tag = "\"" + crypto::sha256_hex(bytes).substr(0, 24) + "\""](
                      http::Request& request) -> Result<http::Response> {
    const bool known = request.header("if-none-match") == tag;
    http::Response out =
        http::Response::text(known ? "" : std::string(bytes), type, known ? 304 : 200);
    out.header("ETag", tag)
        .header("Cache-Control", "public, max-age=3600")
        .header("X-Content-Type-Options", "nosniff")
        .header("Content-Security-Policy", "default-src 'none'");
    return out;
  };
  route.pattern = std::move(path);
  router.add(std::move(route));
}

}  // namespace

void add_reading_pages(http::Router& router, const std::shared_ptr<const Site>& site) {
  using http::Method;
  add_page(router, site, Method::kGet, "/", "siteHome", {"公众网站首页", "The public site"}, home);
  add_page(router, site, Method::kGet, "/bulletins", "siteBulletins", {"公告", "Bulletins"},
           bulletins);
  add_page(router, site, Method::kGet, "/bulletins/{id}", "siteBulletin",
           {"一份公告", "A bulletin"}, bulletin);
  add_page(router, site, Method::kGet, "/law", "siteLaw", {"现行规则", "The rules in force"}, law);
  add_page(router, site, Method::kGet, "/about", "siteAbout", {"关于与隐私", "About and privacy"},
           [](const Asked& asked) -> Result<http::Response> {
             return answer(asked, "about", "", "about_title", Json::object(), Keep::kShortly);
           });
}

void add_assets(http::Router& router) {
  add_asset(router, "/site.css", "siteStyle", "text/css; charset=utf-8");
  add_asset(router, "/site.svg", "siteLogo", "image/svg+xml");
  add_asset(router, "/robots.txt", "siteRobots", "text/plain; charset=utf-8");
}

}  // namespace tocsin::public_site
