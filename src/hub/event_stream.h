// Live events: every subscriber sees the journal entries that its person may see.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "desk/registry.h"
#include "http/http.h"
#include "store/store.h"

namespace tocsin::hub {

/// Tails the journal in a thread of its own and fans out. Thread safety: safe.
class EventStream {
 public:
  EventStream(store::Store& store, const Clock& clock);
  ~EventStream();
  /// With `after` (the Last-Event-ID of a client that was here before) what came after that entry
  /// is sent first, from the journal. Too far back, or not of this journal: one `event: reset`.
  void subscribe(std::shared_ptr<http::EventSink> sink, desk::Registry::Session session,
                 std::optional<std::uint64_t> after = std::nullopt);
  void stop();
  std::size_t subscribers() const;

 private:
  struct Subscriber {
    std::shared_ptr<http::EventSink> sink;
    desk::Registry::Session session;
    std::optional<std::uint64_t> after;  ///< to be resumed behind this entry
    bool ended = false;                  ///< the token is no longer good
  };
  void run();
  bool resuming() const;
  void send(store::ReadTx& tx, std::uint64_t seen, const std::vector<journal::Entry>& entries);
  void resume(store::ReadTx& tx, std::uint64_t seen, Subscriber& subscriber);
  void renew(store::ReadTx& tx);

  store::Store& store_;
  const Clock& clock_;
  mutable std::mutex mutex_;
  std::vector<Subscriber> subscribers_;
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

}  // namespace tocsin::hub
