// Waiting for something that nobody announces: bounded, with a stated step.
#pragma once

#include <chrono>
#include <thread>

namespace tocsin {

/// Asks `done` every `step` until it is true or `limit` is over; says whether it became true.
template <typename F>
bool wait_until(std::chrono::milliseconds limit, std::chrono::microseconds step, F&& done) {
  const auto end = std::chrono::steady_clock::now() + limit;
  while (!done()) {
    if (std::chrono::steady_clock::now() >= end) return false;
    std::this_thread::sleep_for(step);
  }
  return true;
}

}  // namespace tocsin
