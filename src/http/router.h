// One table of routes: it dispatches, and the OpenAPI document is generated from it.
#pragma once

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
  int success = 200;
  std::function<Result<Response>(Request&)> handler;
};

class Router {
 public:
  /// Runs before a route's handler and may refuse; sets Request::caller.
  using Guard = std::function<Status(Request&, const Route&)>;

  void add(Route route);  ///< a second route with the same method and pattern is a bug: panics
  void set_guard(Guard guard);

  /// Finds the route (404, 405 with Allow, HEAD served by GET, OPTIONS answered), runs the guard
  /// and the handler, turns errors and exceptions into problem documents.
  Response handle(Request& request) const;

  /// OpenAPI 3.1 of everything added; `components` is merged in as it stands.
  Json openapi(const std::string& title, const std::string& version, const Json& components) const;

  const std::vector<Route>& routes() const { return routes_; }

 private:
  std::vector<Route> routes_;
  Guard guard_;
};

}  // namespace tocsin::http
