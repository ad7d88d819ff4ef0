#include "enforce/dns/peers.h"

#include <algorithm>

namespace tocsin::enforce::dns {
namespace {

bool comes_from(const Secondary& secondary, const Endpoint& from) {
  return secondary.notify.same_address(from) ||
         std::any_of(secondary.more_sources.begin(), secondary.more_sources.end(),
                     [&](const Endpoint& source) { return source.same_address(from); });
}

bool has_zone(const Secondary& secondary, std::string_view zone) {
  return std::find(secondary.zones.begin(), secondary.zones.end(), zone) != secondary.zones.end();
}

void acknowledge(PeerState& state, const PeerEvent& event) {
  state.acknowledged = event.serial;
  state.acknowledged_at = event.at;
  state.by_own_word = event.kind == PeerEventKind::kHolds;
  state.ahead = false;
  state.last_problem.clear();
}

void update(PeerState& state, const PeerEvent& event) {
  using enum PeerEventKind;
  switch (event.kind) {
    case kAsked:
      break;
    case kHolds:
      acknowledge(state, event);
      break;
    case kDelivered:
      acknowledge(state, event);
      ++state.transfers;
      break;
    case kAhead:
      // Its content under that number is not ours, so nothing is acknowledged any more.
      state.acknowledged.reset();
      state.ahead = true;
      state.last_problem = event.detail;
      break;
    case kNotified:
      state.notified = event.serial;
      return;  // no sign of life
    case kNotifyAnswered:
      break;
    case kNotifySilent:
      state.last_problem = event.detail;
      return;
    case kTransferFailed:
    case kNotifyRefused:
      state.last_problem = event.detail;
      break;
  }
  state.last_contact = event.at;
}

}  // namespace

std::string_view name(PeerEventKind kind) {
  using enum PeerEventKind;
  switch (kind) {
    case kAsked:
      return "asked";
    case kHolds:
      return "holds";
    case kDelivered:
      return "delivered";
    case kAhead:
      return "ahead";
    case kTransferFailed:
      return "transfer-failed";
    case kNotified:
      return "notified";
    case kNotifyAnswered:
      return "notify-answered";
    case kNotifyRefused:
      return "notify-refused";
    case kNotifySilent:
      return "notify-silent";
  }
  panic(__FILE__, __LINE__, "unknown PeerEventKind");
}

PeerBook::PeerBook(std::vector<Secondary> secondaries, Callback callback)
    : secondaries_(std::move(secondaries)), callback_(std::move(callback)) {
  auto states = states_.lock();
  for (const Secondary& secondary : secondaries_) {
    for (const std::string& zone : secondary.zones) {
      PeerState state;
      state.secondary = secondary.name;
      state.zone = zone;
      states->emplace(Key{secondary.name, zone}, std::move(state));
    }
  }
}

const Secondary* PeerBook::allowed(const Endpoint& from, const TsigKey* key,
                                   std::string_view zone) const {
  const Secondary* keyless = nullptr;
  for (const Secondary& secondary : secondaries_) {
    if (!has_zone(secondary, zone) || !comes_from(secondary, from)) continue;
    if (secondary.key.empty()) {
      if (keyless == nullptr) keyless = &secondary;
      continue;
    }
    if (key != nullptr && key->name.lower().text() == secondary.key) return &secondary;
  }
  return keyless;
}

bool PeerBook::knows(const Endpoint& from) const {
  return std::any_of(secondaries_.begin(), secondaries_.end(),
                     [&](const Secondary& secondary) { return comes_from(secondary, from); });
}

void PeerBook::record(const PeerEvent& event) {
  {
    auto states = states_.lock();
    const auto it = states->find(Key{event.secondary, event.zone});
    ASSERT(it != states->end());
    update(it->second, event);
  }
  if (callback_) callback_(event);
}

std::vector<PeerState> PeerBook::snapshot() const {
  auto states = states_.lock();
  std::vector<PeerState> out;
  out.reserve(states->size());
  for (const auto& [key, state] : *states) out.push_back(state);
  return out;
}

std::optional<std::uint32_t> PeerBook::acknowledged(std::string_view secondary,
                                                    std::string_view zone) const {
  auto states = states_.lock();
  const auto it = states->find(Key{std::string(secondary), std::string(zone)});
  return it == states->end() ? std::nullopt : it->second.acknowledged;
}

}  // namespace tocsin::enforce::dns
