// One mail to one recipient over SMTP (RFC 5321), by libcurl.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace tocsin::delivery {

struct SmtpOptions {
  std::string url;       ///< smtp://host:port or smtps://host:port; empty: no mail
  std::string user;      ///< empty: no authentication
  std::string password;  ///< never logged
  std::string from;      ///< address of envelope and header
  bool starttls = true;  ///< with smtp://: refuse to send without TLS
  std::string ca_file;   ///< PEM; empty: the system's
};

/// kUnavailable when the server does not answer or refuses for now, kForbidden when its certificate
/// does not verify, kInvalid when it refuses for good. A message is taken whole or not at all.
Status send_mail(const SmtpOptions& options, const std::string& to, std::string_view message);

}  // namespace tocsin::delivery
