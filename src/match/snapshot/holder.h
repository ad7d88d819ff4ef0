// The snapshot in use, exchanged while others read.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "base/guarded.h"
#include "match/snapshot/snapshot.h"

namespace tocsin::match::snapshot {

/// Readers each have a Reader; one swaps. A reader that finds nothing new pays one load; after a
/// swap its next look takes a short lock once. No reader ever frees a snapshot: unmapping hundreds
/// of megabytes takes milliseconds, so what is no longer read stays until the next swap() or
/// collect().
class SnapshotHolder {
 public:
  explicit SnapshotHolder(std::shared_ptr<const Snapshot> first) { swap(std::move(first)); }

  /// For one thread; must not outlive the holder.
  class Reader {
   public:
    explicit Reader(SnapshotHolder& holder) : holder_(holder) { refresh(); }
    /// The newest snapshot; stays valid until the next call of get() on this reader.
    const Snapshot& get() {
      if (holder_.generation_.load(std::memory_order_acquire) != seen_) [[unlikely]]
        refresh();
      return *current_;
    }

   private:
    void refresh() {
      auto locked = holder_.all_.lock();
      current_ = locked->back();
      seen_ = holder_.generation_.load(std::memory_order_relaxed);
    }
    SnapshotHolder& holder_;
    std::shared_ptr<const Snapshot> current_;
    std::uint64_t seen_ = 0;
  };

  /// Readers see it with their next get().
  void swap(std::shared_ptr<const Snapshot> next) {
    ASSERT(next != nullptr);
    {
      auto locked = all_.lock();
      locked->push_back(std::move(next));
      generation_.fetch_add(1, std::memory_order_release);
    }
    collect();
  }

  /// Frees what no reader holds any more, in the caller's thread; how many snapshots stay.
  std::size_t collect() {
    std::vector<std::shared_ptr<const Snapshot>> done;
    auto locked = all_.lock();
    // Nobody can take a retired one again: readers only ever take the last.
    for (std::size_t i = 0; i + 1 < locked->size();) {
      if ((*locked)[i].use_count() > 1) {
        ++i;
        continue;
      }
      done.push_back(std::move((*locked)[i]));
      locked->erase(locked->begin() + static_cast<std::ptrdiff_t>(i));
    }
    return locked->size();
  }

 private:
  Guarded<std::vector<std::shared_ptr<const Snapshot>>> all_;  ///< the last one is in use
  std::atomic<std::uint64_t> generation_{0};
};

}  // namespace tocsin::match::snapshot
