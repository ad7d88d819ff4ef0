// When which secondary is told about which zone: retry and backoff without sockets or clocks.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tocsin::enforce::dns {

struct NotifyTiming {
  using Duration = std::chrono::milliseconds;
  Duration gap{5};  ///< between two NOTIFYs to one secondary for one zone under a storm
  Duration first_retry{300};
  Duration longest_retry{60'000};
  Duration recheck{15'000};  ///< answered, but the serial was not fetched: ask again
  int silent_after = 5;      ///< tries without an answer that are worth an alarm
};

/// Thread safety: none; one thread owns it.
class NotifySchedule {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;
  using Key = std::pair<std::size_t, std::string>;  ///< index of the secondary, zone

  explicit NotifySchedule(NotifyTiming timing) : timing_(timing) {}

  /// The zone changed: due now, or `gap` after the last one.
  void changed(const Key& key, TimePoint now);
  /// What to send now. Each is taken as sent: a retry is scheduled.
  std::vector<Key> take_due(TimePoint now);
  /// When to wake up; nothing when idle.
  std::optional<TimePoint> next() const;
  /// The id that was put into the message sent for `key`.
  void sent(const Key& key, std::uint16_t id, std::string request_mac);
  /// The request's MAC if a NOTIFY with this id is unanswered.
  std::optional<std::string> expecting(const Key& key, std::uint16_t id) const;
  /// Answered well: only the recheck is left.
  void answered(const Key& key, TimePoint now);
  /// The secondary holds the present serial: nothing is left to do.
  void settled(const Key& key);
  /// Tries since the last answer.
  int tries(const Key& key) const;
  const NotifyTiming& timing() const { return timing_; }

 private:
  struct Item {
    TimePoint due;
    TimePoint last_sent;
    int tries = 0;
    bool waiting = false;  // a message is out and unanswered
    std::uint16_t id = 0;
    std::string request_mac;
  };
  const NotifyTiming timing_;
  std::map<Key, Item> items_;
};

}  // namespace tocsin::enforce::dns
