// The published blacklist, page by page and as a whole for programs (W17-08, A13-12).
#include "base/log.h"
#include "delivery/block_list.h"
#include "public_site/page.h"
#include "public_site/published.h"
#include "public_site/spelling.h"

namespace tocsin::public_site {
namespace {

constexpr std::size_t kRows = 50;
constexpr std::size_t kAtOnce = 1'000;
constexpr std::size_t kLongestAfter = 10'000;

std::string query(const Asked& asked, std::string_view name) {
  return std::string(asked.request.query_value(name).value_or(""));
}

Result<http::Response> lists(const Asked& asked) {
  const std::string begins = query(asked, "begins");
  const std::string kind = query(asked, "kind");
  const std::string after = query(asked, "after");
  if (begins.size() + after.size() > kLongestAfter) {
    return fail_bi(Code::kInvalid, "this address is too long", "地址过长", "after");
  }
  if (!asked.site.services.may_look(asked.request.remote)) return sorry(asked, "wrong_busy", 429);
  TRY(const auto page, asked.site.services.store.read([&](store::ReadTx& tx) {
    return published_page(tx, chosen_kind(kind), to_lower(plain_marks(begins)), after, kRows);
  }));
  Json rows = Json::array();
  for (const auto& one : page.rows) {
    rows.push(Json::object({{"shown", defang(one.entry.indicator.value)},
                            {"kind_word", asked.label(name(one.entry.indicator.kind))},
                            {"measure", asked.label(name(one.measure))},
                            {"day", day_of(one.entry.since)},
                            {"case", one.entry.case_number},
                            {"bulletin", one.entry.case_number}}));
  }
  Json values = Json::object({{"begins", begins}, {"kind", kind}});
  values.set("kind_option", kind_options(asked, "check_kind_all", kind));
  if (page.rows.empty()) {
    values.set("none", true);
  } else {
    values.set("table", Json::object({{"row", std::move(rows)}}));
  }
  if (!page.next.empty()) values.set("next", Json::object({{"after", page.next}}));
  return answer(asked, "lists", "lists", "lists_title", std::move(values), Keep::kShortly);
}

std::string line_of(const Published& one, bool csv) {
  const std::string& value = one.entry.indicator.value;
  if (!csv) return value + "\n";
  return delivery::csv_field(value, true) + "," + std::string(name(one.entry.indicator.kind)) +
         "," + std::string(name(one.measure)) + "," + day_of(one.entry.since) + "," +
         one.entry.case_number + "\r\n";
}

/// Each page is a read of its own, so that a slow reader holds no snapshot.
Status write_all(const Site& site, bool csv, http::BodyWriter& out) {
  if (csv && !out.write("value,kind,measure,since,case\r\n")) return {};
  std::string after;
  do {
    TRY(const auto page, site.services.store.read([&](store::ReadTx& tx) {
      return published_page(tx, std::nullopt, "", after, kAtOnce);
    }));
    std::string text;
    for (const auto& one : page.rows) text += line_of(one, csv);
    if (!text.empty() && !out.write(text)) return {};
    after = page.next;
  } while (!after.empty());
  return {};
}

void add_download(http::Router& router, const std::shared_ptr<const Site>& site, bool csv) {
  http::Route route;
  route.pattern = csv ? "/lists.csv" : "/lists.txt";
  route.operation = csv ? "siteListCsv" : "siteListText";
  route.tag = "site";
  route.summary = {"已公布的黑名单", "The published blacklist"};
  route.response_type = csv ? "text/csv; charset=utf-8" : "text/plain; charset=utf-8";
  route.described = false;
  route.handler = [site, csv](http::Request& request) -> Result<http::Response> {
    if (!site->services.may_look(request.remote)) {
      return fail_bi(Code::kOverloaded, "too many requests from this address; wait a moment",
                     "来自该地址的请求过于频繁，请稍候");
    }
    http::Response out;
    out.header("Content-Type", csv ? "text/csv; charset=utf-8" : "text/plain; charset=utf-8")
        .header("Content-Disposition", csv ? "attachment; filename=\"blacklist.csv\""
                                           : "attachment; filename=\"blacklist.txt\"")
        .header("X-Content-Type-Options", "nosniff")
        .header("Cache-Control", "public, max-age=60");
    out.stream = [site, csv](http::BodyWriter& writer) {
      const auto done = write_all(*site, csv, writer);
      if (!done) log::warn("public.list", {{"why", done.error().message}});
    };
    return out;
  };
  router.add(std::move(route));
}

}  // namespace

void add_list_pages(http::Router& router, const std::shared_ptr<const Site>& site) {
  add_page(router, site, http::Method::kGet, "/lists", "siteLists",
           {"已公布的黑名单", "The published blacklist"}, lists);
  add_download(router, site, false);
  add_download(router, site, true);
}

}  // namespace tocsin::public_site
