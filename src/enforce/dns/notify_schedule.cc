#include "enforce/dns/notify_schedule.h"

#include <algorithm>

namespace tocsin::enforce::dns {

void NotifySchedule::changed(const Key& key, TimePoint now) {
  const auto [it, fresh] = items_.try_emplace(key);
  Item& item = it->second;
  item.due = fresh ? now : std::max(now, item.last_sent + timing_.gap);
  item.tries = 0;
}

std::vector<NotifySchedule::Key> NotifySchedule::take_due(TimePoint now) {
  std::vector<Key> out;
  for (auto& [key, item] : items_) {
    if (item.due > now) continue;
    const int doublings = std::min(item.tries, 16);
    const auto wait = std::min(timing_.longest_retry, timing_.first_retry * (1 << doublings));
    item.due = now + wait;
    item.last_sent = now;
    ++item.tries;
    out.push_back(key);
  }
  return out;
}

std::optional<NotifySchedule::TimePoint> NotifySchedule::next() const {
  std::optional<TimePoint> out;
  for (const auto& [key, item] : items_) {
    if (!out || item.due < *out) out = item.due;
  }
  return out;
}

void NotifySchedule::sent(const Key& key, std::uint16_t id, std::string request_mac) {
  const auto it = items_.find(key);
  if (it == items_.end()) return;
  it->second.waiting = true;
  it->second.id = id;
  it->second.request_mac = std::move(request_mac);
}

std::optional<std::string> NotifySchedule::expecting(const Key& key, std::uint16_t id) const {
  const auto it = items_.find(key);
  if (it == items_.end() || !it->second.waiting || it->second.id != id) return std::nullopt;
  return it->second.request_mac;
}

void NotifySchedule::answered(const Key& key, TimePoint now) {
  const auto it = items_.find(key);
  if (it == items_.end()) return;
  Item& item = it->second;
  item.waiting = false;
  // A change that came after the answered message still has its own turn.
  const bool newer_change = item.tries == 0;
  if (newer_change) return;
  item.tries = 0;
  item.due = now + timing_.recheck;
}

void NotifySchedule::settled(const Key& key) { items_.erase(key); }

int NotifySchedule::tries(const Key& key) const {
  const auto it = items_.find(key);
  return it == items_.end() ? 0 : it->second.tries;
}

}  // namespace tocsin::enforce::dns
