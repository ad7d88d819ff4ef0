// The HTTP/1.1 server: I/O threads that only move bytes, and a bounded pool of workers that run
// handlers. The only place that knows Asio and Beast.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "http/http.h"

namespace tocsin::http {

struct ServerOptions {
  std::string address = "127.0.0.1";  ///< nothing listens beyond loopback unless told
  std::uint16_t port = 0;             ///< 0: any free port, see Server::port()
  int io_threads = 1;
  int workers = 8;
  std::size_t queue_limit = 256;           ///< requests waiting for a worker; beyond: 429
  std::size_t connections_limit = 2048;    ///< beyond: 503 and close
  std::size_t header_limit_bytes = 32768;  ///< beyond: 431
  std::uint64_t body_limit_bytes = 64ULL << 30;
  std::size_t event_queue_limit = 256;  ///< per event client; a slower one is cut off
  std::chrono::milliseconds idle_timeout{60'000};
  std::chrono::milliseconds request_timeout{30'000};  ///< header, each body read, each write
  /// After request_timeout a body must come, and an answer must go, at least this fast on average
  /// (time in which our side is the slow one does not count).
  std::uint64_t rate_floor_bytes_per_s = 1024;
  std::chrono::milliseconds event_heartbeat{15'000};  ///< comment line to quiet event clients
  std::chrono::milliseconds accept_grace{200};        ///< accepting goes on so long after stop()
  std::chrono::milliseconds drain_deadline{5'000};    ///< graceful stop, the grace included
  std::string certificate_file;                       ///< PEM chain; TLS 1.2+ when set
  std::string key_file;                               ///< PEM
  std::string client_ca_file;  ///< PEM; when set, client certificates are verified if offered
};

/// Thread safety: start and stop from one thread; counters from any. A handler that never returns
/// makes stop() wait for ever: threads cannot be killed, so handlers carry their own deadlines.
class Server {
 public:
  /// Binds and starts serving; kUnavailable when the address is taken.
  static Result<std::unique_ptr<Server>> start(ServerOptions options, Handler handler);
  virtual ~Server() = default;  ///< stops as stop() does

  virtual std::uint16_t port() const = 0;
  /// Lame duck, then drain (research: close-listener-first lost 17 of 24 requests in flight, this
  /// order none): answers carry `Connection: close`, accepting goes on for a moment, then the
  /// listener closes, idle connections are cut, the rest may finish until the drain deadline.
  virtual void stop() = 0;

  struct Counters {
    std::uint64_t requests = 0;
    std::uint64_t overloaded = 0;  ///< answered 429 or 503 because a limit was reached
    std::uint64_t open_connections = 0;
    std::uint64_t event_clients = 0;
  };
  virtual Counters counters() const = 0;
};

}  // namespace tocsin::http
