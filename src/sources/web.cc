#include "sources/web.h"

#include "match/address.h"
#include "match/special_ranges.h"

namespace tocsin::sources {
namespace {

constexpr int kMostRedirects = 5;
constexpr std::string_view kPrivate = "private-address";  ///< rule of http::Client's refusal

bool is_redirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

/// Without the brackets of IPv6.
std::string_view bare_host(const http::Origin& origin) {
  std::string_view host = origin.host;
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  return host;
}

bool is_loopback(const http::Origin& origin) {
  const std::string_view host = bare_host(origin);
  if (host == "localhost") return true;
  const auto address = match::parse_address(host);
  static const auto kV4 = match::parse_prefix("127.0.0.0/8");
  static const auto kV6 = match::parse_prefix("::1/128");
  return address && (match::contains(*kV4, *address) || match::contains(*kV6, *address));
}

http::ClientOptions with_certificate(http::ClientOptions options, const Credential& credential) {
  options.certificate_file = credential.certificate_file;
  options.key_file = credential.key_file;
  return options;
}

}  // namespace

http::ClientOptions client_options(const model::SourceTerms& terms, const WebOptions& options) {
  http::ClientOptions out;
  out.ca_file = options.ca_file;
  out.timeout = options.timeout;
  out.body_limit_bytes = options.limit_bytes;
  out.cancelled = options.cancelled;
  if (!terms.private_addresses) out.may_connect = match::is_public_address;
  return out;
}

Web::Web(const model::SourceTerms& terms, Credential credential, const WebOptions& options)
    : terms_(terms),
      credential_(std::move(credential)),
      known_(with_certificate(client_options(terms, options), credential_)),
      stranger_(client_options(terms, options)) {}

Result<http::ClientResponse> Web::get(
    const std::string& first, const std::vector<std::pair<std::string, std::string>>& headers) {
  TRY(const auto home, http::origin_of(terms_.location));
  std::string url = first;
  for (int hop = 0;; ++hop) {
    TRY(const auto origin, http::origin_of(url));
    http::ClientRequest request;
    request.url = url;
    request.headers = headers;
    const bool at_home = origin == home;
    if (at_home) {
      request.headers.insert(request.headers.end(), credential_.headers.begin(),
                             credential_.headers.end());
    }
    auto sent = (at_home ? known_ : stranger_).send(request);
    if (!sent) return tl::unexpected(with_leave(sent.error()));
    auto& answer = *sent;
    const std::string where(answer.header("location"));
    if (!is_redirect(answer.status) || where.empty()) return sent;
    if (hop == kMostRedirects) {
      return fail_bi(Code::kUnavailable, "the source redirects again and again", "来源反复重定向",
                     "location");
    }
    TRY(url, http::resolved_url(url, where));
  }
}

Error with_leave(Error error) {
  if (error.rule != kPrivate) return error;
  error.message += "; a source at a private or local address needs --private-addresses";
  error.message_zh += "；内网或本机地址的来源须以 --private-addresses 登记";
  error.field = "terms.location";
  return error;
}

Status check_public(const model::SourceTerms& terms) {
  if (terms.private_addresses) return {};
  TRY(const auto origin, http::origin_of(terms.location));
  const std::string host(bare_host(origin));
  const bool literal = match::parse_address(host).has_value();
  if (!is_loopback(origin) && (!literal || match::is_public_address(host))) return {};
  return tl::unexpected(with_leave({Code::kRefused, host + " is no public address",
                                    host + " 不是公网地址", "", std::string(kPrivate)}));
}

Status check_confidential(const model::SourceTerms& terms) {
  TRY(const auto origin, http::origin_of(terms.location));
  if (terms.access.kind == model::AccessKind::kNone || origin.scheme == "https" ||
      is_loopback(origin)) {
    return {};
  }
  return fail_bi(Code::kRefused, "a credential goes over https only", "凭据只能经 https 传送",
                 "terms.location", "W17-08");
}

}  // namespace tocsin::sources
