// Addresses and sockets: the only place of this folder that speaks to the kernel about them.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <sys/socket.h>

#include "base/result.h"

namespace tocsin::enforce::dns {

/// A numeric IPv4 or IPv6 address with a port. Values copy.
class Endpoint {
 public:
  Endpoint() = default;
  /// kInvalid for anything that is not a numeric address; names are never resolved.
  static Result<Endpoint> make(std::string_view address, std::uint16_t port);
  static Endpoint from(const sockaddr_storage& raw);

  std::string address() const;  ///< without the port
  std::uint16_t port() const;
  int family() const { return raw_.ss_family; }
  std::string text() const;  ///< `192.0.2.1:53`, `[2001:db8::1]:53`
  Endpoint with_port(std::uint16_t port) const;
  /// Same address, whatever the port; an IPv4 address mapped into IPv6 equals itself.
  bool same_address(const Endpoint& other) const;
  bool operator==(const Endpoint& other) const {
    return same_address(other) && port() == other.port();
  }

  const sockaddr* raw() const { return reinterpret_cast<const sockaddr*>(&raw_); }
  socklen_t raw_size() const;

 private:
  sockaddr_storage raw_{};
};

/// A file descriptor with one owner.
class Fd {
 public:
  Fd() = default;
  explicit Fd(int fd) : fd_(fd) {}
  Fd(Fd&& other) noexcept : fd_(other.release()) {}
  Fd& operator=(Fd&& other) noexcept;
  ~Fd() { reset(); }
  int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }
  int release();
  void reset();

 private:
  int fd_ = -1;
};

/// Sockets are non-blocking and closed on exec. kUnavailable names the address.
Result<Fd> bind_udp(const Endpoint& local);
Result<Fd> listen_tcp(const Endpoint& local, int backlog);
/// A UDP socket that only hears `remote`; `local` may be null.
Result<Fd> connect_udp(const Endpoint& remote, const Endpoint* local);
Result<Fd> connect_tcp(const Endpoint& remote, std::chrono::milliseconds timeout);
Result<Endpoint> local_endpoint(const Fd& fd);

/// An event that stays set: every waiter sees it.
Result<Fd> make_event();
void set_event(const Fd& event);
void clear_event(const Fd& event);

enum class Wait { kReady, kStopped, kTimeout };
/// Waits until `fd` has `events` (POLLIN, POLLOUT) or `stop` is set (may be null).
Wait wait_for(const Fd& fd, short events, const Fd* stop, std::chrono::milliseconds timeout);

/// All or nothing; the timeout starts anew whenever bytes move, so that a slow peer is not cut off
/// while it reads. kUnavailable.
Status send_all(const Fd& fd, std::string_view bytes, const Fd* stop,
                std::chrono::milliseconds idle_timeout);
/// Exactly `size` bytes. kUnavailable on timeout, stop, reset; kNotFound when the peer closed
/// before the first byte.
Result<std::string> receive_exactly(const Fd& fd, std::size_t size, const Fd* stop,
                                    std::chrono::milliseconds idle_timeout);
/// Waits until the peer's kernel has confirmed every byte sent; false when nothing moved for the
/// timeout, on a reset, or on stop.
bool wait_confirmed(const Fd& fd, const Fd* stop, std::chrono::milliseconds idle_timeout);

}  // namespace tocsin::enforce::dns
