#include "match/snapshot/format.h"

#include <algorithm>

#include "match/snapshot/sip.h"

namespace tocsin::match::snapshot {

int bucket_bits_for(TableId table, std::uint64_t entries) {
  if (!is_hashed(table)) return entries < 2 ? 0 : std::min(bits_for(entries), kMaxPrefixBucketBits);
  int bits = 0;
  while (bits < kMaxBucketBits && (entries >> bits) >= kBucketLoad) ++bits;
  return bits;
}

int rest_bytes_for(TableId table, int bucket_bits) {
  if (!is_hashed(table)) return 0;
  const int key_bits = table == TableId::kIpv4 ? 32 : kKeyBits;
  const int left = std::max(0, key_bits - bucket_bits - kTagBits);
  return (left + 7) / 8;
}

int bits_for(std::uint64_t values) { return values <= 2 ? 1 : 64 - std::countl_zero(values - 1); }

void lay_out(Header& header, std::uint64_t source_bytes, std::uint64_t literal_bytes) {
  header.header_bytes = sizeof(Header);
  const auto set = [&](int section, std::uint64_t bytes) {
    header.sections[static_cast<std::size_t>(section)].bytes = bytes;
  };
  for (int t = 0; t < kTables; ++t) {
    const auto id = static_cast<TableId>(t);
    const TableHeader& table = header.tables[static_cast<std::size_t>(t)];
    const std::uint64_t n = table.entries;
    set(section_of(id, Part::kDirectory), ((std::uint64_t{1} << table.bucket_bits) + 1) * 4);
    set(section_of(id, Part::kAttributeOf), (n * table.attribute_bits + 7) / 8);
    if (is_hashed(id)) {
      set(section_of(id, Part::kTags), n * 2);
      set(section_of(id, Part::kRests), n * table.rest_bytes);
    } else {
      set(section_of(id, Part::kTags), n * (id == TableId::kPrefix4 ? 4 : 16));
      set(section_of(id, Part::kRests), n);
      set(section_of(id, Part::kParents), n * 4);
    }
  }
  const std::uint64_t n = header.indicators;
  const bool refs = header.refs > 0;
  set(section_of(Shared::kAttributes), std::uint64_t{header.attributes} * sizeof(Attribute));
  set(section_of(Shared::kRefBitmap), refs ? (n + 63) / 64 * 8 : 0);
  set(section_of(Shared::kRefRank), refs ? (n + 511) / 512 * 4 : 0);
  set(section_of(Shared::kRefs), (header.refs * header.ref_bits + 7) / 8);
  set(section_of(Shared::kSources), source_bytes);
  set(section_of(Shared::kLiterals), literal_bytes);
  std::uint64_t at = aligned(sizeof(Header));
  for (SectionHeader& section : header.sections) {
    section.offset = at;
    at = aligned(at + section.bytes + kSlack);
  }
  header.file_bytes = at;
}

std::uint64_t checksum(std::string_view bytes) { return sip_hash(Sip13(SipKey{}), bytes); }

std::uint64_t header_checksum(const Header& header) {
  return checksum(bytes_of(header).substr(0, offsetof(Header, checksum)));
}

}  // namespace tocsin::match::snapshot
