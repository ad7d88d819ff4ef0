#include "journal/merkle.h"

#include <algorithm>
#include <bit>
#include <optional>

#include <fmt/format.h>

#include "base/text.h"

namespace tocsin::journal {
namespace {

constexpr std::uint64_t kMaxSize = std::uint64_t{1} << 62;

tl::unexpected<Error> malformed(std::string field, const std::string& why,
                                const std::string& why_zh) {
  return fail_bi(Code::kInvalid, why, why_zh, std::move(field), "RFC9162-2.1");
}

Result<Digest> digest_from(const Json& json, std::string field) {
  Digest out;
  if (!json.is_string() || !crypto::from_hex(json.as_string(), out)) {
    return malformed(std::move(field), "64 lower-case hexadecimal digits expected",
                     "应为 64 位小写十六进制");
  }
  return out;
}

/// Root of the `count` leaves from `first`; first is a multiple of the next power of two.
Result<Digest> subtree(const NodeStore& store, std::uint64_t first, std::uint64_t count) {
  if (std::has_single_bit(count)) {
    const auto level = static_cast<unsigned>(std::countr_zero(count));
    return store.get(level, first >> level);
  }
  const std::uint64_t left = std::bit_floor(count);
  TRY(const Digest a,
      store.get(static_cast<unsigned>(std::countr_zero(left)), first >> std::countr_zero(left)));
  TRY(const Digest b, subtree(store, first + left, count - left));
  return node_hash(a, b);
}

/// Size of the left half: the largest power of two smaller than `count` (count > 1).
std::uint64_t split_point(std::uint64_t count) { return std::bit_floor(count - 1); }

Json hexes(const std::vector<Digest>& digests) {
  Json out = Json::array();
  for (const Digest& digest : digests) out.push(crypto::to_hex(digest));
  return out;
}

}  // namespace

Digest leaf_hash(const Digest& entry_hash) {
  return crypto::sha256_tagged(0, crypto::view(entry_hash));
}

Digest node_hash(const Digest& left, const Digest& right) {
  return crypto::sha256_tagged(1, crypto::view(left), crypto::view(right));
}

Digest empty_root() { return crypto::sha256({}); }

Result<Digest> MemoryNodes::get(unsigned level, std::uint64_t index) const {
  if (level < levels_.size()) {
    const auto found = levels_[level].find(index);
    if (found != levels_[level].end()) return found->second;
  }
  return fail(Code::kNotFound, fmt::format("no tree node {}/{}", level, index));
}

Status MemoryNodes::put(unsigned level, std::uint64_t index, const Digest& node) {
  ASSERT(level < 64);
  if (level >= levels_.size()) levels_.resize(level + 1);
  levels_[level][index] = node;
  return {};
}

Status Frontier::append(const Digest& leaf, NodeStore* store) {
  ASSERT(size_ < kMaxSize);
  if (store != nullptr) TRY_STATUS(store->put(0, size_, leaf));
  // Each set low bit of the old size is a complete subtree that now finds its sibling.
  const auto merges = static_cast<unsigned>(std::countr_one(size_));
  Digest node = leaf;
  for (unsigned level = 1; level <= merges; ++level) {
    node = node_hash(peaks_[peaks_.size() - level], node);
    if (store != nullptr) TRY_STATUS(store->put(level, size_ >> level, node));
  }
  peaks_.resize(peaks_.size() - merges);
  peaks_.push_back(node);
  ++size_;
  return {};
}

Digest Frontier::root() const {
  if (peaks_.empty()) return empty_root();
  Digest out = peaks_.back();
  for (auto peak = peaks_.rbegin() + 1; peak != peaks_.rend(); ++peak) out = node_hash(*peak, out);
  return out;
}

Json Frontier::to_json() const { return Json::object({{"size", size_}, {"peaks", hexes(peaks_)}}); }

Result<Frontier> Frontier::from_json(const Json& json) {
  Frontier out;
  const std::int64_t size = json["size"].as_int(-1);
  if (size < 0 || static_cast<std::uint64_t>(size) > kMaxSize) {
    return malformed("size", "a tree size expected", "应为树的大小");
  }
  out.size_ = static_cast<std::uint64_t>(size);
  const auto& peaks = json["peaks"].items();
  if (peaks.size() != static_cast<std::size_t>(std::popcount(out.size_))) {
    return malformed("peaks", "the number of peaks does not fit the size", "峰值个数与大小不符");
  }
  for (const Json& peak : peaks) {
    TRY(const Digest digest, digest_from(peak, "peaks"));
    out.peaks_.push_back(digest);
  }
  return out;
}

Result<Digest> root_at(const NodeStore& store, std::uint64_t size) {
  if (size == 0) return empty_root();
  return subtree(store, 0, size);
}

Result<Proof> inclusion_proof(const NodeStore& store, std::uint64_t index, std::uint64_t size) {
  if (index >= size || size > kMaxSize) {
    return malformed("index", fmt::format("no leaf {} in a tree of {}", index, size),
                     fmt::format("大小为 {} 的树中没有叶子 {}", size, index));
  }
  Proof out;
  // PATH of the RFC, walked from the root down; the siblings come out last first.
  for (std::uint64_t first = 0; size > 1;) {
    const std::uint64_t left = split_point(size);
    const bool in_left = index < left;
    TRY(const Digest sibling,
        in_left ? subtree(store, first + left, size - left) : subtree(store, first, left));
    out.push_back(sibling);
    if (in_left) {
      size = left;
    } else {
      first += left;
      index -= left;
      size -= left;
    }
  }
  std::reverse(out.begin(), out.end());
  return out;
}

Result<Proof> consistency_proof(const NodeStore& store, std::uint64_t old_size,
                                std::uint64_t size) {
  if (old_size == 0 || old_size > size || size > kMaxSize) {
    return malformed("old_size", fmt::format("no proof from size {} to {}", old_size, size),
                     fmt::format("无法证明从大小 {} 到 {}", old_size, size));
  }
  Proof out;
  // SUBPROOF of the RFC: `whole` while the part that is left is the complete old tree.
  bool whole = true;
  for (std::uint64_t first = 0; old_size != size;) {
    const std::uint64_t left = split_point(size);
    if (old_size <= left) {
      TRY(const Digest sibling, subtree(store, first + left, size - left));
      out.push_back(sibling);
      size = left;
    } else {
      TRY(const Digest sibling, subtree(store, first, left));
      out.push_back(sibling);
      first += left;
      old_size -= left;
      size -= left;
      whole = false;
    }
    if (old_size == size && !whole) {
      TRY(const Digest last, subtree(store, first, size));
      out.push_back(last);
    }
  }
  std::reverse(out.begin(), out.end());
  return out;
}

bool verify_inclusion(const Digest& leaf, std::uint64_t index, std::uint64_t size,
                      const Proof& proof, const Digest& root) {
  if (index >= size) return false;
  std::uint64_t fn = index;
  std::uint64_t sn = size - 1;
  Digest r = leaf;
  for (const Digest& p : proof) {
    if (sn == 0) return false;
    if ((fn & 1) != 0 || fn == sn) {
      r = node_hash(p, r);
      while ((fn & 1) == 0 && fn != 0) {
        fn >>= 1;
        sn >>= 1;
      }
    } else {
      r = node_hash(r, p);
    }
    fn >>= 1;
    sn >>= 1;
  }
  return sn == 0 && r == root;
}

bool verify_consistency(std::uint64_t old_size, const Digest& old_root, std::uint64_t size,
                        const Digest& root, const Proof& proof) {
  if (old_size > size) return false;
  if (old_size == size) return proof.empty() && old_root == root;
  if (old_size == 0) return proof.empty() && old_root == empty_root();
  if (proof.empty()) return false;
  std::uint64_t fn = old_size - 1;
  std::uint64_t sn = size - 1;
  while ((fn & 1) != 0) {
    fn >>= 1;
    sn >>= 1;
  }
  // A complete old tree is its own first node and is not repeated in the proof.
  const bool complete = std::has_single_bit(old_size);
  Digest fr = complete ? old_root : proof.front();
  Digest sr = fr;
  for (std::size_t i = complete ? 0 : 1; i < proof.size(); ++i) {
    const Digest& c = proof[i];
    if (sn == 0) return false;
    if ((fn & 1) != 0 || fn == sn) {
      fr = node_hash(c, fr);
      sr = node_hash(c, sr);
      while ((fn & 1) == 0 && fn != 0) {
        fn >>= 1;
        sn >>= 1;
      }
    } else {
      sr = node_hash(sr, c);
    }
    fn >>= 1;
    sn >>= 1;
  }
  return sn == 0 && fr == old_root && sr == root;
}

Json to_json(const Proof& proof) { return hexes(proof); }

Result<Proof> proof_from_json(const Json& json) {
  if (!json.is_array() || json.items().size() > kMaxProof) {
    return malformed("path", "a list of at most 64 digests expected", "应为至多 64 个摘要的列表");
  }
  Proof out;
  for (const Json& item : json.items()) {
    TRY(const Digest digest, digest_from(item, "path"));
    out.push_back(digest);
  }
  return out;
}

std::string TreeHead::canonical() const {
  return Json::object({{"hub", hub},
                       {"root", crypto::to_hex(root)},
                       {"size", size},
                       {"time", to_string(time)}})
      .canonical();
}

Result<TreeHead> TreeHead::parse(std::string_view text) {
  TRY(const Json json, Json::parse(text));
  TreeHead out;
  TRY(out.root, digest_from(json["root"], "root"));
  TRY(out.time, parse_instant(json.str("time")));
  out.hub = json.str("hub");
  const std::int64_t size = json["size"].as_int(-1);
  out.size = static_cast<std::uint64_t>(std::max<std::int64_t>(size, 0));
  if (size < 0 || out.size > kMaxSize || out.canonical() != text) {
    return malformed({}, "not a tree head in its canonical form", "不是规范形式的树头");
  }
  return out;
}

}  // namespace tocsin::journal
