// One client connection as a state machine: what to read, what to write, when to give up. It knows
// neither sockets nor Asio (the server arms readiness events for it), so tests can drive it.
#pragma once

#include <atomic>
#include <chrono>
#include <deque>
#include <memory>
#include <string>

#include "base/bounded_queue.h"
#include "base/ids.h"
#include "http/exchange.h"
#include "http/parser.h"
#include "http/server.h"
#include "http/transport.h"

namespace tocsin::http {

using SteadyTime = std::chrono::steady_clock::time_point;

/// What all connections of a server share; outlives them.
struct ServerState {
  ServerState(ServerOptions given, const Clock& wall)
      : options(std::move(given)), clock(wall), ids(wall), jobs(options.queue_limit) {}
  const ServerOptions options;
  const Clock& clock;
  IdSource ids;
  BoundedQueue<std::shared_ptr<Exchange>> jobs;
  std::atomic<bool> draining{false};
  std::atomic<std::uint64_t> requests{0};
  std::atomic<std::uint64_t> overloaded{0};
  std::atomic<std::uint64_t> open_connections{0};
  std::atomic<std::uint64_t> event_clients{0};
};

/// Used by one I/O thread only. `waker` outlives it.
class Connection {
 public:
  Connection(ServerState& state, std::unique_ptr<Transport> transport, std::string remote,
             Waker& waker, SteadyTime now);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  struct Interest {
    bool read = false;
    bool write = false;
  };
  /// Moves what can be moved. The flags say which readiness events arrived since the last call.
  void run(bool readable, bool writable, SteadyTime now);
  /// Enforces time limits and sends heartbeats; to be called several times a second.
  void tick(SteadyTime now);
  /// Answers 503 and ends: the server has too many connections.
  void refuse_overloaded(SteadyTime now);

  Interest interest() const;
  bool closed() const { return phase_ == Phase::kClosed; }
  /// Waiting for a request of which nothing has arrived, for at least `quiet`.
  bool idle_for(std::chrono::milliseconds quiet, SteadyTime now) const;
  void close();

 private:
  enum class Phase {
    kHead,    ///< waiting for, or reading, a request head
    kBody,    ///< reading a body (its handler may be running)
    kAnswer,  ///< the request is complete, the answer is not
    kEvents,  ///< an event stream without a worker
    kLinger,  ///< all is sent; the peer's last bytes are read away, so that no reset eats the
              ///< answer
    kClosed,
  };

  bool collect();  ///< takes what the worker or the producers have queued
  bool flush();    ///< out_ -> transport
  bool fill();     ///< transport -> feed()
  void feed(std::string_view input);
  bool wants_input() const;
  void on_head();
  void on_body(std::string_view bytes);
  void on_complete();
  void dispatch();
  void answer(const Error& error, int status);
  void finish_answer();
  void start_linger();
  void start_events(std::shared_ptr<EventQueue> events);
  void tick_body();
  void tick_output();

  ServerState& state_;
  const std::unique_ptr<Transport> transport_;
  const std::string remote_;
  Waker& waker_;
  RequestParser parser_;
  Phase phase_ = Phase::kHead;

  std::string leftover_;  ///< bytes of the next request, which came with this one
  bool readable_ = true;  ///< the transport may have bytes
  bool writable_ = true;
  bool read_wants_write_ = false;  ///< TLS
  bool write_wants_read_ = false;  ///< TLS
  bool peer_closed_ = false;       ///< the peer will send no more

  std::shared_ptr<Exchange> exchange_;
  bool dispatched_ = false;
  std::shared_ptr<EventQueue> events_;
  bool events_chunked_ = true;
  std::deque<std::string> out_;
  std::size_t out_offset_ = 0;
  bool answer_complete_ = false;  ///< the last byte of the answer is in out_
  bool close_after_ = false;
  bool served_ = false;  ///< at least one request was answered

  SteadyTime now_;
  SteadyTime phase_since_;  ///< beginning of the current wait for a head, linger, ...
  SteadyTime last_input_;
  SteadyTime last_output_;  ///< last time that bytes left, or that out_ was empty
  SteadyTime body_since_;
  std::chrono::nanoseconds body_paused_{0};
  std::optional<SteadyTime> paused_since_;
  std::uint64_t body_bytes_ = 0;
  std::chrono::nanoseconds blocked_{0};  ///< time in which the peer did not take our answer
  std::optional<SteadyTime> blocked_since_;
  std::uint64_t sent_bytes_ = 0;
};

}  // namespace tocsin::http
