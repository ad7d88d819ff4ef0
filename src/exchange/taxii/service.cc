#include "exchange/taxii/service.h"

#include <algorithm>

#include "exchange/taxii/page.h"
#include "exchange/taxii/resources.h"
#include "exchange/taxii/submission.h"
#include "store/collections.h"

namespace tocsin::exchange::taxii {
namespace {

constexpr std::string_view kRoot = "hub";

tl::unexpected<Error> nothing_here() {
  return fail_bi(Code::kNotFound, "there is nothing at this address", "该地址不存在");
}

tl::unexpected<Error> forbidden(const char* en, const char* zh) {
  return fail_bi(Code::kForbidden, en, zh, "Authorization", "TAXII-2.1-5");
}

/// The pieces of `/taxii2/a/b/`; TAXII addresses end with a slash, one without is forgiven.
std::vector<std::string> pieces_of(const http::Request& request) {
  std::vector<std::string> out;
  const auto rest = request.params.find("rest");
  if (rest == request.params.end()) return out;
  for (const auto piece : split(rest->second, '/')) out.emplace_back(piece);
  if (!out.empty() && out.back().empty()) out.pop_back();
  return out;
}

}  // namespace

/// One request on its way.
struct Service::Ask {
  http::Request& request;
  std::vector<std::string> path;
  Caller caller;
  model::ExchangeCollection collection;
  model::ExchangeGrant grant;
  bool get = true;
};

Service::Service(store::Store& store, const Clock& clock, IdSource& ids, ServiceOptions options,
                 Authenticate authenticate)
    : store_(store),
      clock_(clock),
      ids_(ids),
      options_(std::move(options)),
      authenticate_(std::move(authenticate)) {}

http::Response Service::handle(http::Request& request) const {
  // Who asks comes first: a stranger learns nothing, not even which addresses exist.
  auto caller = authenticate_(request);
  if (!caller) return error_resource(caller.error(), request.request_id);
  if (!acceptable(request.header("accept"))) {
    return error_resource({Code::kInvalid, "this service answers with " + std::string(kMediaType),
                           "本服务仅提供 " + std::string(kMediaType), "Accept", "TAXII-2.1-1.6.8"},
                          request.request_id, 406);
  }
  Ask ask{request, pieces_of(request), std::move(*caller), {}, {}, true};
  ask.get = request.method == http::Method::kGet || request.method == http::Method::kHead;
  auto answer = dispatch(ask);
  if (!answer) {
    const int status = answer.error().field == "Content-Type" ? 415 : 0;
    return error_resource(answer.error(), request.request_id, status);
  }
  return std::move(*answer);
}

Result<http::Response> Service::dispatch(Ask& ask) const {
  const auto& path = ask.path;
  if (ask.get && !ask.caller.reads) {
    return forbidden("this token does not carry the scope 'read'", "该令牌不含“read”权限");
  }
  if (path.empty() && ask.get) return discovery(ask);
  if (path.empty() || path[0] != kRoot) return nothing_here();
  if (path.size() == 1 && ask.get) {
    return resource(Json::object({{"title", options_.title},
                                  {"versions", Json::array({std::string(kMediaType)})},
                                  {"max_content_length", kMostContent}}));
  }
  if (path.size() == 3 && path[1] == "status" && ask.get) return status(ask);
  if (path.size() < 2 || path[1] != "collections") return nothing_here();
  if (path.size() == 2) return ask.get ? collections(ask) : nothing_here();
  TRY(ask.collection, store_.read([&](store::ReadTx& tx) { return find_collection(tx, path[2]); }));
  ask.grant = ask.collection.grant_of(ask.caller.who.organization.id);
  ask.grant.read = ask.grant.read && ask.caller.reads;
  ask.grant.write = ask.grant.write && ask.caller.writes && !ask.collection.projection;
  if (path.size() > 3) return in_collection(ask);
  if (!ask.get) return nothing_here();
  return resource(collection_resource(ask.collection, ask.grant));
}

Result<http::Response> Service::in_collection(Ask& ask) const {
  const auto& path = ask.path;
  const bool adds = ask.request.method == http::Method::kPost;
  const bool erases = ask.request.method == http::Method::kDelete;
  // Interoperability profile: 403, not 404, whatever the grant forbids.
  if ((ask.get || erases) && !ask.grant.read) {
    return forbidden("you may not read this collection", "您无权读取该集合");
  }
  if ((adds || erases) && !ask.grant.write) {
    return forbidden("you may not write this collection", "您无权写入该集合");
  }
  if (path.size() == 4 && path[3] == "manifest" && ask.get) return manifest(ask);
  if (path[3] != "objects") return nothing_here();
  if (path.size() == 4) return ask.get ? objects(ask) : adds ? add(ask) : nothing_here();
  if (path.size() == 5) return ask.get ? object(ask) : erases ? erase(ask) : nothing_here();
  if (path.size() == 6 && path[5] == "versions" && ask.get) return versions(ask);
  return nothing_here();
}

Result<http::Response> Service::discovery(const Ask& ask) const {
  std::string host(ask.request.header("host"));
  if (host.empty()) host = "localhost";
  const std::string root = options_.scheme + "://" + host + "/taxii2/" + std::string(kRoot) + "/";
  Json out = Json::object({{"title", options_.title}});
  if (!options_.description.empty()) out.set("description", options_.description);
  out.set("default", root);
  out.set("api_roots", Json::array({root}));
  return resource(out);
}

Result<http::Response> Service::collections(const Ask& ask) const {
  TRY(const auto all,
      store_.read([&](store::ReadTx& tx) { return visible_collections(tx, ask.caller.who); }));
  Json list = Json::array();
  for (const auto& c : all) {
    auto grant = c.grant_of(ask.caller.who.organization.id);
    grant.write = grant.write && !c.projection;
    list.push(collection_resource(c, grant));
  }
  Json out = Json::object();
  if (!list.items().empty()) out.set("collections", std::move(list));
  return resource(out);
}

Result<http::Response> Service::status(const Ask& ask) const {
  TRY(const auto found, store_.read([&](store::ReadTx& tx) {
    return store::get<model::ExchangeStatus>(tx, ask.path[2]);
  }));
  if (found.organization != ask.caller.who.organization.id) return nothing_here();
  return resource(status_resource(found));
}

namespace {

/// The page that the query asks for.
Result<Page> page_for(store::Store& store, std::string_view secret,
                      const model::ExchangeCollection& collection, Filter& filter) {
  Instant after = filter.added_after;
  if (!filter.next.empty()) {
    TRY(const Instant from, read_next(secret, collection.id, filter, filter.next));
    after = std::max(after, from);
  }
  return store.read(
      [&](store::ReadTx& tx) { return read_page(tx, collection.number, filter, after); });
}

std::string next_of(std::string_view secret, const model::ExchangeCollection& collection,
                    const Filter& filter, const Page& page) {
  return page.more ? make_next(secret, collection.id, filter, page.position) : std::string();
}

}  // namespace

Result<http::Response> Service::objects(const Ask& ask) const {
  TRY(auto filter, parse_filter(ask.request.query));
  TRY(const Page page, page_for(store_, options_.secret, ask.collection, filter));
  return envelope(page, next_of(options_.secret, ask.collection, filter, page));
}

Result<http::Response> Service::manifest(const Ask& ask) const {
  TRY(auto filter, parse_filter(ask.request.query));
  TRY(const Page page, page_for(store_, options_.secret, ask.collection, filter));
  return manifest_resource(page, next_of(options_.secret, ask.collection, filter, page));
}

namespace {

/// The filter of an address that names one object; kNotFound when the collection has none of it.
Result<Filter> filter_of_object(store::Store& store, const model::ExchangeCollection& collection,
                                const http::Query& query, const std::string& id) {
  TRY(auto filter, parse_filter(query));
  filter.ids = {id};
  filter.types.clear();
  TRY(const auto there,
      store.read([&](store::ReadTx& tx) { return stix::newest(tx, collection.number, id); }));
  if (there) return filter;
  return fail_bi(Code::kNotFound, "this collection has no " + id, "该集合中没有 " + id, "id");
}

}  // namespace

Result<http::Response> Service::object(const Ask& ask) const {
  TRY(auto filter, filter_of_object(store_, ask.collection, ask.request.query, ask.path[4]));
  TRY(const Page page, page_for(store_, options_.secret, ask.collection, filter));
  return envelope(page, next_of(options_.secret, ask.collection, filter, page));
}

Result<http::Response> Service::versions(const Ask& ask) const {
  TRY(auto filter, filter_of_object(store_, ask.collection, ask.request.query, ask.path[4]));
  filter.versions = {};
  filter.versions.all = true;
  TRY(const Page page, page_for(store_, options_.secret, ask.collection, filter));
  return versions_resource(page, next_of(options_.secret, ask.collection, filter, page));
}

Result<http::Response> Service::add(Ask& ask) const {
  const auto type = ask.request.header("content-type");
  if (type.empty() || !acceptable(type) || type.find('*') != std::string_view::npos) {
    return fail_bi(Code::kInvalid, "the body must be " + std::string(kMediaType),
                   "请求体须为 " + std::string(kMediaType), "Content-Type", "TAXII-2.1-1.6.8");
  }
  if (ask.request.content_length.value_or(0) > kMostContent) {
    return fail_bi(Code::kTooLarge, "a submission has at most 10 MiB", "每次提交不超过 10 MiB",
                   "body");
  }
  TRY(const auto body, ask.request.body->read_all(kMostContent));
  TRY(const auto made, submit(store_, clock_, ids_, ask.caller.who, ask.collection, body));
  return resource(status_resource(made), 202);
}

Result<http::Response> Service::erase(const Ask& ask) const {
  const std::string& id = ask.path[4];
  TRY(auto filter, filter_of_object(store_, ask.collection, ask.request.query, id));
  TRY(const auto erased, erase_object(store_, ask.caller.who, ask.collection, id, filter));
  if (erased == 0) {
    return fail_bi(Code::kNotFound, "no version of it matches", "没有符合条件的版本",
                   "match[version]");
  }
  return resource(Json::object());
}

bool acceptable(std::string_view accept) {
  if (trim(accept).empty()) return true;
  for (const auto range : split(accept, ',')) {
    const auto parts = split(range, ';');
    const std::string type = to_lower(trim(parts.front()));
    bool fits = type == "application/taxii+json" || type == "application/*" || type == "*/*";
    for (std::size_t i = 1; i < parts.size(); ++i) {
      const std::string parameter = to_lower(trim(parts[i]));
      if (parameter.starts_with("version=")) {
        const auto version = replace_all(parameter.substr(8), "\"", "");
        fits = fits && version == "2.1";
      } else if (parameter == "q=0" || parameter == "q=0.0") {
        fits = false;
      }
    }
    if (fits) return true;
  }
  return false;
}

}  // namespace tocsin::exchange::taxii
