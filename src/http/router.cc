#include "http/router.h"

#include <algorithm>
#include <exception>

#include "http/url.h"

namespace tocsin::http {

/// A place in the tree of path segments.
struct Router::Node {
  std::map<std::string, std::unique_ptr<Node>, std::less<>> literals;
  std::unique_ptr<Node> parameter;       ///< any one segment
  std::unique_ptr<Node> rest;            ///< all that is left, at least one segment
  std::map<Method, std::size_t> routes;  ///< that end here, as index
};

struct Router::Match {
  std::vector<std::string> values;  ///< of the parameters, in order
};

namespace {

struct Segment {
  enum class Kind { kLiteral, kParameter, kRest } kind = Kind::kLiteral;
  std::string text;  ///< literal text or parameter name
};

std::vector<Segment> segments_of(std::string_view pattern) {
  ASSERT(pattern.starts_with('/'));
  std::vector<Segment> out;
  for (const std::string_view piece : split(pattern.substr(1), '/')) {
    ASSERT(out.empty() || out.back().kind != Segment::Kind::kRest);  // nothing follows the rest
    if (!piece.starts_with('{')) {
      ASSERT(piece.find_first_of("{}*") == std::string_view::npos);
      out.push_back({Segment::Kind::kLiteral, std::string(piece)});
      continue;
    }
    ASSERT(piece.ends_with('}') && piece.size() > 2);
    std::string_view inner = piece.substr(1, piece.size() - 2);
    const bool rest = inner.ends_with('*');
    if (rest) inner.remove_suffix(1);
    ASSERT(!inner.empty());
    out.push_back({rest ? Segment::Kind::kRest : Segment::Kind::kParameter, std::string(inner)});
  }
  return out;
}

/// The names in a pattern, in order.
std::vector<std::string> parameters_of(std::string_view pattern) {
  std::vector<std::string> names;
  for (Segment& segment : segments_of(pattern)) {
    if (segment.kind != Segment::Kind::kLiteral) names.push_back(std::move(segment.text));
  }
  return names;
}

std::string allowed_methods(const std::map<Method, std::size_t>& routes) {
  std::vector<std::string> names;
  for (const auto& [method, index] : routes) {
    names.emplace_back(name(method));
    if (method == Method::kGet && !routes.contains(Method::kHead)) names.emplace_back("HEAD");
  }
  if (!routes.contains(Method::kOptions)) names.emplace_back("OPTIONS");
  return join(names, ", ");
}

Error not_found(const Request& request) {
  return Error{Code::kNotFound,
               "there is nothing at " + request.path,
               "地址不存在：" + request.path,
               {},
               {}};
}

/// Segments are decoded one by one, so that an encoded slash stays inside its segment.
Result<std::vector<std::string>> decoded_segments(const Request& request) {
  const std::string& path = request.raw_path.empty() ? request.path : request.raw_path;
  std::vector<std::string> out;
  if (!path.starts_with('/')) return out;
  for (const std::string_view piece : split(std::string_view(path).substr(1), '/')) {
    if (request.raw_path.empty()) {
      out.emplace_back(piece);
    } else {
      TRY(std::string segment, percent_decode(piece));
      out.push_back(std::move(segment));
    }
  }
  return out;
}

Status check_required(const Request& request, const Route& route) {
  for (const Param& param : route.params) {
    if (!param.required) continue;
    const bool missing =
        (param.in == Param::In::kQuery && !request.query_value(param.name)) ||
        (param.in == Param::In::kHeader && request.header(to_lower(param.name)).empty());
    if (missing) {
      return fail_bi(Code::kInvalid, "the parameter " + param.name + " is required",
                     "缺少必需的参数 " + param.name, param.name, "required");
    }
  }
  return {};
}

}  // namespace

Router::Router() : root_(std::make_unique<Node>()) {}
Router::~Router() = default;
Router::Router(Router&&) noexcept = default;
Router& Router::operator=(Router&&) noexcept = default;

void Router::add(Route route) {
  Node* node = root_.get();
  for (Segment& segment : segments_of(route.pattern)) {
    std::unique_ptr<Node>* next = nullptr;
    switch (segment.kind) {
      case Segment::Kind::kLiteral:
        next = &node->literals[segment.text];
        break;
      case Segment::Kind::kParameter:
        next = &node->parameter;
        break;
      case Segment::Kind::kRest:
        next = &node->rest;
        break;
    }
    if (!*next) *next = std::make_unique<Node>();
    node = next->get();
  }
  ASSERT(node->routes.emplace(route.method, routes_.size()).second);
  ASSERT(!route.operation.empty() && route.handler);
  for (const Route& other : routes_) ASSERT(other.operation != route.operation);

  const std::vector<std::string> names = parameters_of(route.pattern);
  for (Param& param : route.params) {
    if (param.in != Param::In::kPath) continue;
    ASSERT(std::find(names.begin(), names.end(), param.name) != names.end());
    param.required = true;
  }
  for (std::size_t i = 0; i < names.size(); ++i) {
    ASSERT(std::count(names.begin(), names.end(), names[i]) == 1);
    const bool described =
        std::any_of(route.params.begin(), route.params.end(),
                    [&](const Param& p) { return p.in == Param::In::kPath && p.name == names[i]; });
    if (described) continue;
    Param plain;
    plain.name = names[i];
    plain.in = Param::In::kPath;
    plain.schema = Json::object().set("type", "string");
    plain.required = true;
    route.params.push_back(std::move(plain));
  }
  routes_.push_back(std::move(route));
}

void Router::set_guard(Guard guard) { guard_ = std::move(guard); }
void Router::set_lost(Lost lost) { lost_ = std::move(lost); }

/// Depth is bounded by the patterns, not by the path: a path longer than every pattern fails.
const Router::Node* Router::find(const Node& node, const std::vector<std::string>& segments,
                                 std::size_t at, Match& match) const {
  if (at == segments.size()) return node.routes.empty() ? nullptr : &node;
  if (const auto literal = node.literals.find(segments[at]); literal != node.literals.end()) {
    if (const Node* found = find(*literal->second, segments, at + 1, match)) return found;
  }
  const std::size_t before = match.values.size();
  if (node.parameter && !segments[at].empty()) {
    match.values.push_back(segments[at]);
    if (const Node* found = find(*node.parameter, segments, at + 1, match)) return found;
    match.values.resize(before);
  }
  if (!node.rest) return nullptr;
  std::string all;
  for (std::size_t i = at; i < segments.size(); ++i) {
    // Here an encoded slash would look like a separator to the handler.
    if (segments[i].find_first_of("/\\") != std::string::npos) return nullptr;
    if (i > at) all += '/';
    all += segments[i];
  }
  match.values.push_back(std::move(all));
  return node.rest.get();
}

Response Router::handle(Request& request) const {
  try {
    return dispatch(request);
  } catch (const std::exception& e) {
    return problem(Error{Code::kInternal, e.what(), {}, {}, {}}, request.request_id);
  } catch (...) {
    return problem(Error{Code::kInternal, "unknown exception", {}, {}, {}}, request.request_id);
  }
}

Response Router::dispatch(Request& request) const {
  const auto segments = decoded_segments(request);
  if (!segments) return problem(segments.error(), request.request_id);
  Match match;
  const Node* node = segments->empty() ? nullptr : find(*root_, *segments, 0, match);
  if (node == nullptr) {
    if (request.path == "*" && request.method == Method::kOptions) {
      return Response{.status = 204, .headers = {}, .body = {}, .stream = {}, .events = {}};
    }
    if (lost_) {
      if (auto answer = lost_(request)) return std::move(*answer);
    }
    return problem(not_found(request), request.request_id);
  }
  auto found = node->routes.find(request.method);
  if (found == node->routes.end() && request.method == Method::kHead) {
    found = node->routes.find(Method::kGet);
  }
  if (found == node->routes.end()) {
    const std::string allow = allowed_methods(node->routes);
    if (request.method == Method::kOptions) {
      Response response;
      response.status = 204;
      response.header("Allow", allow);
      return response;
    }
    const std::string method(name(request.method));
    Response response = problem(Error{Code::kInvalid,
                                      method + " is not possible here; possible are " + allow,
                                      "此地址不支持 " + method + "，可用的方法有 " + allow,
                                      {},
                                      "RFC 9110 §15.5.6"},
                                request.request_id, 405);
    response.header("Allow", allow);
    return response;
  }
  const Route& route = routes_[found->second];
  const std::vector<std::string> names = parameters_of(route.pattern);
  for (std::size_t i = 0; i < names.size(); ++i) request.params[names[i]] = match.values[i];
  if (guard_) {
    if (const Status allowed = guard_(request, route); !allowed) {
      return problem(allowed.error(), request.request_id);
    }
  }
  if (const Status complete = check_required(request, route); !complete) {
    return problem(complete.error(), request.request_id);
  }
  Result<Response> response = route.handler(request);
  if (!response) return problem(response.error(), request.request_id);
  return std::move(*response);
}

}  // namespace tocsin::http
