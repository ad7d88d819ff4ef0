// What every route can reach. Owned by the hub; all of it is safe to use from several threads.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "attribution/service.h"
#include "base/guarded.h"
#include "desk/desk.h"
#include "desk/invitations.h"
#include "desk/memberships.h"
#include "desk/registry.h"
#include "desk/rule_book.h"
#include "desk/sign_in.h"
#include "enforce/dns/primary.h"
#include "http/metrics.h"
#include "http/router.h"
#include "hub/keys.h"
#include "hub/match_service.h"
#include "hub/options.h"
#include "hub/retention_service.h"
#include "match/guard.h"
#include "search/finder.h"
#include "store/case_readers.h"

namespace tocsin::hub {

struct App {
  const HubOptions& options;
  store::Store& store;
  desk::Desk& desk;
  desk::Registry& registry;
  desk::Memberships& memberships;
  desk::SecondFactors& second_factors;
  desk::SignIn& sign_in;
  desk::Invitations& invitations;
  attribution::Service& attribution;
  desk::RuleBook& rules;
  std::function<std::shared_ptr<const match::Guard>()> guard;
  const law::CurrentLibrary& law;
  KeyRing& keys;
  MatchService& match;
  RetentionService& retention;
  search::Finder& finder;
  store::TextIndex& text_index;
  const Clock& clock;
  IdSource& ids;
  http::Metrics& metrics;
  std::function<bool()> stopping;  ///< whoever fetches something gives up then
  std::function<std::uint16_t()> dns_port;
  std::function<std::vector<std::string>(std::string_view organization)> zones_of;
  std::function<std::vector<enforce::dns::PeerState>()> dns_peers;
  std::function<void(std::shared_ptr<http::EventSink>, desk::Registry::Session,
                     std::optional<std::uint64_t> after)>
      subscribe;
};

/// The session that the guard left on the request.
const desk::Registry::Session& session(const http::Request& request);
/// The actor, with the request's idempotency key.
Result<desk::Actor> actor(const http::Request& request, std::string_view body);

/// Who asks, for routes that foreign programs call without our guard: a bearer token, Basic with
/// login and token, a bound client certificate, or a browser's cookie. kUnauthenticated.
Result<desk::Registry::Session> any_session(App& app, const http::Request& request);
/// Who asks for a route of ours: a token in `Authorization: Bearer` or `X-Api-Key`, or a browser's
/// cookie, which alone is not enough to change anything: see from_our_page(). kUnauthenticated.
Result<desk::Registry::Session> guarded_session(App& app, const http::Request& request);
/// The person to whom the client certificate of this connection is bound. kUnauthenticated.
Result<desk::Registry::Session> certificate_session(App& app, const http::Request& request);

/// Reads a JSON body of at most 8 MiB; an empty body is an empty object.
Result<std::string> read_body(http::Request& request);

/// Adds `POST pattern` whose body is a Request, handled by `call(actor, id, request)`.
template <typename Request, typename Call>
void post(http::Router& router, std::string pattern, std::string operation, std::string tag,
          Text summary, std::string scope, Json response, Call call, int success = 200) {
  http::Route route;
  route.method = http::Method::kPost;
  route.pattern = std::move(pattern);
  route.operation = std::move(operation);
  route.tag = std::move(tag);
  route.summary = std::move(summary);
  route.scope = std::move(scope);
  route.request = model::schema_of<Request>();
  route.response = std::move(response);
  route.success = success;
  route.params.push_back(
      {"Idempotency-Key",
       http::Param::In::kHeader,
       {"同一键的相同请求只执行一次", "the same request under one key is done once"},
       Json::object({{"type", "string"}}),
       false});
  route.handler = [call = std::move(call),
                   success](http::Request& request) -> Result<http::Response> {
    TRY(const std::string body, read_body(request));
    TRY(const Json json, body.empty() ? Result<Json>(Json::object()) : Json::parse(body));
    TRY(const Request parsed, model::parse_request<Request>(json));
    TRY(const auto by, actor(request, body));
    const auto id = request.params.find("id");
    const std::string subject = id == request.params.end() ? "" : id->second;
    TRY(const Json answer, call(by, subject, parsed));
    return http::Response::json(answer, success);
  };
  router.add(std::move(route));
}

/// Adds `GET pattern` answered by `call(request)` with JSON.
void get(http::Router& router, std::string pattern, std::string operation, std::string tag,
         Text summary, std::string scope, std::vector<http::Param> params, Json response,
         std::function<Result<Json>(http::Request&)> call);

/// An empty request body.
struct Nothing {
  using is_described = void;
  template <class V, class S>
  static void fields(V&, S&) {}
};

/// `limit` (1..1000, default 100) and `after` of a list request.
struct Page {
  std::size_t limit = 100;
  std::string after;
};
Result<Page> page(const http::Request& request);
std::vector<http::Param> page_params();
http::Param query_param(std::string name, Text description);
/// A query parameter with a closed set of words, and its value: the first word when left out,
/// kInvalid naming the words when it is none of them.
http::Param word_param(std::string name, Text description, const std::vector<std::string>& words);
Result<std::string> word_of(const http::Request& request, std::string_view name,
                            const std::vector<std::string>& words);
/// Schema of `{"items":[...],"next":"..."}`.
Json list_schema(Json item);

/// Who asks, for the rules of store/case_readers.h. Of a session that outlives the answer.
inline store::Person person(const desk::Actor& by) { return {by.user, by.organization}; }
/// May this person read it? The rule is store::may_read().
template <typename T>
Result<bool> may_read(store::ReadTx& tx, const desk::Actor& by, const T& document) {
  return store::may_read(tx, person(by), document);
}

/// Without provinces and without an owner, what reference data say of the indicators decides who
/// receives a submission (W17-07); the reasons become evidence of the case.
Status default_provinces(App& app, desk::SubmitRequest& request);
/// Feeds come from the units that article 5 binds, each with somebody who answers for it; a citizen
/// reports what he met, one case at a time (W17-05).
Status may_import(const desk::Actor& by);
/// Under which id Shadowserver's schema is kept.
inline constexpr std::string_view kShadowserverSchema = "shadowserver";
/// And its table of severities.
inline constexpr std::string_view kShadowserverSeverities = "shadowserver-severity";

// One function for each file of routes.
void add_case_routes(http::Router& router, App& app);
void add_duties_route(http::Router& router, App& app);
void add_registry_routes(http::Router& router, App& app);
void add_name_routes(http::Router& router, App& app);
void add_session_routes(http::Router& router, App& app);
void add_second_factor_routes(http::Router& router, App& app);
void add_health_routes(http::Router& router, App& app);
void add_console_routes(http::Router& router, App& app);
void add_list_routes(http::Router& router, App& app);
void add_guard_routes(http::Router& router, App& app);
void add_intake_routes(http::Router& router, App& app);
void add_lookup_routes(http::Router& router, App& app);
void add_match_routes(http::Router& router, App& app);
void add_attribution_routes(http::Router& router, App& app);
void add_vulnerability_routes(http::Router& router, App& app);
void add_format_routes(http::Router& router, App& app);
void add_vocabulary_routes(http::Router& router, App& app);
void add_law_routes(http::Router& router, App& app);
void add_journal_routes(http::Router& router, App& app);
void add_evidence_routes(http::Router& router, App& app);
void add_exchange_routes(http::Router& router, App& app);
void add_source_routes(http::Router& router, App& app);
void add_feed_routes(http::Router& router, App& app);
void add_delivery_routes(http::Router& router, App& app);
void add_search_routes(http::Router& router, App& app);
void add_graph_routes(http::Router& router, App& app);
void add_relapse_routes(http::Router& router, App& app);
void add_situation_routes(http::Router& router, App& app);
void add_retention_routes(http::Router& router, App& app);

}  // namespace tocsin::hub
