// Data that can only be reached with its mutex held (habit of PowerDNS' LockGuarded).
#pragma once

#include <mutex>
#include <utility>

namespace tocsin {

/// Owns a T and the mutex that protects it; the T is reachable only through lock().
template <typename T>
class Guarded {
 public:
  template <typename... Args>
  explicit Guarded(Args&&... args) : value_(std::forward<Args>(args)...) {}

  class Locked {
   public:
    explicit Locked(Guarded& owner) : lock_(owner.mutex_), value_(owner.value_) {}
    T* operator->() { return &value_; }
    T& operator*() { return value_; }
    std::unique_lock<std::mutex>& mutex_lock() { return lock_; }  ///< for condition variables

   private:
    std::unique_lock<std::mutex> lock_;
    T& value_;
  };

  [[nodiscard]] Locked lock() { return Locked(*this); }

 private:
  std::mutex mutex_;
  T value_;
};

}  // namespace tocsin
