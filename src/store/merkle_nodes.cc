#include "store/merkle_nodes.h"

#include <algorithm>

namespace tocsin::store {

Result<journal::Digest> MerkleNodes::get(unsigned level, std::uint64_t index) const {
  TRY(const auto bytes, tx_.merkle_node(level, index));
  journal::Digest node{};
  if (!bytes || bytes->size() != node.size()) {
    return fail(Code::kCorrupt, "the journal's Merkle tree has a hole");
  }
  std::copy(bytes->begin(), bytes->end(), node.begin());
  return node;
}

Status MerkleNodes::put(unsigned, std::uint64_t, const journal::Digest&) {
  return fail(Code::kInternal, "nodes are written with their entry, by the store alone");
}

}  // namespace tocsin::store
