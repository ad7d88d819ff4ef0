// Chinese telephone numbers by rules of our own (regulation notes §2.9), others as E.164.
#pragma once

#include <string_view>

#include "base/result.h"
#include "model/indicator.h"

namespace tocsin::match {

/// kPhone as `+` and digits, or kSmsPort (106…) as digits. Accepts spaces, hyphens, brackets and
/// full-width digits; 0086, +86, 86; dial prefixes 17951, 17911, 12593, 10193, 12520 before a full
/// number; mobile (11), Internet-of-things (13), 0 + area, 400/800, 95xxx, 96xxx, 1xx short codes.
/// The prefix tells no operator: numbers are portable since 2019-12-01.
Result<model::Indicator> canonical_phone(std::string_view text);

/// An SMS source: 106… ports, and short codes (10086, 95588, 12306) that send messages.
Result<model::Indicator> canonical_sms_port(std::string_view text);

}  // namespace tocsin::match
