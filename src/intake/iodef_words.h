// Words of IODEF (RFC 5070, RFC 7970) and of its phishing reports (RFC 5901); reader and writer
// agree here.
#pragma once

#include <array>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>

#include "intake/reader.h"

namespace tocsin::intake::iodef {

inline constexpr std::string_view kSpace2 = "urn:ietf:params:xml:ns:iodef-2.0";
inline constexpr std::string_view kSpace1 = "urn:ietf:params:xml:ns:iodef-1.0";
inline constexpr std::string_view kSignature = "http://www.w3.org/2000/09/xmldsig#";
inline constexpr std::string_view kPhish = "urn:ietf:params:xml:ns:iodef-phish-1.0";
/// `formatid` of our own AdditionalData.
inline constexpr std::string_view kOwn = "tocsin";

/// `category` of Address, and `type` of BulkObservable.
inline constexpr auto kCategories =
    std::to_array<std::pair<std::string_view, model::IndicatorKind>>({
        {"ipv4-addr", model::IndicatorKind::kIpv4},
        {"ipv6-addr", model::IndicatorKind::kIpv6},
        {"ipv4-net", model::IndicatorKind::kIpv4Prefix},
        {"ipv4-net-mask", model::IndicatorKind::kIpv4Prefix},
        {"ipv6-net", model::IndicatorKind::kIpv6Prefix},
        {"e-mail", model::IndicatorKind::kEmail},
        {"site-uri", model::IndicatorKind::kUrl},
        {"domain-name", model::IndicatorKind::kDomain},
    });

/// `Algorithm` of DigestMethod.
inline constexpr auto kDigests = std::to_array<std::pair<std::string_view, model::IndicatorKind>>({
    {"http://www.w3.org/2001/04/xmldsig-more#md5", model::IndicatorKind::kMd5},
    {"http://www.w3.org/2000/09/xmldsig#sha1", model::IndicatorKind::kSha1},
    {"http://www.w3.org/2001/04/xmlenc#sha256", model::IndicatorKind::kSha256},
});

/// `restriction`; the words of RFC 5070 count as the level that is nearest on the strict side.
inline constexpr auto kRestrictions = std::to_array<std::pair<std::string_view, Tlp>>({
    {"white", Tlp::kClear},
    {"clear", Tlp::kClear},
    {"green", Tlp::kGreen},
    {"amber", Tlp::kAmber},
    {"amber+strict", Tlp::kAmberStrict},
    {"red", Tlp::kRed},
    {"public", Tlp::kClear},
    {"partner", Tlp::kGreen},
    {"need-to-know", Tlp::kAmber},
    {"private", Tlp::kRed},
});

template <typename Table, typename Key>
auto find_word(const Table& table, const Key& key)
    -> std::optional<std::remove_cvref_t<decltype(table.front().second)>> {
  for (const auto& [word, meaning] : table) {
    if (word == key) return meaning;
  }
  return std::nullopt;
}
/// The first word for a meaning; empty when there is none.
template <typename Table, typename Value>
std::string_view word_for(const Table& table, const Value& value) {
  for (const auto& [word, meaning] : table) {
    if (meaning == value) return word;
  }
  return {};
}

}  // namespace tocsin::intake::iodef
