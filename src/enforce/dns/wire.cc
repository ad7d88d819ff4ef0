#include "enforce/dns/wire.h"

#include <arpa/inet.h>
#include <array>

namespace tocsin::enforce::dns {
namespace {

/// A cursor over foreign bytes; every read is checked.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {}

  std::size_t pos() const { return pos_; }
  bool done() const { return pos_ == bytes_.size(); }
  std::size_t left() const { return bytes_.size() - pos_; }

  Result<std::uint16_t> u16() {
    if (left() < 2) return fail(Code::kInvalid, "message is cut off");
    pos_ += 2;
    return get16(bytes_, pos_ - 2);
  }
  Result<std::uint32_t> u32() {
    if (left() < 4) return fail(Code::kInvalid, "message is cut off");
    pos_ += 4;
    return get32(bytes_, pos_ - 4);
  }
  Result<Name> name() { return Name::decode(bytes_, pos_); }
  Result<std::string> raw(std::size_t size) {
    if (left() < size) return fail(Code::kInvalid, "record data is cut off");
    pos_ += size;
    return std::string(bytes_.substr(pos_ - size, size));
  }

 private:
  std::string_view bytes_;
  std::size_t pos_ = 0;
};

/// How the data of a type is built when names in it may be compressed (RFC 3597 §4): bytes before,
/// number of names, and whether anything follows them.
struct NameLayout {
  std::size_t before = 0;
  int names = 0;
};

NameLayout layout_of(std::uint16_t type) {
  switch (type) {
    case kTypeNs:
    case kTypeCname:
    case kTypePtr:
    case kTypeDname:
      return {0, 1};
    case kTypeSoa:
      return {0, 2};
    case kTypeMx:
      return {2, 1};
    case kTypeSrv:
      return {6, 1};
    default:
      return {};
  }
}

Result<std::string> read_rdata(Reader& in, std::uint16_t type, std::size_t length) {
  const NameLayout layout = layout_of(type);
  if (layout.names == 0 || length == 0) return in.raw(length);  // empty in updates and notifies
  const std::size_t end = in.pos() + length;
  if (in.left() < length || length < layout.before) {
    return fail(Code::kInvalid, "record data is cut off");
  }
  TRY(std::string out, in.raw(layout.before));
  for (int i = 0; i < layout.names; ++i) {
    TRY(const Name name, in.name());
    if (in.pos() > end) return fail(Code::kInvalid, "name leaves the record data");
    out += name.wire();
  }
  TRY(const std::string rest, in.raw(end - in.pos()));
  return out + rest;
}

Result<Rr> read_rr(Reader& in) {
  Rr rr;
  TRY(rr.name, in.name());
  TRY(rr.type, in.u16());
  TRY(rr.klass, in.u16());
  TRY(rr.ttl, in.u32());
  TRY(const std::uint16_t length, in.u16());
  TRY(rr.rdata, read_rdata(in, rr.type, length));
  return rr;
}

Status read_section(Reader& in, std::uint16_t count, std::vector<Rr>& out, std::size_t& last) {
  constexpr std::size_t kSmallestRr = 11;
  if (count > in.left() / kSmallestRr) {
    return fail(Code::kInvalid, "record count is more than the message can hold");
  }
  out.reserve(count);
  for (int i = 0; i < count; ++i) {
    last = in.pos();
    TRY(Rr rr, read_rr(in));
    out.push_back(std::move(rr));
  }
  return {};
}

/// Writes names with compression against earlier owners; the table is small and bounded.
class Writer {
 public:
  std::string out;

  void name(const Name& name) {
    const std::string folded = fold_wire(name.wire());
    std::size_t at = 0;
    while (folded[at] != '\0') {
      const std::string_view suffix = std::string_view(folded).substr(at);
      for (const auto& [known, offset] : seen_) {
        if (known != suffix) continue;
        put16(out, static_cast<std::uint16_t>(0xc000U | offset));
        return;
      }
      if (out.size() < 0x4000 && seen_.size() < kSuffixLimit) {
        seen_.emplace_back(suffix, static_cast<std::uint16_t>(out.size()));
      }
      const std::size_t length = 1U + static_cast<unsigned char>(folded[at]);
      out.append(name.wire(), at, length);
      at += length;
    }
    out += '\0';
  }

  void rr(const Rr& rr) {
    name(rr.name);
    put16(out, rr.type);
    put16(out, rr.klass);
    put32(out, rr.ttl);
    put16(out, static_cast<std::uint16_t>(rr.rdata.size()));
    out += rr.rdata;
  }

 private:
  static constexpr std::size_t kSuffixLimit = 32;
  std::vector<std::pair<std::string, std::uint16_t>> seen_;
};

}  // namespace

void put16(std::string& out, std::uint16_t value) {
  out += static_cast<char>(value >> 8U);
  out += static_cast<char>(value & 0xffU);
}

void put32(std::string& out, std::uint32_t value) {
  put16(out, static_cast<std::uint16_t>(value >> 16U));
  put16(out, static_cast<std::uint16_t>(value & 0xffffU));
}

std::uint16_t get16(std::string_view bytes, std::size_t pos) {
  ASSERT(pos + 2 <= bytes.size());
  return static_cast<std::uint16_t>(static_cast<unsigned char>(bytes[pos]) << 8U |
                                    static_cast<unsigned char>(bytes[pos + 1]));
}

std::uint32_t get32(std::string_view bytes, std::size_t pos) {
  return static_cast<std::uint32_t>(get16(bytes, pos)) << 16U | get16(bytes, pos + 2);
}

Result<Message> decode(std::string_view bytes) {
  if (bytes.size() > kMessageLimitBytes) return fail(Code::kInvalid, "message is over 65535 bytes");
  Reader in(bytes);
  Message out;
  TRY(out.id, in.u16());
  TRY(out.flags, in.u16());
  TRY(const std::uint16_t questions, in.u16());
  TRY(const std::uint16_t answers, in.u16());
  TRY(const std::uint16_t authority, in.u16());
  TRY(const std::uint16_t additional, in.u16());
  constexpr std::size_t kSmallestQuestion = 5;
  if (questions > in.left() / kSmallestQuestion) {
    return fail(Code::kInvalid, "question count is more than the message can hold");
  }
  for (int i = 0; i < questions; ++i) {
    Question question;
    TRY(question.name, in.name());
    TRY(question.type, in.u16());
    TRY(question.klass, in.u16());
    out.questions.push_back(std::move(question));
  }
  TRY_STATUS(read_section(in, answers, out.answers, out.last_rr_offset));
  TRY_STATUS(read_section(in, authority, out.authority, out.last_rr_offset));
  TRY_STATUS(read_section(in, additional, out.additional, out.last_rr_offset));
  if (!in.done()) return fail(Code::kInvalid, "bytes left over behind the message");
  return out;
}

Result<std::string> encode(const Message& message) {
  const std::array<std::size_t, 4> counts = {message.questions.size(), message.answers.size(),
                                             message.authority.size(), message.additional.size()};
  Writer writer;
  put16(writer.out, message.id);
  put16(writer.out, message.flags);
  for (const std::size_t count : counts) {
    if (count > 0xffff) return fail(Code::kTooLarge, "too many records for one message");
    put16(writer.out, static_cast<std::uint16_t>(count));
  }
  for (const Question& question : message.questions) {
    writer.name(question.name);
    put16(writer.out, question.type);
    put16(writer.out, question.klass);
  }
  for (const auto* section : {&message.answers, &message.authority, &message.additional}) {
    for (const Rr& rr : *section) {
      if (rr.rdata.size() > 0xffff || writer.out.size() > kMessageLimitBytes) {
        return fail(Code::kTooLarge, "message is over 65535 bytes");
      }
      writer.rr(rr);
    }
  }
  if (writer.out.size() > kMessageLimitBytes) {
    return fail(Code::kTooLarge, "message is over 65535 bytes");
  }
  return std::move(writer.out);
}

Result<Soa> soa_of(const Rr& rr) {
  if (rr.type != kTypeSoa) return fail(Code::kInvalid, "not a SOA record");
  Reader in(rr.rdata);
  Soa soa;
  TRY(soa.mname, in.name());
  TRY(soa.rname, in.name());
  TRY(soa.serial, in.u32());
  TRY(soa.refresh_s, in.u32());
  TRY(soa.retry_s, in.u32());
  TRY(soa.expire_s, in.u32());
  TRY(soa.minimum_s, in.u32());
  if (!in.done()) return fail(Code::kInvalid, "bytes left over in a SOA record");
  return soa;
}

std::string rdata_of(const Soa& soa) {
  std::string out = soa.mname.wire() + soa.rname.wire();
  for (const std::uint32_t value :
       {soa.serial, soa.refresh_s, soa.retry_s, soa.expire_s, soa.minimum_s}) {
    put32(out, value);
  }
  return out;
}

Result<Name> cname_of(const Rr& rr) {
  if (rr.type != kTypeCname) return fail(Code::kInvalid, "not a CNAME record");
  Reader in(rr.rdata);
  TRY(Name name, in.name());
  if (!in.done()) return fail(Code::kInvalid, "bytes left over in a CNAME record");
  return name;
}

std::optional<std::string> address_of(const Rr& rr) {
  const bool v4 = rr.type == kTypeA && rr.rdata.size() == 4;
  const bool v6 = rr.type == kTypeAaaa && rr.rdata.size() == 16;
  if (!v4 && !v6) return std::nullopt;
  std::array<char, INET6_ADDRSTRLEN> text{};
  ::inet_ntop(v4 ? AF_INET : AF_INET6, rr.rdata.data(), text.data(), text.size());
  return std::string(text.data());
}

Result<std::vector<std::string>> txt_of(const Rr& rr) {
  if (rr.type != kTypeTxt) return fail(Code::kInvalid, "not a TXT record");
  std::vector<std::string> out;
  for (std::size_t pos = 0; pos < rr.rdata.size();) {
    const std::size_t length = static_cast<unsigned char>(rr.rdata[pos]);
    if (pos + 1 + length > rr.rdata.size()) return fail(Code::kInvalid, "text is cut off");
    out.push_back(rr.rdata.substr(pos + 1, length));
    pos += 1 + length;
  }
  return out;
}

Result<Opt> opt_of(const Rr& rr) {
  if (rr.type != kTypeOpt || !rr.name.is_root()) return fail(Code::kInvalid, "not an OPT record");
  Opt opt;
  opt.udp_size = rr.klass;
  opt.extended_rcode = static_cast<std::uint8_t>(rr.ttl >> 24U);
  opt.version = static_cast<std::uint8_t>(rr.ttl >> 16U);
  opt.dnssec_ok = (rr.ttl & 0x8000U) != 0;
  Reader in(rr.rdata);
  while (!in.done()) {
    TRY(const std::uint16_t code, in.u16());
    TRY(const std::uint16_t length, in.u16());
    TRY(std::string value, in.raw(length));
    opt.options.emplace_back(code, std::move(value));
  }
  return opt;
}

Rr rr_of(const Opt& opt) {
  Rr rr;
  rr.type = kTypeOpt;
  rr.klass = opt.udp_size;
  rr.ttl = static_cast<std::uint32_t>(opt.extended_rcode) << 24U |
           static_cast<std::uint32_t>(opt.version) << 16U | (opt.dnssec_ok ? 0x8000U : 0U);
  for (const auto& [code, value] : opt.options) {
    put16(rr.rdata, code);
    put16(rr.rdata, static_cast<std::uint16_t>(value.size()));
    rr.rdata += value;
  }
  return rr;
}

std::optional<Opt> find_opt(const Message& message) {
  for (const Rr& rr : message.additional) {
    if (rr.type != kTypeOpt) continue;
    if (auto opt = opt_of(rr)) return std::move(*opt);
    return std::nullopt;
  }
  return std::nullopt;
}

std::string type_text(std::uint16_t type) {
  switch (type) {
    case kTypeA:
      return "A";
    case kTypeNs:
      return "NS";
    case kTypeCname:
      return "CNAME";
    case kTypeSoa:
      return "SOA";
    case kTypePtr:
      return "PTR";
    case kTypeMx:
      return "MX";
    case kTypeTxt:
      return "TXT";
    case kTypeAaaa:
      return "AAAA";
    case kTypeSrv:
      return "SRV";
    case kTypeDname:
      return "DNAME";
    case kTypeOpt:
      return "OPT";
    case kTypeTsig:
      return "TSIG";
    case kTypeIxfr:
      return "IXFR";
    case kTypeAxfr:
      return "AXFR";
    default:
      return "TYPE" + std::to_string(type);
  }
}

std::string rcode_text(std::uint16_t rcode) {
  switch (rcode) {
    case kNoError:
      return "NOERROR";
    case kFormErr:
      return "FORMERR";
    case kServFail:
      return "SERVFAIL";
    case kNxDomain:
      return "NXDOMAIN";
    case kNotImp:
      return "NOTIMP";
    case kRefused:
      return "REFUSED";
    case kNotAuth:
      return "NOTAUTH";
    default:
      return "RCODE" + std::to_string(rcode);
  }
}

}  // namespace tocsin::enforce::dns
