#include "delivery/smtp.h"

#include <algorithm>
#include <cstring>
#include <memory>

#include <curl/curl.h>

namespace tocsin::delivery {
namespace {

constexpr long kConnectMs = 5'000;
constexpr long kWholeMs = 20'000;

struct Closer {
  void operator()(CURL* curl) const { curl_easy_cleanup(curl); }
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

std::size_t on_read(char* into, std::size_t size, std::size_t count, void* user) {
  auto& rest = *static_cast<std::string_view*>(user);
  const std::size_t n = std::min(rest.size(), size * count);
  std::memcpy(into, rest.data(), n);
  rest.remove_prefix(n);
  return n;
}

Status outcome(CURLcode code, long status) {
  if (code == CURLE_OK) return {};
  const std::string what = curl_easy_strerror(code);
  if (code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_USE_SSL_FAILED ||
      code == CURLE_SSL_CACERT_BADFILE) {
    return fail_bi(Code::kForbidden, "the mail server offers no TLS that verifies: " + what,
                   "邮件服务器未提供可校验的 TLS");
  }
  if (status >= 400) {
    return fail_bi(status >= 500 ? Code::kInvalid : Code::kUnavailable,
                   "the mail server answered " + std::to_string(status),
                   "邮件服务器应答 " + std::to_string(status));
  }
  return fail_bi(Code::kUnavailable, "the mail server does not answer: " + what,
                 "邮件服务器没有应答");
}

}  // namespace

Status send_mail(const SmtpOptions& options, const std::string& to, std::string_view message) {
  const std::unique_ptr<CURL, Closer> curl(curl_easy_init());
  ASSERT(curl != nullptr);
  const std::unique_ptr<curl_slist, Closer> recipients(
      curl_slist_append(nullptr, ("<" + to + ">").c_str()));
  ASSERT(recipients != nullptr);
  std::string_view rest = message;
  CURL* c = curl.get();
  curl_easy_setopt(c, CURLOPT_URL, options.url.c_str());
  curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(c, CURLOPT_PROXY, "");
  curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT_MS, kConnectMs);
  curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, kWholeMs);
  if (options.starttls) curl_easy_setopt(c, CURLOPT_USE_SSL, static_cast<long>(CURLUSESSL_ALL));
  if (!options.ca_file.empty()) curl_easy_setopt(c, CURLOPT_CAINFO, options.ca_file.c_str());
  if (!options.user.empty()) {
    curl_easy_setopt(c, CURLOPT_USERNAME, options.user.c_str());
    curl_easy_setopt(c, CURLOPT_PASSWORD, options.password.c_str());
  }
  curl_easy_setopt(c, CURLOPT_MAIL_FROM, ("<" + options.from + ">").c_str());
  curl_easy_setopt(c, CURLOPT_MAIL_RCPT, recipients.get());
  curl_easy_setopt(c, CURLOPT_UPLOAD, 1L);
  curl_easy_setopt(c, CURLOPT_READFUNCTION, on_read);
  curl_easy_setopt(c, CURLOPT_READDATA, &rest);
  const CURLcode code = curl_easy_perform(c);
  long status = 0;
  curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &status);
  return outcome(code, status);
}

}  // namespace tocsin::delivery
