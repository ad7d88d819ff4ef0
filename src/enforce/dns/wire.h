// DNS messages: decoding of foreign bytes and encoding (RFC 1035 §4, EDNS RFC 6891, EDE RFC 8914).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "enforce/dns/name.h"

namespace tocsin::enforce::dns {

inline constexpr std::size_t kHeaderBytes = 12;
inline constexpr std::size_t kMessageLimitBytes = 65535;

/// Record types that are used by number here; every other type passes through opaque.
enum Type : std::uint16_t {
  kTypeA = 1,
  kTypeNs = 2,
  kTypeCname = 5,
  kTypeSoa = 6,
  kTypePtr = 12,
  kTypeMx = 15,
  kTypeTxt = 16,
  kTypeAaaa = 28,
  kTypeSrv = 33,
  kTypeDname = 39,
  kTypeOpt = 41,
  kTypeTsig = 250,
  kTypeIxfr = 251,
  kTypeAxfr = 252,
};
enum Class : std::uint16_t { kClassIn = 1, kClassChaos = 3, kClassAny = 255 };
enum Opcode : std::uint8_t { kOpcodeQuery = 0, kOpcodeNotify = 4 };
enum Rcode : std::uint8_t {
  kNoError = 0,
  kFormErr = 1,
  kServFail = 2,
  kNxDomain = 3,
  kNotImp = 4,
  kRefused = 5,
  kNotAuth = 9,
};
enum Flag : std::uint16_t {
  kFlagQr = 0x8000,
  kFlagAa = 0x0400,
  kFlagTc = 0x0200,
  kFlagRd = 0x0100
};

struct Question {
  Name name;
  std::uint16_t type = 0;
  std::uint16_t klass = kClassIn;
  bool operator==(const Question&) const = default;
};

/// A resource record; `rdata` is uncompressed, also for the types whose names came compressed.
struct Rr {
  Name name;
  std::uint16_t type = 0;
  std::uint16_t klass = kClassIn;
  std::uint32_t ttl = 0;  ///< seconds
  std::string rdata;
};

struct Message {
  std::uint16_t id = 0;
  std::uint16_t flags = 0;  ///< the second header word as it is
  std::vector<Question> questions;
  std::vector<Rr> answers;
  std::vector<Rr> authority;
  std::vector<Rr> additional;
  std::size_t last_rr_offset = 0;  ///< where the last record began; set by decode, 0 without one

  bool has(Flag flag) const { return (flags & flag) != 0; }
  std::uint8_t opcode() const { return (flags >> 11U) & 0x0fU; }
  std::uint8_t rcode() const { return flags & 0x0fU; }
  void set_opcode(std::uint8_t value) {
    flags = static_cast<std::uint16_t>((flags & 0x87ffU) | (value & 0x0fU) << 11U);
  }
  void set_rcode(std::uint8_t value) {
    flags = static_cast<std::uint16_t>((flags & 0xfff0U) | (value & 0x0fU));
  }
};

/// Refuses what is cut off, has bytes left over, or breaks a length rule. kInvalid.
Result<Message> decode(std::string_view bytes);
/// Owner names are compressed, names inside record data are not. kTooLarge over 65535 bytes.
Result<std::string> encode(const Message& message);

struct Soa {
  Name mname;
  Name rname;
  std::uint32_t serial = 0;
  std::uint32_t refresh_s = 0;
  std::uint32_t retry_s = 0;
  std::uint32_t expire_s = 0;
  std::uint32_t minimum_s = 0;  ///< time to live of negative answers (RFC 2308)
};

Result<Soa> soa_of(const Rr& rr);
std::string rdata_of(const Soa& soa);
Result<Name> cname_of(const Rr& rr);
/// `192.0.2.1` or `2001:db8::1`; nothing when it is not an address record of the right length.
std::optional<std::string> address_of(const Rr& rr);
Result<std::vector<std::string>> txt_of(const Rr& rr);

/// The OPT pseudo record.
struct Opt {
  std::uint16_t udp_size = 1232;
  std::uint8_t extended_rcode = 0;  ///< the upper eight bits
  std::uint8_t version = 0;
  bool dnssec_ok = false;
  std::vector<std::pair<std::uint16_t, std::string>> options;
};
inline constexpr std::uint16_t kOptionNsid = 3;  ///< RFC 5001
inline constexpr std::uint16_t kOptionEde = 15;  ///< RFC 8914

Result<Opt> opt_of(const Rr& rr);
Rr rr_of(const Opt& opt);
/// The OPT record of a message; nothing when there is none or it is broken.
std::optional<Opt> find_opt(const Message& message);

/// RFC 1982: true when `a` comes after `b`. Numbers exactly 2^31 apart are not ordered: false.
constexpr bool serial_newer(std::uint32_t a, std::uint32_t b) {
  return a != b && static_cast<std::uint32_t>(a - b) < 0x80000000U;
}

/// Big-endian helpers that every part of this folder shares.
void put16(std::string& out, std::uint16_t value);
void put32(std::string& out, std::uint32_t value);
std::uint16_t get16(std::string_view bytes, std::size_t pos);
std::uint32_t get32(std::string_view bytes, std::size_t pos);

std::string type_text(std::uint16_t type);    ///< `A`, `SOA`, `TYPE65`
std::string rcode_text(std::uint16_t rcode);  ///< `NXDOMAIN`, `RCODE42`

}  // namespace tocsin::enforce::dns
