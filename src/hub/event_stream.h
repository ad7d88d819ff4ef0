// Live events: every subscriber sees the journal entries that its person may see.
#pragma once

#include <memory>
#include <mutex>
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
  void subscribe(std::shared_ptr<http::EventSink> sink, desk::Registry::Session session);
  void stop();
  std::size_t subscribers() const;

 private:
  struct Subscriber {
    std::shared_ptr<http::EventSink> sink;
    desk::Registry::Session session;
    bool ended = false;  ///< the token is no longer good
  };
  void run();
  void send(store::ReadTx& tx, const std::vector<journal::Entry>& entries);

  void renew(store::ReadTx& tx);

  store::Store& store_;
  const Clock& clock_;
  mutable std::mutex mutex_;
  std::vector<Subscriber> subscribers_;
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

}  // namespace tocsin::hub
