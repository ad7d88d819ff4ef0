// The URL parameters of TAXII 2.1 (section 3.4), and the opaque `next`.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "exchange/stix/base.h"
#include "http/url.h"

namespace tocsin::exchange::taxii {

inline constexpr std::size_t kMostPerPage = 1000;
inline constexpr std::size_t kMostIds = 100;
inline constexpr std::size_t kMostWords = 32;  ///< types or versions in one filter

struct Filter {
  Instant added_after;
  std::size_t limit = kMostPerPage;  ///< a larger wish is answered with smaller pages
  std::vector<std::string> ids;
  std::vector<std::string> types;
  stix::Versions versions;  ///< the newest when nothing is asked for
  std::vector<stix::Spec> specs;
  std::string next;  ///< as the client gave it back

  /// True when every newest version matches.
  bool plain() const;
  /// What `next` is bound to: the same text for the same filter, in whatever order it was written.
  std::string text() const;
};

/// Parameters that TAXII does not know are ignored. kInvalid, naming the parameter, for a value
/// that is none.
Result<Filter> parse_filter(const http::Query& query);

/// The position after which the next page begins, bound to the collection, the filter and our
/// secret: it needs no memory on the server, survives a restart, and cannot be changed or used
/// elsewhere.
std::string make_next(std::string_view secret, std::string_view collection, const Filter& filter,
                      Instant added);
Result<Instant> read_next(std::string_view secret, std::string_view collection,
                          const Filter& filter, std::string_view next);

}  // namespace tocsin::exchange::taxii
