// Bytes to and from one peer without blocking: plain TCP or TLS over the same descriptor.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "http/http.h"
#include "http/server.h"

namespace tocsin::http {

class Transport {
 public:
  enum class State { kOk, kWantRead, kWantWrite, kClosed };
  struct Outcome {
    State state = State::kOk;
    std::size_t bytes = 0;
  };
  virtual ~Transport() = default;
  virtual Outcome read(char* into, std::size_t size) = 0;
  /// Gathers; `bytes` counts over all pieces.
  virtual Outcome write(const std::string_view* pieces, std::size_t count) = 0;
  /// True when read() has bytes that no readiness event of the descriptor will announce.
  virtual bool buffered() const = 0;
  /// No more writing from us; the peer may still send.
  virtual void shutdown_write() = 0;
  /// Set after the handshake when the peer proved a certificate.
  virtual std::shared_ptr<const ClientCertificate> certificate() const = 0;
};

/// Does not own `fd`, which must be non-blocking.
std::unique_ptr<Transport> plain_transport(int fd);

/// A server's key, chain and trust, shared by its connections. Thread safety: safe.
class TlsContext {
 public:
  /// kInvalid naming the option whose file cannot be used.
  static Result<std::unique_ptr<TlsContext>> create(const ServerOptions& options);
  virtual ~TlsContext() = default;
  virtual std::unique_ptr<Transport> transport(int fd) = 0;
};

}  // namespace tocsin::http
