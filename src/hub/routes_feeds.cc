// Feeds that others fetch: a MISP feed, lists for firewalls, bulletins for the public.
#include <set>

#include "base/crypto/hash.h"
#include "base/log.h"
#include "delivery/block_list.h"
#include "delivery/bulletin.h"
#include "delivery/misp_feed.h"
#include "desk/permissions.h"
#include "exchange/determined.h"
#include "http/serialize.h"
#include "hub/app.h"
#include "hub/list_view.h"
#include "hub/shape.h"
#include "store/list_changes.h"

namespace tocsin::hub {
namespace {

constexpr std::size_t kPage = 5000;
constexpr std::size_t kBulletins = 100;

using desk::Actor;

std::string query_or(const http::Request& request, std::string_view key, std::string_view other) {
  return std::string(request.query_value(key).value_or(other));
}

http::Response not_modified(const std::string& tag) {
  http::Response same;
  same.status = 304;
  same.header("ETag", tag);
  return same;
}

// ------------------------------------------------------------------------------ MISP

Result<Actor> feed_reader(App& app, const http::Request& request) {
  TRY(auto session, any_session(app, request));
  if (!desk::scope_allows(session.token.scopes, "read")) {
    return fail_bi(Code::kForbidden, "this token does not carry the scope 'read'",
                   "该令牌不含“read”权限", "Authorization", "W17-09");
  }
  return session.actor;
}

/// The whole of manifest.json or hashes.csv.
Status write_index(App& app, delivery::MispIndex& index, const model::Organization& organization,
                   bool manifest, http::BodyWriter& out) {
  return app.store.read([&](store::ReadTx& tx) -> Status {
    bool first = true;
    if (manifest && !out.write("{")) return {};
    TRY_STATUS(index.each(tx, organization, [&](const delivery::MispEntry& entry) -> Status {
      std::string text = entry.hashes;
      if (manifest) {
        text = (first ? "\n" : ",\n") + Json(entry.uuid).dump() + ":" + entry.manifest;
        first = false;
      }
      if (text.empty() || out.write(text)) return {};
      return fail(Code::kUnavailable, "the reader left");
    }));
    if (manifest) out.write("\n}\n");
    return {};
  });
}

Result<http::Response> misp_index(App& app, const std::shared_ptr<delivery::MispIndex>& index,
                                  const http::Request& request, const Actor& by, bool manifest) {
  // Whatever changes what somebody may see stands in the journal, so its length is the version.
  TRY(const auto length, app.store.read([](store::ReadTx& tx) { return tx.last_sequence(); }));
  const std::string tag =
      "\"" + crypto::sha256_hex(by.organization.id + std::to_string(length)).substr(0, 24) + "\"";
  if (request.header("if-none-match") == tag) return not_modified(tag);
  http::Response response;
  response.header("Content-Type", manifest ? "application/json" : "text/csv; charset=utf-8");
  response.header("ETag", tag);
  response.header("Cache-Control", "private, no-cache");
  response.stream = [&app, index, organization = by.organization, manifest](http::BodyWriter& out) {
    const auto done = write_index(app, *index, organization, manifest, out);
    if (!done) log::warn("feed.misp", {{"why", done.error().message}});
  };
  return response;
}

Result<http::Response> misp_event(App& app, delivery::MispIndex& index, const Actor& by,
                                  std::string_view uuid) {
  TRY(const auto event, app.store.read([&](store::ReadTx& tx) -> Result<Json> {
    TRY(const auto id, index.threat_of(tx, uuid));
    if (id.empty()) return Json();
    TRY(const auto threat, store::get<model::Threat>(tx, id));
    TRY(const bool meant, delivery::may_receive(tx, by.organization, threat));
    if (!meant || !exchange::is_determined(threat)) return Json();
    return delivery::misp_event(tx, threat);
  }));
  if (event.is_null()) {
    return fail_bi(Code::kNotFound, "the feed has no such event", "订阅源中没有该事件", "uuid");
  }
  http::Response response = http::Response::json(event);
  response.header("Cache-Control", "private, no-cache");
  return response;
}

void add_misp(http::Router& router, App& app) {
  http::Route route;
  route.pattern = "/misp/feed/{file}";
  route.operation = "mispFeed";
  route.tag = "exchange";
  route.summary = {"MISP 订阅源：manifest.json、hashes.csv、<uuid>.json",
                   "MISP feed: manifest.json, hashes.csv, <uuid>.json"};
  route.response = shape::by_name(shape::typed("object"));  // an event, or one for each
  route.more_types = {"text/csv; charset=utf-8"};
  route.handler = [&app, index = std::make_shared<delivery::MispIndex>()](
                      http::Request& request) -> Result<http::Response> {
    TRY(const Actor by, feed_reader(app, request));
    const std::string& file = request.params["file"];
    if (file == "manifest.json") return misp_index(app, index, request, by, true);
    if (file == "hashes.csv") return misp_index(app, index, request, by, false);
    if (!file.ends_with(".json")) {
      return fail_bi(Code::kNotFound, "the feed has no such file", "订阅源中没有该文件", "file");
    }
    return misp_event(app, *index, by, std::string_view(file).substr(0, file.size() - 5));
  };
  router.add(std::move(route));
}

// ------------------------------------------------------------------------------ firewalls

struct ListAsked {
  delivery::ListForm form = delivery::ListForm::kPlain;
  delivery::Wildcard wildcard = delivery::Wildcard::kStar;
  std::string kind;
};

template <typename E>
Status read_word(const http::Request& request, const char* key, E& out) {
  const auto word = request.query_value(key);
  if (!word || parse_enum(*word, out)) return {};
  return model::detail::wrong_enum(*word, enum_names(out));
}

Result<ListAsked> list_asked(const http::Request& request) {
  ListAsked out;
  TRY_STATUS(read_word(request, "form", out.form));
  TRY_STATUS(read_word(request, "wildcard", out.wildcard));
  out.kind = query_or(request, "kind", "");
  if (!out.kind.empty() && !model::indicator_kind(out.kind)) {
    return fail_bi(Code::kInvalid, "unknown kind of indicator", "未知的指标类型", "kind");
  }
  return out;
}

enum class Wrapping { kText, kCsv, kJson };

std::string wrapped(Wrapping wrapping, const std::string& line, const model::ListEntry& e,
                    bool first) {
  switch (wrapping) {
    case Wrapping::kText:
      return line + "\n";
    case Wrapping::kCsv:
      return delivery::csv_field(line) + "," + std::string(name(e.indicator.kind)) + "," +
             e.case_number + "," + to_string(e.since) + "\r\n";
    case Wrapping::kJson:
      break;
  }
  return (first ? "\n" : ",\n") + Json::object({{"value", line},
                                                {"kind", std::string(name(e.indicator.kind))},
                                                {"case", e.case_number},
                                                {"since", to_string(e.since)}})
                                      .dump();
}

/// Every line once, in the order in which entries were listed. What was written is remembered by a
/// digest that fits into a string's own space: a million lines take some 60 MB while it lasts.
Status write_list(App& app, const std::string& organization, const ListAsked& asked,
                  Wrapping wrapping, std::uint64_t version, http::BodyWriter& out) {
  return app.store.read([&](store::ReadTx& tx) -> Status {
    constexpr std::size_t kDigestBytes = 15;
    std::set<std::string> seen;
    if (wrapping == Wrapping::kCsv) out.write("value,kind,case,since\r\n");
    if (wrapping == Wrapping::kJson) {
      out.write("{\"version\":" + std::to_string(version) + ",\"items\":[");
    }
    std::string after;
    for (;;) {
      TRY(const auto page, store::live_entries(tx, organization, after, kPage));
      std::string text;
      for (const auto& e : page) {
        if (!asked.kind.empty() && name(e.indicator.kind) != asked.kind) continue;
        const auto line = delivery::list_line(e.indicator.plain(), asked.form, asked.wildcard);
        if (!line) continue;
        const bool first = seen.empty();
        const auto digest = crypto::sha256(*line);
        if (!seen.emplace(crypto::view(digest).substr(0, kDigestBytes)).second) continue;
        text += wrapped(wrapping, *line, e, first);
      }
      if (!text.empty() && !out.write(text)) return {};
      if (page.size() < kPage) break;
      after = page.back().id;
    }
    if (wrapping == Wrapping::kJson) out.write("\n]}\n");
    return {};
  });
}

Result<http::Response> export_list(App& app, const http::Request& request, Wrapping wrapping,
                                   const char* type) {
  TRY(const auto organization, list_owner(app, request));
  TRY(const auto asked, list_asked(request));
  Instant changed;
  TRY(const auto version, app.store.read([&](store::ReadTx& tx) -> Result<std::uint64_t> {
    TRY(const auto newest, store::newest_list_changes(tx, organization, 1));
    if (newest.empty()) return std::uint64_t{0};
    changed = newest.front().at;
    return newest.front().version;
  }));
  const std::string tag = etag_of(version);
  // RFC 9110 section 13.2.2: the date counts only where no tag was sent.
  const auto known = request.header("if-none-match");
  const bool same = known.empty()
                        ? changed && request.header("if-modified-since") == http::http_date(changed)
                        : known == tag;
  if (known == tag) acknowledge_pull(app, request, version);
  http::Response response = same ? not_modified(tag) : http::Response();
  if (changed) response.header("Last-Modified", http::http_date(changed));
  if (same) return response;
  response.header("ETag", tag);
  response.header("Content-Type", type);
  response.header("X-List-Version", std::to_string(version));
  response.header("Cache-Control", "no-cache");
  response.stream = [&app, organization, asked, wrapping, version](http::BodyWriter& out) {
    const auto done = write_list(app, organization, asked, wrapping, version, out);
    if (!done) log::warn("export.list", {{"why", done.error().message}});
  };
  return response;
}

void add_export(http::Router& router, App& app, const char* suffix, const char* operation,
                Wrapping wrapping, const char* type) {
  http::Route route;
  route.pattern = std::string("/api/v1/export/list.") + suffix;
  route.operation = operation;
  route.tag = "list";
  route.summary = {"供防火墙读取的名单（ETag、Last-Modified）",
                   "The list for firewalls (ETag, Last-Modified)"};
  route.scope = "list";
  route.response_type = type;
  if (wrapping == Wrapping::kJson) {
    const Json item =
        shape::object(shape::each_text({"value", "kind", "case"}).set("since", shape::time()));
    route.response =
        shape::object(Json::object({{"version", shape::number()}, {"items", shape::list(item)}}));
  }
  route.params = {query_param("organization", {"单位代码", "code of the organisation"}),
                  query_param("kind", {"指标类型", "kind of indicator"}),
                  query_param("form", {"plain cidr domains urls", "plain cidr domains urls"}),
                  query_param("wildcard", {"通配写法：star dot none", "star dot none"})};
  route.handler = [&app, wrapping, type](http::Request& request) {
    return export_list(app, request, wrapping, type);
  };
  router.add(std::move(route));
}

// ------------------------------------------------------------------------------ bulletins

/// Scheme and host as the reader knows them; nothing that could leave an attribute of XML.
std::string origin_of(const App& app, const http::Request& request) {
  std::string host(request.header("host"));
  if (host.empty() || host.size() > 255 ||
      host.find_first_not_of(
          "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-:[]") !=
          std::string::npos) {
    host = "localhost";
  }
  return (app.options.http.certificate_file.empty() ? "http://" : "https://") + host;
}

void add_bulletins(http::Router& router, App& app, const char* suffix, const char* operation,
                   Text summary, const char* type, bool atom) {
  http::Route route;
  route.pattern = std::string("/feeds/bulletins.") + suffix;
  route.operation = operation;
  route.tag = "public";
  route.summary = std::move(summary);
  route.response_type = type;
  route.params = {query_param("lang", {"zh（默认）或 en", "zh (default) or en"})};
  route.handler = [&app, type, atom](http::Request& request) -> Result<http::Response> {
    const std::string lang = query_or(request, "lang", "zh");
    if (lang != "zh" && lang != "en") {
      return fail_bi(Code::kInvalid, "lang is zh or en", "lang 为 zh 或 en", "lang");
    }
    TRY(const auto bulletins, app.store.read([](store::ReadTx& tx) {
      return delivery::public_bulletins(tx, kBulletins);
    }));
    const auto write = atom ? delivery::atom : delivery::rss;
    std::string body =
        write(bulletins, lang == "zh" ? Lang::kZh : Lang::kEn, origin_of(app, request));
    const std::string tag = "\"" + crypto::sha256_hex(body).substr(0, 24) + "\"";
    if (request.header("if-none-match") == tag) return not_modified(tag);
    http::Response response = http::Response::text(std::move(body), type);
    response.header("ETag", tag);
    response.header("Cache-Control", "public, max-age=60");
    return response;
  };
  router.add(std::move(route));
}

}  // namespace

void add_feed_routes(http::Router& router, App& app) {
  add_misp(router, app);
  add_export(router, app, "txt", "exportListText", Wrapping::kText, "text/plain; charset=utf-8");
  add_export(router, app, "csv", "exportListCsv", Wrapping::kCsv, "text/csv; charset=utf-8");
  add_export(router, app, "json", "exportListJson", Wrapping::kJson, "application/json");
  add_bulletins(router, app, "rss", "bulletinsRss", {"公告（RSS 2.0）", "Bulletins as RSS 2.0"},
                "application/rss+xml; charset=utf-8", false);
  add_bulletins(router, app, "atom", "bulletinsAtom", {"公告（Atom）", "Bulletins as Atom 1.0"},
                "application/atom+xml; charset=utf-8", true);
}

}  // namespace tocsin::hub
