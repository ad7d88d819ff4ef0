// Where one owner's names begin: the public suffix list (publicsuffix.org).
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

struct psl_ctx_st;

namespace tocsin::match {

/// Immutable once loaded; safe for any number of readers. Copies share the table.
/// All names are canonical (A-labels, lower case). Names under no listed suffix fall under the
/// list's default rule: their last label is the suffix. The private section counts: strangers share
/// `github.io` as they share `com`.
class PublicSuffixes {
 public:
  /// The newest of the table in the library and the one the system keeps. Error: kUnavailable.
  static Result<PublicSuffixes> system();
  /// A list file, in the text form of publicsuffix.org. Error: kNotFound, kCorrupt.
  static Result<PublicSuffixes> from_file(const std::filesystem::path& path);

  bool is_public_suffix(std::string_view name) const;
  /// The suffix part of the name; the whole name when it is itself a suffix.
  std::string public_suffix(std::string_view name) const;
  /// The suffix and one label more; empty when the name is itself a suffix.
  std::string registrable(std::string_view name) const;
  /// Rules in the table, 0 when the library does not know.
  int rules() const;

 private:
  explicit PublicSuffixes(std::shared_ptr<const psl_ctx_st> table) : table_(std::move(table)) {}
  std::shared_ptr<const psl_ctx_st> table_;
};

}  // namespace tocsin::match
