#include "sources/web.h"

#include "match/address.h"
#include "match/special_ranges.h"

namespace tocsin::sources {
namespace {

constexpr int kMostRedirects = 5;

bool is_redirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

bool is_loopback(const http::Origin& origin) {
  std::string_view host = origin.host;
  if (host == "localhost") return true;
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
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
    TRY(auto answer, (at_home ? known_ : stranger_).send(request));
    const std::string where(answer.header("location"));
    if (!is_redirect(answer.status) || where.empty()) return answer;
    if (hop == kMostRedirects) {
      return fail_bi(Code::kUnavailable, "the source redirects again and again", "来源反复重定向",
                     "location");
    }
    TRY(url, http::resolved_url(url, where));
  }
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
