#include "store/sqlite/identity.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/crypto/hash.h"

namespace tocsin::store {
namespace {

/// Keys are 63 bits wide and come round at the end.
std::int64_t next_key(std::int64_t key) {
  return static_cast<std::int64_t>((static_cast<std::uint64_t>(key) + 1) & ~(1ULL << 63));
}

/// How far a key lies behind another one.
std::uint64_t distance(std::int64_t from, std::int64_t to) {
  return (static_cast<std::uint64_t>(to) - static_cast<std::uint64_t>(from)) & ~(1ULL << 63);
}

Status write_counter(Connection& db, std::string_view name, std::int64_t value) {
  TRY(auto put, db.prepare("insert into counter (name, value) values (?1, ?2) "
                           "on conflict (name) do update set value = excluded.value"));
  return put.bind(1, name).bind(2, value).run();
}

/// The key under which that id is found, searched from its hash on; kCorrupt when there is none.
Result<std::int64_t> key_of(Connection& db, const IdentitySql& sql, std::int64_t hash,
                            std::int64_t id) {
  TRY(auto query, db.prepare(sql.find));
  for (;; hash = next_key(hash)) {
    query.bind(1, hash);
    TRY(const bool row, query.step());
    if (!row) return fail(Code::kCorrupt, "an identity has no key: " + std::to_string(id));
    if (query.integer(0) == id) return hash;
    query.reset();
  }
}

/// Frees a key: entries that lie behind it only because it was taken move up, one after the other.
Status free_key(Connection& db, const IdentitySql& sql, std::int64_t key) {
  {
    TRY(auto release, db.prepare(sql.release));
    TRY_STATUS(release.bind(1, key).run());
  }
  std::int64_t hole = key;
  for (std::int64_t at = next_key(key);; at = next_key(at)) {
    std::int64_t home = 0;
    {
      TRY(auto query, db.prepare(sql.find));
      query.bind(1, at);
      TRY(const bool row, query.step());
      if (!row) return {};
      home = identity_hash(query.integer(1), query.view(2));
    }
    if (distance(home, at) < distance(hole, at)) continue;
    TRY(auto move, db.prepare(sql.move));
    TRY_STATUS(move.bind(1, hole).bind(2, at).run());
    hole = at;
  }
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

Result<std::int64_t> read_counter(Connection& db, std::string_view name) {
  TRY(auto query, db.prepare("select value from counter where name = ?1"));
  query.bind(1, name);
  TRY(const bool row, query.step());
  return row ? query.integer(0) : 0;
}

Status drop_identities(Connection& db, const IdentitySql& sql, std::span<const std::int64_t> ids) {
  std::vector<std::pair<std::int64_t, std::int64_t>> keys;  // in order of keys, for few pages
  {
    TRY(auto value, db.prepare(sql.value));
    TRY(auto erase, db.prepare(sql.erase));
    for (const std::int64_t id : ids) {
      value.bind(1, id);
      TRY(const bool row, value.step());
      if (!row) return fail(Code::kCorrupt, "there is no identity " + std::to_string(id));
      keys.emplace_back(identity_hash(value.integer(0), value.view(1)), id);
      value.reset();
    }
    std::sort(keys.begin(), keys.end());
    for (const auto& [hash, id] : keys) {
      TRY(const std::int64_t key, key_of(db, sql, hash, id));
      TRY_STATUS(free_key(db, sql, key));
    }
    for (const std::int64_t id : ids) {
      TRY_STATUS(erase.bind(1, id).run());
      erase.reset();
    }
  }
  TRY(const std::int64_t rows, read_counter(db, sql.rows));
  return write_counter(db, sql.rows, rows - static_cast<std::int64_t>(ids.size()));
}

Result<std::int64_t> give_identities(Connection& db, const IdentitySql& sql,
                                     std::span<Pending> batch) {
  std::sort(batch.begin(), batch.end());
  TRY(std::int64_t newest, read_counter(db, sql.newest));
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
  if (newest > before) {
    TRY(const std::int64_t rows, read_counter(db, sql.rows));
    TRY_STATUS(write_counter(db, sql.newest, newest));
    TRY_STATUS(write_counter(db, sql.rows, rows + newest - before));
  }
  return newest - before;
}

}  // namespace tocsin::store
