// A delivery as a mail: text for people, the same as CSV, both signed by S/MIME (W17-08, W17-21).
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "model/delivery.h"

namespace tocsin::delivery {

/// Detached CMS, DER, in the name of an organisation, or of the hub when it is empty.
using Sign = std::function<Result<std::string>(const std::string& organization,
                                               std::string_view document, Instant at)>;

struct MailParts {
  std::string from;  ///< mail address
  Instant at;
};

/// The whole message, lines ended by CR LF. The text is defanged; the CSV is for machines and is
/// not. Message-ID and boundaries come from the delivery: a receiver sees a repetition by them.
Result<std::string> mail_message(const model::Delivery& delivery,
                                 const model::Subscription& subscription, const MailParts& parts,
                                 const Sign& sign);

/// The text part, for people.
std::string mail_text(const model::Delivery& delivery, const model::Subscription& subscription);
/// `event,case,time,tlp,class,level,kind,value,reason` (RFC 4180).
std::string mail_csv(const model::Delivery& delivery, Lang lang);

}  // namespace tocsin::delivery
