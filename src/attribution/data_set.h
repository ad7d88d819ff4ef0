// One imported data set as it is asked: an immutable snapshot that is saved and loaded whole.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "attribution/flat_table.h"
#include "base/result.h"
#include "match/address.h"
#include "match/suffix.h"
#include "model/reference.h"

namespace tocsin::attribution {

/// Key of an address in the table of its family.
std::uint32_t v4_key(const match::Address& address);
Wide v6_key(const match::Address& address);
match::Address address_of(std::uint32_t v4);
match::Address address_of(const Wide& v6);

/// Digits of a telephone number as keys: a prefix stands for all numbers of fifteen digits (E.164)
/// that begin with it.
inline constexpr std::size_t kLongestNumber = 15;
std::uint64_t first_number(std::string_view digits);
std::uint64_t last_number(std::string_view digits);

/// What a table says, and from where to where it says so.
struct Said {
  std::string_view value;
  match::Address first;
  match::Address last;
};

/// Thread safety: immutable once made.
struct DataSet {
  model::ReferenceSet info;
  std::vector<std::string> values;  ///< what the tables point to; columns separated by a tab
  FlatTable<std::uint32_t> v4;
  FlatTable<Wide> v6;
  FlatTable<std::uint64_t> numbers;               ///< telephone prefixes, or AS numbers
  std::optional<match::PublicSuffixes> suffixes;  ///< built from values[0]

  std::optional<Said> of_address(const match::Address& address) const;
  /// The longest prefix of `digits`; a prefix longer than the number does not count.
  std::optional<std::string_view> of_number(std::string_view digits) const;
  std::optional<std::string_view> of_asn(std::uint32_t asn) const;

  /// Fills segments and memory of the description.
  void measure();
};

/// The bytes that are kept on disk: description, values, tables, little-endian.
std::string save(const DataSet& set);
/// kCorrupt unless the bytes are a whole snapshot whose tables are in order.
Result<DataSet> load(std::string_view bytes);

/// Builds `suffixes` from the text of a public suffix list. kCorrupt when it has no rule.
Result<match::PublicSuffixes> suffixes_from(std::string_view text);

}  // namespace tocsin::attribution
