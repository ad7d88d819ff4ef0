#include "store/sqlite/identity.h"

#include <algorithm>
#include <string>

#include "base/crypto/hash.h"

namespace tocsin::store {
namespace {

/// Keys are 63 bits wide and come round at the end.
std::int64_t next_key(std::int64_t key) {
  return static_cast<std::int64_t>((static_cast<std::uint64_t>(key) + 1) & ~(1ULL << 63));
}

}  // namespace

std::int64_t identity_hash(std::int64_t kind, std::string_view value) {
  thread_local std::string input;
  input.assign(1, static_cast<char>(kind));
  input += value;
  const auto digest = crypto::sha256(input);
  std::uint64_t key = 0;
  for (std::size_t b = 0; b < 8; ++b) key = (key << 8) | digest[b];
  return static_cast<std::int64_t>(key >> 1);
}

Result<std::int64_t> identity_of(Connection& db, const IdentitySql& sql, std::int64_t kind,
                                 std::string_view value, std::int64_t& hash) {
  // Two values with the same 63 bits are possible, so the value decides and the next key is tried.
  TRY(auto query, db.prepare(sql.find));
  for (;; hash = next_key(hash)) {
    query.bind(1, hash);
    TRY(const bool row, query.step());
    if (!row) return 0;
    if (query.integer(1) == kind && query.view(2) == value) return query.integer(0);
    query.reset();
  }
}

Result<std::int64_t> newest_identity(Connection& db, const IdentitySql& sql) {
  TRY(auto query, db.prepare(sql.newest));
  TRY_STATUS(query.step());
  return query.integer(0);
}

Result<std::int64_t> give_identities(Connection& db, const IdentitySql& sql,
                                     std::span<Pending> batch) {
  std::sort(batch.begin(), batch.end());
  TRY(std::int64_t newest, newest_identity(db, sql));
  const std::int64_t before = newest;
  TRY(auto claim, db.prepare(sql.claim));
  TRY(auto insert, db.prepare(sql.insert));
  for (Pending& one : batch) {
    std::int64_t hash = one.key;
    one.key = newest + 1;
    claim.bind(1, hash).bind(2, one.key);
    TRY_STATUS(claim.run());
    bool fresh = db.changes() == 1;
    claim.reset();
    if (!fresh) {
      TRY(const std::int64_t known, identity_of(db, sql, one.kind, one.value, hash));
      fresh = known == 0;
      if (fresh) {  // another value has this key: take the free one behind it
        claim.bind(1, hash).bind(2, one.key);
        TRY_STATUS(claim.run());
        claim.reset();
      } else {
        one.key = known;
      }
    }
    if (!fresh) continue;
    ++newest;
    insert.bind(1, one.key).bind(2, one.kind).bind(3, one.value);
    TRY_STATUS(insert.run());
    insert.reset();
  }
  return newest - before;
}

}  // namespace tocsin::store
