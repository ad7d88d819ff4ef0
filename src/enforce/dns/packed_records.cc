#include "enforce/dns/packed_records.h"

namespace tocsin::enforce::dns {
namespace {

constexpr char kCommon = 0;  // CNAME . with the zone's time to live
constexpr char kFull = 1;
constexpr std::size_t kFullHead = 8;  // type, ttl, length

constexpr std::string_view kRoot("\0", 1);

}  // namespace

std::string pack(const Record& record, std::uint32_t zone_ttl_s) {
  ASSERT(record.owner.size() < kNameLimitBytes);
  ASSERT(record.rdata.size() <= 0xffff);
  std::string out;
  out += static_cast<char>(record.owner.size());
  out += record.owner;
  if (record.type == kTypeCname && record.ttl_s == zone_ttl_s && record.rdata == kRoot) {
    out += kCommon;
    return out;
  }
  out += kFull;
  put16(out, record.type);
  put32(out, record.ttl_s);
  put16(out, static_cast<std::uint16_t>(record.rdata.size()));
  out += record.rdata;
  return out;
}

bool PackedCursor::next() {
  bytes_.remove_prefix(packed_.size());
  if (bytes_.empty()) return false;
  std::size_t size = 1U + static_cast<unsigned char>(bytes_[0]);
  ASSERT(size < bytes_.size());
  const char shape = bytes_[size++];
  if (shape != kCommon) size += kFullHead + get16(bytes_, size + 6);
  ASSERT(size <= bytes_.size());
  packed_ = bytes_.substr(0, size);
  return true;
}

RecordView PackedCursor::record() const {
  const std::size_t owner = static_cast<unsigned char>(packed_[0]);
  RecordView out{packed_.substr(1, owner), kTypeCname, zone_ttl_s_, kRoot};
  const std::size_t at = 1 + owner;
  if (packed_[at] == kCommon) return out;
  out.type = get16(packed_, at + 1);
  out.ttl_s = get32(packed_, at + 3);
  out.rdata = packed_.substr(at + 1 + kFullHead);
  return out;
}

}  // namespace tocsin::enforce::dns
