#include "enforce/dns/rpz.h"

#include <arpa/inet.h>
#include <array>
#include <optional>

#include <fmt/format.h>

#include "base/text.h"

namespace tocsin::enforce::dns {
namespace {

constexpr std::size_t kTextLimit = 253;  // 255 bytes on the wire without the first and last length
constexpr std::string_view kDraft = "draft-vixie-dnsop-dns-rpz-00";

tl::unexpected<Error> refuse(std::string_view entry, std::string_view en, std::string_view zh,
                             std::string_view rule) {
  return fail_bi(Code::kInvalid, fmt::format("{}: {}", entry, en), fmt::format("{}：{}", entry, zh),
                 std::string(entry), std::string(rule));
}

bool is_host_label(std::string_view label) {
  if (label.empty() || label.size() > kLabelLimitBytes) return false;
  for (const char c : label) {
    const bool fine = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    if (!fine) return false;
  }
  return true;
}

/// A block that RPZ would read as something else is worse than no block.
bool is_trigger_label(std::string_view label) {
  return label == "rpz-ip" || label == "rpz-client-ip" || label == "rpz-nsip" ||
         label == "rpz-nsdname";
}

Status check_name(std::string_view name) {
  const auto labels = split(name, '.');
  for (const std::string_view label : labels) {
    if (!is_host_label(label)) {
      return refuse(name, "not a lower-case domain name in A-label form",
                    "不是小写的 A-label 形式域名", "RFC 5890 §2.3.2.1");
    }
  }
  if (labels.size() < 2) {
    return refuse(name, "a name of one label would block a whole top-level domain",
                  "单标签名称会屏蔽整个顶级域", "rpz.single-label");
  }
  if (is_trigger_label(labels.back())) {
    return refuse(name, "the last label has a meaning of its own in a policy zone",
                  "末级标签在策略区中另有含义", kDraft);
  }
  return {};
}

Result<std::string> owner_of(std::string_view entry, const std::string& spelled,
                             std::string_view zone) {
  if (spelled.size() + 1 + zone.size() > kTextLimit) {
    return refuse(entry, fmt::format("is over 253 characters with the zone {} behind it", zone),
                  fmt::format("附加策略区 {} 后超过 253 个字符", zone), "RFC 1035 §2.3.4");
  }
  TRY(const Name name, Name::parse(spelled));
  return std::string(name.labels());
}

Result<std::string> action_rdata(RpzAction action, std::string_view target) {
  switch (action) {
    case RpzAction::kNxdomain:
      return std::string(1, '\0');
    case RpzAction::kNodata:
      return std::string("\x01*\0", 3);
    case RpzAction::kPassthru:
      return Name::parse("rpz-passthru")->wire();
    case RpzAction::kDrop:
      return Name::parse("rpz-drop")->wire();
    case RpzAction::kTcpOnly:
      return Name::parse("rpz-tcp-only")->wire();
    case RpzAction::kRedirect:
      break;
  }
  TRY_STATUS(check_name(target));
  TRY(const Name name, Name::parse(target));
  return name.wire();
}

struct Prefix {
  bool v6 = false;
  int bits = 0;
  std::array<unsigned char, 16> bytes{};
};

std::optional<Prefix> parse_prefix(std::string_view text) {
  Prefix out;
  const std::size_t slash = text.find('/');
  const std::string address(text.substr(0, slash));
  out.v6 = address.find(':') != std::string::npos;
  const int width = out.v6 ? 128 : 32;
  if (::inet_pton(out.v6 ? AF_INET6 : AF_INET, address.c_str(), out.bytes.data()) != 1) {
    return std::nullopt;
  }
  out.bits = width;
  if (slash != std::string_view::npos) {
    const auto bits = to_int(text.substr(slash + 1));
    if (!bits || *bits < 1 || *bits > width) return std::nullopt;
    out.bits = static_cast<int>(*bits);
  }
  for (int bit = out.bits; bit < width; ++bit) {
    const auto byte = out.bytes[static_cast<std::size_t>(bit) / 8];
    if ((byte & (0x80U >> (static_cast<unsigned>(bit) % 8U))) != 0) return std::nullopt;
  }
  return out;
}

/// The words of an IPv6 address from the last to the first, the longest run of two or more zero
/// words written once as `zz` (the first such run, as in RFC 5952 §4.2).
std::string reversed_words(const std::array<unsigned char, 16>& bytes) {
  std::array<unsigned, 8> words{};
  for (std::size_t i = 0; i < 8; ++i) words[i] = bytes[2 * i] * 256U + bytes[2 * i + 1];
  std::size_t best = 8;
  std::size_t best_length = 1;
  for (std::size_t i = 0; i < 8;) {
    std::size_t end = i;
    while (end < 8 && words[end] == 0) ++end;
    if (end - i > best_length) {
      best = i;
      best_length = end - i;
    }
    i = end == i ? i + 1 : end;
  }
  std::string out;
  for (std::size_t i = 8; i-- > 0;) {
    if (best < 8 && i == best + best_length - 1) {
      out += ".zz";
      i = best;
    } else {
      out += fmt::format(".{:x}", words[i]);
    }
  }
  return out;
}

}  // namespace

Result<std::string> address_trigger(std::string_view prefix) {
  const auto parsed = parse_prefix(prefix);
  if (!parsed) {
    return refuse(prefix, "not an address or a prefix with zero host bits",
                  "不是 IP 地址，或前缀的主机位不为零", kDraft);
  }
  if (parsed->v6) return fmt::format("{}{}.rpz-ip", parsed->bits, reversed_words(parsed->bytes));
  const auto& b = parsed->bytes;
  return fmt::format("{}.{}.{}.{}.{}.rpz-ip", parsed->bits, b[3], b[2], b[1], b[0]);
}

Result<std::vector<Record>> render_name(const RpzEntry& entry, std::string_view zone,
                                        std::uint32_t ttl_s) {
  TRY_STATUS(check_name(entry.name));
  if (!entry.exact && !entry.wildcard) {
    return refuse(entry.name, "neither the name nor what is below it was asked for",
                  "既未选择该名称，也未选择其下级名称", "rpz.no-scope");
  }
  TRY(const std::string rdata, action_rdata(entry.action, entry.target));
  std::vector<Record> out;
  if (entry.exact) {
    TRY(std::string owner, owner_of(entry.name, entry.name, zone));
    out.push_back({std::move(owner), kTypeCname, ttl_s, rdata});
  }
  if (entry.wildcard) {
    TRY(std::string owner, owner_of(entry.name, "*." + entry.name, zone));
    out.push_back({std::move(owner), kTypeCname, ttl_s, rdata});
  }
  return out;
}

Result<Record> render_address(std::string_view prefix, RpzAction action, std::string_view zone,
                              std::uint32_t ttl_s, std::string_view target) {
  TRY(const std::string trigger, address_trigger(prefix));
  TRY(std::string rdata, action_rdata(action, target));
  TRY(std::string owner, owner_of(prefix, trigger, zone));
  return Record{std::move(owner), kTypeCname, ttl_s, std::move(rdata)};
}

}  // namespace tocsin::enforce::dns
