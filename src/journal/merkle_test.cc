#include "journal/merkle.h"

#include <chrono>

#include <gtest/gtest.h>

#include "base/text.h"

namespace tocsin::journal {
namespace {

Digest leaf(std::uint64_t i) { return leaf_hash(crypto::sha256("entry " + std::to_string(i))); }

std::vector<Digest> leaves(std::uint64_t count) {
  std::vector<Digest> out;
  for (std::uint64_t i = 0; i < count; ++i) out.push_back(leaf(i));
  return out;
}

using Leaves = std::vector<Digest>;

std::size_t half(std::size_t n) {
  std::size_t k = 1;
  while (k * 2 < n) k *= 2;
  return k;
}

Leaves part(const Leaves& all, std::size_t from, std::size_t to) {
  return {all.begin() + static_cast<std::ptrdiff_t>(from),
          all.begin() + static_cast<std::ptrdiff_t>(to)};
}

// The RFC's definitions (9162, 2.1.1, 2.1.3.1, 2.1.4.1), word for word, as the oracle.
Digest mth(const Leaves& d) {
  if (d.empty()) return crypto::sha256("");
  if (d.size() == 1) return d[0];
  const std::size_t k = half(d.size());
  return node_hash(mth(part(d, 0, k)), mth(part(d, k, d.size())));
}

Proof path(std::size_t m, const Leaves& d) {
  if (d.size() == 1) return {};
  const std::size_t k = half(d.size());
  Proof out = m < k ? path(m, part(d, 0, k)) : path(m - k, part(d, k, d.size()));
  out.push_back(m < k ? mth(part(d, k, d.size())) : mth(part(d, 0, k)));
  return out;
}

Proof subproof(std::size_t m, const Leaves& d, bool b) {
  if (m == d.size()) return b ? Proof{} : Proof{mth(d)};
  const std::size_t k = half(d.size());
  if (m <= k) {
    Proof out = subproof(m, part(d, 0, k), b);
    out.push_back(mth(part(d, k, d.size())));
    return out;
  }
  Proof out = subproof(m - k, part(d, k, d.size()), false);
  out.push_back(mth(part(d, 0, k)));
  return out;
}

struct Tree {
  MemoryNodes nodes;
  Frontier frontier;
};

Tree grown(std::uint64_t size) {
  Tree out;
  for (std::uint64_t i = 0; i < size; ++i) EXPECT_TRUE(out.frontier.append(leaf(i), &out.nodes));
  return out;
}

TEST(Merkle, LeafAndNodeAreSeparateDomains) {
  // Published vectors of certificate transparency (RFC 6962 reference implementation).
  EXPECT_EQ(crypto::to_hex(empty_root()),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(crypto::to_hex(crypto::sha256_tagged(0, "")),
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
  const Digest a = crypto::sha256_tagged(0, "");
  const Digest b = crypto::sha256_tagged(0, std::string_view("\0", 1));
  EXPECT_EQ(crypto::to_hex(node_hash(a, b)),
            "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125");
}

TEST(Merkle, RootsOfSizes0To70) {
  Tree tree;
  for (std::uint64_t size = 0; size <= 70; ++size) {
    EXPECT_EQ(tree.frontier.root(), mth(leaves(size))) << size;
    ASSERT_TRUE(tree.frontier.append(leaf(size), &tree.nodes));
  }
  for (std::uint64_t size = 0; size <= 70; ++size) {
    EXPECT_EQ(*root_at(tree.nodes, size), mth(leaves(size))) << size;
  }
}

TEST(Merkle, InclusionOfEveryLeafInEverySize) {
  const Tree tree = grown(70);
  for (std::uint64_t size = 1; size <= 70; ++size) {
    const auto all = leaves(size);
    const Digest root = mth(all);
    for (std::uint64_t i = 0; i < size; ++i) {
      const auto proof = inclusion_proof(tree.nodes, i, size);
      ASSERT_TRUE(proof);
      EXPECT_EQ(*proof, path(i, all)) << i << " of " << size;
      EXPECT_TRUE(verify_inclusion(leaf(i), i, size, *proof, root)) << i << " of " << size;
      EXPECT_FALSE(verify_inclusion(leaf(i + 1), i, size, *proof, root));
      EXPECT_FALSE(verify_inclusion(leaf(i), i + 1, size, *proof, root));
      EXPECT_FALSE(verify_inclusion(leaf(i), i, size, *proof, leaf(0)) && size > 1);
      Proof longer = *proof;
      longer.push_back(root);
      EXPECT_FALSE(verify_inclusion(leaf(i), i, size, longer, root));
      for (std::size_t k = 0; k < proof->size(); ++k) {
        Proof bad = *proof;
        bad[k][31] ^= 1;
        EXPECT_FALSE(verify_inclusion(leaf(i), i, size, bad, root));
      }
    }
    EXPECT_FALSE(inclusion_proof(tree.nodes, size, size));
  }
}

TEST(Merkle, ConsistencyOfEveryPairOfSizes) {
  const Tree tree = grown(70);
  for (std::uint64_t size = 1; size <= 70; ++size) {
    const auto all = leaves(size);
    const Digest root = mth(all);
    for (std::uint64_t old = 1; old <= size; ++old) {
      const Digest old_root = mth(leaves(old));
      const auto proof = consistency_proof(tree.nodes, old, size);
      ASSERT_TRUE(proof);
      EXPECT_EQ(*proof, subproof(old, all, true)) << old << " to " << size;
      EXPECT_TRUE(verify_consistency(old, old_root, size, root, *proof)) << old << " to " << size;
      EXPECT_FALSE(verify_consistency(old, leaf(99), size, root, *proof));
      EXPECT_FALSE(verify_consistency(old, old_root, size, leaf(99), *proof));
      EXPECT_FALSE(verify_consistency(old + 1, old_root, size, root, *proof));
      Proof longer = *proof;
      longer.push_back(root);
      EXPECT_FALSE(verify_consistency(old, old_root, size, root, longer));
      for (std::size_t k = 0; k < proof->size(); ++k) {
        Proof bad = *proof;
        bad[k][0] ^= 0x80;
        EXPECT_FALSE(verify_consistency(old, old_root, size, root, bad));
      }
    }
    EXPECT_TRUE(verify_consistency(0, empty_root(), size, root, {}));
    EXPECT_FALSE(consistency_proof(tree.nodes, 0, size));
    EXPECT_FALSE(consistency_proof(tree.nodes, size + 1, size));
  }
}

TEST(Merkle, FrontierSurvivesRestart) {
  for (std::uint64_t size = 0; size <= 70; ++size) {
    Frontier before = grown(size).frontier;
    auto after = Frontier::from_json(*Json::parse(before.to_json().canonical()));
    ASSERT_TRUE(after) << after.error().message;
    EXPECT_EQ(*after, before);
    ASSERT_TRUE(before.append(leaf(size)));
    ASSERT_TRUE(after->append(leaf(size)));
    EXPECT_EQ(after->root(), before.root());
  }
  for (const char* bad : {"{}", R"({"size":1,"peaks":[]})", R"({"size":-1,"peaks":[]})",
                          R"({"size":1,"peaks":["00"]})"}) {
    EXPECT_FALSE(Frontier::from_json(*Json::parse(bad))) << bad;
  }
}

class FailingNodes final : public NodeStore {
 public:
  Result<Digest> get(unsigned, std::uint64_t) const override { return fail(Code::kInternal, "no"); }
  Status put(unsigned level, std::uint64_t, const Digest&) override {
    if (level == 2) return fail(Code::kInternal, "disk full");
    return {};
  }
};

TEST(Merkle, AFailedWriteLeavesTheFrontierAsItWas) {
  Frontier frontier = grown(3).frontier;
  const Frontier before = frontier;
  FailingNodes nodes;
  EXPECT_FALSE(frontier.append(leaf(3), &nodes));
  EXPECT_EQ(frontier, before);
  EXPECT_FALSE(inclusion_proof(nodes, 0, 2));
}

TEST(Merkle, ProofsOfAMillionEntriesTakeMilliseconds) {
  constexpr std::uint64_t kEntries = 1'000'000;
  Tree tree;
  for (std::uint64_t i = 0; i < kEntries; ++i) {
    Digest entry{};
    std::copy_n(reinterpret_cast<const unsigned char*>(&i), sizeof i, entry.begin());
    ASSERT_TRUE(tree.frontier.append(leaf_hash(entry), &tree.nodes));
  }
  const auto start = std::chrono::steady_clock::now();
  const Digest root = tree.frontier.root();
  for (const std::uint64_t i : {std::uint64_t{0}, kEntries / 3, kEntries - 1}) {
    const auto proof = inclusion_proof(tree.nodes, i, kEntries);
    ASSERT_TRUE(proof);
    EXPECT_LE(proof->size(), 20U);
    Digest entry{};
    std::copy_n(reinterpret_cast<const unsigned char*>(&i), sizeof i, entry.begin());
    EXPECT_TRUE(verify_inclusion(leaf_hash(entry), i, kEntries, *proof, root));
  }
  const auto proof = consistency_proof(tree.nodes, 654'321, kEntries);
  ASSERT_TRUE(proof);
  EXPECT_TRUE(verify_consistency(654'321, *root_at(tree.nodes, 654'321), kEntries, root, *proof));
  const auto took = std::chrono::steady_clock::now() - start;
  // Four proofs and their checks; about 0.1 ms, the bound leaves room for a busy machine.
  EXPECT_LT(std::chrono::duration<double>(took).count(), 0.05);
}

TEST(TreeHead, OneSpellingOnly) {
  const TreeHead head{7, leaf(1), *parse_instant("2026-03-05T17:30:00.123+08:00"), "工信部"};
  const std::string text = head.canonical();
  EXPECT_EQ(text, R"({"hub":"工信部","root":")" + crypto::to_hex(leaf(1)) +
                      R"(","size":7,"time":"2026-03-05T17:30:00.123+08:00"})");
  const auto again = TreeHead::parse(text);
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(*again, head);
  for (const std::string& bad :
       {text + " ", " " + text, replace_all(text, "\"size\":7", "\"size\":-7"),
        replace_all(text, "\"size\":7", "\"size\":7.0"), replace_all(text, ".123", ".123000"),
        replace_all(text, "{", "{\"a\":1,"), std::string("{}"), std::string()}) {
    EXPECT_FALSE(TreeHead::parse(bad)) << bad;
  }
}

}  // namespace
}  // namespace tocsin::journal
