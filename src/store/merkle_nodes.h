// The journal room's view of the Merkle nodes that a backend keeps.
#pragma once

#include "journal/merkle.h"
#include "store/store.h"

namespace tocsin::store {

/// Read-only; lives as long as the transaction.
class MerkleNodes final : public journal::NodeStore {
 public:
  explicit MerkleNodes(ReadTx& tx) : tx_(tx) {}
  Result<journal::Digest> get(unsigned level, std::uint64_t index) const override;
  Status put(unsigned level, std::uint64_t index, const journal::Digest& node) override;

 private:
  ReadTx& tx_;
};

}  // namespace tocsin::store
