// Tells secondaries at once that a zone changed (NOTIFY, RFC 1996), from an own thread.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/guarded.h"
#include "base/time.h"
#include "enforce/dns/notify_schedule.h"
#include "enforce/dns/peers.h"
#include "enforce/dns/tsig.h"
#include "enforce/dns/zone_source.h"

namespace tocsin::enforce::dns {

/// Sends from `source`, because resolvers compare the sender with their allow-notify list. What is
/// not answered is repeated with growing pauses and never given up: a lost message would leave a
/// threat open until the zone's refresh. Thread safety: notify() from any thread.
class Notifier {
 public:
  /// All references must outlive it. kUnavailable when `source` cannot be bound.
  static Result<std::unique_ptr<Notifier>> start(const Endpoint& source, const ZoneSource& zones,
                                                 PeerBook& peers, const std::vector<TsigKey>& keys,
                                                 const Clock& clock, NotifyTiming timing);
  ~Notifier();

  /// Returns at once; the messages leave within a millisecond.
  void notify(std::string_view zone);

 private:
  Notifier(Fd socket, Fd stop, Fd wake, const ZoneSource& zones, PeerBook& peers,
           const std::vector<TsigKey>& keys, const Clock& clock, NotifyTiming timing);
  void run();
  void take_changes();
  void send(const NotifySchedule::Key& key);
  void read_answers();
  void take_answer(std::string_view bytes, const Endpoint& from);
  bool settle(const NotifySchedule::Key& key);
  void record(PeerEventKind kind, const NotifySchedule::Key& key, std::uint32_t serial,
              std::string detail = {});
  const TsigKey* key_of(const Secondary& secondary) const;

  Fd socket_;
  Fd stop_;
  Fd wake_;
  const ZoneSource& zones_;
  PeerBook& peers_;
  const std::vector<TsigKey>& keys_;
  const Clock& clock_;
  NotifySchedule schedule_;  // only touched by the thread
  Guarded<std::vector<std::string>> changed_;
  std::thread thread_;
};

}  // namespace tocsin::enforce::dns
