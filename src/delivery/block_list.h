// The list in the spellings that firewalls and proxies read, one entry a line. Machine format:
// never defanged, and nothing is widened: what a form cannot say is left out of it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "model/fields.h"
#include "model/indicator.h"

namespace tocsin::delivery {

enum class ListForm {
  kPlain,    ///< every entry in its canonical spelling
  kCidr,     ///< addresses and prefixes, all as prefixes; ports cannot be said and are left out
  kDomains,  ///< names; asterisks as Wildcard says
  kUrls      ///< URLs, and host/path where no scheme is known
};
TOCSIN_ENUM_NAMES(ListForm, "plain", "cidr", "domains", "urls")

/// How "everything below x, not x itself" is spelled.
enum class Wildcard {
  kStar,  ///< `*.x`
  kDot,   ///< `.x`; some programs take it for x too
  kNone   ///< left out
};
TOCSIN_ENUM_NAMES(Wildcard, "star", "dot", "none")

/// The line without its end; nothing when the form cannot say it.
std::optional<std::string> list_line(const model::Indicator& indicator, ListForm form,
                                     Wildcard wildcard);

/// A field of RFC 4180, always quoted. A spreadsheet must not take it for a formula, so what begins
/// like one gets an apostrophe when `for_people`.
std::string csv_field(std::string_view text, bool for_people = false);

}  // namespace tocsin::delivery
