#include "match/special_ranges.h"

#include <algorithm>
#include <array>

#include "match/address.h"

namespace tocsin::match {
namespace {

constexpr std::array kRanges = std::to_array<SpecialRange>({
    {"0.0.0.0/8", "this network", "本网络", "RFC 6890"},
    {"10.0.0.0/8", "private use", "私有地址", "RFC 1918"},
    {"100.64.0.0/10", "shared address space", "运营商级NAT共享地址", "RFC 6598"},
    {"127.0.0.0/8", "loopback", "环回地址", "RFC 6890"},
    {"169.254.0.0/16", "link local", "链路本地地址", "RFC 3927"},
    {"172.16.0.0/12", "private use", "私有地址", "RFC 1918"},
    {"192.0.0.0/24", "protocol assignments", "协议专用地址", "RFC 6890"},
    {"192.0.2.0/24", "documentation", "文档示例地址", "RFC 5737"},
    {"192.31.196.0/24", "AS112 service", "AS112服务地址", "RFC 7535"},
    {"192.52.193.0/24", "AMT", "AMT专用地址", "RFC 7450"},
    {"192.88.99.0/24", "6to4 relay anycast", "6to4中继地址", "RFC 7526"},
    {"192.168.0.0/16", "private use", "私有地址", "RFC 1918"},
    {"192.175.48.0/24", "AS112 service", "AS112服务地址", "RFC 7534"},
    {"198.18.0.0/15", "benchmarking", "基准测试地址", "RFC 2544"},
    {"198.51.100.0/24", "documentation", "文档示例地址", "RFC 5737"},
    {"203.0.113.0/24", "documentation", "文档示例地址", "RFC 5737"},
    {"224.0.0.0/4", "multicast", "组播地址", "RFC 5771"},
    {"240.0.0.0/4", "reserved, limited broadcast", "保留地址与受限广播", "RFC 1112"},
    {"::/128", "unspecified", "未指定地址", "RFC 4291"},
    {"::1/128", "loopback", "环回地址", "RFC 4291"},
    {"64:ff9b::/96", "IPv4-IPv6 translation", "IPv4/IPv6转换地址", "RFC 6052"},
    {"64:ff9b:1::/48", "local translation", "本地转换地址", "RFC 8215"},
    {"100::/64", "discard only", "丢弃专用地址", "RFC 6666"},
    {"2001::/23", "protocol assignments, Teredo", "协议专用与Teredo地址", "RFC 2928"},
    {"2001:db8::/32", "documentation", "文档示例地址", "RFC 3849"},
    {"2002::/16", "6to4", "6to4地址", "RFC 3056"},
    {"2620:4f:8000::/48", "AS112 service", "AS112服务地址", "RFC 7534"},
    {"3fff::/20", "documentation", "文档示例地址", "RFC 9637"},
    {"5f00::/16", "segment routing identifiers", "SRv6标识", "RFC 9602"},
    {"fc00::/7", "unique local", "唯一本地地址", "RFC 4193"},
    {"fe80::/10", "link local", "链路本地地址", "RFC 4291"},
    {"fec0::/10", "site local (deprecated)", "站点本地地址（已废止）", "RFC 3879"},
    {"ff00::/8", "multicast", "组播地址", "RFC 4291"},
});

constexpr std::array kNames = std::to_array<SpecialName>({
    {"arpa", "RFC 3172"},
    {"localhost", "RFC 6761"},
    {"local", "RFC 6762"},
    {"invalid", "RFC 6761"},
    {"root-servers.net", "RFC 7720"},
});

constexpr std::array kNumbers = std::to_array<std::string_view>({
    "+86110",   "+86119",   "+86120",   "+86122",   "+86114",   "+8612110", "+8612119",
    "+8612120", "+8612122", "+8612345", "+8612315", "+8612321", "+8612377", "+8612379",
    "+8612381", "+8612387", "+8612395", "+8612306", "+8612348", "+8612356", "+8610000",
    "+8610010", "+8610086", "+8610099", "+8696110", "12381",    "12110",    "96110",
    "10086",    "10010",    "10000",    "10099",    "12321",
});

}  // namespace

std::span<const SpecialRange> special_ranges() { return kRanges; }
bool is_public_address(std::string_view text) {
  const auto address = parse_address(text);
  if (!address) return false;
  return std::none_of(kRanges.begin(), kRanges.end(), [&](const SpecialRange& range) {
    const auto prefix = parse_prefix(range.prefix);
    return prefix && contains(*prefix, *address);
  });
}

std::span<const SpecialName> special_names() { return kNames; }
std::span<const std::string_view> emergency_numbers() { return kNumbers; }

}  // namespace tocsin::match
