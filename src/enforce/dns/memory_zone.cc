#include "enforce/dns/memory_zone.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "base/text.h"
#include "enforce/dns/packed_records.h"

namespace tocsin::enforce::dns {
namespace {

// Large enough that 1 M records need a few thousand pointers, small enough that one change copies
// little.
constexpr std::size_t kChunkBytes = 8192;

using Chunk = std::shared_ptr<const std::string>;
using Chunks = std::vector<Chunk>;

/// The first record of a chunk: what chunks are ordered by.
std::string_view first_of(const Chunk& chunk) {
  PackedCursor cursor(*chunk, 0);
  ASSERT(cursor.next());
  return cursor.packed();
}

class PackedDelta final : public Delta {
 public:
  PackedDelta(std::uint32_t from, std::uint32_t to, std::uint32_t ttl_s) noexcept
      : from_(from), to_(to), ttl_s_(ttl_s) {}

  std::uint32_t from() const override { return from_; }
  std::uint32_t to() const override { return to_; }
  std::size_t size() const override { return count_; }
  void for_each_removed(const RecordVisitor& visit) const override { walk(removed_, visit); }
  void for_each_added(const RecordVisitor& visit) const override { walk(added_, visit); }

  void remove(std::string_view packed) { removed_ += packed, ++count_; }
  void add(std::string_view packed) { added_ += packed, ++count_; }
  void finish() {
    removed_.shrink_to_fit();
    added_.shrink_to_fit();
  }
  std::size_t bytes() const { return sizeof *this + removed_.capacity() + added_.capacity(); }

 private:
  void walk(std::string_view packed, const RecordVisitor& visit) const {
    for (PackedCursor cursor(packed, ttl_s_); cursor.next();) {
      if (!visit(cursor.record())) return;
    }
  }

  std::uint32_t from_;
  std::uint32_t to_;
  std::uint32_t ttl_s_;
  std::size_t count_ = 0;
  std::string removed_;
  std::string added_;
};

/// The steps of a zone, oldest first, shared by the zone and its snapshots. Thread safety: safe.
class History {
 public:
  explicit History(HistoryLimits limits) : limits_(limits) {}

  void remember(std::shared_ptr<const PackedDelta> step) {
    const std::lock_guard lock(mutex_);
    bytes_ += step->bytes();
    steps_.push_back(std::move(step));
    while (!steps_.empty() && (steps_.size() > limits_.steps || bytes_ > limits_.bytes)) {
      bytes_ -= steps_.front()->bytes();
      steps_.pop_front();
    }
  }

  /// The chain from serial `from` to serial `to`, whole or not at all.
  std::optional<std::vector<std::shared_ptr<const Delta>>> chain(std::uint32_t from,
                                                                 std::uint32_t to) const {
    std::vector<std::shared_ptr<const Delta>> out;
    if (from == to) return out;
    const std::lock_guard lock(mutex_);
    if (steps_.empty()) return std::nullopt;
    // Serials only grow, so their distance to the oldest one is sorted.
    const std::uint32_t oldest = steps_.front()->from();
    auto step = std::lower_bound(
        steps_.begin(), steps_.end(), from - oldest,
        [&](const auto& item, std::uint32_t distance) { return item->from() - oldest < distance; });
    if (step == steps_.end() || (*step)->from() != from) return std::nullopt;
    for (; step != steps_.end(); ++step) {
      out.push_back(*step);
      if ((*step)->to() == to) return out;
    }
    return std::nullopt;
  }

  std::size_t bytes() const {
    const std::lock_guard lock(mutex_);
    return bytes_;
  }

 private:
  const HistoryLimits limits_;
  mutable std::mutex mutex_;
  std::deque<std::shared_ptr<const PackedDelta>> steps_;
  std::size_t bytes_ = 0;
};

class MemoryView final : public ZoneView {
 public:
  std::shared_ptr<const Apex> apex_ptr;
  std::uint32_t serial_now = 0;
  std::size_t count = 0;
  std::shared_ptr<const Chunks> chunks;
  std::shared_ptr<const History> history;

  const Apex& apex() const override { return *apex_ptr; }
  std::uint32_t serial() const override { return serial_now; }
  std::size_t size() const override { return count; }

  void for_each(const RecordVisitor& visit) const override {
    for (const Chunk& chunk : *chunks) {
      for (PackedCursor cursor(*chunk, apex_ptr->ttl_s); cursor.next();) {
        if (!visit(cursor.record())) return;
      }
    }
  }

  std::optional<std::vector<std::shared_ptr<const Delta>>> since(
      std::uint32_t from) const override {
    return history->chain(from, serial_now);
  }
};

struct Change {
  std::string packed;
  bool add = false;
};

/// Sorted, one change a record: within one step a removal and an addition of the same bytes leave
/// the record in place.
std::vector<Change> changes_of(const std::vector<Record>& removed, const std::vector<Record>& added,
                               std::uint32_t ttl_s) {
  std::vector<Change> out;
  out.reserve(removed.size() + added.size());
  for (const Record& record : removed) out.push_back({pack(record, ttl_s), false});
  for (const Record& record : added) out.push_back({pack(record, ttl_s), true});
  std::sort(out.begin(), out.end(), [](const Change& a, const Change& b) {
    return a.packed != b.packed ? a.packed < b.packed : a.add < b.add;
  });
  std::vector<Change> unique;
  unique.reserve(out.size());
  for (Change& change : out) {
    if (!unique.empty() && unique.back().packed == change.packed) {
      unique.back().add = change.add;  // additions sort behind removals
    } else {
      unique.push_back(std::move(change));
    }
  }
  return unique;
}

/// Collects sorted records into chunks of the usual size.
class ChunkBuilder {
 public:
  explicit ChunkBuilder(Chunks& out) : out_(out) {}
  void push(std::string_view packed) {
    if (!current_.empty() && current_.size() + packed.size() > kChunkBytes) flush();
    current_ += packed;
  }
  void flush() {
    if (current_.empty()) return;
    current_.shrink_to_fit();
    out_.push_back(std::make_shared<const std::string>(std::move(current_)));
    current_.clear();
    current_.reserve(kChunkBytes);
  }

 private:
  Chunks& out_;
  std::string current_;
};

}  // namespace

class MemoryZones::Zone {
 public:
  Zone(Apex apex, std::uint32_t serial, HistoryLimits limits)
      : apex_(std::make_shared<const Apex>(std::move(apex))),
        serial_(serial),
        chunks_(std::make_shared<Chunks>()),
        history_(std::make_shared<History>(limits)) {}

  void fill(const std::vector<Record>& records) {
    const std::vector<Change> changes = changes_of({}, records, apex_->ttl_s);
    const std::lock_guard lock(mutex_);
    PackedDelta ignored(serial_, serial_, apex_->ttl_s);
    merge(changes, ignored);
  }

  Status apply(std::uint32_t serial, const std::vector<Record>& removed,
               const std::vector<Record>& added) {
    // Sorting and packing happen outside the lock that readers need.
    const std::vector<Change> changes = changes_of(removed, added, apex_->ttl_s);
    const std::lock_guard lock(mutex_);
    if (!serial_newer(serial, serial_)) {
      return fail(
          Code::kConflict,
          fmt::format("serial {} of zone {} does not come after {}", serial, apex_->zone, serial_),
          "serial", "RFC 1982");
    }
    auto step = std::make_shared<PackedDelta>(serial_, serial, apex_->ttl_s);
    merge(changes, *step);
    step->finish();
    serial_ = serial;
    history_->remember(std::move(step));
    return {};
  }

  std::shared_ptr<const ZoneView> view() const {
    const std::lock_guard lock(mutex_);
    auto out = std::make_shared<MemoryView>();
    out->apex_ptr = apex_;
    out->serial_now = serial_;
    out->count = count_;
    out->chunks = chunks_;
    lent_ = true;
    out->history = history_;
    return out;
  }

  std::size_t memory_bytes() const {
    const std::lock_guard lock(mutex_);
    std::size_t total = sizeof *this + chunks_->capacity() * sizeof(Chunk);
    for (const Chunk& chunk : *chunks_)
      total += chunk->capacity() + sizeof(Chunk::element_type) + 32;
    return total + history_->bytes();
  }

 private:
  /// The list of chunks, copied first when a snapshot may hold it: pointers only. (A use count of
  /// one would not do as a test: it does not order the last reader before us.)
  Chunks& own_chunks() {
    if (lent_) chunks_ = std::make_shared<Chunks>(*chunks_);
    lent_ = false;
    return *chunks_;
  }

  void merge(const std::vector<Change>& changes, PackedDelta& step) {
    if (changes.empty()) return;
    Chunks& chunks = own_chunks();
    // Few changes rebuild a few chunks in place; many rebuild the list in one pass.
    constexpr std::size_t kInPlace = 64;
    if (changes.size() <= kInPlace && !chunks.empty()) {
      for (std::size_t i = 0; i < changes.size();) i = merge_one_chunk(chunks, changes, i, step);
      return;
    }
    Chunks rebuilt;
    rebuilt.reserve(chunks.size() + changes.size() / 200 + 1);
    std::size_t next = 0;
    for (std::size_t c = 0; c < chunks.size(); ++c) {
      const std::size_t end = end_of_chunk(chunks, c, changes, next);
      if (end == next) {
        rebuilt.push_back(chunks[c]);
      } else {
        rewrite(*chunks[c], changes, next, end, step, rebuilt);
        next = end;
      }
    }
    if (chunks.empty()) rewrite({}, changes, 0, changes.size(), step, rebuilt);
    chunks = std::move(rebuilt);
  }

  /// The changes from `next` on that belong to chunk `c`: those before the next chunk's first
  /// record.
  static std::size_t end_of_chunk(const Chunks& chunks, std::size_t c,
                                  const std::vector<Change>& changes, std::size_t next) {
    if (c + 1 == chunks.size()) return changes.size();
    const std::string_view bound = first_of(chunks[c + 1]);
    while (next < changes.size() && changes[next].packed < bound) ++next;
    return next;
  }

  std::size_t merge_one_chunk(Chunks& chunks, const std::vector<Change>& changes, std::size_t next,
                              PackedDelta& step) {
    const auto after = std::upper_bound(
        chunks.begin(), chunks.end(), std::string_view(changes[next].packed),
        [](std::string_view key, const Chunk& chunk) { return key < first_of(chunk); });
    const std::size_t c =
        after == chunks.begin() ? 0 : static_cast<std::size_t>(after - chunks.begin()) - 1;
    if (chunks.empty()) {
      Chunks fresh;
      rewrite({}, changes, next, changes.size(), step, fresh);
      chunks = std::move(fresh);
      return changes.size();
    }
    const std::size_t end = end_of_chunk(chunks, c, changes, next);
    Chunks fresh;
    rewrite(*chunks[c], changes, next, end, step, fresh);
    const auto at = chunks.begin() + static_cast<std::ptrdiff_t>(c);
    if (fresh.size() == 1) {
      *at = std::move(fresh.front());
    } else {
      chunks.insert(chunks.erase(at), fresh.begin(), fresh.end());
    }
    return end;
  }

  /// Merges the sorted changes [next, end) into one sorted chunk.
  void rewrite(std::string_view old, const std::vector<Change>& changes, std::size_t next,
               std::size_t end, PackedDelta& step, Chunks& out) {
    ChunkBuilder builder(out);
    const auto absent = [&](const Change& change) {
      if (!change.add) return;
      builder.push(change.packed);
      step.add(change.packed);
      ++count_;
    };
    for (PackedCursor cursor(old, apex_->ttl_s); cursor.next();) {
      while (next < end && changes[next].packed < cursor.packed()) absent(changes[next++]);
      if (next < end && changes[next].packed == cursor.packed()) {
        const bool keep = changes[next++].add;
        if (!keep) {
          step.remove(cursor.packed());
          --count_;
          continue;
        }
      }
      builder.push(cursor.packed());
    }
    while (next < end) absent(changes[next++]);
    builder.flush();
  }

  mutable std::mutex mutex_;
  const std::shared_ptr<const Apex> apex_;
  std::uint32_t serial_;
  std::size_t count_ = 0;
  std::shared_ptr<Chunks> chunks_;
  mutable bool lent_ = false;  // a snapshot may share the list of chunks
  const std::shared_ptr<History> history_;
};

MemoryZones::MemoryZones() = default;
MemoryZones::~MemoryZones() = default;

Status MemoryZones::add_zone(Apex apex, std::uint32_t serial, const std::vector<Record>& records,
                             HistoryLimits limits) {
  TRY(const Name name, Name::parse(apex.zone));
  if (name.is_root() || name.lower().text() != apex.zone) {
    return fail(Code::kInvalid, "zone is not a folded name: " + apex.zone, "zone");
  }
  if (apex.minimum_s < 5 || apex.minimum_s > 60) {
    return fail(Code::kInvalid, "negative time to live must be 5-60 s, so that a lift is seen soon",
                "minimum_s", "rpz.negative-ttl");
  }
  auto zone = std::make_unique<Zone>(apex, serial, limits);
  zone->fill(records);
  const std::lock_guard lock(mutex_);
  if (zones_.contains(apex.zone)) return fail(Code::kConflict, "zone exists: " + apex.zone, "zone");
  order_.push_back(apex.zone);
  zones_.emplace(apex.zone, std::move(zone));
  return {};
}

MemoryZones::Zone* MemoryZones::find(std::string_view zone) const {
  const std::lock_guard lock(mutex_);
  const auto it = zones_.find(zone);
  return it == zones_.end() ? nullptr : it->second.get();
}

Status MemoryZones::fill(std::string_view zone, const std::vector<Record>& records) {
  Zone* found = find(zone);
  if (found == nullptr) return fail(Code::kNotFound, "no zone " + std::string(zone), "zone");
  found->fill(records);
  return {};
}

Status MemoryZones::apply(std::string_view zone, std::uint32_t serial,
                          const std::vector<Record>& removed, const std::vector<Record>& added) {
  Zone* found = find(zone);
  if (found == nullptr) return fail(Code::kNotFound, "no zone " + std::string(zone), "zone");
  return found->apply(serial, removed, added);
}

std::vector<std::string> MemoryZones::zones() const {
  const std::lock_guard lock(mutex_);
  return order_;
}

std::shared_ptr<const ZoneView> MemoryZones::view(std::string_view zone) const {
  const Zone* found = find(zone);
  return found == nullptr ? nullptr : found->view();
}

std::size_t MemoryZones::memory_bytes(std::string_view zone) const {
  const Zone* found = find(zone);
  return found == nullptr ? 0 : found->memory_bytes();
}

}  // namespace tocsin::enforce::dns
