// The DNS primary of the policy zones: SOA over UDP and TCP, AXFR and IXFR over TCP, NOTIFY.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "enforce/dns/notify_schedule.h"
#include "enforce/dns/peers.h"
#include "enforce/dns/tsig.h"
#include "enforce/dns/zone_source.h"

namespace tocsin::enforce::dns {

struct PrimaryOptions {
  std::string address = "127.0.0.1";  ///< a definite one: it is also the source of NOTIFY
  std::uint16_t port = 0;             ///< 0: any free port, see Primary::port()
  std::vector<Secondary> secondaries;
  std::vector<TsigKey> keys;
  PeerBook::Callback on_event;  ///< called from threads of the primary; must not block for long
  int connections_limit = 64;
  int connections_per_address = 8;
  int strangers_limit = 4;                            ///< connections from unknown addresses
  std::chrono::milliseconds idle_timeout{30'000};     ///< between requests of one connection
  std::chrono::milliseconds stranger_timeout{2'000};  ///< to read the one request of a stranger
  /// A reader that takes no byte for this long is cut off; one that is merely slow never is.
  std::chrono::milliseconds write_timeout{60'000};
  std::size_t request_limit_bytes = 4096;
  NotifyTiming notify;
};

/// Thread safety: notify(), peers() and counters() from any thread.
class Primary {
 public:
  /// Binds and starts its threads; every secondary is told about its zones once. `zones` and
  /// `clock` must outlive it. kInvalid for a wildcard address, unknown keys, doubled names or a
  /// secondary of another address family; kUnavailable when the address is taken.
  static Result<std::unique_ptr<Primary>> start(PrimaryOptions options, const ZoneSource& zones,
                                                const Clock& clock);
  virtual ~Primary() = default;  ///< stops: transfers are cut, all threads joined

  virtual std::uint16_t port() const = 0;
  /// The zone has a new serial. Returns at once; NOTIFY leaves within a millisecond.
  virtual void notify(std::string_view zone) = 0;
  virtual std::vector<PeerState> peers() const = 0;

  struct Counters {
    std::uint64_t requests = 0;
    std::uint64_t refused = 0;  ///< answered with an error
    std::uint64_t dropped = 0;  ///< not answered, or the connection was over a limit
    std::uint64_t transfers = 0;
    std::uint64_t open_connections = 0;
  };
  virtual Counters counters() const = 0;
};

}  // namespace tocsin::enforce::dns
