// The resolvers that take our zones: who may ask for what, and what each is known to hold.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/guarded.h"
#include "base/time.h"
#include "enforce/dns/net.h"
#include "enforce/dns/tsig.h"

namespace tocsin::enforce::dns {

/// One resolver, as an operator registered it.
struct Secondary {
  std::string name;                    ///< unique
  Endpoint notify;                     ///< where NOTIFY goes; its address may also ask
  std::vector<Endpoint> more_sources;  ///< other addresses it may ask from; ports are ignored
  std::string key;                     ///< name of the TSIG key it must use; empty: address only
  std::vector<std::string> zones;      ///< folded, no final dot
};

enum class PeerEventKind {
  kAsked,           ///< SOA was asked: contact, but no proof of what the peer holds
  kHolds,           ///< an IXFR request named the serial the peer holds
  kDelivered,       ///< a transfer up to the serial was sent and confirmed by the peer's kernel
  kAhead,           ///< the peer holds a serial we never gave: it will ignore us until repaired
  kTransferFailed,  ///< the peer closed, stopped reading, or we are stopping
  kNotified,        ///< NOTIFY was sent
  kNotifyAnswered,  ///< NOTIFY was answered without an error
  kNotifyRefused,   ///< NOTIFY was answered with an error: the peer's allow-notify or key is wrong
  kNotifySilent,    ///< five NOTIFYs in a row without an answer; they go on
};
std::string_view name(PeerEventKind kind);

struct PeerEvent {
  PeerEventKind kind = PeerEventKind::kAsked;
  std::string secondary;
  std::string zone;
  std::uint32_t serial = 0;
  Instant at;
  std::string detail;  ///< what went wrong; for kDelivered `full` or `incremental`
};

/// What is known about one secondary and one zone.
struct PeerState {
  std::string secondary;
  std::string zone;
  std::optional<std::uint32_t> acknowledged;  ///< delivered, or held by its own word
  Instant acknowledged_at;
  bool by_own_word = false;  ///< the last acknowledgement came from an IXFR request
  bool ahead = false;
  std::optional<std::uint32_t> notified;
  Instant last_contact;  ///< any sign of life: query, transfer, answer to NOTIFY
  std::uint64_t transfers = 0;
  std::string last_problem;  ///< empty once something went well again
};

/// Thread safety: safe. The callback runs on the caller's thread, outside any lock of ours.
class PeerBook {
 public:
  using Callback = std::function<void(const PeerEvent&)>;
  PeerBook(std::vector<Secondary> secondaries, Callback callback);

  const std::vector<Secondary>& secondaries() const { return secondaries_; }
  /// The secondary that may have `zone` when it asks from `from` with `key` (null: unsigned). One
  /// that demands this key goes before one that demands none.
  const Secondary* allowed(const Endpoint& from, const TsigKey* key, std::string_view zone) const;
  /// True when the address belongs to any secondary.
  bool knows(const Endpoint& from) const;

  void record(const PeerEvent& event);
  std::vector<PeerState> snapshot() const;
  std::optional<std::uint32_t> acknowledged(std::string_view secondary,
                                            std::string_view zone) const;

 private:
  using Key = std::pair<std::string, std::string>;
  const std::vector<Secondary> secondaries_;
  const Callback callback_;
  mutable Guarded<std::map<Key, PeerState>> states_;
};

}  // namespace tocsin::enforce::dns
