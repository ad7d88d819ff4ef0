#include "http/client.h"

#include <algorithm>
#include <arpa/inet.h>
#include <memory>
#include <mutex>
#include <netinet/in.h>
#include <sys/socket.h>

#include <curl/curl.h>

namespace tocsin::http {
namespace {

constexpr std::size_t kLineLimit = 1U << 20;

struct FreeList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

/// What the callbacks of one transfer need.
struct Transfer {
  const ClientRequest& request;
  const ClientOptions& options;
  CURL* curl = nullptr;
  ClientResponse response;
  std::string line;
  std::uint64_t sent = 0;
  std::size_t body_offset = 0;
  bool stopped = false;  ///< by the line callback
  bool too_large = false;
  bool upload_failed = false;
  std::string not_allowed = {};  ///< numeric address that `may_connect` refused

  bool streaming() {
    if (!request.line) return false;
    long status = 0;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    return status < 400;
  }

  bool take_lines(std::string_view bytes) {
    line += bytes;
    std::size_t start = 0;
    for (auto end = line.find('\n'); end != std::string::npos; end = line.find('\n', start)) {
      std::string_view one(line.data() + start, end - start);
      if (one.ends_with('\r')) one.remove_suffix(1);
      if (!request.line(one)) {
        stopped = true;
        return false;
      }
      start = end + 1;
    }
    line.erase(0, start);
    too_large = line.size() > kLineLimit;
    return !too_large;
  }
};

std::size_t on_body(char* data, std::size_t one, std::size_t count, void* user) {
  auto& transfer = *static_cast<Transfer*>(user);
  const std::string_view bytes(data, one * count);
  if (transfer.streaming()) return transfer.take_lines(bytes) ? bytes.size() : 0;
  if (transfer.response.body.size() + bytes.size() > transfer.options.body_limit_bytes) {
    transfer.too_large = true;
    return 0;
  }
  transfer.response.body += bytes;
  return bytes.size();
}

std::size_t on_header(char* data, std::size_t one, std::size_t count, void* user) {
  auto& transfer = *static_cast<Transfer*>(user);
  const std::string_view line = trim({data, one * count});
  if (line.starts_with("HTTP/")) {
    transfer.response.headers.clear();  // an interim response came before
  } else if (const auto colon = line.find(':'); colon != std::string_view::npos) {
    transfer.response.headers.emplace_back(to_lower(line.substr(0, colon)),
                                           trim(line.substr(colon + 1)));
  }
  return one * count;
}

std::size_t on_upload(char* into, std::size_t one, std::size_t count, void* user) {
  auto& transfer = *static_cast<Transfer*>(user);
  const std::size_t room = one * count;
  std::size_t n = 0;
  if (transfer.request.upload) {
    n = transfer.request.upload(into, room);
    if (n > room) {
      transfer.upload_failed = true;
      return CURL_READFUNC_ABORT;
    }
  } else {
    n = std::min(room, transfer.request.body.size() - transfer.body_offset);
    transfer.request.body.copy(into, n, transfer.body_offset);
    transfer.body_offset += n;
  }
  transfer.sent += n;
  if (n > 0 && transfer.request.progress) transfer.request.progress(transfer.sent);
  return n;
}

/// libcurl rewinds when it resends on a connection that turned out to be dead.
int on_seek(void* user, curl_off_t offset, int origin) {
  auto& transfer = *static_cast<Transfer*>(user);
  if (transfer.request.upload || origin != SEEK_SET || offset != 0) return CURL_SEEKFUNC_CANTSEEK;
  transfer.body_offset = 0;
  transfer.sent = 0;
  return CURL_SEEKFUNC_OK;
}

/// Names were resolved by then: what is refused here cannot be reached by any spelling of a URL.
curl_socket_t on_open(void* user, curlsocktype, struct curl_sockaddr* address) {
  auto& transfer = *static_cast<Transfer*>(user);
  char text[INET6_ADDRSTRLEN] = {};
  const void* bytes = nullptr;
  if (address->family == AF_INET) {
    bytes = &reinterpret_cast<const sockaddr_in*>(&address->addr)->sin_addr;
  } else if (address->family == AF_INET6) {
    bytes = &reinterpret_cast<const sockaddr_in6*>(&address->addr)->sin6_addr;
  }
  if (bytes == nullptr || inet_ntop(address->family, bytes, text, sizeof text) == nullptr) {
    return CURL_SOCKET_BAD;
  }
  if (!transfer.options.may_connect(text)) {
    transfer.not_allowed = text;
    return CURL_SOCKET_BAD;
  }
  return ::socket(address->family, address->socktype, address->protocol);
}

int on_progress(void* user, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return (*static_cast<const std::function<bool()>*>(user))() ? 1 : 0;
}

/// libcurl speaks English only; the usual reasons in Chinese, the others by their number.
std::string in_chinese(CURLcode code) {
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
      return "无法解析主机名";
    case CURLE_COULDNT_CONNECT:
      return "无法建立连接";
    case CURLE_OPERATION_TIMEDOUT:
      return "超时";
    case CURLE_ABORTED_BY_CALLBACK:
      return "已取消";
    case CURLE_SSL_CONNECT_ERROR:
      return "TLS 握手失败";
    case CURLE_GOT_NOTHING:
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR:
      return "连接中断";
    default:
      return "libcurl 错误 " + std::to_string(static_cast<int>(code));
  }
}

/// The peer's alert about the certificate that we showed, or did not. Only the text tells: in TLS
/// 1.3 our side of the handshake is over when it comes, and libcurl calls it a broken connection.
bool is_refused_certificate(CURLcode code, std::string_view detail) {
  if (code == CURLE_SSL_CLIENTCERT) return true;
  const auto says = [&](std::string_view word) {
    return detail.find(word) != std::string_view::npos;
  };
  return says("alert") && (says("certificate") || says("unknown ca"));
}

/// TLS 1.2 has no alert for a certificate that is missing, and one of TLS 1.3 is lost when the
/// server closes at once behind it.
bool may_be_a_certificate(CURLcode code, const std::string& url) {
  return url.starts_with("https:") &&
         (code == CURLE_SSL_CONNECT_ERROR || code == CURLE_SEND_ERROR || code == CURLE_RECV_ERROR);
}

/// `detail` is what libcurl wrote beside the code.
Error error_from(CURLcode code, std::string_view detail, const ClientRequest& request) {
  const std::string what = curl_easy_strerror(code);
  if (is_refused_certificate(code, detail)) {
    return {Code::kForbidden,
            request.url + " wants a client certificate, and there is none or not the right one",
            request.url + " 要求客户端证书，而未提供证书或证书不被接受",
            {},
            {}};
  }
  switch (code) {
    case CURLE_SSL_CERTPROBLEM:
      return {Code::kForbidden,
              "the client certificate for " + request.url +
                  " cannot be used: it is no PEM file, or the key is of another",
              "用于 " + request.url + " 的客户端证书不可用：不是 PEM 文件，或私钥与之不符",
              {},
              {}};
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
      return {Code::kForbidden,
              "TLS with " + request.url + " failed: " + what,
              "与 " + request.url + " 的 TLS 证书校验失败",
              {},
              {}};
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
      return {Code::kInvalid,
              "not a usable URL: " + request.url,
              "不是可用的网址：" + request.url,
              {},
              {}};
    default: {
      const bool hint = may_be_a_certificate(code, request.url);
      return {Code::kUnavailable,
              request.url + " does not answer: " + what +
                  (hint ? "; servers that want another client certificate end so" : ""),
              request.url + " 没有应答（" + in_chinese(code) + "）" +
                  (hint ? "；要求其他客户端证书的服务器也会如此中断" : ""),
              {},
              {}};
    }
  }
}

void set_body(CURL* curl, const ClientRequest& request, Transfer& transfer) {
  const bool has_body = request.upload || !request.body.empty() ||
                        request.method == Method::kPost || request.method == Method::kPut ||
                        request.method == Method::kPatch;
  if (request.method == Method::kHead) {
    curl_easy_setopt(curl, CURLOPT_NOBODY, 1L);
  } else if (has_body) {
    curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(curl, CURLOPT_READFUNCTION, on_upload);
    curl_easy_setopt(curl, CURLOPT_READDATA, &transfer);
    curl_easy_setopt(curl, CURLOPT_SEEKFUNCTION, on_seek);
    curl_easy_setopt(curl, CURLOPT_SEEKDATA, &transfer);
    const auto length = request.upload ? request.upload_bytes : request.body.size();
    if (length) {
      curl_easy_setopt(curl, CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(*length));
    }
  }
  curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, std::string(name(request.method)).c_str());
}

std::unique_ptr<curl_slist, FreeList> header_list(const ClientRequest& request) {
  curl_slist* list = nullptr;
  const auto append = [&](const std::string& line) {
    curl_slist* longer = curl_slist_append(list, line.c_str());
    ASSERT(longer != nullptr);
    list = longer;
  };
  for (const auto& [key, value] : request.headers) append(key + ": " + value);
  // Waiting a second for 100 Continue helps only when the peer is likely to refuse a big body.
  if (!request.upload) append("Expect:");
  return std::unique_ptr<curl_slist, FreeList>(list);
}

struct FreeUrl {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};
using Url = std::unique_ptr<CURLU, FreeUrl>;

std::string part_of(CURLU* url, CURLUPart part, unsigned flags = 0) {
  char* text = nullptr;
  if (curl_url_get(url, part, &text, flags) != CURLUE_OK) return {};
  std::string out(text);
  curl_free(text);
  return out;
}

tl::unexpected<Error> bad_url(const std::string& url) {
  return fail_bi(Code::kInvalid, "not an http or https URL without user name: " + url,
                 "应为不含用户名的 http 或 https 网址：" + url, "url");
}

}  // namespace

Result<Origin> origin_of(const std::string& text) {
  const Url url(curl_url());
  ASSERT(url != nullptr);
  if (curl_url_set(url.get(), CURLUPART_URL, text.c_str(), CURLU_DISALLOW_USER) != CURLUE_OK) {
    return bad_url(text);
  }
  Origin out{to_lower(part_of(url.get(), CURLUPART_SCHEME)),
             to_lower(part_of(url.get(), CURLUPART_HOST)),
             part_of(url.get(), CURLUPART_PORT, CURLU_DEFAULT_PORT)};
  if ((out.scheme != "http" && out.scheme != "https") || out.host.empty()) return bad_url(text);
  return out;
}

Result<std::string> resolved_url(const std::string& base, const std::string& reference) {
  const Url url(curl_url());
  ASSERT(url != nullptr);
  if (curl_url_set(url.get(), CURLUPART_URL, base.c_str(), 0) != CURLUE_OK ||
      curl_url_set(url.get(), CURLUPART_URL, reference.c_str(), 0) != CURLUE_OK) {
    return bad_url(reference);
  }
  return part_of(url.get(), CURLUPART_URL);
}

std::string_view ClientResponse::header(std::string_view lower_name) const {
  for (const auto& [key, value] : headers) {
    if (key == lower_name) return value;
  }
  return {};
}

Client::Client(ClientOptions options) : options_(std::move(options)) {
  static std::once_flag once;  // libcurl's own global state wants to be set up exactly once
  std::call_once(once, [] { ASSERT(curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK); });
  curl_ = curl_easy_init();
  ASSERT(curl_ != nullptr);
}

Client::~Client() { curl_easy_cleanup(curl_); }

Result<ClientResponse> Client::send(const ClientRequest& request) {
  CURL* curl = curl_;
  curl_easy_reset(curl);  // keeps the connection
  Transfer transfer{request, options_, curl, {}, {}};
  const auto headers = header_list(request);
  curl_easy_setopt(curl, CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1);
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_body);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &transfer);
  curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, on_header);
  curl_easy_setopt(curl, CURLOPT_HEADERDATA, &transfer);
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS,
                   static_cast<long>(options_.connect_timeout.count()));
  if (!request.line && options_.timeout.count() > 0) {
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, static_cast<long>(options_.timeout.count()));
  }
  if (!options_.ca_file.empty()) {
    curl_easy_setopt(curl, CURLOPT_CAINFO, options_.ca_file.c_str());
    curl_easy_setopt(curl, CURLOPT_CAPATH, nullptr);
  }
  if (!options_.certificate_file.empty()) {
    curl_easy_setopt(curl, CURLOPT_SSLCERT, options_.certificate_file.c_str());
    curl_easy_setopt(curl, CURLOPT_SSLKEY, options_.key_file.c_str());
  }
  if (options_.may_connect) {
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, on_open);
    curl_easy_setopt(curl, CURLOPT_OPENSOCKETDATA, &transfer);
  }
  if (options_.cancelled) {
    curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, on_progress);
    curl_easy_setopt(curl, CURLOPT_XFERINFODATA,
                     const_cast<void*>(static_cast<const void*>(&options_.cancelled)));
  }
  set_body(curl, request, transfer);
  char detail[CURL_ERROR_SIZE] = "";
  curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, detail);

  const CURLcode code = curl_easy_perform(curl);
  curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, nullptr);  // it ends with this call
  long status = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  transfer.response.status = static_cast<int>(status);
  if (transfer.too_large) {
    return fail_bi(Code::kTooLarge, "the answer of " + request.url + " is too large",
                   request.url + " 的应答超过上限");
  }
  if (code == CURLE_COULDNT_CONNECT && !transfer.not_allowed.empty()) {
    return fail_bi(
        Code::kRefused,
        request.url + " leads to " + transfer.not_allowed +
            ", which is not public and not allowed here",
        request.url + " 指向 " + transfer.not_allowed + "，该地址并非公网地址，此处不允许访问", "",
        "private-address");
  }
  // A server that refuses early answers before it has read our body: the answer counts.
  const bool refused_early = code == CURLE_SEND_ERROR && status >= 400;
  if (code != CURLE_OK && !transfer.stopped && !refused_early) {
    return tl::unexpected(error_from(code, detail, request));
  }
  if (request.line && !transfer.stopped && !transfer.line.empty() && status < 400) {
    request.line(transfer.line);
  }
  return std::move(transfer.response);
}

Result<ClientResponse> Client::call(const ClientRequest& request) {
  TRY(ClientResponse response, send(request));
  if (response.status >= 400) return tl::unexpected(error_of(response));
  return response;
}

Result<Json> Client::json(Method method, const std::string& url, const Json& body,
                          std::vector<std::pair<std::string, std::string>> headers) {
  ClientRequest request;
  request.method = method;
  request.url = url;
  request.headers = std::move(headers);
  request.headers.emplace_back("Accept", "application/json");
  if (!body.is_null()) {
    request.headers.emplace_back("Content-Type", "application/json");
    request.body = body.dump();
  }
  TRY(ClientResponse response, call(request));
  if (response.body.empty()) return Json();
  return Json::parse(response.body);
}

Error error_of(const ClientResponse& response) {
  Error error;
  error.code = code_of(response.status);
  const std::string status = std::to_string(response.status);
  error.message = "the server answered " + status + " " + std::string(reason(response.status));
  error.message_zh = "服务器应答 " + status;
  if (!response.header("content-type").starts_with("application/problem+json")) return error;
  const auto document = Json::parse(response.body);
  if (!document) return error;
  for (int i = 0; i <= static_cast<int>(Code::kInternal); ++i) {
    const auto code = static_cast<Code>(i);
    if (document->str("code") == name(code)) error.code = code;
  }
  if (!document->str("detail").empty()) {
    error.message = document->str("detail");
    error.message_zh = document->str("detail_zh");
  }
  error.field = document->str("field");
  error.rule = document->str("rule");
  if (const std::string& id = document->str("request_id");
      !id.empty() && error.code == Code::kInternal) {
    error.message += " (" + id + ")";
  }
  return error;
}

}  // namespace tocsin::http
