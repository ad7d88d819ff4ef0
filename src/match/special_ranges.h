// Addresses and numbers that no list may ever contain.
#pragma once

#include <span>
#include <string_view>

namespace tocsin::match {

struct SpecialRange {
  std::string_view prefix;
  std::string_view meaning_en;
  std::string_view meaning_zh;
  std::string_view source;
};

/// Special-purpose address blocks (RFC 6890 with its updates, RFC 5735, RFC 4291).
std::span<const SpecialRange> special_ranges();

/// Global unicast: no private, local, documentation or other special-purpose address.
bool is_public_address(std::string_view address);

struct SpecialName {
  std::string_view name;  ///< with everything below it
  std::string_view source;
};

/// Names whose blocking breaks resolvers and hosts themselves (RFC 6761, RFC 8375, RFC 3172).
std::span<const SpecialName> special_names();

/// Emergency, reporting and public service numbers, canonical (regulation notes §2.8, §2.9).
std::span<const std::string_view> emergency_numbers();

}  // namespace tocsin::match
