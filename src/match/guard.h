// The blast-radius check: what must not be published without a second person and a reason.
//
// check() asks what the block of exactly this indicator would hit. A URL, host/path or endpoint on
// a listed host passes check() as long as the block stays at that path or port; a channel that can
// only block the whole host (DNS, routing) must ask check_host_block(). Nothing is ever widened to
// the registrable parent: a listed parent stops its children, a blocked child leaves its parent.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "match/suffix.h"
#include "match/warning_list.h"
#include "model/indicator.h"

namespace tocsin::match {

/// The list of names that the machinery itself needs; nobody can override a stop by it.
inline constexpr std::string_view kReservedList = "reserved";

/// One reason why the indicator may not be published as it is.
struct Stop {
  std::string list;   ///< warning list id, or special-purpose, public-suffix, protected, ...
  Text reason;        ///< for the reviewer
  std::string entry;  ///< the entry that matched
};

struct GuardSettings {
  /// Widest prefixes that may be blocked; a smaller number is wider and stops.
  int widest_ipv4_prefix = 24;
  int widest_ipv6_prefix = 48;
  /// Domains (with all names below), addresses and prefixes, telephone numbers.
  std::vector<std::string> protected_values;
  /// Domains whose answers prove that blocking works: listing one, and lifting it again, would
  /// take the proof away. Also stops their parents and what is below them.
  std::vector<std::string> reserved_names;
};

/// What a value of the list of protected ones stands for. kInvalid; `field` is the value.
Result<model::Indicator> protected_value(std::string_view value);

/// Immutable after build(); safe for any number of readers; copies share the tables.
class Guard {
 public:
  /// Errors: kInvalid when a protected value has no canonical form; `field` names it.
  static Result<Guard> build(std::vector<WarningList> lists, PublicSuffixes suffixes,
                             const GuardSettings& settings = {});

  /// Every reason against blocking exactly `indicator` (canonical); empty: it may be published.
  std::vector<Stop> check(const model::Indicator& indicator) const;
  /// Every reason against blocking the whole host that `indicator` points to.
  std::vector<Stop> check_host_block(const model::Indicator& indicator) const;

  /// The warning lists that are asked, in their order.
  const std::vector<WarningList>& lists() const;
  /// One of them by its id, or nullptr.
  const WarningList* list(std::string_view id) const;

 private:
  struct Tables;
  explicit Guard(std::shared_ptr<const Tables> tables) : tables_(std::move(tables)) {}
  std::shared_ptr<const Tables> tables_;
};

}  // namespace tocsin::match
