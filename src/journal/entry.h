// One line of the journal: who did what, when, on what legal basis, chained to the line before.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/result.h"
#include "base/time.h"

namespace tocsin::journal {

/// The rule that allowed or required an act (regulation invariant 6, T05-22). Any part may be empty
/// for acts that no law orders, such as a sign-in.
struct Basis {
  std::string rule_set;     ///< `miit-202`
  std::string version;      ///< version of the rule set that was in force
  std::string article;      ///< `8(1)`
  std::string requirement;  ///< `W17-15`
  bool operator==(const Basis&) const = default;
};

/// The `prev` of the first entry: 64 zeros.
extern const std::string kGenesis;
inline constexpr std::uint64_t kFirstSeq = 1;

struct Entry {
  std::uint64_t seq = 0;  ///< kFirstSeq, then one more each; 0: not yet appended
  Instant time;           ///< never earlier than the entry before
  std::string actor;      ///< user id; empty: the hub itself
  std::string org;        ///< organisation id the actor acts for
  std::string action;     ///< `task.notified`
  std::string subject;    ///< id of the changed object
  std::string threat;     ///< case id; empty when it belongs to no case
  Basis basis;
  Json before;       ///< null when the object is new
  Json data;         ///< state after the change, and digests of what it rests on
  std::string prev;  ///< hash of the entry before, hex
  std::string hash;  ///< compute_hash(), hex

  bool operator==(const Entry&) const = default;
};

/// All members in the order of the struct; time with microseconds,
/// `2026-03-05T17:30:00.000001+08:00`.
Json to_json(const Entry& entry);
/// Refuses missing and unknown members, other types and other spellings of a value: what is parsed
/// is exactly what the hash covers. Does not check the hash.
Result<Entry> from_json(const Json& json);

/// Lower-case hex SHA-256 over the canonical JSON of the entry without `hash`.
std::string compute_hash(const Entry& entry);

/// Where a chain stands: what the next entry must follow.
struct Tip {
  std::uint64_t seq = kFirstSeq - 1;
  Instant time;
  std::string hash = kGenesis;
  bool operator==(const Tip&) const = default;
};

/// Fills in seq, prev and hash, lifts `time` to the tip's when the clock ran backwards, and moves
/// the tip. kInvalid, with the tip unmoved, for content that would not survive a round trip through
/// JSON: text that is not UTF-8, floating-point numbers, repeated keys, nesting over 32 levels; or
/// an action without a name or an entry without a time.
Result<Entry> append(Tip& tip, Entry entry);

/// Checks that `entry` follows the tip and has the right hash, and moves the tip. kCorrupt, with
/// the field `entry N`, when not.
Status follow(Tip& tip, const Entry& entry);

/// Gives the entries in order and nothing at the end.
using EntrySource = std::function<Result<std::optional<Entry>>()>;

/// Follows every entry from `start`; returns the tip reached.
Result<Tip> verify_chain(const EntrySource& next, Tip start = {});

}  // namespace tocsin::journal
