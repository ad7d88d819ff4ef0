// A mutex that is given to those who wait in the order in which they came.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>

namespace tocsin::store {

/// std::mutex lets the thread that has just released it take it again before a sleeper wakes: a
/// long import, which writes batch after batch, would keep everybody else out for many batches.
/// Here whoever waits is next, so a wait is at most one transaction of each who came earlier.
class FairMutex {
 public:
  void lock() {
    std::unique_lock guard(mutex_);
    const std::uint64_t mine = next_++;
    if (mine == served_) return;
    std::condition_variable& turn = waiting_[mine];  // its own, so that nobody else is woken
    turn.wait(guard, [&] { return served_ == mine; });
    waiting_.erase(mine);
  }

  void unlock() {
    const std::lock_guard guard(mutex_);
    ++served_;
    if (const auto first = waiting_.find(served_); first != waiting_.end()) {
      first->second.notify_one();
    }
  }

 private:
  std::mutex mutex_;
  std::uint64_t next_ = 0;    ///< ticket of who comes next
  std::uint64_t served_ = 0;  ///< ticket of who holds the lock, or will take it next
  std::map<std::uint64_t, std::condition_variable> waiting_;
};

}  // namespace tocsin::store
