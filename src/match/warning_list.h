// Lists of what is often reported and must not be blocked (MISP warning-list format).
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/text.h"
#include "match/entry_book.h"
#include "model/indicator.h"

namespace tocsin::match {

/// One list, immutable after parsing. Copies share the tables; safe for any number of readers.
class WarningList {
 public:
  /// Reads `{"name","type","list",...}`; type is string, substring, hostname, cidr or regex.
  /// Entries that cannot be read are counted in skipped() and listed in no result.
  /// `id` names the list in stops (its folder name, for instance). Errors: kInvalid, kTooLarge.
  static Result<WarningList> parse(std::string_view json, std::string id);

  const std::string& id() const;
  /// As the file says it; lists that say `name_zh` and `description_zh` too have both languages,
  /// the others their one text in both.
  const Text& name() const;
  const Text& description() const;
  std::size_t entries() const;
  std::size_t skipped() const;
  /// How entries are matched, as the file says it: `string`, `hostname`, `cidr`, ...
  std::string_view type() const;
  /// The entries as they were written, without those that were skipped.
  const EntryBook& book() const;
  /// False when matching_attributes leaves this kind out.
  bool applies_to(model::IndicatorKind kind) const;

  /// The entry that the value itself hits, whatever its host: equal text, substring, expression;
  /// and for addresses, prefixes and names their place in the list.
  std::optional<std::string> find(const model::Indicator& indicator) const;
  /// The entry hit when the bare host (a canonical address or name) would be blocked.
  std::optional<std::string> find_host(std::string_view host) const;

 private:
  struct Tables;
  explicit WarningList(std::shared_ptr<const Tables> tables) : tables_(std::move(tables)) {}
  std::shared_ptr<const Tables> tables_;
};

}  // namespace tocsin::match
