// One table of routes: it dispatches, and the OpenAPI document is generated from it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "http/http.h"

namespace tocsin::http {

struct Param {
  std::string name;
  enum class In { kPath, kQuery, kHeader } in = In::kQuery;
  Text description;
  Json schema;  ///< JSON Schema 2020-12
  bool required = false;
};

struct Route {
  Method method = Method::kGet;
  std::string pattern;    ///< `/api/v1/threats/{id}`; a last `{rest*}` takes all that is left
  std::string operation;  ///< unique, camelCase: OpenAPI operationId
  std::string tag;
  Text summary;
  std::string scope;  ///< token scope that is needed; empty: public
  std::vector<Param> params;
  Json request;  ///< schema of the JSON body; null: no body
  std::string request_type = "application/json";
  Json response;  ///< schema of the success body; null: not JSON or empty
  std::string response_type = "application/json";
  std::vector<std::string> more_types = {};  ///< which the success body may have instead
  int success = 200;
  /// Media type of the handler's errors where another standard asks for its own; empty: RFC 9457.
  std::string error_type;
  /// False for pages for people: they are not part of the API and its document.
  bool described = true;
  std::function<Result<Response>(Request&)> handler;
};

class Router {
 public:
  /// Runs before a route's handler and may refuse; sets Request::caller.
  using Guard = std::function<Status(Request&, const Route&)>;

  Router();
  ~Router();
  Router(Router&&) noexcept;
  Router& operator=(Router&&) noexcept;

  /// A second route with the same method and pattern, a second operation of the same name, or a
  /// pattern parameter that differs from the declared ones is a bug: panics. Path parameters that
  /// `params` does not describe are described as plain strings.
  void add(Route route);
  void set_guard(Guard guard);
  /// Answers instead of the problem document where no route is, if it has something to say.
  using Lost = std::function<std::optional<Response>(Request&)>;
  void set_lost(Lost lost);

  /// Finds the route (404, 405 with Allow, HEAD served by GET, OPTIONS answered), checks that
  /// required query and header parameters are there, runs the guard and the handler, turns errors
  /// and exceptions into problem documents. Literal segments win over parameters.
  Response handle(Request& request) const;

  /// OpenAPI 3.1 of everything added; `components` is merged in as it stands. Chinese texts are in
  /// `x-summary-zh` and `x-description-zh`, scopes in the bearer requirement.
  Json openapi(const std::string& title, const std::string& version, const Json& components) const;

  const std::vector<Route>& routes() const { return routes_; }

 private:
  struct Node;
  struct Match;
  Response dispatch(Request& request) const;
  const Node* find(const Node& node, const std::vector<std::string>& segments, std::size_t at,
                   Match& match) const;

  std::vector<Route> routes_;
  std::unique_ptr<Node> root_;
  Guard guard_;
  Lost lost_;
};

}  // namespace tocsin::http
