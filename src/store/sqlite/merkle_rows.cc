// Interior nodes of the Merkle tree over the journal, appended with each entry.
#include "journal/merkle.h"
#include "store/sqlite/transaction.h"

namespace tocsin::store {

Status SqliteTx::append_merkle(std::uint64_t leaf_index, const std::string& entry_hash) {
  journal::Digest node{};
  if (!crypto::from_hex(entry_hash, node)) return fail(Code::kInternal, "not an entry hash");
  node = journal::leaf_hash(node);
  std::uint64_t index = leaf_index;
  // A subtree is complete when its right child is: then both children make the parent.
  for (std::uint64_t level = 0;; ++level, index >>= 1) {
    TRY(auto insert,
        db_.prepare("insert into merkle_node (level, position, hash) values (?1, ?2, ?3)"));
    insert.bind(1, static_cast<std::int64_t>(level)).bind(2, static_cast<std::int64_t>(index));
    TRY_STATUS(insert.bind_blob(3, crypto::view(node)).run());
    if ((index & 1) == 0) return {};
    TRY(const auto left, merkle_node(level, index - 1));
    if (!left || left->size() != node.size()) {
      return fail(Code::kCorrupt, "the journal's Merkle tree has a hole");
    }
    journal::Digest sibling{};
    std::copy(left->begin(), left->end(), sibling.begin());
    node = journal::node_hash(sibling, node);
  }
}

}  // namespace tocsin::store
