#include "match/address.h"

#include <algorithm>
#include <charconv>

namespace tocsin::match {
namespace {

constexpr std::array<std::uint8_t, 12> kMapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

Address from_v4(std::uint32_t value) {
  Address out;
  std::copy(kMapped.begin(), kMapped.end(), out.bytes.begin());
  for (std::size_t i = 0; i < 4; ++i) {
    out.bytes[12 + i] = static_cast<std::uint8_t>(value >> (24 - 8 * i));
  }
  return out;
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::optional<int> small_number(std::string_view text, int limit) {
  if (text.empty() || text.size() > 3 || (text.size() > 1 && text[0] == '0')) return std::nullopt;
  int value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value <= limit ? std::optional(value) : std::nullopt;
}

/// Contiguous netmask such as 255.255.255.0 as a length.
std::optional<int> mask_length(std::string_view text) {
  const auto mask = parse_ipv4(text);
  if (!mask) return std::nullopt;
  std::uint32_t value = 0;
  for (std::size_t i = 12; i < 16; ++i) value = value << 8 | mask->bytes[i];
  const std::uint32_t inverse = ~value;
  if ((inverse & (inverse + 1)) != 0) return std::nullopt;
  int length = 0;
  while (value != 0) {
    value <<= 1;
    ++length;
  }
  return length;
}

/// One part of a loose IPv4 address: decimal, 0x hexadecimal or 0 octal.
std::optional<std::uint64_t> loose_part(std::string_view part) {
  int base = 10;
  if (part.size() >= 2 && part[0] == '0' && (part[1] == 'x' || part[1] == 'X')) {
    part.remove_prefix(2);
    base = 16;
    if (part.empty()) return 0;
  } else if (part.size() >= 2 && part[0] == '0') {
    part.remove_prefix(1);
    base = 8;
  }
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), value, base);
  if (error != std::errc() || end != part.data() + part.size()) return std::nullopt;
  return value;
}

}  // namespace

bool Address::is_v4() const { return std::equal(kMapped.begin(), kMapped.end(), bytes.begin()); }

Address Prefix::last() const {
  Address out = base;
  for (int bit = bits; bit < 128; ++bit) {
    out.bytes[static_cast<std::size_t>(bit / 8)] |= static_cast<std::uint8_t>(0x80 >> (bit % 8));
  }
  return out;
}

std::optional<Address> parse_ipv4(std::string_view text) {
  if (text.size() < 7 || text.size() > 15) return std::nullopt;
  std::uint32_t value = 0;
  std::uint32_t part = 0;
  int digits = 0;
  int dots = 0;
  for (const char c : text) {
    if (c == '.') {
      if (digits == 0 || ++dots > 3) return std::nullopt;
      value = value << 8 | part;
      part = 0;
      digits = 0;
      continue;
    }
    if (c < '0' || c > '9' || (digits > 0 && part == 0)) return std::nullopt;
    part = part * 10 + static_cast<std::uint32_t>(c - '0');
    if (++digits > 3 || part > 255) return std::nullopt;
  }
  if (dots != 3 || digits == 0) return std::nullopt;
  return from_v4(value << 8 | part);
}

std::optional<Address> parse_ipv6(std::string_view text) {
  if (text.size() < 2 || text.size() > 45) return std::nullopt;
  Address out;
  std::size_t filled = 0;  // bytes written
  std::optional<std::size_t> gap;
  std::size_t i = 0;
  if (text[0] == ':') {
    if (text[1] != ':') return std::nullopt;
    i = 1;  // the loop below sees the second colon of a leading "::"
  }
  while (i < text.size()) {
    if (text[i] == ':') {
      if (gap) return std::nullopt;
      gap = filled;
      if (++i == text.size()) break;
      if (text[i] == ':') return std::nullopt;
    }
    const std::size_t start = i;
    unsigned value = 0;
    while (i < text.size() && hex_digit(text[i]) >= 0 && i - start < 5) {
      value = value << 4 | static_cast<unsigned>(hex_digit(text[i++]));
    }
    if (i < text.size() && text[i] == '.') {
      const auto tail = parse_ipv4(text.substr(start));
      if (!tail || filled > 12) return std::nullopt;
      std::copy(tail->bytes.begin() + 12, tail->bytes.end(),
                out.bytes.begin() + static_cast<std::ptrdiff_t>(filled));
      filled += 4;
      i = text.size();
      break;
    }
    if (i == start || i - start > 4 || filled > 14) return std::nullopt;
    out.bytes[filled++] = static_cast<std::uint8_t>(value >> 8);
    out.bytes[filled++] = static_cast<std::uint8_t>(value);
    if (i == text.size()) break;
    if (text[i] != ':') return std::nullopt;
    ++i;
    if (i == text.size()) return std::nullopt;
  }
  if (gap) {
    if (filled >= 16) return std::nullopt;
    std::rotate(out.bytes.begin() + static_cast<std::ptrdiff_t>(*gap),
                out.bytes.begin() + static_cast<std::ptrdiff_t>(filled), out.bytes.end());
  } else if (filled != 16) {
    return std::nullopt;
  }
  return out;
}

std::optional<Address> parse_address(std::string_view text) {
  return text.find(':') == std::string_view::npos ? parse_ipv4(text) : parse_ipv6(text);
}

std::optional<Address> parse_loose_ipv4(std::string_view text) {
  if (text.ends_with('.')) text.remove_suffix(1);
  if (text.empty()) return std::nullopt;
  std::array<std::uint64_t, 4> parts{};
  std::size_t count = 0;
  for (bool more = true; more;) {
    if (count == 4) return std::nullopt;
    const std::size_t dot = text.find('.');
    more = dot != std::string_view::npos;
    const auto part = loose_part(text.substr(0, dot));
    if (!part || text.substr(0, dot).empty()) return std::nullopt;
    parts[count++] = *part;
    if (more) text.remove_prefix(dot + 1);
  }
  std::uint64_t value = parts[count - 1];
  if (value >= std::uint64_t{1} << (8 * (5 - count))) return std::nullopt;
  for (std::size_t i = 0; i + 1 < count; ++i) {
    if (parts[i] > 255) return std::nullopt;
    value |= parts[i] << (24 - 8 * i);
  }
  return from_v4(static_cast<std::uint32_t>(value));
}

std::optional<Prefix> parse_prefix(std::string_view text, bool* had_host_bits) {
  if (had_host_bits != nullptr) *had_host_bits = false;
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const std::string_view head = text.substr(0, slash);
  const std::string_view tail = text.substr(slash + 1);
  const auto address = parse_address(head);
  if (!address) return std::nullopt;
  const bool dotted = head.find(':') == std::string_view::npos;
  auto length = small_number(tail, dotted ? 32 : 128);
  if (!length && dotted) length = mask_length(tail);
  if (!length) return std::nullopt;
  Prefix out{*address, dotted ? *length + 96 : *length};
  for (int bit = out.bits; bit < 128; ++bit) {
    std::uint8_t& byte = out.base.bytes[static_cast<std::size_t>(bit / 8)];
    const auto mask = static_cast<std::uint8_t>(0x80 >> (bit % 8));
    if ((byte & mask) != 0 && had_host_bits != nullptr) *had_host_bits = true;
    byte = static_cast<std::uint8_t>(byte & ~mask);
  }
  return out;
}

std::string to_string(const Address& address) {
  const auto& b = address.bytes;
  char buffer[48];
  char* p = buffer;
  if (address.is_v4()) {
    for (std::size_t i = 12; i < 16; ++i) {
      if (i > 12) *p++ = '.';
      p = std::to_chars(p, buffer + sizeof buffer, static_cast<unsigned>(b[i])).ptr;
    }
    return {buffer, p};
  }
  // RFC 5952: the longest run of at least two zero groups, the first of equals, becomes "::".
  std::array<unsigned, 8> groups{};
  for (std::size_t i = 0; i < 8; ++i)
    groups[i] = static_cast<unsigned>(b[2 * i] << 8 | b[2 * i + 1]);
  std::size_t best = 8;
  std::size_t best_length = 1;
  for (std::size_t i = 0; i < 8;) {
    std::size_t j = i;
    while (j < 8 && groups[j] == 0) ++j;
    if (j - i > best_length) {
      best = i;
      best_length = j - i;
    }
    i = std::max(j, i + 1);
  }
  for (std::size_t i = 0; i < 8; ++i) {
    if (i == best) {
      *p++ = ':';
      *p++ = ':';
      i += best_length - 1;
      continue;
    }
    if (i > 0 && p[-1] != ':') *p++ = ':';
    p = std::to_chars(p, buffer + sizeof buffer, groups[i], 16).ptr;
  }
  return {buffer, p};
}

std::string to_string(const Prefix& prefix) {
  return to_string(prefix.base) + "/" + std::to_string(prefix.length());
}

bool contains(const Prefix& prefix, const Address& address) {
  return prefix.first() <= address && address <= prefix.last();
}

}  // namespace tocsin::match
