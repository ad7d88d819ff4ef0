// The Merkle tree over the journal (RFC 9162 section 2.1): one short hash, signed now and then,
// commits to every entry; proofs show that an entry is in it and that it only ever grew.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/crypto/hash.h"
#include "base/json.h"
#include "base/result.h"
#include "base/time.h"

namespace tocsin::journal {

using crypto::Digest;
using Proof = std::vector<Digest>;

inline constexpr std::size_t kMaxProof = 64;  ///< a tree has at most 2^63 leaves

/// SHA-256 of a zero byte and the entry's hash as 32 bytes.
Digest leaf_hash(const Digest& entry_hash);
/// SHA-256 of a one byte and both children.
Digest node_hash(const Digest& left, const Digest& right);
/// The root of the empty tree: SHA-256 of nothing.
Digest empty_root();

/// The leaf of a journal entry; seq counts from 1, leaves from 0.
inline std::uint64_t leaf_index(std::uint64_t seq) { return seq - 1; }

/// Where the roots of complete subtrees are kept: node (level, index) covers the leaves
/// [index << level, (index + 1) << level). Level 0 holds the leaf hashes; a store may compute those
/// from its entries instead of keeping them. Nodes never change once written; after a failed append
/// the same nodes may be put again.
class NodeStore {
 public:
  virtual ~NodeStore() = default;
  virtual Result<Digest> get(unsigned level, std::uint64_t index) const = 0;
  virtual Status put(unsigned level, std::uint64_t index, const Digest& node) = 0;
};

/// A NodeStore in memory, 64 bytes an entry and the map's own.
class MemoryNodes final : public NodeStore {
 public:
  Result<Digest> get(unsigned level, std::uint64_t index) const override;
  Status put(unsigned level, std::uint64_t index, const Digest& node) override;

 private:
  std::vector<std::unordered_map<std::uint64_t, Digest>> levels_;
};

/// The growing edge of the tree: enough to append and to know the root, O(log n) memory.
class Frontier {
 public:
  std::uint64_t size() const { return size_; }
  /// Adds one leaf. With a store, every subtree that becomes complete is put there: two nodes an
  /// entry on average. When the store fails the frontier stays as it was.
  Status append(const Digest& leaf, NodeStore* store = nullptr);
  Digest root() const;

  /// `{"size":n,"peaks":[hex,…]}`, largest subtree first.
  Json to_json() const;
  static Result<Frontier> from_json(const Json& json);

  bool operator==(const Frontier&) const = default;

 private:
  std::uint64_t size_ = 0;
  std::vector<Digest> peaks_;  // one for each bit of size_, highest first
};

/// The root when the tree had `size` leaves. These three need O(log² size) nodes from the store.
Result<Digest> root_at(const NodeStore& store, std::uint64_t size);
/// RFC 9162 section 2.1.3.1. kInvalid unless index < size.
Result<Proof> inclusion_proof(const NodeStore& store, std::uint64_t index, std::uint64_t size);
/// RFC 9162 section 2.1.4.1. kInvalid unless 0 < old_size <= size.
Result<Proof> consistency_proof(const NodeStore& store, std::uint64_t old_size, std::uint64_t size);

/// RFC 9162 section 2.1.3.2.
bool verify_inclusion(const Digest& leaf, std::uint64_t index, std::uint64_t size,
                      const Proof& proof, const Digest& root);
/// RFC 9162 section 2.1.4.2. From an empty tree everything follows, with an empty proof.
bool verify_consistency(std::uint64_t old_size, const Digest& old_root, std::uint64_t size,
                        const Digest& root, const Proof& proof);

Json to_json(const Proof& proof);
/// At most kMaxProof lower-case hexadecimal digests.
Result<Proof> proof_from_json(const Json& json);

/// What a hub signs: `{"hub":…,"root":…,"size":…,"time":…}` in canonical JSON, as a detached CMS.
struct TreeHead {
  std::uint64_t size = 0;
  Digest root{};
  Instant time;     ///< whole milliseconds
  std::string hub;  ///< the hub's organisation id or name

  std::string canonical() const;
  /// Accepts exactly what canonical() writes.
  static Result<TreeHead> parse(std::string_view text);
  bool operator==(const TreeHead&) const = default;
};

}  // namespace tocsin::journal
