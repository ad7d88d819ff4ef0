// One request and its answer, between the I/O thread that moves bytes and the worker that runs the
// handler. Everything that crosses between the two crosses here, under one mutex.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/time.h"
#include "http/http.h"

namespace tocsin::http {

/// Asks the I/O thread to look at a connection again. Thread safety: safe; never blocks.
class Waker {
 public:
  virtual ~Waker() = default;
  virtual void wake() = 0;
};

/// The queue behind a Response::events: many producers, one connection.
class EventQueue final : public EventSink {
 public:
  EventQueue(std::size_t limit, Waker* waker) : limit_(limit), waker_(waker) {}

  bool send(std::string bytes) override;
  bool closed() const override;

  // The I/O thread's side.
  /// The client was too slow: it is to be disconnected.
  bool cut() const;
  /// Everything queued.
  std::vector<std::string> take();
  /// The client is gone; send() returns false from now on and the waker is not used again.
  void detach();

 private:
  const std::size_t limit_;
  mutable std::mutex mutex_;
  std::vector<std::string> queue_;
  std::size_t bytes_ = 0;
  bool closed_ = false;
  bool cut_ = false;
  Waker* waker_;  ///< null once detached
};

class Exchange final : public Body, public BodyWriter {
 public:
  /// What the connection must know about a request beyond the Request.
  struct Setup {
    Request request;
    bool http11 = true;
    bool keep_alive = true;
    bool expect_continue = false;
    std::size_t event_queue_limit = 256;
    const Clock* clock = nullptr;
    const std::atomic<bool>* draining = nullptr;
    Waker* waker = nullptr;
  };
  explicit Exchange(Setup setup);

  // The I/O thread's side.
  void push_body(std::string_view bytes);
  void finish_body();
  void fail_body(Error error);
  /// False while the worker lags behind: then the connection stops reading.
  bool body_room() const;
  std::size_t body_buffered() const;

  struct Output {
    std::vector<std::string> bytes;
    bool last = false;    ///< nothing follows
    bool close = false;   ///< with `last`: the connection ends
    bool broken = false;  ///< a stream failed half way: cut, so that the client notices
    std::shared_ptr<EventQueue> events;
  };
  Output take_output();
  /// The connection is gone: wakes the worker; the waker is not used again.
  void abort();

  // The worker's side.
  /// Runs the handler and sends what it returns.
  void serve(const Handler& handler);
  Result<std::string> read_some() override;
  bool write(std::string_view bytes) override;

 private:
  void respond(Response response);
  void emit(std::string bytes, bool last);
  void wake_locked();

  Setup setup_;
  bool chunked_ = false;  ///< frames of write(); worker only
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  // Body, from the connection to the worker.
  std::deque<std::string> body_;
  std::size_t body_bytes_ = 0;
  bool body_finished_ = false;
  bool continue_wanted_ = false;  ///< the client waits for 100 Continue
  std::optional<Error> body_error_;
  // Answer, from the worker to the connection.
  Output output_;
  std::size_t output_bytes_ = 0;
  bool aborted_ = false;
};

}  // namespace tocsin::http
