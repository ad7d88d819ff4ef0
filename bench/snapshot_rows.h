// Generated indicators of a national mix, and queries for them: the same on every machine. What the
// benchmarks of match snapshots share.
#pragma once

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "machine.h"
#include "match/snapshot/builder.h"

namespace tocsin::bench {

namespace ss = match::snapshot;
using K = model::IndicatorKind;

/// SplitMix64: the same numbers on every machine.
inline std::uint64_t mixed(std::uint64_t x) {
  x += 0x9e3779b97f4a7c15ULL;
  x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ x >> 27) * 0x94d049bb133111ebULL;
  return x ^ x >> 31;
}

inline constexpr std::array<std::string_view, 8> kEnds = {
    ".example",     ".com.example", ".net.example", ".cn.example",
    ".org.example", ".top.example", ".xyz.example", ".test"};

/// 12 to 30 bytes, two to four labels.
inline std::string domain_name(std::uint64_t number) {
  std::uint64_t r = mixed(number);
  std::string out;
  if ((r & 3) == 0) out = "login.";
  r >>= 2;
  const int letters = 6 + static_cast<int>(r & 7);
  r >>= 3;
  for (int i = 0; i < letters; ++i, r /= 26) out.push_back(static_cast<char>('a' + r % 26));
  out += std::to_string(number % 10000);
  out += kEnds[mixed(number ^ 77) & 7];
  return out;
}

inline std::string hex_text(std::uint64_t number, std::size_t digits) {
  std::string out;
  for (std::uint64_t part = 0; out.size() < digits; ++part) {
    out += fmt::format("{:016x}", mixed(number * 8 + part));
  }
  out.resize(digits);
  return out;
}

inline std::uint32_t ipv4(std::uint64_t number) {
  return static_cast<std::uint32_t>(mixed(number ^ 0x4444444444444444ULL));
}

inline match::Address address_of(std::uint32_t number) {
  match::Address out;
  out.bytes[10] = out.bytes[11] = 0xff;
  for (std::size_t i = 0; i < 4; ++i) {
    out.bytes[12 + i] = static_cast<std::uint8_t>(number >> (24 - 8 * i));
  }
  return out;
}

inline match::Address address6(std::uint64_t number) {
  match::Address out;
  const std::uint64_t r = mixed(number ^ 0x6666666666666666ULL);
  out.bytes = {0x20, 0x01, 0x0d, 0xb8};
  for (std::size_t i = 0; i < 8; ++i) {
    out.bytes[4 + i] = static_cast<std::uint8_t>(r >> (8 * i));
  }
  out.bytes[15] = 1;
  return out;
}

inline match::Prefix cut(match::Address address, int bits) {
  for (int bit = bits; bit < 128; ++bit) {
    auto& byte = address.bytes[static_cast<std::size_t>(bit / 8)];
    byte = static_cast<std::uint8_t>(byte & ~(0x80 >> (bit % 8)));
  }
  return {address, bits};
}

/// Of ten: six names (one of twelve a wildcard), two IPv4 addresses, 0.3 IPv6 and prefixes, one
/// URL, 0.7 digests, accounts and numbers.
inline model::Indicator indicator(std::uint64_t number) {
  const std::uint64_t kind = mixed(number ^ 0x1234567) % 1000;
  if (kind < 50) return {K::kWildcardDomain, "*." + domain_name(number)};
  if (kind < 600) return {K::kDomain, domain_name(number)};
  if (kind < 800) return {K::kIpv4, to_string(address_of(ipv4(number)))};
  if (kind < 810) return {K::kIpv6, to_string(address6(number))};
  if (kind < 820) {
    const int bits = 96 + 18 + static_cast<int>(mixed(number) % 12);
    return {K::kIpv4Prefix, to_string(cut(address_of(ipv4(number)), bits))};
  }
  if (kind < 830) {
    return {K::kIpv6Prefix, to_string(cut(address6(number), 40 + static_cast<int>(number % 24)))};
  }
  if (kind < 930) {
    return {K::kUrl, (number % 2 ? "http://" : "https://") + domain_name(number) + "/" +
                         hex_text(number, 8) + (number % 3 ? "/gate.php" : "/")};
  }
  if (kind < 950) return {K::kMd5, hex_text(number, 32)};
  if (kind < 960) return {K::kSha1, hex_text(number, 40)};
  if (kind < 990) return {K::kSha256, hex_text(number, 64)};
  if (kind < 995) return {K::kEmail, "user" + std::to_string(number) + "@" + domain_name(number)};
  return {K::kPhone, "+86139" + std::to_string(10000000 + number % 90000000)};
}

inline ss::Row row(std::uint64_t number, bool every_ref) {
  const std::uint64_t r = mixed(number ^ 0xabcdef);
  ss::Row out;
  out.indicator = indicator(number);
  out.state = r % 100 == 0   ? ss::State::kListed
              : r % 500 == 1 ? ss::State::kLifted
                             : ss::State::kKnown;
  out.confidence = 10 * static_cast<int>(r >> 8 & 7) + 20;
  out.sources = std::uint64_t{1} << (r >> 16 & 7) | std::uint64_t{1} << (r >> 24 & 7);
  // What is listed or lifted has a case; of the rest the store knows more under its value.
  if (every_ref || out.state != ss::State::kKnown) out.ref = number + 1;
  return out;
}

struct Timer {
  Steady::time_point start = Steady::now();
  double cpu = cpu_seconds();
  double wall_s() const { return seconds_since(start); }
  double cpu_s() const { return cpu_seconds() - cpu; }
};

/// Names as a resolver sees them: `hits` of a thousand lie on the list, half of these below a
/// listed name.
inline std::vector<std::string> name_queries(std::size_t count, std::uint64_t listed,
                                             unsigned hits) {
  std::vector<std::string> out;
  for (std::uint64_t i = 0; out.size() < count; ++i) {
    std::uint64_t r = mixed(i ^ 0x777);
    if (r % 1000 >= hits) {
      out.push_back((r >> 20 & 1 ? "www." : "") + domain_name(listed * 3 + r % 100'000'000));
      continue;
    }
    for (;;) {
      r = mixed(r);
      const model::Indicator found = indicator(r % listed);
      if (found.kind == K::kDomain) out.push_back(found.value);
      if (found.kind == K::kWildcardDomain) out.push_back("a" + found.value.substr(1));
      if (found.kind == K::kDomain || found.kind == K::kWildcardDomain) break;
    }
  }
  return out;
}

template <typename Work>
double rate(std::size_t queries, Work work) {
  double best = 0;
  for (int round = 0; round < 3; ++round) {
    const Timer timer;
    work();
    best = std::max(best, static_cast<double>(queries) / timer.cpu_s() / 1e6);
  }
  return best;
}

}  // namespace tocsin::bench
