// Records packed one behind the other: a blocked name costs its own spelling and two bytes.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "enforce/dns/zone_source.h"

namespace tocsin::enforce::dns {

/// `owner length, owner, shape` and, unless the shape is the common `CNAME . / zone TTL`, type,
/// TTL, data length and data. Byte equality is record equality.
std::string pack(const Record& record, std::uint32_t zone_ttl_s);

/// Walks packed bytes that pack() made. Broken bytes are a bug and abort.
class PackedCursor {
 public:
  PackedCursor(std::string_view bytes, std::uint32_t zone_ttl_s)
      : bytes_(bytes), zone_ttl_s_(zone_ttl_s) {}
  /// False at the end.
  bool next();
  std::string_view packed() const { return packed_; }
  RecordView record() const;

 private:
  std::string_view bytes_;
  std::string_view packed_;
  std::uint32_t zone_ttl_s_;
};

}  // namespace tocsin::enforce::dns
