#include "attribution/mmdb.h"

#include <maxminddb.h>
#include <memory>
#include <vector>

#include "attribution/memory_file.h"

namespace tocsin::attribution {
namespace {

constexpr std::string_view kMarker = "\xab\xcd\xefMaxMind.com";
constexpr std::size_t kMarkerReach = 128U << 10;  // the format's own limit
constexpr int kV4Depth = 96;                      // where IPv4 begins in a tree of IPv6

tl::unexpected<Error> corrupt(const std::string& why) {
  return fail_bi(Code::kCorrupt, "not a usable MaxMind DB: " + why,
                 "不是可用的 MaxMind DB 文件：" + why, "file");
}

std::string text_of(MMDB_entry_s& entry, const char* const* path) {
  MMDB_entry_data_s data;
  if (MMDB_aget_value(&entry, &data, path) != MMDB_SUCCESS || !data.has_data ||
      data.type != MMDB_DATA_TYPE_UTF8_STRING) {
    return {};
  }
  return {data.utf8_string, data.data_size};
}

std::uint32_t number_of(MMDB_entry_s& entry, const char* const* path) {
  MMDB_entry_data_s data;
  if (MMDB_aget_value(&entry, &data, path) != MMDB_SUCCESS || !data.has_data ||
      data.type != MMDB_DATA_TYPE_UINT32) {
    return 0;
  }
  return data.uint32;
}

/// One visit of the tree: a node, how deep it lies and which address leads to it.
struct Place {
  std::uint64_t node;
  int depth;
  match::Address address;
};

class Walk {
 public:
  Walk(const MMDB_s& database, const std::function<void(const MmdbRow&)>& row)
      : database_(database),
        row_(row),
        height_(database.metadata.ip_version == 6 ? 128 : 32),
        steps_left_(std::uint64_t{database.metadata.node_count} + 1) {}

  Status run() {
    TRY_STATUS(find_v4());
    open_.push_back({0, 0, {}});
    while (!open_.empty()) {
      const Place at = open_.back();
      open_.pop_back();
      MMDB_search_node_s node;
      // A tree visits each node once; whatever needs more steps has a circle.
      if (at.depth >= height_ || steps_left_-- == 0 ||
          MMDB_read_node(&database_, static_cast<std::uint32_t>(at.node), &node) != MMDB_SUCCESS) {
        return corrupt("its tree is none");
      }
      Place right{node.right_record, at.depth + 1, at.address};
      right.address.bytes[static_cast<std::size_t>(at.depth / 8)] |=
          static_cast<std::uint8_t>(0x80 >> (at.depth % 8));
      const Place left{node.left_record, at.depth + 1, at.address};
      TRY_STATUS(follow(right, node.right_record_type, node.right_record_entry));
      TRY_STATUS(follow(left, node.left_record_type, node.left_record_entry));
    }
    return {};
  }

 private:
  /// IPv6 trees hold IPv4 below ::/96 and point to it from other places too.
  Status find_v4() {
    if (height_ != 128) return {};
    std::uint64_t at = 0;
    for (int depth = 0; depth < kV4Depth; ++depth) {
      MMDB_search_node_s node;
      if (MMDB_read_node(&database_, static_cast<std::uint32_t>(at), &node) != MMDB_SUCCESS) {
        return corrupt("its tree is none");
      }
      if (node.left_record_type != MMDB_RECORD_TYPE_SEARCH_NODE) return {};
      at = node.left_record;
    }
    v4_node_ = at;
    return {};
  }

  Status follow(const Place& to, std::uint8_t type, MMDB_entry_s entry) {
    switch (type) {
      case MMDB_RECORD_TYPE_EMPTY:
        return {};
      case MMDB_RECORD_TYPE_SEARCH_NODE: {
        const bool own_place = to.depth == kV4Depth && to.address == match::Address{};
        if (to.node != v4_node_ || own_place) open_.push_back(to);
        return {};
      }
      case MMDB_RECORD_TYPE_DATA:
        record(to, entry);
        return {};
      default:
        return corrupt("a record points outside");
    }
  }

  void record(const Place& at, MMDB_entry_s& entry) {
    static constexpr const char* kAsn[] = {"autonomous_system_number", nullptr};
    static constexpr const char* kAsName[] = {"autonomous_system_organization", nullptr};
    static constexpr const char* kCountry[] = {"country", "iso_code", nullptr};
    MmdbRow row;
    row.prefix = prefix_of(at);
    row.asn = number_of(entry, kAsn);
    row.as_name = text_of(entry, kAsName);
    row.country = text_of(entry, kCountry);
    row_(row);
  }

  match::Prefix prefix_of(const Place& at) const {
    match::Prefix out{at.address, at.depth};
    bool v4 = height_ == 32;
    if (v4) {
      for (std::size_t i = 0; i < 4; ++i) {
        out.base.bytes[12 + i] = at.address.bytes[i];
        out.base.bytes[i] = 0;
      }
      out.bits += kV4Depth;
    } else if (at.depth >= kV4Depth) {
      v4 = true;
      for (std::size_t i = 0; i < 12; ++i) v4 = v4 && at.address.bytes[i] == 0;
    }
    if (v4) out.base.bytes[10] = out.base.bytes[11] = 0xff;
    return out;
  }

  const MMDB_s& database_;
  const std::function<void(const MmdbRow&)>& row_;
  const int height_;
  std::uint64_t steps_left_;
  std::uint64_t v4_node_ = ~std::uint64_t{0};
  std::vector<Place> open_;
};

}  // namespace

bool is_mmdb(std::string_view bytes) {
  const std::size_t from = bytes.size() > kMarkerReach ? bytes.size() - kMarkerReach : 0;
  return bytes.substr(from).find(kMarker) != std::string_view::npos;
}

Status read_mmdb(std::string_view bytes, const std::function<void(const MmdbRow&)>& row) {
  TRY(const auto file, MemoryFile::make(bytes));
  MMDB_s database;
  const int opened = MMDB_open(file.path().c_str(), MMDB_MODE_MMAP, &database);
  if (opened != MMDB_SUCCESS) return corrupt(MMDB_strerror(opened));
  const std::unique_ptr<MMDB_s, void (*)(MMDB_s*)> closing(&database,
                                                           [](MMDB_s* d) { MMDB_close(d); });
  if (database.metadata.ip_version != 4 && database.metadata.ip_version != 6) {
    return corrupt("unknown family of addresses");
  }
  return Walk(database, row).run();
}

}  // namespace tocsin::attribution
